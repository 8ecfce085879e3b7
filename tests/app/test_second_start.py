"""Two starts of the whole program on one profile, as a link from a browser brings the second about."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.__main__ import main
from desktop.text.terminal import command_line as texts

pytest.importorskip(
    "PySide6.QtNetwork", reason="libraries that QtNetwork loads are not installed", exc_type=ImportError
)

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0

pytestmark = pytest.mark.slow


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A user of the test's own, without a keyring and without a display."""
    home = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    # The variable of Windows says where the folder is, but moves it for nobody.
    home["WIN_PD_OVERRIDE_LOCAL_APPDATA"] = str(tmp_path)
    keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    return os.environ | home | keyring | {"QT_QPA_PLATFORM": "offscreen"}


@pytest.mark.parametrize("profile", [(), ("--profile", "mine")], ids=["usual", "own"])
def test_a_link_comes_to_the_program_that_runs_already(
    env: dict[str, str], tmp_path: Path, profile: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "desktop"]
    own = [str(tmp_path / each) if each == "mine" else each for each in profile]
    with subprocess.Popen([*command, *own], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as first:
        try:
            give_up = time.monotonic() + PATIENCE_S
            while not any(file.name == "running" and file.stat().st_size for file in tmp_path.rglob("*")):
                assert first.poll() is None
                assert time.monotonic() < give_up
                time.sleep(0.05)
            link = ["--", "reachline:open", "--sandbox-urls", "nowhere.json"]
            second = subprocess.run(
                [*command, *link], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
            )
            assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
            assert first.poll() is None
        finally:
            first.kill()


def test_a_program_that_runs_and_does_not_answer_is_told(
    qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from PySide6.QtWidgets import QMessageBox

    from desktop.system.file_lock import FileLock

    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: shown.append(text))
    monkeypatch.setattr("desktop.app.qt.start", lambda **_: qapp)
    monkeypatch.setattr("desktop.system.single_instance.PATIENCE_MS", 0)
    other = FileLock(tmp_path / "running.lock")
    assert other.try_lock()
    assert main(["--profile", str(tmp_path)]) == 2
    assert shown == [texts.NOT_ANSWERING()]
    assert texts.NOT_ANSWERING() in capsys.readouterr().err
    other.release()
