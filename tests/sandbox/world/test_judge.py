"""Queries for checks: processed replies, and counts of texts on the screens."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import pytest
from cpu_clock import cpu_time_s

from desktop.sandbox.intercom.api import ProcessedReply
from desktop.sandbox.model.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, World

pytestmark = pytest.mark.slow


def comment(world: World, conversation: str, text: str, **more: Any) -> str:
    body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": f"<p>{text}</p>", **more}
    answer = world.intercom.reply(conversation, body, world.reachline)
    return str(answer["conversation_parts"]["conversation_parts"][-1]["id"])


def test_processed_replies_are_those_made_through_the_api(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    first = comment(world, conversation, "Fish &amp; chips")
    world.teammate_reply(conversation, AGENT, "From the inbox")
    comment(world, conversation, "A note", message_type="note")
    second = comment(world, conversation, "Fish &amp; chips")
    expected = [
        ProcessedReply(conversation, "Fish & chips", first),
        ProcessedReply(conversation, "Fish & chips", second),
    ]
    assert world.processed_replies() == expected
    world.redact(first)
    world.delete_conversation(conversation)
    assert world.processed_replies() == expected


def test_texts_are_counted_on_every_screen(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    comment(world, conversation, "Twice")
    world.advance(86_400)
    comment(world, conversation, "Twice")
    mail = str(world.write(jennifer, "email", "Hello by mail"))
    comment(world, mail, "Twice")
    assert world.texts(jennifer) == {
        "whatsapp": Counter({"Hi": 1, "Twice": 1}),
        "messenger": Counter({"Hi": 1, "Twice": 2}),
        "email": Counter({"Hello by mail": 1, "Twice": 1}),
    }


def test_texts_agree_with_the_screens() -> None:
    with Sandbox.start(customers=6, messages=120) as full, full.lock:
        for customer in full.world.customers.values():
            screens = full.world.screens(customer)
            chats = {
                line: [i["text"] for i in items]
                for on in ("whatsapp", "sms", "telegram")
                for line, items in screens[on].items()
                if items
            }
            chats["messenger"] = [i["text"] for c in screens["messenger"] for i in c["items"]]
            chats["email"] = [i["text"] for i in screens["email"]]
            assert full.world.texts(customer) == {place: Counter(texts) for place, texts in chats.items()}


def test_the_queries_are_available_from_outside(sandbox: Sandbox, control: httpx.Client, api: httpx.Client) -> None:
    with sandbox.lock:
        customer = sandbox.world.add_customer("Jennifer", phone="+353871234567")
        conversation = str(sandbox.world.write(customer, text="Hi"))
    body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "Hello"}
    answer = api.post(f"/conversations/{conversation}/reply", json=body).json()
    (part,) = answer["conversation_parts"]["conversation_parts"]
    reply = {"conversation_id": conversation, "text": "Hello", "part_id": part["id"]}
    assert control.get("/processed").json() == {"replies": [reply]}
    assert [r._asdict() for r in sandbox.processed_replies()] == [reply]
    texts = control.get(f"/customers/{customer.id}/texts").json()
    assert texts == {"whatsapp": {"Hi": 1, "Hello": 1}, "messenger": {"Hi": 1, "Hello": 1}, "email": {}}


@pytest.mark.bench
def test_a_reply_takes_the_same_time_after_ten_thousand(world: World, jennifer: Customer) -> None:
    """Answers have 500 parts at most, and no step iterates over all parts, also with a lagging search index."""
    settings = world.settings
    settings.replies_per_10s = settings.replies_per_conversation_per_10s = 1_000_000
    settings.search_lag_s = 60
    conversation = str(world.write(jennifer, text="Hi"))

    def fastest_batch() -> float:
        def batch() -> float:
            begin = cpu_time_s()
            for _ in range(20):
                comment(world, conversation, "x")
            return cpu_time_s() - begin

        return min(batch() for _ in range(5))

    for number in range(500):
        world.teammate_reply(conversation, AGENT, f"m{number}")
    short = fastest_batch()
    for number in range(9_500):
        world.teammate_reply(conversation, AGENT, f"m{number}")
    assert fastest_batch() < 3 * short
    answer = world.intercom.get_conversation(conversation)
    assert len(answer["conversation_parts"]["conversation_parts"]) == 500
    assert answer["statistics"]["count_conversation_parts"] == 10_200
