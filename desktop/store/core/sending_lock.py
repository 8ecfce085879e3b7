"""Decides which of several processes on one database sends. Held by a living process, released by its death."""

from __future__ import annotations

from pathlib import Path

import apsw

from desktop.store.core.encryption import make_private
from desktop.store.core.errors import known_errors


class SendingLock:
    """At most one holder per database file, over all processes and windows of this computer.

    What is marked as being sent belongs to the holder, or to nobody alive: so whoever gets the lock may call those
    replies unconfirmed. It is a lock of the operating system on a file beside the database and not a lease with a
    heartbeat, because a laptop that sleeps would lose its lease while a request is under way. SQLite's own file locks
    are used: they are the same on every system.

    Use it on one thread only.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-sending")
        self._file: apsw.Connection | None = None
        self._is_held = False

    def try_lock(self) -> bool:
        """True if it is held, now or since before; False while another holds it. Never waits."""
        with known_errors():
            if self._file is None:
                make_private(self._path)
                self._file = apsw.Connection(str(self._path))
            if not self._is_held:
                try:
                    self._file.execute("BEGIN EXCLUSIVE")
                except apsw.BusyError:
                    return False
                self._is_held = True
        return True

    def release(self) -> None:
        """Releasing twice does no harm."""
        if self._file is not None:
            self._file.close()
        self._file, self._is_held = None, False
