"""Numbered migrations. What has many rows is moved in batches, so that a migration shows its progress and goes on where
it was stopped; the old tables stay as they are until the new ones are complete.

A script may be divided by these lines; what stands before the first of them runs once:

    -- once                                 the statements below run once, in one transaction
    -- move TABLE by COLUMN, COLUMN         they run for each batch of the table's rows, which is `{batch}`
    -- remove TABLE by COLUMN, COLUMN       the table is emptied in batches and dropped

The first part may run again: before anything else it drops what it creates. The last one that runs `once` puts the new
tables in the place of the old ones, and with it the version changes. Foreign keys are off, and renaming a table leaves
alone what refers to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from importlib.resources import files
from typing import Any

import apsw
import msgspec
from msgspec.structs import replace

from desktop.domain.search.folding import fold
from desktop.ports.reasons import MachineReason
from desktop.store.core.columns import fetch_one, from_json, stored_customer_text, to_json
from desktop.store.core.errors import Locked, Newer

BATCH = 1_000
"""Rows that one transaction moves or removes."""
MAX_RESTARTS = 3
"""As often as another program may change the old tables meanwhile."""

_DIVISION = re.compile(r"^-- (once|(?:move|remove) \w+ by \w+(?:, \w+)*)$", re.MULTILINE)
_EVENTS = ("INSERT", "UPDATE", "DELETE")


class Run(Enum):
    """How a part of a migration runs; the value is its word in the script."""

    ONCE = "once"
    MOVE = "move"
    REMOVE = "remove"


class Part(msgspec.Struct, frozen=True):
    """table: whose rows it goes through, in the order of `key`."""

    run: Run
    script: str
    table: str = ""
    key: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """version: the value of `PRAGMA user_version` once it is applied."""

    version: int
    name: str
    script: str

    @property
    def parts(self) -> tuple[Part, ...]:
        """The script's parts, in order."""
        first, *rest = _DIVISION.split(self.script)
        return (Part(Run.ONCE, first), *map(_part, rest[::2], rest[1::2]))


def _part(division: str, script: str) -> Part:
    word, _, rows = division.partition(" ")
    table, _, key = rows.partition(" by ")
    return Part(Run(word), script, table, tuple(key.split(", ")))


def steps() -> tuple[Step, ...]:
    """Every migration of this program, in order."""
    folder = files("desktop.store").joinpath("migrations")
    named = sorted((f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql"))
    return tuple(Step(int(name[:4]), name, script) for name, script in named)


def moves_rows(db: apsw.Connection, todo: Iterable[Step]) -> bool:
    """Whether tables have to be written anew, which takes long where they are large."""
    version = int(db.pragma("user_version"))
    return version > 0 and any(len(step.parts) > 1 for step in todo if step.version > version)


OnProgress = Callable[[float], None]
"""Called after each batch with the share that is done, from 0 to 1."""


def migrate(db: apsw.Connection, todo: Sequence[Step], on_progress: OnProgress | None = None) -> None:
    """Bring the database to the newest version. Stopped at any moment, also by an error, it goes on there the next
    time; several programs that open the file at once share the work.

    Raises `Newer` for a database that a newer program has written, and `Locked` where an earlier program goes on
    writing to it.
    """
    newest = max((s.version for s in todo), default=0)
    if _version(db, newest) == newest and not _has_progress(db):
        return
    with _set_up_for_migrations(db):
        migration = _Migration(db, todo, newest, on_progress)
        while migration.advance():
            pass


@contextmanager
def _set_up_for_migrations(db: apsw.Connection) -> Iterator[None]:
    """A power cut may undo the last batches, which are then moved again; so none waits for the disk."""
    before = {name: db.pragma(name) for name in ("foreign_keys", "legacy_alter_table", "synchronous")}
    db.create_scalar_function("fold", lambda *text: fold(str(text[0] or "")), 1, deterministic=True)
    db.create_scalar_function("customer_text", stored_customer_text, 3, deterministic=True)
    db.pragma("foreign_keys", False)
    db.pragma("legacy_alter_table", True)
    db.pragma("synchronous", "normal")
    try:
        yield
    finally:
        for name, value in before.items():
            db.pragma(name, value)


class _Progress(msgspec.Struct, frozen=True):
    """Of the step that is under way.

    part: the current one. after: key of the row that was moved last; () before the first. done: rows of this part.
    is_stale: an earlier program has changed one of the old tables since.
    """

    version: int
    part: int = 0
    after: tuple[Any, ...] = ()
    done: int = 0
    is_stale: bool = False


class _Migration:
    """Applies what is left to do, one transaction at a time."""

    def __init__(self, db: apsw.Connection, todo: Sequence[Step], newest: int, on_progress: OnProgress | None) -> None:
        self._db = db
        self._steps = {step.version: step for step in todo}
        self._newest = newest
        self._on_progress = on_progress
        self._sizes: dict[tuple[int, int], int] = {}
        self._restarts = 0

    def advance(self) -> bool:
        """Run the next step, part or batch in one transaction. False when nothing was left to do."""
        db = self._db
        # Progress is read inside: another program may have gone on with the same migration.
        db.execute("BEGIN IMMEDIATE")
        try:
            goes_on, progress = self._advance()
            db.execute("COMMIT")
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        if progress is not None and self._on_progress is not None:
            self._on_progress(self._share_done(progress))
        return goes_on

    def _advance(self) -> tuple[bool, _Progress | None]:
        version = _version(self._db, self._newest)
        progress = _load_progress(self._db) if _has_progress(self._db) else None
        if progress is None or progress.version > self._newest:
            pending = [step for step in self._steps.values() if step.version > version]
            if not pending:
                return False, None
            if version == 0:
                self._run_at_once(pending)
                return True, None
            if len(pending[0].parts) == 1:
                self._run_at_once(pending[:1])
                return True, None
            _create_progress(self._db)
            progress = _Progress(pending[0].version)
        self._sizes = self._sizes or self._count_rows(progress)
        following = self._run_part(self._steps[progress.version].parts, progress)
        _save_progress(self._db, following)
        return True, following

    def _run_at_once(self, pending: Sequence[Step]) -> None:
        """Without batches: there are no rows yet, or few."""
        for step in pending:
            for part in step.parts:
                if part.run is Run.ONCE:
                    self._db.execute(part.script)
                elif part.run is Run.REMOVE:
                    self._db.execute(f"DROP TABLE {part.table}")
            self._db.pragma("user_version", step.version)

    def _run_part(self, parts: Sequence[Part], progress: _Progress) -> _Progress | None:
        """Run the current part or one batch of it. Returns how far the step is, None if this was the end."""
        part = parts[progress.part]
        if progress.is_stale:
            self._restarts += 1
            if self._restarts > MAX_RESTARTS:
                raise Locked(MachineReason.OPEN_ELSEWHERE)
            return _Progress(progress.version)
        if part.run is Run.MOVE and (upto := _end_of_batch(self._db, part, progress.after)) is not None:
            _move(self._db, part, progress.after, upto)
            return replace(progress, after=upto, done=progress.done + BATCH)
        if part.run is Run.REMOVE and _remove_batch(self._db, part):
            return replace(progress, done=progress.done + BATCH)
        if part.run is Run.ONCE:
            moved = {p.table for p in parts if p.run is Run.MOVE}
            if all(p.run is Run.REMOVE for p in parts[progress.part + 1 :]):
                _unwatch(self._db, moved)
                self._db.pragma("user_version", progress.version)
            self._db.execute(part.script)
            if progress.part == 0:
                _watch(self._db, moved)
        is_last = progress.part == len(parts) - 1
        return None if is_last else _Progress(progress.version, progress.part + 1)

    def _count_rows(self, progress: _Progress) -> dict[tuple[int, int], int]:
        """The rows of each part from the current step on, by version and number."""
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        counted: dict[str, int] = {}
        sizes = {}
        for step in self._steps.values():
            for number, part in enumerate(step.parts if step.version >= progress.version else ()):
                # It gets its later name in between.
                table = part.table if part.table in tables else part.table.removeprefix("old_")
                if table in tables and table not in counted:
                    counted[table] = int(self._db.execute(f"SELECT count(*) FROM {table}").get)
                sizes[step.version, number] = counted.get(table, 0)
        return sizes

    def _share_done(self, progress: _Progress) -> float:
        here = (progress.version, progress.part)
        done = sum(size for part, size in self._sizes.items() if part < here) + min(progress.done, self._sizes[here])
        return done / max(1, sum(self._sizes.values()))


# --- batches ---------------------------------------------------------------------------------------------------------


def _end_of_batch(db: apsw.Connection, part: Part, after: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Key of the last row of the next batch; None where no row is left."""
    key = ", ".join(part.key)
    follows = f"({key}) > ({_places(after)})" if after else f"{part.key[0]} IS NOT NULL"
    rest = f"SELECT {key} FROM {part.table} WHERE {follows}"
    rows = db.execute(f"{rest} ORDER BY {key} LIMIT 1 OFFSET {BATCH - 1}", after).fetchall()
    if not rows:
        last = ", ".join(f"{column} DESC" for column in part.key)
        rows = db.execute(f"{rest} ORDER BY {last} LIMIT 1", after).fetchall()
    return rows[0] if rows else None


def _move(db: apsw.Connection, part: Part, after: tuple[Any, ...], upto: tuple[Any, ...]) -> None:
    key = ", ".join(part.key)
    names = [f":upto_{column}" for column in part.key]
    batch = f"({key}) <= ({', '.join(names)})"
    if after:
        batch = f"({key}) > ({', '.join(f':after_{column}' for column in part.key)}) AND {batch}"
    bindings = {f"upto_{column}": value for column, value in zip(part.key, upto, strict=True)}
    bindings |= {f"after_{column}": value for column, value in zip(part.key, after, strict=False)}
    db.execute(part.script.replace("{batch}", batch), bindings)


def _remove_batch(db: apsw.Connection, part: Part) -> bool:
    """Delete some rows, or the table when it is empty. True while rows may be left."""
    key = ", ".join(part.key)
    db.execute(f"DELETE FROM {part.table} WHERE ({key}) IN (SELECT {key} FROM {part.table} LIMIT {BATCH})")
    if db.changes() > 0:
        return True
    db.execute(f"DROP TABLE {part.table}")
    return False


def _places(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


# --- progress --------------------------------------------------------------------------------------------------------


def _has_progress(db: apsw.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration_progress'").get is not None


def _create_progress(db: apsw.Connection) -> None:
    db.execute(
        "CREATE TABLE migration_progress (version INTEGER NOT NULL, part INTEGER NOT NULL, after TEXT NOT NULL, "
        "done INTEGER NOT NULL, is_stale INTEGER NOT NULL) STRICT"
    )


def _load_progress(db: apsw.Connection) -> _Progress:
    row = fetch_one(db, "SELECT * FROM migration_progress")
    return _Progress(row.version, row.part, tuple(from_json(row.after)), row.done, bool(row.is_stale))


def _save_progress(db: apsw.Connection, progress: _Progress | None) -> None:
    """None: the step is finished."""
    if progress is None:
        db.execute("DROP TABLE migration_progress")
        return
    db.execute("DELETE FROM migration_progress")
    db.execute(
        "INSERT INTO migration_progress VALUES (?, ?, ?, ?, ?)",
        (progress.version, progress.part, to_json(progress.after), progress.done, progress.is_stale),
    )


def _watch(db: apsw.Connection, tables: Iterable[str]) -> None:
    """Let the database itself note when an earlier program changes the old tables: its rows would be missed."""
    for table in tables:
        for event in _EVENTS:
            db.execute(
                f"CREATE TRIGGER IF NOT EXISTS migration_{table}_{event} AFTER {event} ON {table} "
                "BEGIN UPDATE migration_progress SET is_stale = 1; END"
            )


def _unwatch(db: apsw.Connection, tables: Iterable[str]) -> None:
    for table in tables:
        for event in _EVENTS:
            db.execute(f"DROP TRIGGER IF EXISTS migration_{table}_{event}")


def _version(db: apsw.Connection, newest: int) -> int:
    version = int(db.pragma("user_version"))
    if version > newest:
        raise Newer(MachineReason.DATABASE_NEWER)
    return version
