"""Sending lock: one holder at a time, and its death lets go."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop.store.core.database import _open
from desktop.store.core.migrate import steps
from desktop.store.core.sending_lock import SendingLock

HOLD = """
import sys
from pathlib import Path
from desktop.store.core.sending_lock import SendingLock
lock = SendingLock(Path(sys.argv[1]))
print(lock.try_lock(), flush=True)
sys.stdin.read()
"""


def test_one_of_two_holds_it_until_it_lets_go(path):
    one, two = SendingLock(path), SendingLock(path)
    assert one.try_lock()
    assert one.try_lock()
    assert not two.try_lock()
    one.release()
    one.release()
    assert two.try_lock()
    two.release()


def test_a_process_that_is_killed_lets_go(path):
    held = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(held, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()) as other:
        assert other.stdout.readline().strip() == b"True"
        mine = SendingLock(path)
        assert not mine.try_lock()
        other.kill()
        other.wait()
        assert mine.try_lock()
        mine.release()


@pytest.mark.slow
def test_several_that_open_a_new_file_at_once_all_get_it(tmp_path):
    for number in range(10):
        path = tmp_path / str(number) / "reachline.db"
        path.parent.mkdir()
        with ThreadPoolExecutor(6) as threads:
            dbs = list(threads.map(_open, [path] * 6))
        assert {db.pragma("user_version") for db in dbs} == {len(steps())}
        for db in dbs:
            db.close()
        assert not [file.name for file in path.parent.iterdir() if "before" in file.name]
