"""Fetches the files of messages as soon as they are known, because their addresses die, and keeps them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from desktop.domain.content.file_types import normal_type, type_of
from desktop.domain.model.facts import Attachment, Conversation, Entry
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.tasks import in_parallel, wait_for_wake
from desktop.engine.views import MediaFile
from desktop.ports import Clock, DownloadedFile, ProviderError, ProviderErrorKind
from desktop.ports.reasons import MediaReason
from desktop.store import entries, settings
from desktop.store.core import media_cache
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.core.media_cache import MediaCache, MediaRow

log = logging.getLogger(__name__)

MAX_FILE_BYTES = 25_000_000
"""A larger file is not fetched. WhatsApp's pictures, voice notes and videos are below 16 MB."""
AT_ONCE = 3
"""Downloads at a time: a large file must not hold up the picture that somebody waits for."""
MAX_FILES_OF_MESSAGE = 20
"""Only the first ones are fetched; as many are shown without a click."""
FETCHED_AT_ONCE_FOR = timedelta(days=7)
"""Files of older messages are fetched when somebody looks at them."""
RETRY_AFTER = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10))
OFFLINE_RETRY = timedelta(minutes=1)
GATHERED_S = 0.25
READ_AGAIN_AFTER_S = 600.0
"""An address is good for 30 minutes."""
MAX_READ = 4
"""Conversations whose new addresses are kept for their other files."""
SWEEP_EVERY = timedelta(hours=6)
PAGE = 200

_FINAL = {
    ProviderErrorKind.TOO_LARGE: MediaState.TOO_LARGE,
    ProviderErrorKind.FORBIDDEN: MediaState.REFUSED,
    ProviderErrorKind.GONE: MediaState.GONE,
}


class Gateway(Protocol):
    """What is asked of Intercom: see `ports.ConversationGateway`."""

    async def attachment(self, url: str, max_bytes: int) -> DownloadedFile: ...

    async def conversation(self, conversation_id: str, *, background: bool = True) -> Conversation: ...


class Media:
    """Answers for the files of messages, and fetches them in `run`. Nothing here runs on the thread that sends.

    cache: None keeps nothing and fetches nothing.
    """

    def __init__(self, gateway: Gateway, store: Store, cache: MediaCache | None, clock: Clock, feed: Feed) -> None:
        self._gateway = gateway
        self._store = store
        self._cache = cache
        self._clock = clock
        self._feed = feed
        self._wake_event = asyncio.Event()
        self._asked_for: dict[MediaKey, None] = {}
        self._swept_at: datetime | None = None
        self._reading = asyncio.Lock()
        self._read: dict[str, tuple[float, Mapping[str, Entry]]] = {}

    async def prepare(self) -> None:
        """Note which messages are here before anything new is read: their files are fetched when somebody looks."""
        if self._cache is not None:
            try:
                await self._begin(self._cache)
            except KnownError as cause:
                # No reason to keep the messages shut.
                log.warning("files of messages are not fetched: %s", type(cause).__name__)

    async def load(self, key: MediaKey) -> MediaFile:
        """A file, or where it is. One that nobody has asked for is fetched; `Changes.media` tells when that is over."""
        if self._cache is None:
            return MediaFile(key, MediaState.NOT_YET)
        try:
            row, data = await self._cache.run(media_cache.load, key, self._clock.now())
        except KnownError as cause:
            return MediaFile(key, MediaState.FAILED, reason=cause.reason)
        if row is None:
            self._ask_for(key)
            return MediaFile(key, MediaState.WAITING)
        if _is_due(row, self._clock.now()):
            # Before others that are due.
            self._ask_for(key)
        return MediaFile(key, row.state, data, row.reason)

    async def retry(self, key: MediaKey) -> None:
        """Fetch a file again whatever became of it the last time."""
        if self._cache is not None:
            await self._cache.run(_reset, key, self._clock.now())
            self._ask_for(key)
            self._feed.publish(Changes(media=frozenset({key})))

    def wake(self) -> None:
        """Look for new messages with files."""
        self._wake_event.set()

    async def run(self) -> None:
        """Fetch what is due, until cancelled. Many messages that arrive at once, as in a first sync, are one batch."""
        while self._cache is not None:
            await wait_for_wake(self._clock, await self.run_once(), self._wake_event)
            if not self._asked_for:
                await self._clock.sleep(GATHERED_S)

    async def run_once(self) -> float | None:
        """Fetch what is due, what somebody looks at first, then the newest. Returns the seconds until the next turn."""
        cache = self._cache
        if cache is None:
            return None
        try:
            if self._swept_at is None or self._clock.now() - self._swept_at > SWEEP_EVERY:
                await self.sweep()
            await self._note_new(cache)
            while rows := await self._next_rows(cache):
                await in_parallel(self._fetch, rows, AT_ONCE)
                await self._evict(cache)
            at = await cache.run(media_cache.next_due)
        except KnownError as cause:
            log.warning("files of messages are not fetched: %s", type(cause).__name__)
            return OFFLINE_RETRY.total_seconds()
        return None if at is None else max((at - self._clock.now()).total_seconds(), 0.0)

    async def usage(self) -> tuple[int, int] | None:
        """How many files are here, and how many bytes they have; None where none are kept."""
        return None if self._cache is None else await self._cache.run(media_cache.usage)

    async def delete_all(self) -> None:
        """Delete every file that is here."""
        if self._cache is not None:
            await self._cache.run(media_cache.evict, 0)

    async def sweep(self) -> None:
        """Remove files whose messages have them no more: forgotten, redacted, deleted, or older than the retention.
        Then those of messages that are older than files are kept for, and those for which there is no room.
        """
        if self._cache is None:
            return
        self._swept_at, upto = self._clock.now(), 0
        while page := await self._cache.run(media_cache.keys_after, upto, PAGE):
            upto = page[-1][0]
            messages = {(key.conversation_id, key.entry_id) for _, key in page}
            counts = await self._store.read(entries.count_files, messages)
            gone = [i for i, key in page if key.number >= counts[key.conversation_id, key.entry_id]]
            if gone:
                await self._cache.run(media_cache.remove, gone)
        days, server_time = await self._store.read(settings.files_kept_days), self._clock.server_time
        # As with the text: by a server's time, never by the computer's.
        if days and server_time is not None:
            await self._cache.run(media_cache.remove_sent_before, server_time - timedelta(days=days))
        await self._evict(self._cache)

    async def _evict(self, cache: MediaCache) -> None:
        await cache.run(media_cache.evict, 1_000_000 * await self._store.read(settings.files_limit_mb))

    async def aclose(self) -> None:
        """Close the cache."""
        if self._cache is not None:
            await self._cache.close()

    def _ask_for(self, key: MediaKey) -> None:
        self._asked_for[key] = None
        self._wake_event.set()

    async def _begin(self, cache: MediaCache) -> int:
        """Return up to which message the files are noted: at first, all that are here."""
        upto = await cache.run(media_cache.upto_arrival)
        if upto is None:
            upto = await self._store.read(entries.newest_arrival)
            await cache.run(media_cache.note_new, (), upto, self._clock.now())
        return upto

    async def _note_new(self, cache: MediaCache) -> None:
        upto = await self._begin(cache)
        while found := await self._store.read(entries.with_files_after, upto, PAGE):
            upto, now = found[-1].arrival, self._clock.now()
            recent = [e for e in found if now - e.sent_at < FETCHED_AT_ONCE_FOR]
            files = [(key, entry.sent_at) for entry in recent for key in _keys_of(entry)]
            await cache.run(media_cache.note_new, files, upto, now)

    async def _next_rows(self, cache: MediaCache) -> tuple[MediaRow, ...]:
        """A few files, so that what somebody begins to look at meanwhile comes soon."""
        asked, self._asked_for = tuple(self._asked_for), {}
        if asked:
            return tuple([row for key in asked if (row := await self._wanted(cache, key)) is not None])
        return await cache.run(media_cache.due, self._clock.now(), AT_ONCE)

    async def _wanted(self, cache: MediaCache, key: MediaKey) -> MediaRow | None:
        row = await cache.run(media_cache.find, key)
        if row is not None:
            return row if _is_due(row, self._clock.now()) else None
        found = await self._file(key)
        return MediaRow(key, MediaState.WAITING, found[1]) if found is not None else None

    async def _fetch(self, row: MediaRow) -> None:
        """Fetch one file and store it, or why it is not here."""
        cache, now = self._cache, self._clock.now
        if cache is None:
            return
        found = await self._file(row.key)
        if found is None:
            await cache.run(media_cache.remove_key, row.key)
            return
        try:
            file = await self._download(row.key, found[0])
        except ProviderError as error:
            await self._fail(cache, row, error)
        else:
            # It may have been forgotten while it was under way.
            if await self._file(row.key) is not None:
                await cache.run(media_cache.save_bytes, row, file.data, now())
        self._feed.publish(Changes(media=frozenset({row.key})))

    async def _file(self, key: MediaKey) -> tuple[Attachment, datetime] | None:
        """What is stored of a file, and when it was sent."""
        return await self._store.read(entries.file_of, (key.conversation_id, key.entry_id), key.number)

    async def _download(self, key: MediaKey, file: Attachment) -> DownloadedFile:
        """Raises ProviderError. An address that has expired is replaced: by one that was read lately for another file,
        or, if that has expired too, by one that is read now.
        """
        if (file.size_bytes or 0) > MAX_FILE_BYTES:
            raise ProviderError(
                ProviderErrorKind.TOO_LARGE, make_reason(MediaReason.TOO_LARGE, megabytes=MAX_FILE_BYTES // 1_000_000)
            )
        began_s = self._clock.monotonic()
        for read_since_s in (began_s - READ_AGAIN_AFTER_S, began_s, None):
            try:
                answer = await self._gateway.attachment(file.url, MAX_FILE_BYTES)
                break
            except ProviderError as error:
                if error.kind is not ProviderErrorKind.GONE or read_since_s is None:
                    raise
            entry = (await self._read_again(key.conversation_id, read_since_s)).get(key.entry_id)
            found = _file_of(entry, key.number)
            if found is None:
                raise ProviderError(ProviderErrorKind.GONE, make_reason(MediaReason.NO_LONGER_THERE))
            file = found
        if _is_page_instead(answer, file):
            raise ProviderError(ProviderErrorKind.BAD_ANSWER, make_reason(MediaReason.NOT_THE_FILE))
        return answer

    async def _read_again(self, conversation_id: str, since_s: float) -> Mapping[str, Entry]:
        """The conversation's entries by id, read after `since_s` (monotonic): one reading serves all of its files."""
        async with self._reading:
            known = self._read.get(conversation_id)
            if known is None or known[0] < since_s:
                now_s = self._clock.monotonic()
                found = await self._gateway.conversation(conversation_id)
                known = self._read[conversation_id] = (now_s, {entry.id: entry for entry in found.entries})
                while len(self._read) > MAX_READ:
                    del self._read[next(iter(self._read))]
            return known[1]

    async def _fail(self, cache: MediaCache, row: MediaRow, error: ProviderError) -> None:
        now, key, reason = self._clock.now(), row.key, error.reason
        if error.kind in _FINAL:
            failed, at = MediaRow(key, _FINAL[error.kind], row.sent_at, reason, row.attempts + 1), now
        elif error.kind is ProviderErrorKind.OFFLINE:
            failed, at = MediaRow(key, MediaState.WAITING, row.sent_at, reason, row.attempts), now + OFFLINE_RETRY
        elif row.attempts < len(RETRY_AFTER):
            at = now + RETRY_AFTER[row.attempts]
            failed = MediaRow(key, MediaState.WAITING, row.sent_at, reason, row.attempts + 1)
        else:
            failed, at = MediaRow(key, MediaState.FAILED, row.sent_at, reason, row.attempts), now
        await cache.run(media_cache.save_failure, failed, at)


def _is_due(row: MediaRow, now: datetime) -> bool:
    return row.state is MediaState.WAITING and row.at is not None and row.at <= now


def _keys_of(entry: Entry) -> Iterator[MediaKey]:
    count = min(len(entry.attachments), MAX_FILES_OF_MESSAGE)
    return (MediaKey(entry.conversation_id, entry.id, number) for number in range(count))


def _file_of(entry: Entry | None, number: int) -> Attachment | None:
    return entry.attachments[number] if entry is not None and number < len(entry.attachments) else None


def _is_page_instead(answer: DownloadedFile, file: Attachment) -> bool:
    """Whether a web page came for another file, as from a hotel's network before one has signed in there."""
    return normal_type(answer.content_type) == "text/html" and type_of(file.name, file.content_type) != "text/html"


def _reset(db: Database, key: MediaKey, now: datetime) -> None:
    found = media_cache.find(db, key)
    if found is not None:
        media_cache.want(db, key, found.sent_at, now)
