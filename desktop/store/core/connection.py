"""Opens the connection that writes: its key, its settings, and the newest schema."""

from __future__ import annotations

import time
from pathlib import Path

import apsw

from desktop.store.core.encryption import Key
from desktop.store.core.migrate import OnProgress, migrate, steps
from desktop.store.core.reader import BUSY_TIMEOUT_MS, STATEMENTS_KEPT, wait_for_others

LOG_LIMIT_BYTES = 8 << 20
"""Of the write-ahead log while nothing holds it back; four megabytes are moved into the file at a time."""


def unlock(path: Path, key: Key | None) -> apsw.Connection:
    """Open or create the file. Raises NotADBError where the key does not fit, also where the file needs none."""
    db = apsw.Connection(str(path), statementcachesize=STATEMENTS_KEPT)
    try:
        if key is not None:
            key.unlock(db)
        wait_for_others(db)
        db.pragma("user_version")
    except BaseException:
        db.close()
        raise
    return db


def set_up(db: apsw.Connection, on_progress: OnProgress | None = None) -> apsw.Connection:
    """Bring an unlocked file to the newest version, for everything that the store does. Closes it on an error."""
    try:
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


def _enable_wal(db: apsw.Connection) -> None:
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
