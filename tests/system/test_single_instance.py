"""A second start on the same profile brings the first one to the front and ends."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtNetwork", reason="libraries that QtNetwork loads are not installed", exc_type=ImportError
)

from PySide6.QtNetwork import QLocalSocket

from desktop.system import single_instance
from desktop.system.single_instance import LONGEST_BYTES, NotAnswering, SingleInstance

ROOT = str(Path(__file__).parents[2])
STARTS = (
    "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
    "from desktop.system.single_instance import SingleInstance\n"
    "application = QCoreApplication([]); first = SingleInstance(Path(sys.argv[1]))\n"
    "print(first.acquire(sys.argv[2]), flush=True); sys.stdin.read()"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "profile"


@pytest.fixture
def first(qapp, folder: Path) -> Iterator[SingleInstance]:
    first = SingleInstance(folder)
    assert first.acquire()
    yield first
    first.release()


@contextmanager
def started(folder: Path, link: str = "") -> Iterator[subprocess.Popen[str]]:
    """Another start, which says whether it is the first and then stays."""
    command, env = [sys.executable, "-c", STARTS, str(folder), link], os.environ | {"PYTHONPATH": ROOT}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as other:
        yield other


@pytest.mark.parametrize("link", ["", "reachline:open/1", "ReachLine://conversation/42?a=%20b"])
def test_a_second_start_hands_over_its_link_and_ends(qtbot, first: SingleInstance, folder: Path, link: str) -> None:
    with started(folder, link) as second:
        with qtbot.waitSignal(first.started_again, timeout=60_000) as told:
            pass
        assert told.args == [link]
        assert second.communicate()[0] == "False\n"


def test_another_profile_is_another_instance(first: SingleInstance, tmp_path: Path) -> None:
    other = SingleInstance(tmp_path / "other")
    assert other.acquire()
    other.release()


def test_the_next_start_after_the_end_is_the_first_and_nothing_is_left(first: SingleInstance, folder: Path) -> None:
    first.release()
    first.release()
    assert list(folder.iterdir()) == []
    again = SingleInstance(folder)
    assert again.acquire()
    again.release()


@pytest.mark.posix("rights of files are POSIX'")
def test_nobody_else_can_talk_to_it(qapp, folder: Path) -> None:
    before = os.umask(0)
    first = SingleInstance(folder)
    assert first.acquire()
    os.umask(before)
    socket = Path((folder / "running").read_text())
    for file in (socket, *folder.iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    first.release()


@pytest.mark.parametrize("words", [b"x" * (LONGEST_BYTES + 1), b"--sandbox-urls x\n", b"\xff\x00\n"])
def test_what_is_no_link_is_not_taken_for_one(qtbot, first: SingleInstance, folder: Path, words: bytes) -> None:
    told: list[str] = []
    first.started_again.connect(told.append)
    socket = QLocalSocket()
    socket.connectToServer((folder / "running").read_text())
    assert socket.waitForConnected()
    with qtbot.waitSignal(socket.disconnected):
        socket.write(words)
    assert told == ([""] if words.endswith(b"\n") else [])


@pytest.mark.slow
def test_a_killed_one_does_not_block_a_start(qapp, folder: Path) -> None:
    with started(folder) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "True\n"
        killed.kill()
    assert {"running", "running.lock"} <= {file.name for file in folder.iterdir()}
    first = SingleInstance(folder)
    assert first.acquire()
    first.release()


def test_one_that_hangs_is_told(first: SingleInstance, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(single_instance, "PATIENCE_MS", 1)
    with pytest.raises(NotAnswering):
        SingleInstance(folder).acquire()
    # One that has not begun to listen, and one whose address leads nowhere.
    for address in ("", "reachline-nowhere"):
        (folder / "running").write_text(address)
        with pytest.raises(NotAnswering):
            SingleInstance(folder).acquire()


def test_where_no_folder_can_be_made_a_start_goes_on(qapp, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    first = SingleInstance(tmp_path / "file" / "profile")
    assert first.acquire()
    first.release()
