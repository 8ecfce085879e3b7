"""The judge's question before a reply: its answer comes true, and asking changes nothing."""

from __future__ import annotations

import dataclasses
from random import Random

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.sandbox.model.people import INTERCOM, Customer
from desktop.sandbox.world import AGENT, World

DAY = 86_400
LINES = (
    "whatsapp",
    "whatsapp-2",
    "sms",
    "telegram",
    "facebook",
    "intercom-whatsapp",
    "intercom-sms",
    "intercom-instagram",
)


def test_the_answer_names_line_address_and_reason(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    line = {
        "line": "whatsapp",
        "channel": "whatsapp",
        "business_address": "+35315550100",
        "address": "+353871234567",
        "customer": jennifer.id,
        "arrives": True,
        "why": None,
    }
    places = dict.fromkeys(("whatsapp", "sms", "telegram", "messenger", "email"), False)
    both = places | {"whatsapp": True, "messenger": True}
    assert world.truth(conversation) == {"lines": [line], "delivery": both}
    world.advance(DAY)
    late = line | {"arrives": False, "why": "window"}
    assert world.truth(conversation) == {"lines": [late], "delivery": places | {"messenger": True}}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda w, c: w.block(c, "whatsapp"), "ignored"),
        (lambda w, c: (w.settings.update({"whatsapp_block": "131026"}), w.block(c, "whatsapp")), "blocked"),
        (lambda w, c: w.set_on_whatsapp(c, False), "nobody"),
        (lambda w, c: w.settings.update({"relay_api_replies": False}), "not_forwarded"),
        (lambda w, c: w.outage(DAY), "window"),
        (lambda w, c: w.settings.update({"relay_delay_s": DAY - 1}), None),
    ],
)
def test_every_reason_has_a_word(world: World, jennifer: Customer, act: object, why: str | None) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    act(world, jennifer)  # type: ignore[operator]
    (line,) = world.truth(conversation)["lines"]
    assert (line["arrives"], line["why"]) == (why is None, why)


def test_the_inbox_is_forwarded_where_the_api_is_not(world: World, jennifer: Customer) -> None:
    world.settings.relay_api_replies = False
    conversation = str(world.write(jennifer, text="Hi"))
    assert world.truth(conversation)["delivery"]["whatsapp"] is False
    assert world.truth(conversation, through_api=False)["delivery"]["whatsapp"] is True


class Play:
    def __init__(self, seed: int) -> None:
        self.dice = dice = Random(seed)
        self.world = world = World(seed)
        world.settings.update(
            {
                "relay_api_replies": dice.random() < 0.8,
                "relay_delay_s": dice.choice([0, 0, 30]),
                "bridge_delay_s": dice.choice([0, 20]),
                "whatsapp_block": dice.choice(["ignored", "131026", "131050"]),
                "native_moves_with_customer": dice.random() < 0.5,
                "human_agent_permission": dice.random() < 0.5,
                "note_part_type": dice.choice(["note", "comment", "note_and_reopen"]),
                "note_code": dice.choice(["bridge", "none", "another"]),
                "replies_per_conversation_per_10s": 1000,
                "replies_per_10s": 1000,
            }
        )
        world.add_line("whatsapp", "+35315550200")
        world.add_line("facebook", "harbour.parcels")
        world.add_line("whatsapp", "+35315550300", carrier=INTERCOM)
        world.add_line("sms", "+35315550301", carrier=INTERCOM)
        world.add_line("instagram", "harbour.parcels", carrier=INTERCOM)
        self.people = [
            world.add_customer("Jennifer", phone="+353871234567", email="j@example.com", telegram_id=4711),
            world.add_customer("Ben", phone="+353861111111", email="b@example.com", telegram_id=4712, known_as="user"),
        ]
        self.numbers = 0
        self.judged = 0

    def act(self) -> None:
        dice, world, who = self.dice, self.world, self.dice.choice(self.people)
        conversations = world.conversation_ids(who)
        match dice.randrange(10):
            case 0 | 1 | 2:
                line = world.lines[dice.choice(LINES)]
                if line.channel != "whatsapp" or who.on_whatsapp:
                    words = dice.choice(["Hi", "Hello?", "STOP", "START"])
                    world.write(who, line.channel, words, line=line)
            case 3:
                world.write(who, "messenger", "Here", new_conversation=dice.random() < 0.3)
            case 4 if conversations:
                world.write(who, dice.choice(["messenger", "email"]), "Hm", conversation_id=dice.choice(conversations))
            case 5:
                dice.choice([world.block, world.unblock])(who, dice.choice(LINES))
            case 6:
                world.advance(dice.choice([1, 600, 6 * 3600, DAY]))
            case 7:
                self.change_of_number(who)
            case 8:
                dice.choice([world.outage, world.advance])(dice.choice([5, 600]))
            case 9 if conversations:
                world.join(self.dice.choice(self.people), dice.choice(conversations))

    def change_of_number(self, who: Customer) -> None:
        self.numbers += 1
        if self.dice.random() < 0.5:
            self.world.set_on_whatsapp(who, not who.on_whatsapp)
            return
        heir = next(p for p in self.people if p is not who) if self.dice.random() < 0.3 else None
        number = f"+35383{self.numbers:07d}"
        follows = self.dice.random() < 0.3
        self.world.change_number(who, number, old_number_goes_to=heir, announce=True, bridge_follows=follows)

    def judge(self) -> None:
        world = self.world
        for conversation in sorted(world.workspace.conversations):
            before = self.state()
            inbox = self.dice.random() < 0.5
            foretold = world.truth(conversation, through_api=not inbox)
            assert self.state() == before
            wait_s = max(world.settings.relay_delay_s, world.bridge.delays.outage_until - world.now)
            if inbox:
                part = world.teammate_reply(conversation, AGENT, "Answer")
            else:
                body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "Answer"}
                answer = world.intercom.reply(conversation, body, world.reachline)
                part = answer["conversation_parts"]["conversation_parts"][-1]["id"]
            world.advance(max(0.0, wait_s))
            assert world.delivery(part) == foretold["delivery"]
            reached = {line["customer"]: [line["line"]] for line in foretold["lines"] if line["arrives"]}
            assert world.delivered_to(part) == reached
            self.judged += 1

    def state(self) -> object:
        """What asking could have changed."""
        world = self.world
        people = [(p.window_opened.copy(), {n: len(chat) for n, chat in p.chats.items()}) for p in self.people]
        return (
            world.now,
            len(world.traffic.messages),
            len(world.clock._agenda),
            world.dice.getstate(),
            dataclasses.asdict(world.settings),
            [len(c.parts) for c in world.workspace.conversations.values()],
            people,
        )


@examples(60)
@given(seed=st.integers(0, 10**9))
def test_whatever_happens_the_answer_comes_true(seed: int) -> None:
    play = Play(seed)
    for _ in range(play.dice.randrange(5, 40)):
        play.act()
    play.judge()
