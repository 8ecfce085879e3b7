"""Old words leave this computer by themselves, and the thread still says where each message came from and when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from desktop.domain.model.facts import Contact
from desktop.engine.commands import Done, Failed, SetRetentionDays
from desktop.engine.retention import Retention
from desktop.store.retention import wipe_batch
from desktop.system.clock import ServerClock
from tests.helpers.every_customer import every_customer

ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": "+35315550101"}


@pytest.fixture
async def talk(world, kit):
    world.gateway.contacts["c1"] = Contact("c1", name="Jennifer", phone="+353871234567", bridge_attributes=ATTRIBUTES)
    world.gateway.put(kit.whatsapp("v1", "c1", world.clock.now(), "Order 1042"))
    await world.sync()

    async def newest():
        return (await world.engine.queries.thread("c1")).thread.messages[-1]

    return newest


async def test_words_go_after_ninety_days_and_origin_and_time_stay(world, talk):
    before = await talk()
    await world.engine.retention.run_once()
    assert (await talk()).entry.text == "Order 1042"
    await world.clock.advance(timedelta(days=91).total_seconds())
    await world.engine.retention.run_once()
    after = await talk()
    assert (after.entry.text, after.entry.wiped) == ("", True)
    assert (after.origin, after.entry.sent_at) == (before.origin, before.entry.sent_at)
    assert after.origin is not None
    [row] = await every_customer(world.engine.queries)
    assert row.last_text == ""
    # The next answer of Intercom still has the words.
    await world.sync()
    assert (await talk()).entry.text == ""


async def test_a_shorter_time_counts_from_now_on(world, talk):
    await world.clock.advance(timedelta(days=8).total_seconds())
    assert await world.engine.command_handler.do(SetRetentionDays(7)) == Done()
    await world.engine.retention.run_once()
    assert (await talk()).entry.wiped
    assert (await world.engine.queries.workspace()).retention_days == 7


async def test_no_time_at_all_is_refused(world):
    assert isinstance(await world.engine.command_handler.do(SetRetentionDays(0)), Failed)


async def test_offline_with_a_clock_that_runs_ahead_nothing_is_wiped_and_what_was_comes_back(world, talk, kit):
    """The computer believes that a year has passed, and no server was reached yet."""
    wall = (kit.START + timedelta(days=365)).timestamp()
    retention = Retention(world.store, ServerClock(lambda: wall, lambda: 0.0))
    await retention.run_once()
    assert (await talk()).entry.text == "Order 1042"
    # An earlier version wiped it all the same.
    while await world.store.write(wipe_batch, kit.START + timedelta(days=365)):
        pass
    assert (await talk()).entry.wiped
    await world.engine.retention.run_once()
    await world.sync()
    assert ((await talk()).entry.text, (await talk()).entry.wiped) == ("Order 1042", False)


async def test_the_first_word_of_a_server_begins_what_a_start_offline_could_not(world, talk, kit):
    clock = ServerClock(lambda: kit.START.timestamp(), lambda: 0.0)
    retention = Retention(world.store, clock)
    later = format_datetime(kit.START + timedelta(days=91), usegmt=True)
    running = asyncio.ensure_future(retention.run())
    retention.start_when_ready()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    clock.learn(later, 0.0, 0.0)
    clock.learn(later, 0.0, 0.0)
    retention.start_when_ready()

    async def is_wiped() -> bool:
        return (await talk()).entry.wiped

    await kit.eventually(is_wiped)
    running.cancel()
