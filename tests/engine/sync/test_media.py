"""Files of messages: fetched at once, the newest first, a few at a time; resumed, given up, and forgotten with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.model.facts import Attachment
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Changes
from desktop.engine.commands import DeleteFiles, Done, Failed, ForgetCustomer, SetFilesLimits
from desktop.engine.sync.media import AT_ONCE, MAX_FILES_OF_MESSAGE, Media
from desktop.engine.views import FilesView
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import MachineReason, MediaReason
from desktop.store import settings
from desktop.store.core.encryption import Key
from desktop.store.core.errors import DiskFull
from desktop.store.core.media_cache import MediaCache

SECRET = Key.new()


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[MediaCache]:
    cache = await MediaCache.open(tmp_path / "media.db", SECRET)
    yield cache
    await cache.close()


@pytest.fixture
async def media(world, cache: MediaCache, clock) -> Media:
    media = Media(world.gateway, world.store, cache, clock, world.engine.feed)
    await media.prepare()
    return media


def error(kind: ProviderErrorKind, reason: str = MediaReason.EXPIRED) -> ProviderError:
    return ProviderError(kind, make_reason(reason))


async def receive(world, kit, *names: str, minutes_ago: int = 0, conversation_id: str = "900", **more) -> MediaKey:
    """A message with files; returns the key of the first."""
    trunk = world.gateway
    at = world.clock.now() - timedelta(minutes=minutes_ago)
    if conversation_id not in trunk.conversations:
        trunk.put(kit.whatsapp(conversation_id, "c1", at))
    entry = trunk.write(conversation_id, "", at=at)
    files = tuple(Attachment(name, f"https://files.example/{name}", **more) for name in names)
    old = trunk.conversations[conversation_id]
    trunk.conversations[conversation_id] = replace(old, entries=(*old.entries[:-1], replace(entry, attachments=files)))
    await world.sync()
    return MediaKey(conversation_id, entry.id, 0)


async def test_a_new_file_is_fetched_before_anybody_looks(world, kit, media: Media) -> None:
    key = await receive(world, kit, "a.jpg")
    assert await media.run_once() is None
    file = await media.load(key)
    assert (file.state, file.data) == (MediaState.HERE, b"bytes of https://files.example/a.jpg")
    await media.run_once()
    assert len(world.gateway.called("attachment")) == 1


async def test_the_newest_come_first_and_a_few_at_a_time(world, kit, media: Media) -> None:
    await receive(world, kit, *(f"{n}.jpg" for n in range(1_000)), minutes_ago=5)
    await receive(world, kit, "new.jpg")
    await media.run_once()
    fetched = world.gateway.called("attachment")
    assert fetched[0] == "https://files.example/new.jpg"
    assert len(fetched) == MAX_FILES_OF_MESSAGE + 1
    assert world.gateway.most_at_once <= AT_ONCE


async def test_old_messages_files_wait_until_somebody_looks(world, kit, media: Media) -> None:
    key = await receive(world, kit, "old.jpg", minutes_ago=60 * 24 * 8)
    await media.run_once()
    assert world.gateway.called("attachment") == []
    assert (await media.load(key)).state is MediaState.WAITING
    await media.run_once()
    assert (await media.load(key)).state is MediaState.HERE


async def test_what_waits_is_fetched_after_a_restart(world, kit, media: Media, cache, clock) -> None:
    world.gateway.failures["attachment"] = error(ProviderErrorKind.OFFLINE)
    key = await receive(world, kit, "a.jpg")
    assert await media.run_once() == 60.0
    world.gateway.failures.clear()
    await clock.advance(61)
    again = Media(world.gateway, world.store, cache, clock, world.engine.feed)
    await again.prepare()
    await again.run_once()
    assert (await again.load(key)).state is MediaState.HERE


async def test_an_address_that_has_expired_is_read_anew(world, kit, media: Media) -> None:
    key = await receive(world, kit, "a.jpg")
    world.gateway.failures["attachment https://files.example/a.jpg"] = error(ProviderErrorKind.GONE)
    old = world.gateway.conversations["900"]
    fresh = replace(old.entries[-1], attachments=(Attachment("a.jpg", "https://files.example/fresh"),))
    world.gateway.conversations["900"] = replace(old, entries=(*old.entries[:-1], fresh))
    await media.run_once()
    assert (await media.load(key)).data == b"bytes of https://files.example/fresh"


async def test_one_reading_serves_all_files_of_a_conversation(world, kit, media: Media, clock) -> None:
    names = [f"{n}.jpg" for n in range(5)]
    key = await receive(world, kit, *names)
    for name in names:
        world.gateway.failures[f"attachment https://files.example/{name}"] = error(ProviderErrorKind.GONE)
    old = world.gateway.conversations["900"]
    fresh = replace(
        old.entries[-1], attachments=tuple(Attachment(n, f"https://files.example/fresh/{n}") for n in names)
    )
    world.gateway.conversations["900"] = replace(old, entries=(*old.entries[:-1], fresh))
    before = len(world.gateway.called("conversation"))
    await media.run_once()
    assert len(world.gateway.called("conversation")) - before == 1
    for number in range(5):
        assert (await media.load(replace(key, number=number))).state is MediaState.HERE


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ProviderErrorKind.TOO_LARGE, MediaState.TOO_LARGE),
        (ProviderErrorKind.FORBIDDEN, MediaState.REFUSED),
        (ProviderErrorKind.GONE, MediaState.GONE),
    ],
)
async def test_what_will_not_come_is_not_asked_for_again_until_somebody_wants_it(
    world, kit, media: Media, kind: ProviderErrorKind, state: MediaState
) -> None:
    world.gateway.failures["attachment"] = error(kind)
    key = await receive(world, kit, "a.jpg")
    await media.run_once()
    asked = len(world.gateway.called("attachment"))
    file = await media.load(key)
    await media.run_once()
    assert (file.state, file.data, file.reason) == (state, b"", make_reason(MediaReason.EXPIRED))
    assert len(world.gateway.called("attachment")) == asked
    world.gateway.failures.clear()
    await media.retry(key)
    await media.run_once()
    assert (await media.load(key)).state is MediaState.HERE


async def test_failures_are_retried_with_pauses_and_then_given_up(world, kit, media: Media, clock) -> None:
    world.gateway.failures["attachment"] = error(ProviderErrorKind.BUSY)
    key = await receive(world, kit, "a.jpg")
    pauses = []
    while (pause := await media.run_once()) is not None:
        pauses.append(pause)
        # Looking at it again and again asks for nothing meanwhile.
        await media.load(key)
        await media.run_once()
        await clock.advance(pause)
    assert pauses == [5.0, 60.0, 600.0]
    assert (await media.load(key)).state is MediaState.FAILED
    assert len(world.gateway.called("attachment")) == 4


async def test_a_file_that_is_too_large_by_its_own_account_is_not_asked_for(world, kit, media: Media) -> None:
    key = await receive(world, kit, "film.mp4", size_bytes=10**12)
    await media.run_once()
    assert world.gateway.called("attachment") == []
    assert (await media.load(key)).state is MediaState.TOO_LARGE


async def test_a_cache_that_fails_keeps_nobody_from_the_messages(world, kit, cache, clock, monkeypatch, caplog) -> None:
    key = await receive(world, kit, "a.jpg")
    run = cache.run

    async def full(work, *args):
        raise DiskFull(MachineReason.DISK_FULL)

    monkeypatch.setattr(cache, "run", full)
    media = Media(world.gateway, world.store, cache, clock, world.engine.feed)
    await media.prepare()
    assert await media.run_once() == 60.0
    file = await media.load(key)
    assert (file.state, file.reason) == (MediaState.FAILED, make_reason(MachineReason.DISK_FULL))
    assert "DiskFull" in caplog.text
    monkeypatch.setattr(cache, "run", run)
    await media.run_once()
    assert world.gateway.called("attachment") == []
    assert (await media.load(key)).state is MediaState.WAITING


async def test_many_arrivals_are_looked_through_together(world, kit, media: Media, clock, monkeypatch) -> None:
    looked: list[int] = []
    note_new = media._note_new
    monkeypatch.setattr(media, "_note_new", lambda cache: looked.append(1) or note_new(cache))
    world.engine.tasks.start(media.run(), "media")
    await kit.eventually(lambda: len(looked) == 1)
    for number in range(20):
        await receive(world, kit, f"{number}.jpg")
        media.wake()
    assert len(looked) == 1
    await clock.advance(0.3)
    await kit.eventually(lambda: len(world.gateway.called("attachment")) == 20)
    assert len(looked) == 2


async def test_changes_tell_which_file_came(world, kit, media: Media) -> None:
    told = []
    world.engine.feed.subscribe(lambda changes: told.extend(changes.media))
    key = await receive(world, kit, "a.jpg")
    await media.run_once()
    assert told == [key]


async def test_files_go_with_their_messages(world, kit, media: Media, cache) -> None:
    key = await receive(world, kit, "a.jpg")
    other = await receive(world, kit, "b.jpg")
    await media.run_once()
    old = world.gateway.conversations["900"]
    redacted = replace(old.entries[-1], attachments=(), redacted=True)
    world.gateway.conversations["900"] = replace(
        old, entries=(*old.entries[:-1], redacted), updated_at=old.updated_at + timedelta(seconds=1)
    )
    await world.sync()
    await media.sweep()
    assert (await media.load(key)).state is MediaState.HERE
    assert (await media.load(other)).state is MediaState.WAITING
    await world.engine.command_handler.do(ForgetCustomer("c1"))
    await media.sweep()
    assert await cache.run(lambda db: db.execute("SELECT count(*) FROM media_bytes").fetchall()) == [(0,)]


async def test_a_file_that_was_forgotten_while_it_came_is_not_kept(
    world, kit, media: Media, cache, monkeypatch
) -> None:
    await receive(world, kit, "a.jpg")
    fetch = world.gateway.attachment

    async def forget_meanwhile(url: str, max_bytes: int):
        await world.engine.command_handler.do(ForgetCustomer("c1"))
        return await fetch(url, max_bytes)

    monkeypatch.setattr(world.gateway, "attachment", forget_meanwhile)
    await media.run_once()
    assert await cache.run(lambda db: db.execute("SELECT count(*) FROM media_bytes").fetchall()) == [(0,)]


async def test_the_cache_stays_below_its_limit(world, kit, media: Media, cache, monkeypatch) -> None:
    monkeypatch.setattr(settings, "files_limit_mb", lambda db: 100 / 1_000_000)
    await receive(world, kit, *(f"{n}.jpg" for n in range(6)))
    await media.run_once()
    rows = await cache.run(lambda db: db.execute("SELECT total(size_bytes) FROM media").fetchall())
    assert 0 < rows[0][0] <= 100


# --- what the agent decides ---


@pytest.fixture
async def engine(world, cache: MediaCache, monkeypatch):
    """With a cache of files."""
    monkeypatch.setattr(world.engine.media, "_cache", cache)
    await world.engine.media.prepare()
    return world.engine


async def test_files_are_counted_and_deleted_and_come_again_when_somebody_looks(world, kit, engine) -> None:
    key = await receive(world, kit, "a.jpg", "b.jpg")
    await engine.media.run_once()
    sizes = [len(f"bytes of https://files.example/{name}.jpg") for name in "ab"]
    assert (await engine.queries.workspace()).files == FilesView(2, sum(sizes))
    world.told.clear()
    assert await engine.command_handler.do(DeleteFiles()) == Done()
    assert Changes(settings=True) in world.told
    assert (await engine.queries.workspace()).files == FilesView(0)
    assert (await engine.media.load(key)).state is MediaState.WAITING
    await engine.media.run_once()
    assert (await engine.media.load(key)).state is MediaState.HERE


async def test_a_smaller_limit_and_a_shorter_time_take_effect_at_once(world, kit, engine) -> None:
    old = await receive(world, kit, "old.jpg", minutes_ago=9 * 24 * 60)
    new = await receive(world, kit, "new.jpg")
    await engine.media.load(old)
    await engine.media.run_once()
    assert (await engine.queries.workspace()).files.count == 2
    assert await engine.command_handler.do(SetFilesLimits(100, 10)) == Done()
    assert (await engine.queries.workspace()).files.count == 2
    assert await engine.command_handler.do(SetFilesLimits(100, 7)) == Done()
    files = (await engine.queries.workspace()).files
    assert (files.count, files.limit_mb, files.kept_days) == (1, 100, 7)
    assert (await engine.media.load(new)).state is MediaState.HERE


async def test_too_little_room_is_refused(engine) -> None:
    assert isinstance(await engine.command_handler.do(SetFilesLimits(1, 7)), Failed)
    assert (await engine.queries.workspace()).files.limit_mb == 500


async def test_without_a_cache_nothing_is_counted_and_deleting_does_no_harm(world) -> None:
    assert await world.engine.command_handler.do(DeleteFiles()) == Done()
    assert (await world.engine.queries.workspace()).files.count is None
