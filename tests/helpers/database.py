"""New databases, copied from one that is created once per process, because that takes as long as most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from desktop.store.core.migrate import migrate, steps


def create_database(path: Path) -> Path:
    """Create the database file without encryption, unless it exists."""
    if not path.exists():
        path.write_bytes(_new())
    return path


def open_in_memory() -> apsw.Connection:
    db = apsw.Connection(":memory:")
    db.deserialize("main", _new())
    db.pragma("foreign_keys", True)
    return db


def table_names(db: apsw.Connection) -> list[str]:
    """Every table that can be read whole; the index of words cannot."""
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'message_index'"
    return [name for (name,) in db.execute(names).fetchall()]


@cache
def _new() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        db = apsw.Connection(str(path))
        migrate(db, steps())
        db.close()
        return path.read_bytes()
