"""Tests of build.spec: it includes all that the program needs, and no libraries of the system."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import PySide6
import pytest

from desktop.app.qt import BASE_LIBRARIES, MEDIA_LIBRARIES, NETWORK_LIBRARIES, X11_LIBRARIES
from tests.helpers.update_catalogues import CODES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / "resources/installer/hooks"

IMPORT_ALL_SCRIPT = """
import importlib, json, pkgutil, sys
unused = json.loads(sys.argv[1])

class Missing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in unused):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing)
import desktop
for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
    importlib.import_module(module.name)
import keyring.backends.SecretService, uvicorn
print("all imported")
"""

START_SCRIPT = """
import json, sys
from pathlib import Path

opened = set()
def note(event, given):
    if event == "open" and isinstance(given[0], (str, bytes, Path)):
        opened.add(str(given[0]))
sys.addaudithook(note)

from desktop.app import loop, qt
application = qt.start(offscreen=True)

async def look():
    from desktop.demo.sample import SampleWorkspace
    from desktop.ui.look.theme import Theme
    stage = await SampleWorkspace.open(Theme(application))
    stage.place_windows()
    stage.window.grab()
    await stage.close()
    return 0

status = loop.run(application, look)
print(json.dumps(sorted(opened)))
sys.exit(status)
"""

DRAW_SCRIPT = """
import os, sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
application = QApplication(["-platform", "offscreen"])
from desktop.ui.look import icons
for name in ("fa6s.reply", "fa6b.whatsapp", "fa6.comments"):
    drawn = icons.pixmap(name, QColor("black"), 16, 1.0).toImage()
    assert any(drawn.pixelColor(x, y).alpha() for x in range(16) for y in range(16))
assert not {"qtawesome", "qtpy"} & sys.modules.keys()
print("\\n".join(sorted({os.path.basename(path) for path in opened if path.endswith(".json")})))
"""


def run_python(script: str, *arguments: str, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_excluded_modules_are_imported_nowhere(spec: dict[str, Any]) -> None:
    assert "all imported" in run_python(IMPORT_ALL_SCRIPT, json.dumps(spec["UNUSED"]))


def test_all_listed_modules_exist(spec: dict[str, Any]) -> None:
    analysis = spec["program"]
    assert all(Path(script).is_file() for script in (*analysis.given[0], *analysis.named["runtime_hooks"]))
    asked = [*analysis.named["hiddenimports"], *(hook.stem.removeprefix("hook-") for hook in HOOKS.glob("hook-*.py"))]
    assert asked == [name for name in asked if importlib.util.find_spec(name)]


def test_all_data_files_are_included(spec: dict[str, Any]) -> None:
    package = ROOT / "desktop"
    opened = [Path(name) for name in json.loads(run_python(START_SCRIPT).splitlines()[-1])]
    data = {
        path.relative_to(ROOT).as_posix()
        for path in opened
        if path.is_relative_to(package) and path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert data, "the start opens its migrations at least"
    included = {
        file.relative_to(ROOT).as_posix(): folder
        for source, folder in spec["PACKAGE_DATA"]
        for file in ROOT.glob(source)
    }
    assert data <= included.keys()
    # The files are loaded from beside the package's modules.
    assert all(file.rpartition("/")[0] == folder for file, folder in included.items())


def test_modules_are_not_compressed(spec: dict[str, Any]) -> None:
    assert spec["ZlibArchiveWriter"]._COMPRESSION_LEVEL == 0


def test_no_machine_is_named(spec: dict[str, Any]) -> None:
    text = (ROOT / "build.spec").read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|work|Users)/|[A-Z]:\\", text)


def test_the_builders_folders_are_removed_from_libraries(spec: dict[str, Any], tmp_path: Path) -> None:
    held = b"\0/home/ada/pythons/3.11.7/lib\0/home/ada/pythons\0/home/ada/pythons/3.11.7\0/usr/lib\0"
    library, other, text = (tmp_path / "a" / name for name in ("_socket.so", "libpython3.so.1.0", "notes.txt"))
    library.parent.mkdir()
    for file in (library, other, text):
        file.write_bytes(held)
    (tmp_path / "a" / "libpython3.so").symlink_to(other)
    spec["forget_builder"](tmp_path, ["/home/ada/pythons/3.11.7"])
    masked = b"/-" + b"/" * len("ome/ada/pythons") + b"/3.11.7"
    expected = b"\0" + masked + b"/lib\0/home/ada/pythons\0" + masked + b"\0/usr/lib\0"
    assert library.read_bytes() == other.read_bytes() == expected
    assert len(expected) == len(held)
    assert text.read_bytes() == held


def test_only_folders_of_a_private_python_are_removed(spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/home/ada/pythons/3.11.7")
    assert "/home/ada/pythons/3.11.7" in spec["builders_folders"]()
    monkeypatch.setattr(sys, "base_prefix", "/usr/local")
    assert "/usr/local" not in spec["builders_folders"]()


@pytest.mark.parametrize("library", sorted(BASE_LIBRARIES | MEDIA_LIBRARIES | NETWORK_LIBRARIES | X11_LIBRARIES))
def test_system_libraries_are_excluded(spec: dict[str, Any], library: str) -> None:
    assert not spec["is_wanted"](library, f"/usr/lib/x86_64-linux-gnu/{library}")


@pytest.mark.parametrize(
    ("name", "source", "wanted"),
    [
        pytest.param("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", True, id="needed by Python"),
        pytest.param("libgtk-3.so.0", "/usr/lib/x86_64-linux-gnu/libgtk-3.so.0", False, id="the desktop's own"),
        pytest.param("nh3/nh3.abi3.so", "/usr/lib/python3/dist-packages/nh3/nh3.abi3.so", True, id="a module"),
        pytest.param("PySide6/Qt/lib/libQt6Gui.so.6", "/x/libQt6Gui.so.6", True, id="Qt"),
        pytest.param("PySide6/Qt/lib/libQt6Qml.so.6", "/x/libQt6Qml.so.6", False, id="Qt that is not used"),
        pytest.param("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", False, id="a link to it"),
        pytest.param("PySide6/Qt/plugins/platforms/libqxcb.so", "/x/libqxcb.so", True, id="X11"),
        pytest.param("PySide6/plugins/platforms/qwindows.dll", "C:/x/qwindows.dll", True, id="Windows"),
        pytest.param("PySide6/Qt/translations/qtbase_pt_BR.qm", "/x/qtbase_pt_BR.qm", True, id="a language of ours"),
        pytest.param("PySide6/Qt/translations/qtbase_fi.qm", "/x/qtbase_fi.qm", False, id="another language"),
        pytest.param("PySide6/Qt/plugins/platforms/libqvnc.so", "/x/libqvnc.so", False, id="VNC"),
        pytest.param("PySide6/Qt/plugins/tls/libqopensslbackend.so", "/x/libqopensslbackend.so", False, id="TLS of Qt"),
        pytest.param("reachline.egg-info/SOURCES.txt", "/x/reachline.egg-info/SOURCES.txt", False, id="the checkout's"),
        pytest.param("PySide6/Qt/plugins/imageformats/libqsvg.so", "/x/libqsvg.so", False, id="SVG of customers"),
    ],
)
def test_which_libraries_are_included(spec: dict[str, Any], name: str, source: str, wanted: bool) -> None:
    needed_by_media = [library for library in spec["NEEDED_BY_MEDIA"] if library in name]
    assert spec["is_wanted"](name, source) is (wanted or bool(needed_by_media))


def test_what_plays_voice_notes_is_included_where_it_is_installed(spec: dict[str, Any]) -> None:
    is_installed = importlib.util.find_spec("PySide6.QtMultimedia") is not None
    plugin = "PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so"
    assert spec["is_wanted"](plugin, "/x/libffmpegmediaplugin.so") is is_installed
    assert spec["PLAYS_MEDIA"] is is_installed


def test_catalogues_are_included_without_what_is_for_translators(spec: dict[str, Any]) -> None:
    languages = [(file, folder.split("/")) for file, folder in spec["RESOURCES"] if "/locale/" in f"{folder}/"]
    names = {(Path(file).name, parts[2]) for file, parts in languages}
    assert names == {(name, code) for name in ("reachline.mo", "territories.json") for code in CODES}


def test_dictionaries_and_what_records_voice_notes_are_included(spec: dict[str, Any]) -> None:
    dictionaries = {Path(file).name for file, folder in spec["RESOURCES"] if folder == "resources/dictionaries"}
    assert {"en.aff", "en.dic", "en.license"} <= dictionaries
    assert all(f"{Path(name).stem}.license" in dictionaries for name in dictionaries)
    recording = {Path(file).name.split("_")[0] for file, _ in spec["RECORDING"]}
    assert recording == ({"libsndfile", "COPYING"} if spec["RECORDS_MEDIA"] else set())


def test_the_languages_are_included_with_qt_s_own_words(spec: dict[str, Any]) -> None:
    catalogues = [Path(file) for file, _ in spec["RESOURCES"] if file.endswith(".mo")]
    assert catalogues == sorted((ROOT / "resources/locale").rglob("*.mo"))
    assert spec["LANGUAGES"] == sorted(file.parts[-3] for file in catalogues)
    spec["LANGUAGES"][:] = ["pt_BR"]
    folder = "PySide6/Qt/translations"
    names = ("qtbase_pt_BR.qm", "qtbase_ja.qm", "qt_pt_BR.qm", "linguist_pt_BR.qm")
    assert [name for name in names if spec["is_wanted"](f"{folder}/{name}", f"/x/{name}")] == ["qtbase_pt_BR.qm"]


def test_ffmpeg_is_not_stripped(spec: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("libavcodec.so.61", "libswresample.so.5", "libQt6Core.so.6", "QtCore.abi3.so")
    for name in names:
        (tmp_path / name).write_bytes(b"")
    stripped: list[str] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: stripped.append(Path(command[1]).name))
    spec["strip_libraries"](tmp_path)
    assert sorted(stripped) == ["QtCore.abi3.so", "libQt6Core.so.6"]


@pytest.mark.posix("looks at the plugins of Linux")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at the plugins of Linux")
def test_all_listed_plugins_exist(spec: dict[str, Any]) -> None:
    plugins = Path(PySide6.__path__[0]) / "Qt/plugins"
    of_others = {("platforms", "qwindows"), ("platforms", "qcocoa"), ("styles", "")}
    named = {(family, start) for family, starts in spec["QT_PLUGINS"].items() for start in starts}
    missing = {(family, start) for family, start in named if not [*(plugins / family).glob(f"lib{start}*")]}
    assert missing == of_others


def test_all_icons_are_in_included_fonts() -> None:
    family = r'"((?:fa[0-9a-z]*|mdi6?|ph|ri|msc|ei)\.[a-z][a-z0-9-]*)"'
    screens = (ROOT / "desktop").rglob("*.py")
    names = {name for file in screens for name in re.findall(family, file.read_text(encoding="utf-8"))}
    assert len(names) > 20
    assert {name for name in names if not name.startswith("fa6")} == set()


def test_icons_are_drawn_from_the_included_fonts_alone(spec: dict[str, Any]) -> None:
    included = {Path(file).name for file, folder in spec["ICON_FONTS"] if folder == "qtawesome/fonts"}
    names = run_python(DRAW_SCRIPT).split()
    assert len(names) == 3
    assert set(names) <= included
    # Each beside its font.
    assert {name.replace("-charmap", "").replace(".json", ".ttf") for name in names} <= included


START_HOOK_SCRIPT = """
import json, os, runpy, sys
sys.stdout, out = None, sys.stdout
runpy.run_path(sys.argv.pop(1))
print("goes nowhere")
out.write(json.dumps([sys.argv[1:], os.environ.get("LD_LIBRARY_PATH"), os.environ.get("DYLD_LIBRARY_PATH")]))
"""


@pytest.mark.parametrize("before", [None, "/opt/own"])
def test_child_programs_get_their_own_library_path(before: str | None) -> None:
    env = {"PATH": "/usr/bin", "LD_LIBRARY_PATH": "/built/_internal"}
    if before is not None:
        env["LD_LIBRARY_PATH_ORIG"] = before
    written = run_python(START_HOOK_SCRIPT, str(HOOKS / "frozen_start.py"), "--profile", "x", env=env)
    assert json.loads(written) == [["--profile", "x"], before, None]
