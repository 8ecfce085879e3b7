"""One SQLite connection that writes, on its own thread, and readers beside it. Whole functions are transactions."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import apsw

from desktop.ports.reasons import MachineReason
from desktop.store.core import damage, encryption
from desktop.store.core.copies import CopyKind, erase_copies
from desktop.store.core.encryption import Key
from desktop.store.core.errors import Corrupt, Locked, known_errors
from desktop.store.core.migrate import OnProgress, migrate, steps
from desktop.store.core.reader import BUSY_TIMEOUT_MS, Reader
from desktop.store.core.sending_lock import SendingLock

log = logging.getLogger(__name__)

Database = apsw.Connection
LOG_LIMIT_BYTES = 8 << 20
"""Of the write-ahead log while nothing holds it back; four megabytes are moved into the file at a time."""
T = TypeVar("T")
P = ParamSpec("P")


class Store:
    """The only way to the database. Every unit of work is a plain function `work(db, ...)` that runs on a thread of the
    store as one transaction; it must not keep `db`. Raises `KnownError` where the computer is to blame; any other
    exception is a bug.
    """

    def __init__(
        self,
        db: Database,
        thread: ThreadPoolExecutor,
        sending: SendingLock,
        path: Path | None = None,
        key: Key | None = None,
        *,
        is_temporary: bool = False,
    ) -> None:
        """path: where damage is recorded, so that the next start knows of it, and what readers open with `key`; without
        it everything runs on `thread`."""
        self.is_temporary = is_temporary
        self._db = db
        self._path = path
        self._thread = thread
        self._reader = None if path is None else Reader("store-reader", path, key)
        self._slow_reader = None if path is None else Reader("store-slow-reader", path, key)
        self._sending = sending
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: Path,
        key: Key | None = None,
        *,
        is_temporary: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Store:
        """Open or create the file, for its owner alone, and migrate it.

        key: encrypts it; an earlier file without encryption is encrypted first. None: a plain file.
        is_temporary: the file is deleted when the program ends; the screen asks for it.
        on_progress: called on this thread while a large file is migrated.
        Raises `Corrupt` where the key does not fit: nothing tells that from damage.
        """
        thread, loop = ThreadPoolExecutor(1, thread_name_prefix="store"), asyncio.get_running_loop()

        def report(done: float) -> None:
            if on_progress is not None:
                loop.call_soon_threadsafe(on_progress, done)

        try:
            db = await loop.run_in_executor(thread, _open, path, key, report)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(db, thread, SendingLock(path), path, key, is_temporary=is_temporary)

    async def read(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on one consistent state of the database, with all that was written when it was asked for. It must
        not write. Reads run in order, and wait for no write. Cancelling the caller interrupts it.
        """
        return await self._read(self._reader, lambda db: work(db, *args, **kwargs))

    async def read_aside(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `read`, for what may take long: other reads do not wait for it."""
        return await self._read(self._slow_reader, lambda db: work(db, *args, **kwargs))

    async def _read(self, reader: Reader | None, work: Callable[[Database], T]) -> T:
        if reader is None:
            return await self._run("BEGIN", lambda: work(self._db))
        with self._mark_damage(), known_errors():
            return await reader.run(work)

    async def write(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` between BEGIN IMMEDIATE and COMMIT; an exception undoes all of it. Cancelling the caller does not
        interrupt it: it is carried out whole or not at all."""
        return await self._run("BEGIN IMMEDIATE", lambda: work(self._db, *args, **kwargs))

    async def may_send(self) -> bool:
        """Whether this process is the one that sends from this database; becomes it if no other is."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._sending.try_lock))

    async def erase_copies(self, kind: CopyKind, written_before: datetime | None = None) -> None:
        """As `copies.erase_copies`, on a thread of its own: a copy may be as large as the database, and nothing waits
        for it.
        """
        if self._path is not None:
            with known_errors():
                await asyncio.to_thread(erase_copies, self._path, kind, written_before)

    async def _run(self, begin: str, work: Callable[[], T]) -> T:
        def unit() -> T:
            with self._mark_damage(), known_errors():
                self._db.execute(begin)
                try:
                    result = work()
                    self._db.execute("COMMIT")
                except BaseException:
                    # A full disk makes SQLite roll back by itself.
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
                return result

        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, unit))

    @contextmanager
    def _mark_damage(self) -> Iterator[None]:
        try:
            yield
        except Corrupt:
            if self._path is not None:
                try:
                    damage.mark_damaged(self._path)
                except OSError:
                    # The next start meets the damage itself.
                    log.exception("the damage could not be written down")
            raise

    async def close(self) -> None:
        """Waits for the work that is under way. Closing twice does no harm."""
        if not self._closed:
            self._closed = True
            for reader in (self._reader, self._slow_reader):
                if reader is not None:
                    await reader.close()
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close_now)
            self._thread.shutdown()

    def _close_now(self) -> None:
        self._sending.release()
        self._db.close()


def _open(path: Path, key: Key | None = None, on_progress: OnProgress | None = None) -> Database:
    with known_errors():
        if damage.is_marked(path):
            raise apsw.CorruptError("damage was found in it before")
        if encryption.is_interrupted(path):
            with _exclusive_access(path):
                encryption.finish_interrupted(path)
        encryption.make_private(path)
        try:
            return _connect(path, key, on_progress)
        except apsw.NotADBError:
            if key is None or not encryption.is_plain(path):
                raise
        with _exclusive_access(path):
            encryption.encrypt(path, key)
        return _connect(path, key, on_progress)


def _connect(path: Path, key: Key | None, on_progress: OnProgress | None = None) -> Database:
    db = Database(str(path))
    try:
        if key is not None:
            key.unlock(db)
        db.set_busy_timeout(BUSY_TIMEOUT_MS)
        _enable_wal(db)
        # It grows while a long read holds back its checkpoint; after that it shrinks again.
        db.pragma("journal_size_limit", LOG_LIMIT_BYTES)
        # A claim that a power cut loses would mean a second send.
        db.pragma("synchronous", "full")
        db.pragma("foreign_keys", True)
        # Redacted text must not stay in free pages.
        db.pragma("secure_delete", True)
        # Temporary files would not be encrypted, so there are none.
        db.pragma("temp_store", 2)
        migrate(db, steps(), on_progress)
    except BaseException:
        db.close()
        raise
    return db


def _enable_wal(db: Database) -> None:
    """SQLite does not wait for others when it changes the kind of journal, which it does once in a file's life."""
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1_000
    while True:
        try:
            db.pragma("journal_mode", "wal")
            return
        except apsw.BusyError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


@contextmanager
def _exclusive_access(path: Path) -> Iterator[None]:
    """Held while files change places. Raises `Locked` beside another process."""
    lock = SendingLock(path)
    try:
        if not lock.try_lock():
            raise Locked(MachineReason.OPEN_ELSEWHERE)
        yield
    finally:
        lock.release()
