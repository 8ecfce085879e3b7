"""Copies of the database hold what was said as it was: none outlives retention, a forgotten customer, or its use."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from desktop.engine.commands import Done, Failed, ForgetCustomer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def copy_of(world, tmp_path):
    """A file beside the engine's database, last written `age` ago."""

    def copy_of(mark, age):
        copy = tmp_path / f"reachline.db.{mark}"
        copy.write_bytes(b"Order 1042")
        at = (world.clock.now() - age).timestamp()
        os.utime(copy, (at, at))
        return copy

    return copy_of


MIGRATED = ["before-0004", "before-0004.unfinished"]
ASIDE = ["unreadable-1", "unreadable-2-wal"]


@pytest.mark.parametrize("mark", MIGRATED)
async def test_the_copy_of_a_migration_goes_as_soon_as_intercom_was_asked(world, copy_of, mark):
    copy = copy_of(mark, timedelta())
    await world.sync()
    await world.engine.retention.run_once()
    assert not copy.exists()


@pytest.mark.parametrize(("age", "is_there"), [(23 * HOUR, True), (25 * HOUR, False)])
@pytest.mark.parametrize("mark", MIGRATED)
async def test_without_a_good_start_it_stays_for_a_day(world, copy_of, mark, age, is_there):
    copy = copy_of(mark, age)
    await world.engine.start()
    assert copy.exists() == is_there


@pytest.mark.parametrize(("age", "is_there"), [(89 * DAY, True), (91 * DAY, False)])
@pytest.mark.parametrize("mark", ASIDE)
async def test_what_was_put_aside_stays_as_long_as_words_do(world, copy_of, mark, age, is_there):
    copy = copy_of(mark, age)
    await world.engine.retention.erase_old_copies()
    await world.engine.retention.run_once()
    assert copy.exists() == is_there


async def test_no_copy_outlives_a_forgotten_customer(world, kit, copy_of):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    copies = [copy_of(mark, timedelta()) for mark in (*MIGRATED, *ASIDE)]
    assert await world.engine.command_handler.do(ForgetCustomer("c1")) == Done()
    assert [copy.name for copy in copies if copy.exists()] == []


async def test_a_customer_of_whom_a_copy_stays_is_not_called_forgotten(world, kit, copy_of):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    stays = copy_of("before-0004", timedelta())
    stays.unlink()
    stays.mkdir()
    assert isinstance(await world.engine.command_handler.do(ForgetCustomer("c1")), Failed)
    assert await world.engine.queries.thread("c1") is not None
    # The same for what is due by itself: said in the log, tried again later.
    await world.engine.retention.erase_old_copies()
    await world.engine.retention.run_once()
