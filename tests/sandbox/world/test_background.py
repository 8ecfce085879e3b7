"""Background conversations of other customers."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Any

import httpx
import pytest

from desktop.sandbox.intercom.automations import TagRule
from desktop.sandbox.intercom.records import OPERATOR_ID
from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.people import INTERCOM, Customer
from desktop.sandbox.world import World
from desktop.sandbox.world.background import populate

DAY = 86_400


def answers(world: World) -> list[dict[str, Any]]:
    return [world.intercom.get_conversation(c) for c in world.workspace.conversations]


def is_bridged(world: World, conversation_id: str) -> bool:
    return conversation_id in world.bridge.chats_by_conversation


def test_background_conversations_follow_the_worlds_settings(world: World) -> None:
    world.settings.update({"tag_delay_s": 1, "bridge_delays_s": [500], "note_delays_s": [7]})
    now = world.now
    populate(world, 200, Random(1))
    assert world.now == now
    assert (world.settings.bridge_delays_s, world.settings.note_delays_s) == ([500], [7])
    found = answers(world)
    assert len(found) == len(world.customers) == 200
    assert all(now - 3 * DAY <= c["created_at"] <= c["updated_at"] <= now for c in found)
    assert [c["created_at"] for c in found] == sorted(c["created_at"] for c in found)
    bridged = [c for c in found if is_bridged(world, c["id"])]
    assert 80 < len(bridged) < 160
    assert {c["tags"]["tags"][0]["name"] for c in bridged} == {"whatsapp", "twilio"}
    assert {c["tags"]["tags"][0]["applied_at"] - c["created_at"] for c in bridged} == {1}
    others = [c for c in found if not is_bridged(world, c["id"])]
    assert all(c["tags"]["tags"] == [] for c in others)
    kinds = Counter((c["source"]["type"], c["source"]["url"] is not None) for c in others)
    assert set(kinds) == {("conversation", True), ("conversation", False), ("email", False)}
    codes = Counter(
        p["app_package_code"]
        for c in bridged
        for p in c["conversation_parts"]["conversation_parts"]
        if p["author"]["type"] in ("user", "lead")
    )
    assert codes["octopods-bridge-x1y2"] > 10
    assert 0 < codes[None] < 10


def test_later_actions_are_unaffected(world: World, jennifer: Customer) -> None:
    first = str(world.write(jennifer, text="Hi"))
    world.add_line("whatsapp", "+35315550300", carrier=INTERCOM)
    world.rules.tags.append(TagRule("refund", "whatsapp", OPERATOR_ID))
    populate(world, 300, Random(2), days=1)
    assert world.window_open(jennifer, "whatsapp")
    assert str(world.write(jennifer, text="Still me")) == first
    found = answers(world)
    assert {c["source"]["type"] for c in found} == {"conversation", "email", "whatsapp"}
    by_rule = [t for c in found for t in c["tags"]["tags"] if t["applied_by"]["id"] == OPERATOR_ID]
    assert by_rule
    somebody = next(c for c in world.customers.values() if "whatsapp" in c.window_opened and c is not jennifer)
    opened = somebody.window_opened["whatsapp"]
    assert world.window_open(somebody, "whatsapp") is (world.now - opened < DAY)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_background_is_deterministic(seed: int) -> None:
    worlds = [World(), World()]
    for world in worlds:
        populate(world, 50, Random(seed))
    assert answers(worlds[0]) == answers(worlds[1])


def test_populating_is_fast(world: World) -> None:
    began = time.process_time()
    populate(world, 1000, Random(3))
    assert time.process_time() - began < 2.0


def test_the_clock_comes_back_to_the_present() -> None:
    clock, seen = Clock(1000.0), []
    clock.call_later(50, lambda: seen.append(("future", clock.now())))
    with clock.rewound_to(400.0):
        assert clock.now() == 400.0
        clock.call_later(10, lambda: seen.append(("past", clock.now())))
        clock.move_to(700.0)
        clock.call_later(900, lambda: seen.append(("later", clock.now())))
    assert (clock.now(), seen) == (1000.0, [("past", 410.0)])
    clock.advance(700)
    assert seen[1:] == [("future", 1050.0), ("later", 1600.0)]
    with pytest.raises(ValueError, match="after the present"), clock.rewound_to(9999.0):
        pass


def post(control: httpx.Client, path: str, **body: Any) -> Any:
    answer = control.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_all_actions_are_available_from_outside(control: httpx.Client) -> None:
    post(control, "/settings", omit=["part.notified_at"], whatsapp_block="131026", bridge_delays_s=[0, 0])
    post(control, "/lines", channel="whatsapp", address="+35315550300", carrier="Intercom")
    assert post(control, "/populate", count=20, seed=4)["conversations"] == 20
    rules = post(
        control,
        "/rules",
        tags=[{"word": "hi", "tag": "by rule"}],
        notes=[{"text": "Answer within 24 hours", "author": ["bot", OPERATOR_ID], "code": "sla"}],
    )
    assert rules == {"tags": 1, "notes": 1}
    customer = post(control, "/customers", name="Jennifer", phone="+353871234567")["id"]
    conversation = post(control, "/write", customer=customer, text="Hi")["conversation_id"]
    assert control.get(f"/truth/{conversation}").json()["delivery"]["whatsapp"] is True
    assert control.get(f"/windows/{customer}/whatsapp").json() == {"open": True}
    assert control.get(f"/windows/{customer}/intercom-whatsapp").json() == {"open": False}
    assert post(control, "/act", action="react", customer=customer, emoji="👍") == {"result": conversation}
    part = post(
        control, "/act", action="odd_part", conversation_id=conversation, part_type="x", author=["", ""], text="?"
    )
    assert part["result"]
    post(control, "/act", action="change_number", customer=customer, phone="+353879999999")
    assert control.get(f"/truth/{conversation}").json()["lines"][0]["why"] == "nobody"
    post(control, "/teammate", action="untag", conversation_id=conversation, admin_id="7001", name="by rule")
    assert post(control, "/rules", clear=True) == {"tags": 0, "notes": 0}
    for path, body, words in (
        ("/act", {"action": "advance"}, "action must be one of"),
        ("/act", {"action": "look", "customer": "nobody"}, "no customer"),
        ("/settings", {"omit": "channel"}, "setting 'omit' cannot be"),
        ("/settings", {"note_delays_s": [-1]}, "setting 'note_delays_s' cannot be"),
        ("/settings", {"notice_language": "xx"}, "setting 'notice_language' cannot be"),
        ("/populate", {}, "is missing"),
    ):
        answer = control.post(path, json=body)
        assert (answer.status_code, words in answer.json()["error"]) == (400, True), answer.text
