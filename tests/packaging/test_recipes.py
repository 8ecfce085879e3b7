"""Tests of the installer recipes: names, versions, URL scheme and files are consistent."""

from __future__ import annotations

import configparser
import importlib.util
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
import setuptools
import yaml

import desktop
from desktop import __main__ as desktop_main
from desktop.app.qt import BASE_LIBRARIES, MEDIA_LIBRARIES, NETWORK_LIBRARIES, WINDOWS_APP_ID, X11_LIBRARIES
from desktop.system import login_item
from desktop.ui.look import app_icon

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


def test_windows_is_told_one_id_and_forgets_it_with_the_program() -> None:
    recipe = (RECIPES / "windows/reachline.iss").read_text(encoding="utf-8")
    [entry] = re.findall(r"^Name: .*$", recipe, re.MULTILINE)
    assert f'AppUserModelID: "{WINDOWS_APP_ID}"' in entry
    deleted = re.findall(r"'(Software\\[^']+)'", recipe)
    notifications = rf"Software\Classes\AppUserModelId\{WINDOWS_APP_ID}"
    assert deleted == [login_item._RUN_KEY, login_item._APPROVED_KEY, notifications]


def test_the_menu_entry_starts_the_command_and_shows_its_icon() -> None:
    entry = _entry()
    assert entry["Exec"].split() == ["reachline", "%u"]
    assert "reachline" in PROJECT["project"]["scripts"]
    assert (ROOT / f"resources/icons/{entry['Icon']}.svg").is_file()
    for action in entry["Actions"].split(";")[:-1]:
        program, *arguments = _entry(f"Desktop Action {action}")["Exec"].split()
        assert program == "reachline"
        assert desktop_main._parser().parse_args(arguments)


def _entry(section: str = "Desktop Entry") -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(ENTRY, encoding="utf-8")
    return parser[section]


def test_software_centres_read_of_the_release_that_was_built(make_deb: Any, tmp_path: Path) -> None:
    day = datetime(2026, 11, 30, tzinfo=UTC)
    file = tmp_path / make_deb.METAINFO.name
    file.write_text(make_deb.with_release("3.2.1", int(day.timestamp())), encoding="utf-8")
    component = ElementTree.parse(file).getroot()
    assert file.name == f"{component.findtext('id')}.metainfo.xml"
    assert component.findtext("launchable") == ENTRY.name
    assert component.findtext("summary") == _entry()["Comment"]
    release = component.find("releases/release")
    assert release is not None
    assert release.attrib == {"version": "3.2.1", "date": "2026-11-30"}
    if shutil.which("appstreamcli"):
        command = ["appstreamcli", "validate", "--no-net", file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.posix("a shell script")
def test_the_menu_of_a_tarball_starts_it_wherever_it_was_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / r"R&D | 50% of $HOME's `x` \1 \"a\""
    icons = folder / "share/icons/hicolor/128x128/apps"
    for below, file in ((folder / "share/applications", ENTRY), (icons, ROOT / "resources/icons/reachline-128.png")):
        below.mkdir(parents=True)
        shutil.copy(file, below)
    shutil.copy(RECIPES / "linux/install.sh", folder)
    env = os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    subprocess.run([folder / "install.sh"], env=env, check=True, timeout=60)
    written = (tmp_path / "data/applications/reachline.desktop").read_text(encoding="utf-8")
    command = login_item._quoted(f"{folder}/reachline")
    assert written == ENTRY.read_text(encoding="utf-8").replace("Exec=reachline", f"Exec={command}")
    assert (tmp_path / ".local/bin/reachline").readlink() == folder / "reachline"
    subprocess.run([folder / "install.sh", "--remove"], env=env, check=True, timeout=60)
    assert not (tmp_path / "data/applications/reachline.desktop").exists()


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed")
def test_the_menu_entry_is_valid() -> None:
    done = subprocess.run(["desktop-file-validate", ENTRY], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.fixture
def make_deb() -> Any:
    """The module that makes the .deb."""
    return _load("make_deb", RECIPES / "linux/make.py")


def _load(name: str, file: Path) -> ModuleType:
    where = importlib.util.spec_from_file_location(name, file)
    assert where
    assert where.loader
    module = importlib.util.module_from_spec(where)
    where.loader.exec_module(module)
    return module


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


def test_icons_of_windows_and_macos_are_complete() -> None:
    ico = (ROOT / "resources/icons/reachline.ico").read_bytes()
    count = struct.unpack("<HHH", ico[:6])[2]
    entries = [struct.unpack("<BBBBHHII", ico[6 + 16 * n : 22 + 16 * n]) for n in range(count)]
    assert [entry[0] or 256 for entry in entries] == [16, 24, 32, 48, 64, 256]
    assert all(ico[entry[7] :].startswith(b"\x89PNG") for entry in entries)
    assert entries[-1][7] + entries[-1][6] == len(ico)
    icns = (ROOT / "resources/icons/reachline.icns").read_bytes()
    assert (icns[:4], struct.unpack(">I", icns[4:8])[0]) == (b"icns", len(icns))
    # Each size in points, and the same for displays with twice the pixels.
    points = {"icp4": 16, "icp5": 32, "ic07": 128, "ic08": 256, "ic09": 512}
    doubled = {"ic11": 32, "ic12": 64, "ic13": 256, "ic14": 512, "ic10": 1024}
    assert _pictures(icns) == {kind: (pixels, pixels) for kind, pixels in (points | doubled).items()}


def _pictures(icns: bytes) -> dict[str, tuple[int, int]]:
    """By kind, width and height."""
    found, at = {}, 8
    while at < len(icns):
        kind, length = struct.unpack(">4sI", icns[at : at + 8])
        found[kind.decode()] = struct.unpack(">II", icns[at + 24 : at + 32])
        at += length
    return found


def test_the_macos_bundle_is_an_ordinary_program_with_a_menu_bar(spec_of: Callable[[str], dict[str, Any]]) -> None:
    rights = plistlib.loads((RECIPES / "macos/entitlements.plist").read_bytes())
    assert set(rights.values()) == {True}
    spec = spec_of("darwin")
    bundle = spec["bundle"].named
    info = bundle["info_plist"]
    assert plistlib.loads(plistlib.dumps(info)) == info
    # These would leave it without a menu bar and a place in the Dock.
    assert not {"LSUIElement", "LSBackgroundOnly"} & info.keys()
    assert info["LSMinimumSystemVersion"] == spec["MINIMUM_MACOS"]
    assert info["CFBundleLocalizations"] == ["en", *spec["LANGUAGES"]]
    assert info["NSMicrophoneUsageDescription"]
    assert "com.apple.security.device.audio-input" in rights
    assert bundle["bundle_identifier"] == spec["BUNDLE_ID"] == login_item._BUNDLE_ID
    assert Path(bundle["icon"]).is_file()


def test_the_release_tests_builds_and_signs_from_existing_files() -> None:
    text = (RECIPES / "release.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    jobs = workflow["jobs"]
    assert set(jobs) == {"test", "linux", "windows", "macos", "publish"}
    assert set(jobs["publish"]["needs"]) == jobs.keys() - {"publish"}
    named = {name.replace("\\", "/") for name in re.findall(r"(?<=\s)resources[/\\][\w./\\]+", text)}
    assert {f"resources/installer/{name}" for name in ("folder.py", "linux/make.py", "macos/make.sh")} < named
    assert {name for name in named if not (ROOT / name).is_file()} == set()
    # A tag can be moved to other code, a commit can't.
    assert re.findall(r"uses: (?!actions/[a-z-]+@[0-9a-f]{40} # v\d)", text) == []
    # Each is explained at the top.
    secrets = set(re.findall(r"secrets\.(\w+)", text))
    assert {name for name in secrets if name not in text.partition("name: release")[0]} == set()
    # Other processes may read a command line, and the log prints it.
    commands = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert [command for command in commands if "secrets." in command] == []
    [signing] = [step for job in jobs.values() for step in job["steps"] if "sign.py" in step.get("run", "")]
    assert signing["env"] == {"REACHLINE_RELEASE_KEY": "${{ secrets.REACHLINE_RELEASE_KEY }}"}


@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is not installed")
def test_the_release_is_a_valid_workflow() -> None:
    done = subprocess.run(
        ["actionlint", "-no-color", RECIPES / "release.yml"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.fixture
def wheel_recipe() -> ModuleType:
    """The module that puts resources into wheels."""
    return _load("wheel_recipe", ROOT / "resources/installer/wheel.py")


def test_a_wheel_has_all_that_the_program_opens_by_name(wheel_recipe: ModuleType, spec: dict[str, Any]) -> None:
    command = wheel_recipe.BuildWithResources(setuptools.Distribution({"packages": []}))
    command.build_lib = "wheel"
    command.ensure_finalized()
    outputs = {Path(output).relative_to("wheel/desktop").as_posix() for output in command.get_outputs()}
    built = {f"{folder}/{Path(file).name}" for file, folder in spec["RESOURCES"]}
    assert outputs == built
    assert {f"resources/icons/reachline-{size}.png" for size in app_icon._SIZES} < outputs
    assert {"resources/sounds/notification.wav", "resources/emoji/en.json", "resources/dictionaries/en.dic"} < outputs
    command.editable_mode = True
    assert command.get_outputs() == []


@pytest.mark.slow
def test_a_wheel_starts_with_its_resources(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    if not pytestconfig.getoption("whole"):
        pytest.skip("only with --whole: builds a wheel")
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "dist", "tests", "*.egg-info"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([*pip, "wheel", *options, str(source)], check=True, timeout=300)
    [wheel] = tmp_path.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    script = """
from desktop import RESOURCES
from desktop.system.notifications.sound import SOUND
from desktop.system.spelling.dictionaries import find_dictionaries, BUNDLED
from desktop.ui.writing.emoji import table
assert SOUND.is_file() and find_dictionaries([BUNDLED]) and table.load("en").emoji
print(RESOURCES)
"""
    env = os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == tmp_path / "installed/desktop/resources"


def test_the_licence_texts_are_present() -> None:
    licences = RECIPES / "licences"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (licences / "LGPL-3.0.txt").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in (licences / "GPL-3.0.txt").read_text(encoding="utf-8")
