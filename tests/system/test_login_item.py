"""What each system starts at login; only Linux' file is what a system read, the others by their form."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
import threading
import wave
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import pytest

from desktop.system.login_item import SystemLoginItem, launch_command
from desktop.system.notifications import sound
from desktop.system.notifications.sound import SoundPlayer


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


def test_linux_gets_a_file_that_its_desktops_accept(home: Path) -> None:
    command = ["/opt/My Programs/100% $new/reachline", "--profile", '/home/ada/a "b" \\c', "--background"]
    item = SystemLoginItem(command, None, "linux")
    assert not item.is_enabled()
    item.set_enabled(True)
    assert item.is_enabled()
    file = home / "config/autostart/reachline.desktop"
    [run] = [line for line in file.read_text().splitlines() if line.startswith("Exec=")]
    assert run == (
        'Exec="/opt/My Programs/100%% \\\\$new/reachline" --profile "/home/ada/a \\\\"b\\\\" \\\\\\\\c" --background'
    )
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", file], check=True)
    item.set_enabled(False)
    item.set_enabled(False)
    assert not item.is_enabled()
    assert not file.exists()


def test_what_the_desktop_switched_off_is_off(home: Path) -> None:
    item = SystemLoginItem(["reachline"], None, "linux")
    item.set_enabled(True)
    file = home / "config/autostart/reachline.desktop"
    file.write_text(file.read_text().replace("enabled=true", "enabled=false"))
    assert not item.is_enabled()
    item.set_enabled(True)
    assert item.is_enabled()


def test_each_profile_has_its_own(home: Path) -> None:
    for profile in (None, Path("/a"), Path("/b")):
        SystemLoginItem(launch_command(profile), profile, "linux").set_enabled(True)
    assert len(list((home / "config/autostart").iterdir())) == 3
    assert launch_command(Path("/a"))[-3:] == ["--profile", str(Path("/a")), "--background"]
    assert launch_command(None) == [sys.executable, "-m", "desktop", "--background"]


def test_macos_gets_an_agent(home: Path) -> None:
    item = SystemLoginItem(["/Applications/Reachline.app/Contents/MacOS/reachline", "--background"], None, "darwin")
    item.set_enabled(True)
    assert item.is_enabled()
    agent = plistlib.loads((home / "Library/LaunchAgents/io.github.reachline.desktop.plist").read_bytes())
    assert agent["ProgramArguments"] == ["/Applications/Reachline.app/Contents/MacOS/reachline", "--background"]
    assert agent["RunAtLoad"] is True
    item.set_enabled(False)
    assert not item.is_enabled()


def test_windows_starts_what_its_own_settings_have_not_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = FakeRegistry()
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    command = [r"C:\Users\Zoë Müller\AppData\Local\Programs\Reachline\reachline.exe", "--background"]
    item = SystemLoginItem(command, None, "win32")
    assert not item.is_enabled()
    item.set_enabled(False)
    item.set_enabled(True)
    assert item.is_enabled()
    run, approved = registry.key("CurrentVersion\\Run"), registry.key("StartupApproved\\Run")
    assert run == {"Reachline": f'"{command[0]}" --background'}
    approved["Reachline"] = bytes([2, 0, 0, 0]) + bytes(8)
    assert item.is_enabled()
    approved["Reachline"] = bytes([3, 0, 0, 0]) + bytes(8)
    assert not item.is_enabled(), "switched off in the task manager"
    item.set_enabled(True)
    assert item.is_enabled()
    assert approved == {}
    other = SystemLoginItem(command, Path("/mine"), "win32")
    assert not other.is_enabled()
    item.set_enabled(False)
    assert run == {}


class FakeRegistry(ModuleType):
    """Windows' module `winreg`, as far as it is used: keys of one user, with values by name."""

    HKEY_CURRENT_USER, REG_SZ = 1, 1

    def __init__(self) -> None:
        super().__init__("winreg")
        self._keys: dict[str, dict[str, object]] = {}

    def key(self, ending: str) -> dict[str, object]:
        path = next((path for path in self._keys if path.endswith(ending) or ending.endswith(path)), ending)
        return self._keys.setdefault(path, {})

    def OpenKey(self, _root: int, path: str) -> nullcontext[dict[str, object]]:
        known = next((each for each in self._keys if path.endswith(each)), None)
        if known is None:
            raise FileNotFoundError(path)
        return nullcontext(self._keys[known])

    def CreateKey(self, _root: int, path: str) -> nullcontext[dict[str, object]]:
        return nullcontext(self.key(path))

    def QueryValueEx(self, key: dict[str, object], name: str) -> tuple[object, int]:
        if name not in key:
            raise FileNotFoundError(name)
        return key[name], 1

    def SetValueEx(self, key: dict[str, object], name: str, _reserved: int, _kind: int, value: object) -> None:
        key[name] = value

    def DeleteValue(self, key: dict[str, object], name: str) -> None:
        del key[name]


def test_the_sound_is_short_and_there() -> None:
    with wave.open(str(sound.SOUND)) as file:
        assert 0.2 < file.getnframes() / file.getframerate() < 1.0


def test_the_sound_is_played_by_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows plays it itself")
    monkeypatch.setenv("PATH", str(tmp_path))
    player = SoundPlayer()
    assert not player.play()
    program = tmp_path / "aplay"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/heard\n')
    program.chmod(0o755)
    assert player.play()
    for playing in [thread for thread in threading.enumerate() if thread.name == "sound"]:
        playing.join(10)
    assert (tmp_path / "heard").read_text() == f"-q {sound.SOUND}\n"
    program.unlink()
    assert not player.play()
