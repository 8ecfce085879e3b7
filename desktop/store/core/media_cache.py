"""Pictures, voice notes and other files of messages: an encrypted database of their own beside the messages' one.

It is a cache: what is lost is fetched again. So it has no migrations, no copies and no part in a send, and a file that
cannot be read is replaced by an empty one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import apsw
import msgspec

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.store.core import damage, encryption
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_us,
    reason_from_json,
    reason_to_json,
    to_json,
    to_us,
    upsert_row,
)
from desktop.store.core.encryption import Key
from desktop.store.core.errors import Corrupt, known_errors
from desktop.store.core.reader import wait_for_others

T = TypeVar("T")
P = ParamSpec("P")
Database = apsw.Connection
log = logging.getLogger(__name__)

VERSION = 1
LOG_LIMIT_BYTES = 8 << 20
_SCHEMA = """
CREATE TABLE media (
    id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'here', 'too_large', 'refused', 'gone', 'failed')),
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    -- Of the message.
    sent_at_us INTEGER NOT NULL,
    -- Of the bytes here; 0 without.
    size_bytes INTEGER NOT NULL,
    -- WAITING: when to fetch it. HERE: when it was last looked at.
    at_us INTEGER NOT NULL,
    UNIQUE (conversation_id, entry_id, number)
) STRICT;
CREATE INDEX media_waiting ON media (sent_at_us) WHERE state = 'waiting';
CREATE INDEX media_by_use ON media (at_us) WHERE state = 'here';
CREATE TABLE media_bytes (id INTEGER PRIMARY KEY REFERENCES media ON DELETE CASCADE, data BLOB NOT NULL) STRICT;
CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), upto_arrival INTEGER NOT NULL) STRICT;
"""


class MediaRow(msgspec.Struct, frozen=True):
    """What is known of a file. sent_at: of its message. attempts: that failed. at: with WAITING, when to fetch it; with
    HERE, when it was looked at last; None before it is stored.
    """

    key: MediaKey
    state: MediaState
    sent_at: datetime
    reason: Reason = NO_REASON
    attempts: int = 0
    size_bytes: int = 0
    at: datetime | None = None


class MediaCache:
    """Runs functions `work(db, ...)` on a thread of its own, each as one transaction. Raises `KnownError`; after a
    `Corrupt` the next start begins with an empty file.
    """

    def __init__(self, db: Database, thread: ThreadPoolExecutor, path: Path) -> None:
        self._db = db
        self._thread = thread
        self._path = path

    @classmethod
    async def open(cls, path: Path, key: Key) -> MediaCache:
        """Open or create the file, for its owner alone; one that cannot be read is deleted first."""
        thread, loop = ThreadPoolExecutor(1, thread_name_prefix="media"), asyncio.get_running_loop()
        try:
            db = await loop.run_in_executor(thread, _open, path, key)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(db, thread, path)

    async def run(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` as one transaction; an exception undoes all of it. Cancelling the caller does not interrupt it."""

        def unit() -> T:
            try:
                with known_errors(), self._db:
                    result = work(self._db, *args, **kwargs)
            except Corrupt:
                damage.mark_damaged(self._path)
                raise
            return result

        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, unit))

    async def close(self) -> None:
        """Waits for the work that is under way."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._db.close)
        self._thread.shutdown()


def _open(path: Path, key: Key) -> Database:
    with known_errors():
        if not damage.is_marked(path):
            try:
                return _connect(path, key)
            except (apsw.NotADBError, apsw.CorruptError):
                pass
        log.warning("the files of messages could not be read and will be fetched again")
        damage.delete(path)
        return _connect(path, key)


def _connect(path: Path, key: Key) -> Database:
    encryption.make_private(path)
    db = Database(str(path))
    try:
        key.unlock(db)
        wait_for_others(db)
        # Before the first table: space that files leave goes back to the disk.
        db.pragma("auto_vacuum", 2)
        db.pragma("journal_mode", "wal")
        # What a power cut loses is fetched again.
        db.pragma("synchronous", "normal")
        db.pragma("journal_size_limit", LOG_LIMIT_BYTES)
        db.pragma("foreign_keys", True)
        db.pragma("secure_delete", True)
        db.pragma("temp_store", 2)
        version = db.pragma("user_version")
        if version not in (0, VERSION):
            raise apsw.CorruptError("of another version")
        if version == 0:
            with db:
                db.execute(_SCHEMA)
                db.pragma("user_version", VERSION)
    except BaseException:
        db.close()
        raise
    return db


# --- what is waited for ----------------------------------------------------------------------------------------------


def upto_arrival(db: Database) -> int | None:
    """`Entry.arrival` of the newest message whose files are noted here; None before the first."""
    row = fetch_one(db, "SELECT upto_arrival FROM progress")
    return None if row is None else int(row.upto_arrival)


def note_new(db: Database, found: Iterable[tuple[MediaKey, datetime]], upto: int, now: datetime) -> None:
    """Note files to fetch, with when each was sent, and how far the messages were looked through."""
    for key, sent_at in found:
        want(db, key, sent_at, now)
    upsert_row(db, "progress", {"one": 1, "upto_arrival": upto}, ("one",))


def want(db: Database, key: MediaKey, sent_at: datetime, now: datetime) -> None:
    """Fetch a file at once, unless it is here."""
    state = find(db, key)
    if state is None or state.state is not MediaState.HERE:
        _save(db, MediaRow(key, MediaState.WAITING, sent_at), now)


def due(db: Database, now: datetime, limit: int) -> tuple[MediaRow, ...]:
    """Files to fetch now, the newest messages' first."""
    rows = fetch_all(
        db,
        "SELECT * FROM media WHERE state = 'waiting' AND at_us <= ? ORDER BY sent_at_us DESC LIMIT ?",
        (to_us(now), limit),
    )
    return tuple(map(_row, rows))


def next_due(db: Database) -> datetime | None:
    """When the next file is to be fetched; None if none is."""
    at_us = fetch_one(db, "SELECT min(at_us) AS at_us FROM media WHERE state = 'waiting'").at_us
    return None if at_us is None else from_us(at_us)


def save_failure(db: Database, row: MediaRow, at: datetime) -> None:
    """Store why a file is not here. at: with WAITING, when to try again."""
    _save(db, row, at)


def save_bytes(db: Database, row: MediaRow, data: bytes, now: datetime) -> None:
    """Store a file."""
    _save(db, MediaRow(row.key, MediaState.HERE, row.sent_at, size_bytes=len(data)), now)
    media_id = fetch_one(db, f"SELECT id FROM media WHERE {_IS_KEY}", _values(row.key)).id
    db.execute("INSERT OR REPLACE INTO media_bytes (id, data) VALUES (?, ?)", (media_id, data))


# --- what is here ----------------------------------------------------------------------------------------------------


def find(db: Database, key: MediaKey) -> MediaRow | None:
    """What is known of a file; None if nothing is."""
    row = fetch_one(db, f"SELECT * FROM media WHERE {_IS_KEY}", _values(key))
    return None if row is None else _row(row)


def load(db: Database, key: MediaKey, now: datetime) -> tuple[MediaRow | None, bytes]:
    """What is known of a file, and its bytes if it is here. Counts as a look at it."""
    found = find(db, key)
    if found is None or found.state is not MediaState.HERE:
        return found, b""
    row = fetch_one(db, f"SELECT data FROM media_bytes JOIN media USING (id) WHERE {_IS_KEY}", _values(key))
    db.execute(f"UPDATE media SET at_us = ? WHERE {_IS_KEY}", (to_us(now), *_values(key)))
    return found, bytes(row.data)


def evict(db: Database, limit_bytes: int) -> int:
    """Remove the files that were not looked at for longest, until the others take at most `limit_bytes`. Returns how
    many: their messages' files are fetched again when somebody looks at them.
    """
    total = int(fetch_one(db, "SELECT total(size_bytes) AS total FROM media WHERE state = 'here'").total)
    removed = 0
    while total > limit_bytes:
        oldest = fetch_one(db, "SELECT id, size_bytes FROM media WHERE state = 'here' ORDER BY at_us LIMIT 1")
        db.execute("DELETE FROM media WHERE id = ?", (oldest.id,))
        total -= oldest.size_bytes
        removed += 1
    if removed:
        _give_space_back(db)
    return removed


def usage(db: Database) -> tuple[int, int]:
    """How many files are here, and how many bytes they have."""
    row = fetch_one(db, "SELECT count(*) AS files, total(size_bytes) AS bytes FROM media WHERE state = 'here'")
    return row.files, int(row.bytes)


def remove_sent_before(db: Database, moment: datetime) -> None:
    """Forget the files of older messages; their bytes are overwritten."""
    db.execute("DELETE FROM media WHERE state = 'here' AND sent_at_us < ?", (to_us(moment),))
    if db.changes():
        _give_space_back(db)


def keys_after(db: Database, media_id: int, limit: int) -> tuple[tuple[int, MediaKey], ...]:
    """Some files by their numbers in this database, which are greater than `media_id`, in order."""
    rows = fetch_all(db, "SELECT * FROM media WHERE id > ? ORDER BY id LIMIT ?", (media_id, limit))
    return tuple((row.id, _row(row).key) for row in rows)


def remove(db: Database, media_ids: Collection[int]) -> None:
    """Forget files; their bytes are overwritten."""
    db.execute("DELETE FROM media WHERE id IN (SELECT value FROM json_each(?))", (to_json(sorted(media_ids)),))
    _give_space_back(db)


def remove_key(db: Database, key: MediaKey) -> None:
    """Forget one file."""
    db.execute(f"DELETE FROM media WHERE {_IS_KEY}", _values(key))


_IS_KEY = "conversation_id = ? AND entry_id = ? AND number = ?"


def _values(key: MediaKey) -> tuple[str, str, int]:
    return key.conversation_id, key.entry_id, key.number


def _save(db: Database, row: MediaRow, at: datetime) -> None:
    values = {
        "conversation_id": row.key.conversation_id,
        "entry_id": row.key.entry_id,
        "number": row.key.number,
        "state": str(row.state),
        "reason": reason_to_json(row.reason),
        "attempts": row.attempts,
        "sent_at_us": to_us(row.sent_at),
        "size_bytes": row.size_bytes,
        "at_us": to_us(at),
    }
    upsert_row(db, "media", values, ("conversation_id", "entry_id", "number"))


def _give_space_back(db: Database) -> None:
    fetch_all(db, "PRAGMA incremental_vacuum")


def _row(row: Any) -> MediaRow:
    return MediaRow(
        MediaKey(row.conversation_id, row.entry_id, row.number),
        MediaState(row.state),
        from_us(row.sent_at_us),
        reason_from_json(row.reason),
        row.attempts,
        row.size_bytes,
        from_us(row.at_us),
    )
