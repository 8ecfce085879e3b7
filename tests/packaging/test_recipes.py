"""Tests of the installer recipes: names, versions, URL scheme and files are consistent."""

from __future__ import annotations

import configparser
import importlib.util
import plistlib
import re
import shutil
import struct
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import desktop
from desktop.app.qt import BASE_LIBRARIES, MEDIA_LIBRARIES, NETWORK_LIBRARIES, X11_LIBRARIES

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "resources/installer"
ENTRY = RECIPES / "linux/reachline.desktop"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEXTS = [
    ROOT / "build.spec",
    *(f for f in sorted(RECIPES.rglob("*")) if f.is_file() and f.parent.name not in ("licences", "__pycache__")),
]


def test_the_version_is_consistent_and_in_no_recipe(spec: dict[str, Any]) -> None:
    version = PROJECT["project"]["version"]
    assert version == desktop.__version__ == spec["VERSION"]
    assert [file.name for file in TEXTS if version in file.read_text(encoding="utf-8")] == []


def test_all_dependencies_have_lower_and_upper_bounds() -> None:
    wanted = PROJECT["project"]["dependencies"]
    assert [line for line in wanted if not re.fullmatch(r"[\w-]+>=[\d.]+,<[\d.]+(; .+)?", line)] == []


def test_no_recipe_names_a_machine() -> None:
    found = {f.name for f in TEXTS if re.search(r"/(home|root|tmp|work)/\w", f.read_text(encoding="utf-8"))}
    assert found == set()


def test_links_are_registered_on_all_systems() -> None:
    assert 'CFBundleURLSchemes": ["reachline"]' in (ROOT / "build.spec").read_text(encoding="utf-8")
    windows = (RECIPES / "windows/reachline.iss").read_text(encoding="utf-8")
    command = next(line for line in windows.splitlines() if r"Software\Classes\reachline\shell\open\command" in line)
    # Links are inserted into the command line without escaping; `--` prevents that they add options.
    assert command.endswith('ValueData: """{app}\\reachline.exe"" -- ""%1"""')
    assert _entry()["MimeType"] == "x-scheme-handler/reachline;"


def test_the_menu_entry_starts_the_command_and_shows_its_icon() -> None:
    entry = _entry()
    assert entry["Exec"].split() == ["reachline", "%u"]
    assert "reachline" in PROJECT["project"]["scripts"]
    assert (ROOT / f"resources/icons/{entry['Icon']}.svg").is_file()


def _entry() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(ENTRY, encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed")
def test_the_menu_entry_is_valid() -> None:
    done = subprocess.run(["desktop-file-validate", ENTRY], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.fixture
def make_deb() -> Any:
    """The module that makes the .deb."""
    where = importlib.util.spec_from_file_location("make_deb", RECIPES / "linux/make.py")
    assert where
    assert where.loader
    make = importlib.util.module_from_spec(where)
    where.loader.exec_module(make)
    return make


def test_a_library_that_no_package_brings_is_found(make_deb: Any, tmp_path: Path, monkeypatch) -> None:
    needs = {
        "reachline": {"libc.so.6", "libpulse.so.0"},
        "libQt6Gui.so.6": {"libQt6Core.so.6", "libnew.so.1"},
        "libQt6Core.so.6": {"libz.so.1"},
        # Loaded where the desktop has GTK.
        "libqgtk3.so": {"libgtk-3.so.0"},
    }
    for name in (*needs, "libz.so.1"):
        (tmp_path / name).touch()
    monkeypatch.setattr(make_deb, "needed", lambda file: needs.get(file.name, set()))
    assert make_deb.missing_libraries(tmp_path, MEDIA_LIBRARIES) == {"libnew.so.1": ["libQt6Gui.so.6"]}


def test_the_package_depends_on_the_libraries_that_the_program_checks(
    make_deb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = make_deb
    # Read from the built files otherwise.
    monkeypatch.setattr(make, "c_library", lambda: "2.35")
    monkeypatch.setattr(make, "missing_libraries", lambda folder, named: {})
    asked = {name.strip() for line in make.dependencies() for name in line.split("|")}
    assert set((BASE_LIBRARIES | MEDIA_LIBRARIES | NETWORK_LIBRARIES | X11_LIBRARIES).values()) <= asked


@pytest.mark.parametrize("drawn", sorted((ROOT / "resources/icons").glob("*.png")), ids=lambda f: f.name)
def test_icons_have_the_size_of_their_name(drawn: Path) -> None:
    size = int(drawn.stem.removeprefix("reachline-"))
    assert struct.unpack(">II", drawn.read_bytes()[16:24]) == (size, size)


def test_icons_of_windows_and_macos_are_valid() -> None:
    ico = (ROOT / "resources/icons/reachline.ico").read_bytes()
    count = struct.unpack("<HHH", ico[:6])[2]
    entries = [struct.unpack("<BBBBHHII", ico[6 + 16 * n : 22 + 16 * n]) for n in range(count)]
    assert [entry[0] or 256 for entry in entries] == [16, 24, 32, 48, 64, 256]
    assert all(ico[entry[7] :].startswith(b"\x89PNG") for entry in entries)
    assert entries[-1][7] + entries[-1][6] == len(ico)
    icns = (ROOT / "resources/icons/reachline.icns").read_bytes()
    assert (icns[:4], struct.unpack(">I", icns[4:8])[0]) == (b"icns", len(icns))


def test_the_macos_entitlements_are_valid() -> None:
    rights = plistlib.loads((RECIPES / "macos/entitlements.plist").read_bytes())
    assert set(rights.values()) == {True}


def test_the_release_builds_all_systems_from_existing_files() -> None:
    workflow = yaml.safe_load((RECIPES / "release.yml").read_text(encoding="utf-8"))
    assert set(workflow["jobs"]) == {"linux", "windows", "macos"}
    lines = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    named = {name.replace("\\", "/") for line in lines for name in re.findall(r"resources[/\\][\w./\\]+", line)}
    assert len(named) == 4
    assert {name for name in named if not (ROOT / name).is_file()} == set()


def test_the_licence_texts_are_present() -> None:
    licences = RECIPES / "licences"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (licences / "LGPL-3.0.txt").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in (licences / "GPL-3.0.txt").read_text(encoding="utf-8")
