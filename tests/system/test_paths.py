"""The folders follow the system's custom and are the user's own."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.system.paths import is_too_long, make_private, user_paths
from desktop.system.settings_file import SettingsFile


def test_the_folders_differ_and_bear_the_programs_name():
    found = user_paths()
    folders = (found.profile, found.cache, found.logs)
    assert len(set(folders)) == 3
    assert all("reachline" in str(folder).casefold() for folder in folders)


def test_missing_folders_are_made_for_this_user_alone(tmp_path):
    folder = tmp_path / "a" / "profile"
    make_private(folder)
    make_private(folder)
    assert folder.is_dir()
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        make_private(tmp_path / "file" / "x")


@pytest.mark.posix("rights of files are POSIX'")
@pytest.mark.parametrize("is_there", [True, False])
def test_settings_are_this_users_alone_and_no_file_before_there_are_any(tmp_path, is_there):
    file = tmp_path / "new" / "settings.ini"
    before = os.umask(0)
    if is_there:
        file.parent.mkdir()
        file.write_text("[look]\nscheme=light\n")
    settings = SettingsFile(file)
    assert settings.value("look/scheme", "") == ("light" if is_there else "")
    assert file.exists() == is_there
    settings.setValue("look/scheme", "dark")
    settings.sync()
    os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "scheme=dark" in file.read_text()


def test_settings_that_cannot_be_kept_hold_for_this_start(tmp_path):
    (tmp_path / "file").touch()
    settings = SettingsFile(tmp_path / "file" / "settings.ini")
    settings.setValue("look/scheme", "dark")
    assert settings.value("look/scheme") == "dark"


def test_a_profile_whose_paths_windows_cannot_open_is_noticed(monkeypatch):
    long, short = Path("C:/" + "x" * 200), Path("C:/Users/Zoë Müller/AppData/Local/Reachline")
    allows = []
    monkeypatch.setattr(sys, "platform", "linux")
    assert not is_too_long(long)
    monkeypatch.setattr(sys, "platform", "win32")
    ntdll = SimpleNamespace(RtlAreLongPathsEnabled=lambda: bool(allows))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(ntdll=ntdll), raising=False)
    assert [is_too_long(folder) for folder in (long, short)] == [True, False]
    allows.append(True)
    assert not is_too_long(long)
