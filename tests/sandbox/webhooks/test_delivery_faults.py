"""Deliveries are lost, late, doubled, reordered and repeated as a test wants, and no retry makes up for a loss."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from webhook_receiver import WebhookReceiver

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import DeliveryFault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, World

NOTED = "conversation.admin.noted"


class Notes:
    """A conversation whose notes the receiver hears of."""

    def __init__(self, sandbox: Sandbox, world: World, receiver: WebhookReceiver, conversation: str) -> None:
        self.sandbox = sandbox
        self.world = world
        self.receiver = receiver
        self.conversation = conversation

    def add(self, *texts: str) -> list[str]:
        """Add notes. Returns the texts of all that was heard so far."""
        for text in texts:
            self.world.teammate_note(self.conversation, AGENT, text)
        return self.heard()

    def heard(self) -> list[str]:
        assert self.sandbox.settle_webhooks()
        parts = [p.json["data"]["item"]["conversation_parts"] for p in self.receiver.posts]
        return [part["conversation_parts"][0]["body"] for part in parts]


@pytest.fixture
def notes(sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver) -> Notes:
    conversation = stage.write(customer, on="messenger", text="Hi")
    assert conversation is not None
    sandbox.subscribe("intercom", receiver.url, topics=[NOTED])
    receiver.forget()
    return Notes(sandbox, stage, receiver, conversation)


def test_a_lost_notification_never_comes(notes: Notes) -> None:
    notes.world.settings.fail_deliveries.append(DeliveryFault("intercom", "lose", NOTED))
    assert notes.add("one", "two") == ["two"]
    notes.world.advance(86_400)
    assert notes.heard() == ["two"]


def test_a_late_one_is_overtaken(notes: Notes) -> None:
    notes.world.settings.fail_deliveries.append(DeliveryFault("*", "late", seconds=90))
    assert notes.add("one", "two") == ["two"]
    notes.world.advance(89)
    assert notes.heard() == ["two"]
    notes.world.advance(1)
    assert notes.heard() == ["two", "one"]


def test_a_doubled_one_is_the_same_twice(notes: Notes) -> None:
    notes.world.settings.fail_deliveries.append(DeliveryFault("intercom", "double"))
    assert notes.add("one", "two") == ["one", "one", "two"]
    first, second = (post.json for post in notes.receiver.posts[:2])
    assert first == second


def test_a_reordered_one_comes_after_the_next(notes: Notes) -> None:
    notes.world.settings.fail_deliveries.append(DeliveryFault("intercom", "reorder"))
    assert notes.add("one") == []
    assert notes.add("two", "three") == ["two", "one", "three"]


def test_an_ignored_answer_makes_intercom_repeat(notes: Notes) -> None:
    notes.world.settings.fail_deliveries.append(DeliveryFault("intercom", "ignore_answer"))
    assert notes.add("one", "two") == ["one", "two"]
    notes.world.advance(60)
    assert notes.heard() == ["one", "two", "one"]
    assert [post.json["delivery_attempts"] for post in notes.receiver.posts] == [1, 1, 2]


def test_faults_apply_as_often_as_they_say_and_to_what_they_name(notes: Notes) -> None:
    notes.world.settings.fail_deliveries += [
        DeliveryFault("meta", "lose", times=None),
        DeliveryFault("intercom", "lose", "conversation.admin.closed", times=None),
        DeliveryFault("intercom", "lose", "admin.noted$", times=2),
    ]
    assert notes.add("one", "two", "three") == ["three"]
    assert len(notes.world.settings.fail_deliveries) == 2


def test_chance_repeats_with_the_seed(notes: Notes) -> None:
    notes.world.settings.fail_deliveries.append(DeliveryFault("*", "lose", times=None, chance=0.5))
    texts = [str(number) for number in range(20)]
    heard = notes.add(*texts)
    dice = World(notes.world.seed).dice
    assert heard == [text for text in texts if dice.random() >= 0.5]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"provider": "mail", "action": "lose"}, "provider must be * or one of"),
        ({"provider": "meta", "action": "eat"}, "action must be one of"),
        ({"provider": "meta", "action": "late", "seconds": -1}, "seconds cannot be negative"),
        ({"provider": "meta", "action": "lose", "chance": 2}, "chance must be between"),
        ({"provider": "meta", "action": "lose", "topic": "(a+)+"}, "path is no pattern"),
        ({"provider": "meta"}, "missing"),
    ],
)
def test_impossible_faults_are_refused(control: httpx.Client, fault: dict[str, Any], words: str) -> None:
    good = {"provider": "meta", "action": "lose"}
    answer = control.post("/faults", json={"deliveries": [good, fault]})
    assert (answer.status_code, words in answer.json()["error"]) == (400, True)
    assert control.get("/state").json()["delivery_faults"] == []


def test_the_control_api_sets_and_clears_them(control: httpx.Client) -> None:
    fault = {"provider": "telegram", "action": "double", "topic": "message", "times": 3}
    answer = control.post("/faults", json={"deliveries": [fault]}).json()
    assert [f["times"] for f in answer["deliveries"]] == [3]
    assert control.get("/state").json()["delivery_faults"] == answer["deliveries"]
    assert control.post("/settings", json={"fail_deliveries": []}).status_code == 400
    assert control.post("/faults", json={"clear": True}).json() == {"faults": [], "deliveries": []}
