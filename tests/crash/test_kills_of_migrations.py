"""Migrations that are killed with SIGKILL at random moments: the archive ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from desktop.store.core import migrate
from desktop.store.core.database import _open
from desktop.store.core.encryption import Key
from desktop.store.core.migrate import schema_of, steps
from tests.helpers.earlier_profile import contents_of, write_large_profile

CONVERSATIONS = 2_000
KEY = Key.new()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL"),
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


@pytest.mark.parametrize("version", [5, 6, 8])
def test_an_archive_survives_any_kill(tmp_path, monkeypatch, record_property, version):
    monkeypatch.setattr(migrate, "BATCH", 100)
    rng, kills = Random(version), 0
    at_once, killed = tmp_path / "once.db", tmp_path / "killed.db"
    write_large_profile(at_once, version, CONVERSATIONS)
    killed.write_bytes(at_once.read_bytes())
    # On any machine, some die before the work is done.
    longest_s = duration_s(at_once) / 3
    while is_killed(killed, rng.uniform(0, longest_s)):
        kills += 1
    with closing(_open(at_once, KEY)) as db, closing(_open(killed, KEY)) as other:
        assert other.pragma("user_version") == len(steps())
        assert schema_of(other) == schema_of(db)
        assert contents_of(other) == contents_of(db)
        assert other.pragma("integrity_check") == "ok"
        other.execute("INSERT INTO message_index (message_index) VALUES ('integrity-check')")
    assert kills > 1
    record_property(f"kill -9 while version {version} is migrated: processes killed", kills)
