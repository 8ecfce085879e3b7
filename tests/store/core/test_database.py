"""Database: transactions, pragmas, migrations, and errors that have a sentence."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import apsw
import pytest

from desktop.store.core.connection import LOG_LIMIT_BYTES
from desktop.store.core.database import Store
from desktop.store.core.errors import Corrupt, DiskFull, Locked, Newer, NoAccess
from desktop.text.reasons.describe import describe
from tests.helpers.database import create_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a database that was made before."""
    return create_database(tmp_path / "reachline.db")


def put(db, name, value="1"):
    db.execute("INSERT INTO settings VALUES (?, ?)", (name, value))


def names(db):
    return [n for (n,) in db.execute("SELECT name FROM settings ORDER BY name")]


async def test_work_is_whole_or_nothing(path):
    store = await Store.open(path)

    def half(db):
        put(db, "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(half)
    assert await store.read(names) == []
    await store.write(put, "b")
    assert await store.read(names) == ["b"]
    await store.close()


async def test_what_was_written_is_there_after_opening_again(path):
    store = await Store.open(path)
    await store.write(put, "a", value="x")
    await store.close()
    await store.close()
    store = await Store.open(path)
    assert await store.read(names) == ["a"]
    await store.close()


async def test_a_cancelled_caller_does_not_interrupt_the_work(path):
    store = await Store.open(path)
    began, go_on = threading.Event(), threading.Event()

    def slow(db):
        began.set()
        assert go_on.wait(10)
        put(db, "a")

    writing = asyncio.ensure_future(store.write(slow))
    await asyncio.get_running_loop().run_in_executor(None, began.wait)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    assert await store.write(names) == ["a"]
    await store.close()


@pytest.mark.parametrize("name", ["read", "read_aside"])
async def test_a_read_waits_for_no_writer_and_cannot_write(path, name):
    store = await Store.open(path)
    read = getattr(store, name)
    await store.write(put, "a")
    began, go_on = threading.Event(), threading.Event()

    def slow(db):
        put(db, "b")
        began.set()
        assert go_on.wait(10)

    writing = asyncio.ensure_future(store.write(slow))
    await asyncio.get_running_loop().run_in_executor(None, began.wait)
    assert await read(names) == ["a"]
    with pytest.raises(NoAccess):
        await read(put, "c")
    go_on.set()
    await writing
    assert await read(names) == ["a", "b"]
    await store.close()


async def test_a_writer_waits_for_no_read_and_a_read_for_none_that_is_slow(path):
    store = await Store.open(path)
    began, go_on = threading.Event(), threading.Event()

    def slow(db):
        before = names(db)
        began.set()
        assert go_on.wait(10)
        return before, names(db)

    reading = asyncio.ensure_future(store.read_aside(slow))
    await asyncio.get_running_loop().run_in_executor(None, began.wait)
    await store.write(put, "a")
    assert await store.read(names) == ["a"]
    go_on.set()
    assert await reading == ([], []), "one state of the database, as it was at the beginning"
    await store.close()


async def test_the_log_shrinks_once_a_long_read_has_ended(path):
    store = await Store.open(path)
    log = path.with_name(f"{path.name}-wal")
    await store.write(put, "big")

    async def write_much() -> int:
        for number in range(2 * LOG_LIMIT_BYTES // 500_000):
            await store.write(lambda db, n=number: db.execute("UPDATE settings SET value = ?", (str(n) * 500_000,)))
        return log.stat().st_size

    assert await write_much() <= LOG_LIMIT_BYTES
    began, go_on = threading.Event(), threading.Event()

    def slow(db):
        names(db)
        began.set()
        assert go_on.wait(30)

    reading = asyncio.ensure_future(store.read_aside(slow))
    await asyncio.get_running_loop().run_in_executor(None, began.wait)
    assert await write_much() > LOG_LIMIT_BYTES, "the read needs the old pages"
    go_on.set()
    await reading
    await store.write(put, "a")
    await store.write(put, "b")
    assert log.stat().st_size <= LOG_LIMIT_BYTES
    await store.close()


async def test_reads_run_in_the_order_in_which_they_were_asked_for(path):
    store = await Store.open(path)
    await store.read(names)
    order = []
    await asyncio.gather(*(store.read(lambda _db, n=n: order.append(n)) for n in range(20)))
    assert order == list(range(20))
    await store.close()


@pytest.mark.parametrize("name", ["read", "read_aside"])
async def test_a_read_ends_when_nobody_wants_it_any_more(path, name):
    store = await Store.open(path)
    read = getattr(store, name)
    began, ended = threading.Event(), threading.Event()

    def endless(db):
        began.set()
        try:
            db.execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
            ).fetchall()
        finally:
            ended.set()

    reading = asyncio.ensure_future(read(endless))
    await asyncio.get_running_loop().run_in_executor(None, began.wait)
    reading.cancel()
    assert await asyncio.get_running_loop().run_in_executor(None, ended.wait, 10)
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await read(names) == []
    await store.close()


async def test_the_database_is_set_up_to_survive_a_power_cut(path):
    store = await Store.open(path)

    def pragmas(db):
        return {p: db.pragma(p) for p in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")}

    assert await store.write(pragmas) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    tables = await store.read(
        lambda db: db.execute(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        ).fetchall()
    )
    assert {n for n, strict in tables if not strict} <= {"sqlite_schema", "sqlite_sequence"}
    await store.close()


async def test_a_newer_database_is_refused_with_a_sentence(path):
    apsw.Connection(str(path)).execute("PRAGMA user_version = 9999")
    with pytest.raises(Newer, match="database_newer"):
        await Store.open(path)


async def test_a_damaged_file_is_told_apart(path):
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(Corrupt) as caught:
        await Store.open(path)
    assert describe(caught.value.reason)


async def test_a_folder_that_is_not_there_is_told_apart(tmp_path):
    with pytest.raises(NoAccess):
        await Store.open(tmp_path / "nowhere" / "reachline.db")


async def test_another_program_that_holds_the_database_is_told_apart(path):
    store = await Store.open(path)
    await store.write(lambda db: db.set_busy_timeout(1))
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Locked):
        await store.write(put, "a")
    other.execute("ROLLBACK")
    await store.write(put, "a")
    other.close()
    await store.close()


async def test_a_full_disk_is_told_apart_and_leaves_what_was_there(path):
    store = await Store.open(path)
    await store.write(put, "a")
    pages = await store.read(lambda db: db.pragma("page_count"))
    await store.write(lambda db: db.pragma("max_page_count", pages))
    with pytest.raises(DiskFull):
        await store.write(put, "big", value="x" * 1_000_000)
    assert await store.read(names) == ["a"]
    await store.write(put, "b")
    await store.close()


async def test_damage_that_cannot_be_written_down_is_still_told_apart(path, monkeypatch):
    """The folder became unwritable, which nobody foresaw."""

    def touch(*_args, **_more):
        raise PermissionError("read-only")

    store = await Store.open(path)
    monkeypatch.setattr(Path, "touch", touch)
    with pytest.raises(Corrupt):
        await store.read(damaged)
    await store.close()


def damaged(_db):
    raise apsw.CorruptError("malformed")


async def test_what_is_asked_once_for_each_screen_stays_prepared(path):
    """Between two views of a thread, more than a hundred statements run, many of them again and again."""

    def view(db):
        db.execute("SELECT value FROM settings WHERE name = 'once'").fetchall()
        for _ in range(300):
            db.execute("SELECT value FROM settings WHERE name = 'often'").fetchall()
        return db.cache_stats()["misses"]

    store = await Store.open(path)
    _, second, third = [await store.read(view) for _ in range(3)]
    assert second == third
    await store.close()
