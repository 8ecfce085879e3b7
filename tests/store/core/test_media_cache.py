"""Files of messages in a database of their own: encrypted, bounded, and never a reason not to start."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.ports.reasons import MediaReason
from desktop.store.core import media_cache
from desktop.store.core.encryption import Key
from desktop.store.core.errors import Corrupt
from desktop.store.core.media_cache import MediaCache, MediaRow

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def key(number: int, entry_id: str = "e1") -> MediaKey:
    return MediaKey("c1", entry_id, number)


def waiting(number: int, minutes_ago: int = 0) -> MediaRow:
    return MediaRow(key(number), MediaState.WAITING, NOW - timedelta(minutes=minutes_ago))


def has_bytes(folder: Path, data: bytes) -> bool:
    return any(data in file.read_bytes() for file in folder.iterdir())


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[MediaCache]:
    cache = await MediaCache.open(tmp_path / "media.db", Key.new())
    yield cache
    await cache.close()


async def test_bytes_come_back_and_are_not_readable_on_the_disk(tmp_path: Path) -> None:
    secret, path = Key.new(), tmp_path / "media.db"
    cache = await MediaCache.open(path, secret)
    await cache.run(media_cache.save_bytes, waiting(0), b"a picture of a parcel" * 500, NOW)
    assert (await cache.run(media_cache.load, key(0), NOW))[1] == b"a picture of a parcel" * 500
    await cache.close()
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    assert not has_bytes(tmp_path, b"parcel")
    again = await MediaCache.open(path, secret)
    found, data = await again.run(media_cache.load, key(0), NOW)
    await again.close()
    assert (found.state, len(data)) == (MediaState.HERE, 10_500)


@pytest.mark.parametrize("spoil", ["another key", "no database", "another version"])
async def test_a_file_that_cannot_be_read_is_replaced(tmp_path: Path, spoil: str, caplog) -> None:
    secret, path = Key.new(), tmp_path / "media.db"
    cache = await MediaCache.open(path, secret)
    await cache.run(media_cache.save_bytes, waiting(0), b"old", NOW)
    if spoil == "another version":
        await cache.run(lambda db: db.pragma("user_version", 99))
    await cache.close()
    if spoil == "no database":
        path.write_bytes(b"x" * 8192)
    cache = await MediaCache.open(path, Key.new() if spoil == "another key" else secret)
    assert await cache.run(media_cache.find, key(0)) is None
    await cache.run(media_cache.save_bytes, waiting(1), b"new", NOW)
    await cache.close()


async def test_damage_that_is_met_later_is_gone_at_the_next_start(tmp_path: Path, caplog) -> None:
    secret, path = Key.new(), tmp_path / "media.db"
    cache = await MediaCache.open(path, secret)
    for number in range(3):
        await cache.run(media_cache.save_bytes, waiting(number), bytes(100_000), NOW)
    await cache.close()
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(b"damage" * 10_000)
    cache = await MediaCache.open(path, secret)
    with pytest.raises(Corrupt):
        await cache.run(lambda db: [media_cache.load(db, key(number), NOW) for number in range(3)])
    await cache.close()
    cache = await MediaCache.open(path, secret)
    assert await cache.run(media_cache.keys_after, 0, 9) == ()
    await cache.close()


async def test_the_newest_messages_files_come_first_and_only_when_due(cache: MediaCache) -> None:
    found = [(key(number), NOW - timedelta(minutes=number)) for number in (2, 0, 1)]
    await cache.run(media_cache.note_new, found, 7, NOW)
    later = MediaRow(key(0), MediaState.WAITING, NOW, make_reason(MediaReason.NOT_THE_FILE), 1)
    await cache.run(media_cache.save_failure, later, NOW + timedelta(minutes=1))
    assert [row.key.number for row in await cache.run(media_cache.due, NOW, 9)] == [1, 2]
    assert await cache.run(media_cache.upto_arrival) == 7
    assert await cache.run(media_cache.find, key(0)) == MediaRow(
        key(0), MediaState.WAITING, NOW, later.reason, 1, at=NOW + timedelta(minutes=1)
    )


async def test_what_was_looked_at_least_goes_first_and_the_disk_gets_its_room_back(
    cache: MediaCache, tmp_path: Path
) -> None:
    for number in range(4):
        await cache.run(media_cache.save_bytes, waiting(number), bytes(1_000_000), NOW + timedelta(seconds=number))
    await cache.run(media_cache.load, key(0), NOW + timedelta(minutes=1))
    assert await cache.run(media_cache.evict, 2_500_000) == 2
    here = [number for number in range(4) if await cache.run(media_cache.find, key(number)) is not None]
    assert here == [0, 3]
    assert await cache.run(media_cache.evict, 2_500_000) == 0
    await cache.run(lambda db: None)
    pages, size = await cache.run(lambda db: (db.pragma("page_count"), db.pragma("page_size")))
    assert pages * size < 2_200_000


async def test_removed_files_leave_no_bytes(cache: MediaCache) -> None:
    await cache.run(media_cache.save_bytes, waiting(0), b"one", NOW)
    await cache.run(media_cache.save_bytes, waiting(1), b"two", NOW)
    rows = await cache.run(media_cache.keys_after, 0, 10)
    await cache.run(media_cache.remove, [rows[0][0]])
    assert await cache.run(lambda db: db.execute("SELECT data FROM media_bytes").fetchall()) == [(b"two",)]
