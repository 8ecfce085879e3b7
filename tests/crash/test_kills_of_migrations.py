"""Migrations that are killed with SIGKILL at random moments: the archive ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import apsw
import pytest

from desktop.store.core import encryption, migrate, migration_copy
from desktop.store.core.database import _open
from desktop.store.core.encryption import Key, encrypt
from desktop.store.core.migrate import steps
from desktop.store.core.old_messages import OldMessages
from tests.helpers.earlier_profile import contents_of, write_large_profile
from tests.helpers.write_schema import schema_of

CONVERSATIONS = 1_200
KEY = Key.new()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.posix("needs fork and SIGKILL"),
]


def is_killed(path: Path, after_s: float) -> bool:
    """Open the file in a process that lives so long. False if that has done its work before."""
    pid = _open_beside(path)
    time.sleep(after_s)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def _open_beside(path: Path) -> int:
    pid = os.fork()
    if pid == 0:
        _open(path, KEY).close()
        os._exit(0)
    return pid


def duration_s(path: Path) -> float:
    """How long a process takes that nobody kills."""
    began_s = time.monotonic()
    os.waitpid(_open_beside(path), 0)
    return time.monotonic() - began_s


ONLY_WHOLE = pytest.mark.skipif("--whole" not in sys.argv, reason="only with --whole: others stop at the same steps")


@pytest.mark.parametrize(
    ("version", "copy_from_bytes"),
    [(5, 1 << 40), pytest.param(6, 1 << 40, marks=ONLY_WHOLE), pytest.param(8, 1 << 40, marks=ONLY_WHOLE), (8, 1)],
)
async def test_an_archive_survives_any_kill(tmp_path, monkeypatch, record_property, version, copy_from_bytes):
    monkeypatch.setattr(migrate, "BATCH", 100)
    monkeypatch.setattr(migration_copy, "COPY_FROM_BYTES", copy_from_bytes)
    monkeypatch.setattr(migration_copy, "_PAGES", 10)
    is_copied = copy_from_bytes == 1
    rng, kills = Random(version), 0
    at_once, killed = tmp_path / "once.db", tmp_path / "killed.db"
    write_large_profile(at_once, version, CONVERSATIONS)
    if is_copied:
        encrypt(at_once, KEY)
    killed.write_bytes(at_once.read_bytes())
    # On any machine, some die before the work is done.
    longest_s = duration_s(at_once) / 3
    while is_killed(killed, rng.uniform(0, longest_s)):
        kills += 1
        if is_copied:
            await read_as_before(killed)
    same_in_both(at_once, killed)
    assert kills > 1
    how = "as a copy" if is_copied else "in place"
    record_property(f"kill -9 while version {version} is migrated {how}: processes killed", kills)


async def test_killed_around_the_replacement_one_whole_archive_is_there(tmp_path, monkeypatch, record_property):
    monkeypatch.setattr(migration_copy, "COPY_FROM_BYTES", 1)
    at_once, killed = tmp_path / "once.db", tmp_path / "killed.db"
    write_large_profile(at_once, 8, 20)
    encrypt(at_once, KEY)
    earlier = at_once.read_bytes()
    _open(at_once, KEY).close()
    kills = 0
    while True:
        killed.write_bytes(earlier)
        if not dies_at(killed, kills):
            break
        await read_as_before(killed, 20)
        same_in_both(at_once, killed)
        kills += 1
    # Before and after each: three files written and named, the folder written.
    assert kills == 14
    record_property("kill -9 around the replacement of an archive by its copy: processes killed", kills)


def dies_at(path: Path, moment: int) -> bool:
    """Open the file in a process that dies before or after one of the steps that follow the copying and the moving of
    rows. False if there are fewer."""
    pid = os.fork()
    if pid == 0:
        left = iter(range(moment))

        def die_if_due() -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        def dying(step: Callable[..., object]) -> Callable[..., object]:
            def run(*args: object) -> object:
                die_if_due()
                result = step(*args)
                die_if_due()
                return result

            return run

        for owner, name in ((Path, "replace"), (encryption, "sync_folder"), (migration_copy, "_sync")):
            setattr(owner, name, dying(getattr(owner, name)))
        _open(path, KEY).close()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


async def read_as_before(path: Path, conversations: int = CONVERSATIONS) -> None:
    """Whether the old database or the new one is there, each customer can be read."""
    old, customers = OldMessages(path, KEY), []
    while page := await old.customers("Ann", customers[-1] if customers else None):
        customers += page
    assert len(customers) == conversations + 1
    assert len(await old.messages(customers[0].customer_id)) == 4
    with closing(apsw.Connection(str(path))) as db:
        KEY.unlock(db)
        assert db.execute("SELECT count(*) FROM entries").get == 5 * conversations + 2


def same_in_both(at_once: Path, killed: Path) -> None:
    with closing(_open(at_once, KEY)) as db, closing(_open(killed, KEY)) as other:
        assert other.pragma("user_version") == len(steps())
        assert schema_of(other) == schema_of(db)
        assert contents_of(other) == contents_of(db)
        assert other.pragma("integrity_check") == "ok"
        other.execute("INSERT INTO message_index (message_index) VALUES ('integrity-check')")
