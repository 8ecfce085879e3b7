"""Numbered migrations, applied in one transaction after a copy of the file was made."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import apsw

from desktop.ports.reasons import MachineReason
from desktop.store.core.encryption import Key, make_private
from desktop.store.core.errors import Newer


@dataclass(frozen=True, slots=True)
class Step:
    """version: the value of `PRAGMA user_version` once it is applied."""

    version: int
    name: str
    script: str


def steps() -> tuple[Step, ...]:
    """Every migration of this program, in order."""
    folder = files("desktop.store").joinpath("migrations")
    named = sorted((f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql"))
    return tuple(Step(int(name[:4]), name, script) for name, script in named)


def migrate(db: apsw.Connection, path: Path | None, todo: Sequence[Step], key: Key | None = None) -> None:
    """Bring the database to the newest version, or leave it as it was where a migration fails. Raises `Newer` for a
    database that a newer program has written.

    path: where the file is; None for a database in memory.
    key: it is encrypted with; None for a plain one. A copy named `<file>.before-<version>`, encrypted alike, is made
        first when there is something to lose.
    """
    newest = max((s.version for s in todo), default=0)
    if _version(db, newest) == newest:
        return
    # Of several programs that open the file at once, one goes through all the steps and the others wait for it.
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db, newest)
        pending = [s for s in todo if s.version > version]
        if pending and version > 0 and path is not None:
            _copy(path, path.with_name(f"{path.name}.before-{newest:04}"), key)
        for step in pending:
            db.execute(step.script)
            db.execute(f"PRAGMA user_version = {step.version}")
    except BaseException:
        # A full disk makes SQLite roll back by itself.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _version(db: apsw.Connection, newest: int) -> int:
    version = int(db.pragma("user_version"))
    if version > newest:
        raise Newer(MachineReason.DATABASE_NEWER)
    return version


def _copy(path: Path, target: Path, key: Key | None) -> None:
    """SQLite's own backup: a plain copy of the file would miss what is still in the write-ahead log. It reads through a
    connection of its own, since the one that writes cannot be backed up.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    make_private(unfinished)
    with closing(apsw.Connection(str(path))) as source, closing(apsw.Connection(str(unfinished))) as copy:
        if key is not None:
            key.unlock(source)
            key.unlock(copy)
        with copy.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step()
    # A copy of that name is whole, also after a kill.
    unfinished.replace(target)


def schema_of(db: apsw.Connection) -> str:
    """The whole schema as text, in the order it was made."""
    rows = db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    return "".join(f"{sql};\n\n" for (sql,) in rows)
