"""One holder at a time, and none that is dead."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.system.file_lock import FileLock

ROOT = str(Path(__file__).parents[2])
HOLDS = (
    "import sys; from pathlib import Path; from desktop.system.file_lock import FileLock\n"
    "lock = FileLock(Path(sys.argv[1])); print(lock.try_lock(), flush=True); sys.stdin.read()"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_there_is_one_holder_at_a_time(path: Path) -> None:
    one, two = FileLock(path), FileLock(path)
    assert one.try_lock()
    assert not two.try_lock()
    one.release()
    one.release()
    assert two.try_lock()
    two.release()
    assert not path.exists()


@pytest.mark.posix("rights of files are POSIX'")
def test_nobody_else_may_read_it(path: Path) -> None:
    before = os.umask(0)
    lock = FileLock(path)
    assert lock.try_lock()
    os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lock.release()


@pytest.mark.slow
@pytest.mark.parametrize("has_its_number", [True, False])
def test_a_killed_holder_has_let_go_even_if_another_program_has_its_number_now(
    path: Path, has_its_number: bool
) -> None:
    command, env = [sys.executable, "-c", HOLDS, str(path)], os.environ | {"PYTHONPATH": ROOT}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        lock = FileLock(path)
        assert not lock.try_lock()
        holder.kill()
    number, _, rest = path.read_text().partition("\n")
    if has_its_number:
        path.write_text(f"{os.getpid()}\n{rest}")
    yesterday = path.stat().st_mtime - 86_400
    os.utime(path, (yesterday, yesterday))
    assert int(number) == holder.pid
    assert lock.try_lock()
    lock.release()


# Qt for Windows says so, once.
@pytest.mark.qt_log_ignore("^Got unexpected locking error")
def test_where_no_file_can_be_made_nothing_is_guarded(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lock = FileLock(tmp_path / "file" / "lock")
    assert lock.try_lock()
    lock.release()
