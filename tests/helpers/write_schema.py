"""Writes `desktop/store/schema.sql` anew after a new migration: `python -m tests.helpers.write_schema`."""

from __future__ import annotations

from pathlib import Path

import apsw

import desktop.store
from desktop.store.core.migrate import migrate, steps

PATH = Path(desktop.store.__file__).with_name("schema.sql")
HEAD = "-- What the migrations build; `python -m tests.helpers.write_schema` writes it, the tests compare it.\n\n"


def schema_of(db: apsw.Connection) -> str:
    """The whole schema as text, in the order it was made."""
    rows = db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    return "".join(f"{sql};\n\n" for (sql,) in rows)


def schema_text() -> str:
    db = apsw.Connection(":memory:")
    migrate(db, steps())
    return HEAD + schema_of(db).rstrip() + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), "utf-8")
