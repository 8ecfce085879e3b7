"""A large database is migrated as a copy: the old one is whole and readable all the time, then the new one is there."""

from __future__ import annotations

import errno
from contextlib import closing, suppress

import apsw
import pytest

from desktop.domain.model.reason import make_reason
from desktop.ports.reasons import MachineReason
from desktop.store.core import migrate, migration_copy
from desktop.store.core.connection import set_up, unlock
from desktop.store.core.database import Store, UpdateListener, _open
from desktop.store.core.encryption import Key, encrypt
from desktop.store.core.errors import DiskFull
from desktop.store.core.migrate import steps
from desktop.store.core.old_messages import OldMessages
from tests.helpers.earlier_profile import contents_of, write_large_profile
from tests.helpers.write_schema import schema_of

CONVERSATIONS = 30
KEY = Key.new()


class Stopped(Exception):
    pass


class Noted(UpdateListener):
    """stop_at: raises an error once so much is done."""

    def __init__(self, stop_at: float = 2.0, error: Exception | None = None) -> None:
        self.progress: list[float] = []
        self.reasons: list[object] = []
        self.was_readable = False
        self._stop_at, self._error = stop_at, error or Stopped()

    def on_progress(self, done: float) -> None:
        self.progress.append(done)
        if done >= self._stop_at:
            self._stop_at = 2.0
            raise self._error

    def on_readable(self, old: OldMessages) -> None:
        self.was_readable = True

    def on_unreadable(self, reason: object) -> None:
        self.reasons.append(reason)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(migration_copy, "COPY_FROM_BYTES", 1)
    monkeypatch.setattr(migration_copy, "_PAGES", 10)
    monkeypatch.setattr(migrate, "BATCH", 10)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    path = tmp_path_factory.mktemp("earlier") / "reachline.db"
    write_large_profile(path, 8, CONVERSATIONS)
    encrypt(path, KEY)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, earlier):
    """Of an encrypted database of an earlier version."""
    path = tmp_path / "reachline.db"
    path.write_bytes(earlier)
    return path


def files(path):
    return sorted(file.name for file in path.parent.iterdir() if not file.name.endswith("-sending"))


def is_migrated(path):
    with closing(set_up(unlock(path, KEY))) as db:
        kept = db.execute("SELECT count(*) FROM entries").get
        return (kept, db.pragma("user_version"), db.pragma("integrity_check")) == (
            5 * CONVERSATIONS + 2,
            len(steps()),
            "ok",
        )


def statements(db):
    """The schema's, in any order: a compact file has its tables first."""
    return sorted(schema_of(db).split(";\n\n"))


def test_it_ends_like_a_migration_in_place(path, tmp_path, monkeypatch):
    in_place = tmp_path / "in_place.db"
    in_place.write_bytes(path.read_bytes())
    noted = Noted()
    with closing(_open(path, KEY, noted)) as db:
        monkeypatch.setattr(migration_copy, "COPY_FROM_BYTES", 1 << 40)
        with closing(_open(in_place, KEY)) as other:
            assert (statements(db), contents_of(db)) == (statements(other), contents_of(other))
        assert db.pragma("journal_mode") == "wal"
        assert db.pragma("freelist_count") == 0, "without the room of the old tables"
    assert noted.was_readable
    assert noted.progress == sorted(noted.progress)
    assert (noted.progress[0] < 0.1, noted.progress[-1]) == (True, 1.0)
    in_place.unlink()
    assert files(path) == ["reachline.db"]


async def test_the_old_messages_are_read_meanwhile(path):
    read = []

    class Reading(UpdateListener):
        def on_readable(self, old):
            self.old = old

        def on_progress(self, done):
            if self.old.is_open:
                with closing(apsw.Connection(str(path))) as db:
                    KEY.unlock(db)
                    read.append(db.execute("SELECT count(*) FROM entries").get)
                    with pytest.raises(apsw.BusyError):
                        db.execute("DELETE FROM entries")

    reading = Reading()
    _open(path, KEY, reading).close()
    assert set(read) == {5 * CONVERSATIONS + 2}
    assert len(read) > 20
    assert await reading.old.customers() == [], "closed before it is replaced"
    assert is_migrated(path)


async def test_the_listener_is_called_on_the_loops_thread(path):
    noted = Noted()
    store = await Store.open(path, KEY, listener=noted)
    assert noted.was_readable
    assert noted.progress[-1] == 1.0
    await store.close()


@pytest.mark.parametrize("stop_at", [0.05, 0.5])
def test_stopped_anywhere_the_old_one_is_as_it_was(path, stop_at):
    before = path.read_bytes()
    with pytest.raises(Stopped):
        _open(path, KEY, Noted(stop_at))
    assert path.read_bytes() == before
    again = Noted()
    _open(path, KEY, again).close()
    assert (again.progress[0] > migration_copy.COPYING) == (stop_at == 0.5), "what was complete is not copied again"
    assert is_migrated(path)
    assert files(path) == ["reachline.db"]


def test_a_copy_of_what_was_changed_since_is_made_anew(path):
    with suppress(Stopped):
        _open(path, KEY, Noted(0.5))
    # As an earlier version does that was started in between.
    with closing(unlock(path, KEY)) as db:
        db.pragma("journal_mode", "wal")
        db.execute("INSERT INTO settings VALUES ('written_since', '1')")
    noted = Noted()
    with closing(_open(path, KEY, noted)) as db:
        assert db.execute("SELECT value FROM settings WHERE name = 'written_since'").get == "1"
    assert noted.progress[0] < 0.1
    assert is_migrated(path)


def test_a_damaged_copy_is_made_anew(path):
    with suppress(Stopped):
        _open(path, KEY, Noted(0.5))
    [copy] = path.parent.glob("*.migrating-*[0-9]")
    copy.write_bytes(bytes(copy.stat().st_size))
    _open(path, KEY).close()
    assert is_migrated(path)


def test_copies_that_nobody_needs_go(path, monkeypatch):
    with suppress(Stopped):
        _open(path, KEY, Noted(0.5))
    monkeypatch.setattr(migration_copy, "COPY_FROM_BYTES", 1 << 40)
    noted = Noted()
    _open(path, KEY, noted).close()
    assert not noted.was_readable
    assert noted.reasons == []
    assert files(path) == ["reachline.db"]
    assert is_migrated(path)


def test_what_moves_no_rows_needs_no_copy(path):
    _open(path, KEY).close()
    noted = Noted()
    _open(path, KEY, noted).close()
    assert (noted.was_readable, noted.progress, noted.reasons) == (False, [], [])


# --- in place ---------------------------------------------------------------------------------------------------------


def test_beside_another_program_it_is_migrated_in_place(path):
    with closing(unlock(path, KEY)) as other:
        other.pragma("journal_mode", "wal")
        other.execute("SELECT count(*) FROM entries").fetchall()
        noted = Noted()
        _open(path, KEY, noted).close()
    assert noted.reasons == [make_reason(MachineReason.COPY_NEEDS_REST)]
    assert not noted.was_readable
    assert is_migrated(path)


def test_with_too_little_space_it_is_migrated_in_place(path, monkeypatch):
    free = int(2.4 * path.stat().st_size)
    monkeypatch.setattr(migration_copy.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    noted = Noted()
    _open(path, KEY, noted).close()
    assert noted.reasons == [make_reason(MachineReason.COPY_NEEDS_SPACE)]
    assert not noted.was_readable
    assert is_migrated(path)


def test_with_too_little_space_to_make_it_compact_it_stays_as_it_is(path, monkeypatch):
    compact = migration_copy.encryption.write_compact

    def is_full(*args):
        compact(*args)
        raise apsw.FullError

    monkeypatch.setattr(migration_copy.encryption, "write_compact", is_full)
    noted = Noted()
    _open(path, KEY, noted).close()
    assert (noted.was_readable, noted.reasons) == (True, [])
    assert is_migrated(path)
    assert files(path) == ["reachline.db"]


@pytest.mark.parametrize(
    ("stop_at", "error"), [(0.05, apsw.FullError()), (0.5, apsw.FullError()), (0.5, OSError(errno.ENOSPC, "full"))]
)
def test_a_disk_that_is_full_meanwhile_lets_it_go_on_in_place(path, stop_at, error):
    noted = Noted(stop_at, error)
    _open(path, KEY, noted).close()
    assert noted.reasons == [make_reason(MachineReason.COPY_NEEDS_SPACE)]
    assert is_migrated(path)
    assert files(path) == ["reachline.db"]


def test_a_disk_that_stays_full_is_told_and_nothing_is_lost(path, monkeypatch):
    def is_full(db, *_args):
        db.close()
        raise apsw.FullError

    monkeypatch.setattr(migration_copy, "set_up", is_full)
    monkeypatch.setattr("desktop.store.core.database.set_up", is_full)
    with pytest.raises(DiskFull):
        _open(path, KEY)
    monkeypatch.undo()
    _open(path, KEY).close()
    assert is_migrated(path)
