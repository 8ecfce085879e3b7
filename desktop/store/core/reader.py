"""A connection that only reads, on a thread of its own, beside the one that writes."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from desktop.store.core.encryption import Key

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
_STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's machine, between two looks whether a read is still wanted: some tenths of a millisecond."""

STATEMENTS_KEPT = 500
"""Prepared statements that are used again. A statement goes when so many others have run after it, the same one again
and again included, and one view of a thread runs more than sixty: of `apsw`'s hundred, many were prepared at each use.
"""


class Reader:
    """Runs reads one after the other, in the order in which they are asked for. It waits for no writer, and sees
    everything that was committed before a read began. Opens the file at the first read.
    """

    def __init__(self, name: str, path: Path, key: Key | None) -> None:
        """name: of the thread."""
        self._path = path
        self._key = key
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._db: apsw.Connection | None = None

    async def run(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run `work` on one consistent state of the database. Cancelling the caller interrupts it."""
        unwanted = threading.Event()
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._run, work, unwanted)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            unwanted.set()
            running.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise

    def _run(self, work: Callable[[apsw.Connection], T], unwanted: threading.Event) -> T:
        if self._db is None:
            self._db = connect(self._path, self._key)
        self._db.set_progress_handler(unwanted.is_set, _STEPS_BETWEEN_LOOKS, id=self)
        if unwanted.is_set():
            raise apsw.InterruptError
        self._db.execute("BEGIN")
        try:
            return work(self._db)
        finally:
            self._db.execute("ROLLBACK")

    async def close(self) -> None:
        """Waits for the reads that were asked for."""
        await asyncio.to_thread(self._thread.shutdown)
        if self._db is not None:
            self._db.close()


def wait_for_others(db: apsw.Connection) -> None:
    """Let statements wait for locks that other connections hold, `BUSY_TIMEOUT_MS` long."""
    db.set_busy_timeout(BUSY_TIMEOUT_MS)
    if sys.platform == "win32":
        # By asking again, as everywhere, and not in one call of the system: wine never ends that call before its time
        # is up, also where the lock is free by then, and SQLite cannot interrupt it.
        db.setlk_timeout(0, 0)


def connect(path: Path, key: Key | None) -> apsw.Connection:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=STATEMENTS_KEPT)
    try:
        if key is not None:
            key.unlock(db)
        wait_for_others(db)
        db.pragma("query_only", True)
        # As for the connection that writes: temporary files would not be encrypted.
        db.pragma("temp_store", 2)
    except BaseException:
        db.close()
        raise
    return db
