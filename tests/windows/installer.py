"""The installer: made by Inno Setup, installed without questions, upgraded, and taken away again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

import pictures
import program
from machine import ROOT, Stopped, Wine, Workplace, make_prefix, windows_path
from tally import Tally

RECIPE = "resources/installer/windows/reachline.iss"
COMPILER = (
    *("innosetup", "6.4.1"),
    "sha512-Bh/dNlyyFsFKBGoTf19n1msPnm4Njfb0CWVirw2CV1MSJXYy0ajRI+xjo/Yr9DtZFLLafhnwm1ZsxTu309F8lQ==",
)
"""An npm package that holds Inno Setup's compiler, its version, and its integrity."""
OLDER = "0.1.0"
SILENT = ("/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")
DELETE_PROFILE = "/DELETEPROFILE"
"""Asks the uninstaller for what it would ask the person about."""

SCHEME = r"HKCU\Software\Classes\reachline"
RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
NOTIFICATIONS = r"HKCU\Software\Classes\AppUserModelId\Reachline"
LOGIN_ITEMS = ("Reachline", "Reachline-1a2b3c4d")
"""Values of the user's own profile and of another."""
OTHERS_LOGIN_ITEM = "Reachlines"
UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall"
LEFTOVER = "_internal/module_of_an_older_version.py"
COMPRESSION = "Compression=lzma2/max"
PATIENCE_S, COMPILE_PATIENCE_S = 900, 3_600


class Installed:
    """A Windows on which nothing else is, and what an installation leaves there."""

    def __init__(self, wine: Wine) -> None:
        [user] = [f for f in (wine.drive / "users").iterdir() if f.name != "Public" and f.is_dir()]
        local = user / "AppData/Local"
        self.wine = wine
        self.folder = local / "Programs/Reachline"
        self.profile = local / "Reachline"
        self.menu = user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Reachline.lnk"

    def run(self, *arguments: str | Path) -> tuple[int, str]:
        return self.wine.run(self.folder / program.PROGRAMS[1], *arguments)

    def version_in_registry(self) -> str:
        """Of what Settings lists under installed apps; "" where it lists no Reachline."""
        found = self.wine.registry(UNINSTALL, "/s")
        entry = re.search(r"DisplayName\s+REG_SZ\s+Reachline.*", found)
        number = re.search(r"DisplayVersion\s+REG_SZ\s+(\S+)", found)
        return number[1] if entry and number else ""

    def rest(self) -> list[str]:
        """What of the program is there, besides the profile."""
        places = [str(path) for path in (self.folder, self.menu) if path.exists()]
        keys = [key for key in (SCHEME, NOTIFICATIONS) if self.wine.registry(key)]
        values = [key for key in (RUN, APPROVED) if set(LOGIN_ITEMS) & set(self.wine.registry(key).split())]
        return [*places, *keys, *values, *(["installed apps"] if self.version_in_registry() else [])]


def prove(workplace: Workplace, tally: Tally) -> None:
    """Make two installers from the built program, and carry out what people do with them.

    The older one is of the same program, with one file more that the newer one must take away.
    """
    if not (workplace.checkout / "dist/reachline" / program.PROGRAMS[1]).exists():
        program.build(workplace, tally)
    compiler = _compiler(workplace)
    newer = program.version() if program.version() != OLDER else f"{OLDER}.1"
    older_setup = _compile(workplace, compiler, OLDER, tally, is_quick=True, more=LEFTOVER)
    setup = _compile(workplace, compiler, newer, tally, is_quick=workplace.is_quick)
    with workplace.screen() as display:
        wine = Wine(workplace.folder / "clean", workplace.layer, display)
        shutil.rmtree(wine.prefix, ignore_errors=True)
        make_prefix(wine)
        try:
            _carry_out(workplace, tally, Installed(wine), older_setup, setup, newer)
        finally:
            wine.stop()


def _carry_out(
    workplace: Workplace, tally: Tally, installed: Installed, older_setup: Path, setup: Path, newer: str
) -> None:
    _install(workplace, tally, installed, older_setup, OLDER)
    _use(workplace, tally, installed)
    kept = {file.name: file.read_bytes() for file in installed.profile.iterdir() if file.is_file()}
    tally.check("a profile has been made", bool(kept), str(installed.profile))
    _install(workplace, tally, installed, setup, newer)
    tally.check("the upgrade has removed what only the older version had", not (installed.folder / LEFTOVER).exists())
    now = {name: (installed.profile / name).read_bytes() for name in kept if (installed.profile / name).exists()}
    tally.check("the upgrade has kept the profile", now == kept)
    _start(workplace, tally, installed)
    _uninstall(tally, installed)
    tally.check("the profile is kept", all((installed.profile / name).exists() for name in kept))
    _install(workplace, tally, installed, setup, newer)
    _uninstall(tally, installed, DELETE_PROFILE)
    tally.check("the profile is deleted if that is asked for", not installed.profile.exists())


def _compiler(workplace: Workplace) -> Path:
    """ISCC.exe, from its npm package; nothing of that is run but the compiler itself."""
    name, version, integrity = COMPILER
    folder = workplace.folder / "innosetup"
    if not list(folder.rglob("ISCC.exe")):
        if shutil.which("npm") is None:
            quiet = ("apt-get", "install", "-q", "-y", "--no-install-recommends", "npm")
            subprocess.run(quiet, stdout=subprocess.DEVNULL, check=False)
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            ["npm", "pack", "--json", f"{name}@{version}"], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Stopped(f"npm has no {name}: {done.stderr}")
        packed = folder / json.loads(done.stdout)[0]["filename"]
        actual = "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if actual != integrity:
            raise Stopped(f"{name} {version} is not the file that was looked at: {actual}")
        with tarfile.open(packed) as files:
            files.extractall(folder, filter="data")
    return next(folder.rglob("ISCC.exe"))


def _compile(
    workplace: Workplace, compiler: Path, version: str, tally: Tally, *, is_quick: bool, more: str = ""
) -> Path:
    """Make the installer of a version, unless it was made before of the same.

    is_quick: packs less tightly. more: a file that only this version has.
    """
    text = (ROOT / RECIPE).read_text("utf-8")
    if is_quick:
        text = text.replace(COMPRESSION, "Compression=zip/1")
    recipe, folder = workplace.checkout / RECIPE, workplace.checkout / "dist"
    setup, stamp = folder / f"reachline-{version}-setup.exe", workplace.folder / f"installer-{version}.txt"
    made_of = text + (workplace.folder / "built-from.txt").read_text("ascii")
    if setup.exists() and stamp.exists() and stamp.read_text("utf-8") == made_of:
        tally.check(f"Inno Setup has made the installer of {version} before", True)
        return setup
    started = time.monotonic()
    setup.unlink(missing_ok=True)
    recipe.write_text(text, "utf-8")
    if more:
        (folder / "reachline" / more).write_text("")
    status, said = workplace.wine.run(
        *(compiler, "/Q", f"/DVersion={version}", windows_path(recipe)),
        cwd=workplace.checkout,
        timeout_s=COMPILE_PATIENCE_S,
        log=workplace.logs / f"installer-{version}.txt",
    )
    if more:
        (folder / "reachline" / more).unlink()
    made = status == 0 and setup.exists()
    size = f"{setup.stat().st_size / 1e6:.1f} MB, {time.monotonic() - started:.0f} s" if made else ""
    if not tally.check(f"Inno Setup makes the installer of {version}: {size}", made, said):
        raise Stopped("there is no installer")
    stamp.write_text(made_of, "utf-8")
    return setup


def _install(workplace: Workplace, tally: Tally, installed: Installed, setup: Path, version: str) -> None:
    started, log = time.monotonic(), workplace.logs / f"install-{version}.txt"
    status, said = installed.wine.run(setup, *SILENT, f"/LOG={windows_path(log)}", timeout_s=PATIENCE_S)
    said += log.read_text("utf-8-sig", errors="replace") if log.exists() else ""
    took = f"{time.monotonic() - started:.0f} s"
    if not tally.check(f"{version} is installed without a question, in {took}", status == 0, said):
        raise Stopped("nothing is installed")
    for name in program.PROGRAMS:
        tally.check(f"{name} is in the user's own folder of programs", (installed.folder / name).exists())
    tally.check("it is in the Start menu", installed.menu.exists(), str(installed.menu))
    command = installed.wine.registry(rf"{SCHEME}\shell\open\command")
    tally.check(
        "links are opened by it, as one argument", r'Programs\Reachline\reachline.exe" -- "%1"' in command, command
    )
    tally.check(f"Windows lists it as {version}", installed.version_in_registry() == version)
    status, said = installed.run("--version")
    tally.check("it runs from there", (status, said.splitlines()[:1]) == (0, [f"reachline {program.version()}"]), said)


def _use(workplace: Workplace, tally: Tally, installed: Installed) -> None:
    """As somebody's first day with it."""
    installed.wine.start(installed.folder / program.PROGRAMS[0], cwd=installed.folder)
    # Not the question that is shown while the passwords are being unlocked.
    words = pictures.read_screen(
        *(workplace, installed.wine.display, "first-start", pictures.words_in), lambda words: "welcome" in words
    )
    tally.check("the first start shows the wizard", "welcome" in words, str(words))
    installed.wine.stop()
    # What its first window would write once a workspace is connected.
    installed.profile.mkdir(parents=True, exist_ok=True)
    (installed.profile / "settings.ini").write_text("[look]\ntheme=dark\n", "utf-8")


def _start(workplace: Workplace, tally: Tally, installed: Installed) -> None:
    """The sample workspace in both windows, drawn by Qt for Windows.

    It is ended as by a power cut: wine 8's taskkill, which could ask it to end, finds no program of 64 bits.
    """
    begun = time.monotonic()
    command = (installed.folder / program.PROGRAMS[0], "--language", "en", "demo")
    installed.wine.start(*command, cwd=installed.folder)
    words = pictures.read_screen(workplace, installed.wine.display, "sample", pictures.words_in, pictures.is_readable)
    took = f"{time.monotonic() - begun:.0f} s"
    tally.check(f"the sample's windows can be read after {took}", pictures.is_readable(words), str(words))
    installed.wine.stop()


def _uninstall(tally: Tally, installed: Installed, *options: str) -> None:
    # As the program's own setting writes them, Windows where one is switched off, and the library of notifications.
    for name in (*LOGIN_ITEMS, OTHERS_LOGIN_ITEM):
        installed.wine.run("reg", "add", RUN, "/v", name, "/d", "reachline.exe --background", "/f", timeout_s=60)
        installed.wine.run("reg", "add", APPROVED, "/v", name, "/t", "REG_BINARY", "/d", "030000", "/f", timeout_s=60)
    installed.wine.run("reg", "add", NOTIFICATIONS, "/v", "DisplayName", "/d", "Reachline", "/f", timeout_s=60)
    status, said = installed.wine.run(installed.folder / "unins000.exe", *SILENT, *options, timeout_s=PATIENCE_S)
    # It goes on in a copy of itself, which may delete the first.
    deadline = time.monotonic() + 60
    while installed.rest() and time.monotonic() < deadline:
        time.sleep(1)
    left = installed.rest()
    tally.check("it is uninstalled, and nothing of it is left", status == 0 and not left, f"{said}\n{left}")
    others = [OTHERS_LOGIN_ITEM in installed.wine.registry(key) for key in (RUN, APPROVED)]
    tally.check("another program's entries stay", all(others), str(others))
