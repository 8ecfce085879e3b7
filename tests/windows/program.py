"""Builds the Windows program with PyInstaller, asks it questions, and has it play its tour."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pictures
from machine import ROOT, Stopped, Workplace, windows_path
from tally import Tally

PROGRAMS = ("reachline.exe", "reachline-console.exe")
SPEC = "build.spec"
BUILD_PATIENCE_S = 1_800
MANIFEST = """
import sys
import pefile
for name in sys.argv[1:]:
    program = pefile.PE(name, fast_load=True)
    program.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
    for kind in program.DIRECTORY_ENTRY_RESOURCE.entries:
        if kind.id == pefile.RESOURCE_TYPE["RT_MANIFEST"]:
            found = kind.directory.entries[0].directory.entries[0].data.struct
            print(program.get_data(found.OffsetToData, found.Size).decode("utf-8"))
"""
"""A program that prints the manifest with which each of some programs tells Windows what it can do."""


def version() -> str:
    """Of the work tree."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "desktop/__init__.py").read_text("utf-8"))
    assert found is not None
    return found[1]


def build(workplace: Workplace, tally: Tally) -> None:
    """Make dist/reachline in the copy of the project, unless it was made from the same files; then ask it."""
    files, folder = workplace.copy_project(), workplace.checkout / "dist/reachline"
    stamp = workplace.folder / "built-from.txt"
    if not stamp.exists() or stamp.read_text("ascii") != files or not all((folder / n).exists() for n in PROGRAMS):
        stamp.unlink(missing_ok=True)
        shutil.rmtree(workplace.checkout / "dist", ignore_errors=True)
        status, said = workplace.run_python(
            *("-m", "PyInstaller", "--noconfirm", "--log-level=WARN", SPEC), timeout_s=BUILD_PATIENCE_S, log="build.txt"
        )
        if not tally.check("PyInstaller builds the program", status == 0, said):
            raise Stopped("there is no program")
        stamp.write_text(files, "ascii")
    else:
        tally.check("PyInstaller has built the program from these files before", True)
    tally.check("there is a program with a console and one without", all((folder / n).exists() for n in PROGRAMS))
    _ask(workplace, folder / PROGRAMS[1], tally)


def _ask(workplace: Workplace, program: Path, tally: Tally) -> None:
    """What folder.py asks of every program that it builds, and what Windows reads of it."""
    run = workplace.wine.run
    files = [windows_path(program.with_name(name)) for name in PROGRAMS]
    _, said = workplace.run_python("-c", MANIFEST, *files, timeout_s=120, log="manifest.txt")
    # Windows' own setting must allow it too.
    can_have_long = re.findall(r"<longPathAware[^>]*>true</longPathAware>", said)
    tally.check("Windows may give both programs paths of more than 260 characters", len(can_have_long) == 2, said)
    status, said = run(program, "--version")
    tally.check("it says its version", (status, said.splitlines()[:1]) == (0, [f"reachline {version()}"]), said)
    profile = windows_path(workplace.folder / "profile of Zoë Ní Bhriain")
    _, said = run(program, "doctor", "--language", "en", "--profile", profile, log=workplace.logs / "doctor.txt")
    for line in ("Voice notes: played in Reachline", "Voice notes: can be recorded", "Spell check: "):
        tally.check(f"doctor says “{line.strip()}”", line in said and f"{line}not available" not in said, said)
    tally.check("what it prints is UTF-8, also a name with spaces", f"Data folder: {profile}\n" in said, said)


def play_tour(workplace: Workplace, tally: Tally) -> None:
    """Play the tour and read its pictures."""
    program = workplace.checkout / "dist/reachline" / PROGRAMS[1]
    if not program.exists():
        build(workplace, tally)
    folder = workplace.pictures / "tour"
    shutil.rmtree(folder, ignore_errors=True)
    status, said = workplace.wine.run(
        *(program, "--language", "en", "demo", "--tour", windows_path(folder)),
        timeout_s=600,
        log=workplace.logs / "tour.txt",
    )
    if not tally.check("the tour is played to its end, and every forecast comes true", status == 0, said):
        raise Stopped("there are no pictures")
    # One kind of slash.
    tally.check("it says where the pictures are", f"tour.json are in {windows_path(folder)}." in said, said)
    steps = json.loads((folder / "tour.json").read_text("utf-8"))
    tally.check("there are more than twenty steps", len(steps) > 20, str(len(steps)))
    for step in steps:
        found = pictures.words_in(folder / step["picture"])
        enough = pictures.is_readable(found)
        tally.check(f"{step['picture']} can be read: {len(found)} words", enough, " ".join(sorted(found)))
    _prove_the_reading(workplace, tally)


def _prove_the_reading(workplace: Workplace, tally: Tally) -> None:
    """Words are found in a picture with letters and not in one that is drawn with the font of the icons."""
    icons = workplace.python / "Lib/site-packages/qtawesome/fonts"
    for name, fonts, expected in (
        ("letters", workplace.wine.drive / "windows/Fonts", True),
        ("icons", icons, False),
    ):
        picture = workplace.pictures / f"drawn-with-{name}.png"
        picture.unlink(missing_ok=True)
        _, said = workplace.run_python(
            *("-c", pictures.DRAW, windows_path(fonts), windows_path(picture)), timeout_s=120, log=f"drawn-{name}.txt"
        )
        read = pictures.words_in(picture) if picture.exists() else set()
        came_true = picture.exists() and pictures.is_readable(read) is expected
        tally.check(f"a page drawn with {name} can{'' if expected else 'not'} be read", came_true, f"{said} {read}")
