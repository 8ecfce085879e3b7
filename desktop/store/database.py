"""Database: one SQLite connection on one worker thread; whole functions are transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import apsw

from desktop.store.errors import known_errors
from desktop.store.migrate import migrate, steps
from desktop.store.sending_lock import SendingLock

Connection = apsw.Connection
T = TypeVar("T")
P = ParamSpec("P")

BUSY_TIMEOUT_MS = 5_000


class Store:
    """The only way to the database. Every unit of work is a plain function `work(db, ...)` that runs on the worker
    thread as one transaction; it must not keep `db`. A cancelled caller does not interrupt it: it ends or it never
    began. Raises `KnownError` where the computer is to blame; anything else that comes out is a bug."""

    def __init__(self, db: Connection, thread: ThreadPoolExecutor, sending: SendingLock) -> None:
        self._db = db
        self._thread = thread
        self._sending = sending
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> Store:
        """Opens or makes the file and brings it up to date."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        try:
            db = await asyncio.get_running_loop().run_in_executor(thread, _open, path)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(db, thread, SendingLock(path))

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on one consistent state of the database. It must not write."""
        return await self._run("BEGIN", lambda: work(self._db, *args, **kwargs))

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` between BEGIN IMMEDIATE and COMMIT; whatever it raises undoes all of it."""
        return await self._run("BEGIN IMMEDIATE", lambda: work(self._db, *args, **kwargs))

    async def may_send(self) -> bool:
        """Whether this is the one Reachline that sends from this database; asks for that if nobody else does."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._sending.take))

    async def _run(self, begin: str, work: Callable[[], T]) -> T:
        def unit() -> T:
            with known_errors():
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

    async def close(self) -> None:
        """After the work that is under way. Closing twice does no harm."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._end)
            self._thread.shutdown()

    def _end(self) -> None:
        self._sending.release()
        self._db.close()


def _open(path: Path) -> Connection:
    with known_errors():
        db = Connection(str(path))
        try:
            db.set_busy_timeout(BUSY_TIMEOUT_MS)
            db.pragma("journal_mode", "wal")
            # A claim that a power cut loses would mean a second send.
            db.pragma("synchronous", "full")
            db.pragma("foreign_keys", True)
            # Redacted words must not stay in free pages.
            db.pragma("secure_delete", True)
            migrate(db, path, steps())
        except BaseException:
            db.close()
            raise
        return db
