"""Migrations: numbered steps, each applied whole, after a copy of the file was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import apsw

from desktop.store.encryption import Key, make_private
from desktop.store.errors import Newer


@dataclass(frozen=True, slots=True)
class Step:
    """version: what `PRAGMA user_version` says once it is applied."""

    version: int
    name: str
    script: str


def steps() -> tuple[Step, ...]:
    """Every step of this program, in order."""
    folder = files("desktop.store").joinpath("migrations")
    named = sorted((f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql"))
    return tuple(Step(int(name[:4]), name, script) for name, script in named)


def migrate(db: apsw.Connection, path: Path | None, todo: Sequence[Step], key: Key | None = None) -> None:
    """Bring the database to the newest step. Raises `Newer` for one that a newer program has written.

    path: where the file is, None for a database in memory. key: it is encrypted with; None for a plain one. A copy
    named `<file>.before-<version>`, encrypted alike, is made first when there is something to lose. A step that breaks
    leaves the version before it.
    """
    version = int(db.pragma("user_version"))
    newest = max((s.version for s in todo), default=0)
    if version > newest:
        raise Newer("This database was written by a newer Reachline. Update Reachline to open it.")
    pending = [s for s in todo if s.version > version]
    if pending and version > 0 and path is not None:
        _copy(db, path.with_name(f"{path.name}.before-{newest:04}"), key)
    for step in pending:
        _apply(db, step)


def _apply(db: apsw.Connection, step: Step) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        if int(db.pragma("user_version")) >= step.version:
            # Another Reachline was quicker.
            db.execute("ROLLBACK")
            return
        db.execute(step.script)
        db.execute(f"PRAGMA user_version = {step.version}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _copy(db: apsw.Connection, target: Path, key: Key | None) -> None:
    """SQLite's own backup: a plain copy of the file would miss what is still in the write-ahead log."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    make_private(unfinished)
    copy = apsw.Connection(str(unfinished))
    try:
        if key is not None:
            key.unlock(copy)
        with copy.backup("main", db, "main") as backup:
            while not backup.done:
                backup.step()
    finally:
        copy.close()
    # A copy of that name is whole, also after a kill.
    unfinished.replace(target)


def schema_of(db: apsw.Connection) -> str:
    """The whole schema as text, in the order it was made."""
    rows = db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    return "".join(f"{sql};\n\n" for (sql,) in rows)
