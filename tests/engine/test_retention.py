"""Old words leave this computer by themselves, and the thread still says where each message came from and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.facts import Contact
from desktop.engine.commands import Done, Failed, SetKeptDays

ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": "+35315550101"}


@pytest.fixture
async def talk(world, kit):
    world.trunk.contacts["c1"] = Contact("c1", name="Jennifer", phone="+353871234567", bridge_attributes=ATTRIBUTES)
    world.trunk.put(kit.whatsapp("v1", "c1", world.clock.now(), "Order 1042"))
    await world.sync()

    async def newest():
        return (await world.engine.reads.thread("c1")).thread.messages[-1]

    return newest


async def test_words_go_after_ninety_days_and_origin_and_time_stay(world, talk):
    before = await talk()
    await world.engine.retention.round()
    assert (await talk()).entry.text == "Order 1042"
    await world.clock.advance(timedelta(days=91).total_seconds())
    await world.engine.retention.round()
    after = await talk()
    assert (after.entry.text, after.entry.wiped) == ("", True)
    assert (after.origin, after.entry.sent_at) == (before.origin, before.entry.sent_at)
    assert after.origin is not None
    [row] = await world.engine.reads.customers()
    assert row.last_text == ""
    # The next answer of Intercom still has the words.
    await world.sync()
    assert (await talk()).entry.text == ""


async def test_a_shorter_time_counts_from_now_on(world, talk):
    await world.clock.advance(timedelta(days=8).total_seconds())
    assert await world.engine.door.do(SetKeptDays(7)) == Done()
    await world.engine.retention.round()
    assert (await talk()).entry.wiped
    assert (await world.engine.reads.workspace()).kept_days == 7


async def test_no_time_at_all_is_refused(world):
    assert isinstance(await world.engine.door.do(SetKeptDays(0)), Failed)
