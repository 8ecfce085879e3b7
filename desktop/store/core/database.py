"""One SQLite connection that writes, on its own thread, and readers beside it. Whole functions are transactions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import apsw

from desktop.domain.model.reason import Reason
from desktop.ports.reasons import MachineReason
from desktop.store.core import damage, encryption, migration_copy
from desktop.store.core.connection import set_up, unlock
from desktop.store.core.copies import CopyKind, erase_copies
from desktop.store.core.encryption import Key
from desktop.store.core.errors import Corrupt, Locked, known_errors
from desktop.store.core.migration_copy import NotCopied
from desktop.store.core.old_messages import OldMessages
from desktop.store.core.reader import Reader
from desktop.store.core.sending_lock import SendingLock

log = logging.getLogger(__name__)

Database = apsw.Connection
T = TypeVar("T")
P = ParamSpec("P")


class UpdateListener:
    """Is told how a file of an earlier version is brought to this one. These methods do nothing."""

    def on_progress(self, done: float) -> None:
        """done: share of the work, from 0 to 1."""

    def on_readable(self, old: OldMessages) -> None:
        """The earlier messages can be read from now on, until the work is done."""

    def on_unreadable(self, reason: Reason) -> None:
        """They cannot be read meanwhile. reason: why."""


NO_LISTENER = UpdateListener()


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
        listener: UpdateListener = NO_LISTENER,
    ) -> Store:
        """Open or create the file, for its owner alone, and migrate it.

        key: encrypts it; an earlier file without encryption is encrypted first. None: a plain file.
        is_temporary: the file is deleted when the program ends; the screen asks for it.
        listener: called on this thread.
        Raises `Corrupt` where the key does not fit: nothing tells that from damage.
        """
        thread, loop = ThreadPoolExecutor(1, thread_name_prefix="store"), asyncio.get_running_loop()
        try:
            db = await loop.run_in_executor(thread, _open, path, key, _PassedOn(listener, loop))
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


class _PassedOn(UpdateListener):
    """Passes everything on to the thread of an event loop."""

    def __init__(self, listener: UpdateListener, loop: asyncio.AbstractEventLoop) -> None:
        self._listener, self._soon = listener, loop.call_soon_threadsafe

    def on_progress(self, done: float) -> None:
        self._soon(self._listener.on_progress, done)

    def on_readable(self, old: OldMessages) -> None:
        self._soon(self._listener.on_readable, old)

    def on_unreadable(self, reason: Reason) -> None:
        self._soon(self._listener.on_unreadable, reason)


def _open(path: Path, key: Key | None = None, listener: UpdateListener = NO_LISTENER) -> Database:
    """As `Store.open`, all of it on this thread."""
    with known_errors():
        db = _unlock(path, key)
        try:
            if (copy := migration_copy.begin(db, path, key)) is not None:
                old = OldMessages(path, key)
                listener.on_readable(old)
                try:
                    copy.make(listener.on_progress)
                finally:
                    old.close()
                copy.put_in_place()
                db = unlock(path, key)
        except NotCopied as why:
            log.warning("the messages cannot be read while they are migrated: %s", why)
            listener.on_unreadable(why.reason)
        return set_up(db, listener.on_progress)


def _unlock(path: Path, key: Key | None) -> Database:
    """Put in order what earlier programs left, and open the file."""
    if damage.is_marked(path):
        raise apsw.CorruptError("damage was found in it before")
    if encryption.is_interrupted(path):
        with _exclusive_access(path):
            encryption.finish_interrupted(path)
    encryption.make_private(path)
    try:
        return unlock(path, key)
    except apsw.NotADBError:
        if key is None or not encryption.is_plain(path):
            raise
    with _exclusive_access(path):
        encryption.encrypt(path, key)
    return unlock(path, key)


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
