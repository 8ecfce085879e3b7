"""Encryption at rest: what lies on the disk says nothing, a wrong key spoils nothing, a kill leaves one good file."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from desktop.store.core import encryption
from desktop.store.core.database import Database, Store
from desktop.store.core.encryption import Key, encrypt, finish_interrupted, is_plain
from desktop.store.core.errors import Corrupt, KnownError, Locked
from desktop.store.core.migrate import Step, migrate, steps

pytestmark = pytest.mark.slow

WORDS = "the eagle has landed in Zanzibar"
KEY = Key(bytes(range(32)))
OPEN_FILES = Path("/proc/self/fd")

needs_fork = pytest.mark.posix("dies in a forked process")


def put(db: Database, name: str, value: str = WORDS) -> None:
    db.execute("INSERT INTO settings VALUES (?, ?)", (name, value))


def kept(db: Database) -> dict[str, str]:
    return dict(db.execute("SELECT name, value FROM settings"))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.endswith("-shm")}


async def filled(path: Path, key: Key | None) -> Store:
    store = await Store.open(path, key)
    for n in range(50):
        await store.write(put, f"name {n}")
    return store


def plain_left_by_a_killed_one(path: Path) -> None:
    """An earlier Reachline's file: part of it only in the write-ahead log."""
    pid = os.fork()
    if pid == 0:
        db = Database(str(path))
        db.pragma("journal_mode", "wal")
        migrate(db, steps())
        put(db, "a")
        os._exit(0)
    os.waitpid(pid, 0)
    assert path.with_name(f"{path.name}-wal").stat().st_size


async def test_what_lies_on_the_disk_holds_no_words(path):
    plain = await filled(path.with_name("plain.db"), None)
    store = await filled(path, KEY)
    written = bytes_of(path.parent)
    # In use, so that most of it is in the write-ahead log; the plain one shows that the search finds them.
    assert {name for name, raw in written.items() if WORDS.encode() in raw} == {"plain.db-wal"}
    assert b"CREATE TABLE" not in written[path.name]
    await plain.close()
    await store.close()
    assert WORDS.encode() not in path.read_bytes()
    again = await Store.open(path, KEY)
    assert len(await again.read(kept)) == 50
    await again.close()


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="the open files of a process are not to be seen here")
@pytest.mark.posix("asks the system for the open files of this process")
async def test_words_too_big_for_memory_go_to_no_temporary_file_in_the_clear(path, monkeypatch, tmp_path):
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(passing))
    store = await Store.open(path, KEY)
    seen: list[str] = []

    def sort(db: Database) -> None:
        for n in range(200):
            put(db, f"{n}", f"{WORDS} {n}" * 300)
        rows = db.execute("SELECT a.value FROM settings a JOIN settings b ORDER BY a.value || b.value LIMIT 500")
        rows.fetchone()
        seen.extend(str(handle.readlink()) for handle in OPEN_FILES.iterdir() if handle.is_symlink())

    await store.write(sort)
    await store.close()
    assert not [name for name in seen if str(passing) in name or "etilqs" in name]
    assert any(str(path) in name for name in seen)


@pytest.mark.parametrize("key", [Key.new(), None])
async def test_a_key_that_does_not_fit_is_told_and_changes_nothing(path, key):
    store = await filled(path, KEY)
    before = bytes_of(path.parent)
    with pytest.raises(Corrupt) as caught:
        await Store.open(path, key)
    assert KEY.secret not in repr(caught.value)
    assert {name: raw for name, raw in bytes_of(path.parent).items() if name in before} == before
    assert len(await store.read(kept)) == 50
    await store.close()


@pytest.mark.posix("rights of files are POSIX'")
async def test_nobody_else_may_read_any_of_its_files(path):
    path.touch(mode=0o644)
    path.chmod(0o644)
    store = await filled(path, KEY)
    await store.may_send()
    rights = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    await store.close()
    assert {name for name, mode in rights.items() if mode & 0o077} == set()
    assert path.name in rights


def test_a_key_shows_itself_in_nothing_but_its_secret():
    assert KEY.secret not in repr(KEY) + str(KEY)
    copied = Key.from_secret(KEY.secret)
    assert copied is not None
    assert copied.secret == KEY.secret
    assert Key.new().secret != Key.new().secret
    assert [Key.from_secret(bad) for bad in ("", "abc", "zz" * 32, "00" * 31, "00" * 33)] == [None] * 5
    with pytest.raises(ValueError, match="32 bytes"):
        Key(b"short")


def test_no_statement_that_is_remembered_holds_the_key(path):
    db = Database(str(path))
    KEY.unlock(db)
    assert KEY.secret not in repr(db.cache_stats(include_entries=True))
    db.close()


@needs_fork
async def test_killed_in_the_middle_of_a_migration_the_next_start_does_it_again(path):
    def earlier() -> Database:
        db = Database(str(path))
        KEY.unlock(db)
        db.pragma("journal_mode", "wal")
        return db

    db = earlier()
    migrate(db, steps()[:1])
    put(db, "a")
    db.close()
    _migrating_to_death(earlier, path)
    db = earlier()
    assert (db.pragma("user_version"), kept(db)) == (1, {"a": WORDS})
    db.close()
    store = await Store.open(path, KEY)
    assert await store.read(kept) == {"a": WORDS}
    assert await store.read(lambda db: db.pragma("user_version")) == len(steps())
    await store.close()
    assert WORDS.encode() not in b"".join(bytes_of(path.parent).values())


def _migrating_to_death(earlier: Callable[[], Database], path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        db = earlier()
        db.create_scalar_function("die", lambda: os._exit(9), 0)
        first, *others = steps()
        deadly = [Step(s.version, s.name, f"{s.script}; SELECT die();") for s in others]
        migrate(db, [first, *deadly])
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


# --- the earlier plain file ---


@needs_fork
async def test_an_earlier_plain_file_is_encrypted_with_all_that_is_in_it(path):
    plain_left_by_a_killed_one(path)
    path.with_name(f"{path.name}.before-0001").write_bytes(path.read_bytes())
    store = await Store.open(path, KEY)
    assert await store.read(kept) == {"a": WORDS}
    await store.close()
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name, f"{path.name}-sending"]
    assert WORDS.encode() not in path.read_bytes()
    assert not is_plain(path)


@needs_fork
async def test_a_plain_file_that_another_reachline_has_open_is_left_alone(path):
    store = await filled(path, None)
    assert _is_refused_in_another_process(path)
    assert len(await store.read(kept)) == 50
    await store.close()
    assert is_plain(path)


@needs_fork
async def test_killed_at_any_moment_of_the_encryption_one_whole_file_is_left(tmp_path):
    died = 0
    await (await filled(tmp_path / "plain.db", None)).close()
    for moment in range(1, 40):
        path = tmp_path / str(moment) / "cache.db"
        path.parent.mkdir()
        shutil.copy(tmp_path / "plain.db", path)
        died += (ended := _dying_at(moment, lambda path=path: encrypt(path, KEY)))
        store = await Store.open(path, KEY)
        assert len(await store.read(kept)) == 50, moment
        await store.close()
        left = {p.name: WORDS.encode() in p.read_bytes() for p in path.parent.iterdir()}
        assert left == {"cache.db": False} | {n: False for n in left if n == "cache.db-sending"}, moment
        if not ended:
            break
    assert 6 < died < 39


@needs_fork
async def test_killed_while_it_is_put_in_order_again_one_whole_file_is_left(tmp_path):
    await (await filled(tmp_path / "plain.db", None)).close()
    for moment in range(1, 12):
        path = tmp_path / str(moment) / "cache.db"
        path.parent.mkdir()
        shutil.copy(tmp_path / "plain.db", path.with_name("cache.db.plain"))
        path.with_name("cache.db.encrypting").write_bytes(b"half")
        _dying_at(moment, lambda path=path: finish_interrupted(path))
        store = await Store.open(path, KEY)
        assert len(await store.read(kept)) == 50, moment
        await store.close()


def _is_refused_in_another_process(path: Path) -> bool:
    """Locks of one's own process are no hindrance."""
    pid = os.fork()
    if pid == 0:
        try:
            encrypt(path, KEY)
        except Locked:
            os._exit(7)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def _dying_at(moment: int, work: Callable[[], None]) -> bool:
    """Whether a process died at its nth step on a file before `work` was done."""
    pid = os.fork()
    if pid == 0:
        steps_left = moment

        def dying(step: Callable[..., object]) -> Callable[..., object]:
            def one(*args: object, **kwargs: object) -> object:
                nonlocal steps_left
                steps_left -= 1
                if steps_left == 0:
                    os._exit(9)
                return step(*args, **kwargs)

            return one

        for owner, name in ((Path, "replace"), (Path, "unlink"), (os, "fsync"), (Path, "open")):
            setattr(owner, name, dying(getattr(owner, name)))
        vacuum = encryption._vacuum_into
        encryption._vacuum_into = lambda *args: dying(vacuum)(*args)  # type: ignore[assignment]
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


async def test_a_copy_that_cannot_be_made_tells_no_key_and_leaves_the_plain_one(path):
    await (await filled(path, None)).close()
    path.with_name(f"{path.name}.encrypting").mkdir()
    with pytest.raises(KnownError) as caught:
        await Store.open(path, KEY)
    error: BaseException | None = caught.value
    while error is not None:
        assert KEY.secret not in repr(error)
        error = error.__cause__ or error.__context__
    path.with_name(f"{path.name}.encrypting").rmdir()
    store = await Store.open(path, KEY)
    assert len(await store.read(kept)) == 50
    await store.close()


def test_sqlite_would_repeat_the_key_in_its_error_and_we_do_not(path, tmp_path):
    db = Database(str(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI)
    nowhere = tmp_path / "nowhere" / "copy.db"
    with pytest.raises(apsw.CantOpenError, match=KEY.secret):
        db.execute("VACUUM INTO ?", (KEY.address(nowhere),))
    trouble = encryption._vacuum_into(db, nowhere, KEY)
    assert isinstance(trouble, apsw.CantOpenError)
    assert (KEY.secret in repr(trouble), trouble.__context__, trouble.__cause__) == (False, None, None)
    db.close()
