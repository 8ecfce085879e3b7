"""Migrations: stopped at any moment they go on where they were, in small transactions, and end in the same database."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random

import apsw
import pytest

from desktop.store.core import migrate as migrations
from desktop.store.core.errors import Locked, Newer
from desktop.store.core.migrate import Step, migrate, steps
from tests.helpers import write_schema
from tests.helpers.earlier_profile import contents_of, write_large_profile
from tests.helpers.write_schema import schema_of

FIRST = Step(1, "first", "CREATE TABLE words (id TEXT PRIMARY KEY, word TEXT NOT NULL) STRICT")
SECOND = Step(
    2,
    "second",
    """
DROP TABLE IF EXISTS new_words;
CREATE TABLE new_words (id TEXT PRIMARY KEY, word TEXT NOT NULL, length INTEGER NOT NULL) STRICT;
-- move words by id
INSERT INTO new_words SELECT id, word, length(word) FROM words WHERE {batch};
-- once
ALTER TABLE words RENAME TO old_words;
ALTER TABLE new_words RENAME TO words;
-- remove old_words by id
""",
)
ROWS = 25


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(migrations, "BATCH", 10)


@pytest.fixture
def words(path):
    """A file of the first version, with rows."""
    db = apsw.Connection(str(path))
    migrate(db, [FIRST])
    db.executemany("INSERT INTO words VALUES (?, ?)", [(f"{n:03}", "x" * n) for n in range(ROWS)])
    yield db
    db.close()


def advance(db, todo, transactions):
    """Run only so many transactions of the migration."""
    left = iter(range(transactions))

    def is_refused():
        return next(left, None) is None

    db.set_commit_hook(is_refused)
    try:
        with pytest.raises(apsw.ConstraintError):
            migrate(db, todo)
    finally:
        db.set_commit_hook(None)


def is_moved(db):
    rows = db.execute("SELECT id, word, length FROM words ORDER BY id").fetchall()
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")}
    return (
        rows == [(f"{n:03}", "x" * n, n) for n in range(len(rows))]
        and len(rows) >= ROWS
        and tables == {"words"}
        and db.pragma("user_version") == 2
    )


def test_the_schema_in_the_tree_is_what_the_migrations_build():
    assert write_schema.PATH.read_text("utf-8") == write_schema.schema_text(), (
        "after a new migration: python -m tests.helpers.write_schema"
    )


def test_steps_are_numbered_without_gaps():
    assert [s.version for s in steps()] == list(range(1, len(steps()) + 1))


def test_a_step_that_breaks_half_way_leaves_the_version_before(words):
    before = schema_of(words)
    broken = Step(2, "broken", "CREATE TABLE half (x TEXT) STRICT; SELECT no_such_thing;")
    with pytest.raises(apsw.SQLError):
        migrate(words, [FIRST, broken])
    assert (schema_of(words), words.pragma("user_version")) == (before, 1)


def test_nothing_to_do_does_nothing(words):
    before = words.total_changes()
    migrate(words, [FIRST])
    assert words.total_changes() == before


def test_the_settings_of_the_connection_are_as_before(words):
    words.pragma("foreign_keys", True)
    migrate(words, [FIRST, SECOND])
    assert is_moved(words)
    assert [words.pragma(name) for name in ("foreign_keys", "legacy_alter_table", "synchronous")] == [1, 0, 2]


def test_no_transaction_moves_more_than_a_batch(words):
    changes = [words.total_changes()]

    def note():
        changes.append(words.total_changes())
        return False

    words.set_commit_hook(note)
    migrate(words, [FIRST, SECOND])
    words.set_commit_hook(None)
    # Progress is a row that is deleted and one that is inserted.
    assert max(b - a for a, b in pairwise(changes)) <= migrations.BATCH + 2
    assert is_moved(words)


def test_progress_grows_to_the_whole(words):
    seen = []
    migrate(words, [FIRST, SECOND], seen.append)
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert len(set(seen)) >= 5
    assert seen[-1] == 1


def test_refused_at_any_transaction_it_goes_on_there(words):
    for _ in range(8):
        advance(words, [FIRST, SECOND], 1)
        if words.pragma("user_version") == 1:
            assert len(words.execute("SELECT id, word FROM words").fetchall()) == ROWS, "the old table is whole"
    migrate(words, [FIRST, SECOND])
    assert is_moved(words)


def test_progress_goes_on_where_it_was(words):
    advance(words, [FIRST, SECOND], 3)
    seen = []
    migrate(words, [FIRST, SECOND], seen.append)
    assert seen[0] == 0.5


def test_what_an_earlier_program_writes_meanwhile_is_moved_too(words, path):
    advance(words, [FIRST, SECOND], 3)
    with closing(apsw.Connection(str(path))) as earlier:
        migrate(earlier, [FIRST])
        earlier.execute("UPDATE words SET word = 'longer' WHERE id = '000'")
        earlier.execute("INSERT INTO words VALUES ('0000', '')")
    migrate(words, [FIRST, SECOND])
    assert words.execute("SELECT id, length FROM words ORDER BY id LIMIT 3").fetchall() == [
        ("000", 6),
        ("0000", 0),
        ("001", 1),
    ]


def test_an_earlier_program_that_goes_on_writing_is_told_apart(words, path):
    other = apsw.Connection(str(path))
    with pytest.raises(Locked):
        migrate(words, [FIRST, SECOND], lambda _done: other.execute("UPDATE words SET word = word || 'x'"))
    other.close()
    migrate(words, [FIRST, SECOND])


def test_several_programs_share_the_work(words, path):
    others = [apsw.Connection(str(path)) for _ in range(3)]
    turns = iter(range(1000))

    def let_another_go_on(_done):
        other = others[next(turns) % 3]
        if next(turns) < 20 and other.pragma("user_version") < 2:
            advance(other, [FIRST, SECOND], 1)

    migrate(words, [FIRST, SECOND], let_another_go_on)
    for other in others:
        migrate(other, [FIRST, SECOND])
        other.close()
    assert is_moved(words)


def test_a_newer_file_is_refused_also_while_it_is_migrated(words):
    advance(words, [FIRST, SECOND], 3)
    migrate(words, [FIRST])
    advance(words, [FIRST, SECOND], 3)
    assert words.pragma("user_version") == 2
    with pytest.raises(Newer):
        migrate(words, [FIRST])


# --- the program's own steps -------------------------------------------------------------------------------------


def migrate_to_death(path: Path, kill_at: int) -> bool:
    """Migrate the file in a process that dies before a commit. True if it ended before that."""
    pid = os.fork()
    if pid == 0:
        commits = iter(range(kill_at))
        db = apsw.Connection(str(path))
        db.set_commit_hook(lambda: next(commits, None) is None and os._exit(9))
        migrate(db, steps())
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


ONLY_WHOLE = pytest.mark.skipif("--whole" not in sys.argv, reason="only with --whole: another begins further back")


@pytest.mark.posix("needs fork")
@pytest.mark.parametrize("version", [5, pytest.param(6, marks=ONLY_WHOLE), pytest.param(8, marks=ONLY_WHOLE)])
def test_killed_at_random_moments_it_ends_in_the_same_database(tmp_path, version):
    rng = Random(version)
    at_once, killed = tmp_path / "once.db", tmp_path / "killed.db"
    write_large_profile(at_once, version, conversations=50)
    killed.write_bytes(at_once.read_bytes())
    kills = 0
    while not migrate_to_death(killed, rng.randrange(1, 8)):
        kills += 1
    with closing(apsw.Connection(str(at_once))) as db, closing(apsw.Connection(str(killed))) as other:
        migrate(db, steps())
        assert contents_of(other) == contents_of(db)
        assert schema_of(other) == schema_of(db)
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        assert other.pragma("integrity_check") == "ok"
    assert kills > 0 or version > 5
