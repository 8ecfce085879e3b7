"""Proves on Debian 12, under wine, that Reachline works on Windows: its tests, its built program and its installer.

    python3 tests/windows/prove.py [--only STAGES] [--tests PATH...] [--folder DIR] [--jobs N] [--quick]

Starts from an empty machine: it must run as root, and installs what it needs with apt-get, pip and npm, from wherever
these are set up to look. Takes half an hour, and longer the first time, so it is not part of the ordinary
tests; `test_recipe.py` checks there that all it names still exists.

What it does, in the order of its stages:

    machine    wine for 64 and 32 bits, a cross compiler, a screen in memory, and a program that reads pictures
    python     CPython 3.11 for Windows and every wheel that the project and its tests ask for
    tests      the whole test suite; those that are marked `posix` are skipped
    build      PyInstaller's build of build.spec by the Windows Python
    tour       the built program plays its tour; each picture must hold words that a program for reading pictures reads
    arabic     the built program in windows, in Arabic: its words are read, and that its panes are mirrored
    screens    wizard, inbox, warning and settings in windows of Qt's own platform, light and dark; a picture of each
    installer  built, installed silently, started, upgraded over an older one, uninstalled

The folder is kept, and a second run goes on with it: packages, wheels and a program that was built from the same files
are not made again. A test that fails is run once more alone, since it may have waited for a slow machine; what was
tried twice is printed. Logs and pictures are in its `logs` and `pictures`. The last lines are how long it took and `N
passed, N failed, N skipped`; the status is 0 if nothing failed.

Wine is not Windows. What is proven here works on it in all likelihood; what fails here may be wine's fault, and is then
named in `suite.KNOWN` with the evidence. What wine needs and Windows has is in `stand_ins`: two libraries that are
compiled for the tests alone. CPython comes from a package of somebody else's, whose hash is pinned; it is the
Python Software Foundation's own build, is used for these tests alone, and nothing that it builds is given to anybody.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import arabic
import installer
import machine
import program
import screens
import suite
import windows_python
from tally import Tally

STAGES: dict[str, Callable[[machine.Workplace, Tally], None]] = {
    "machine": machine.prepare,
    "python": windows_python.prepare,
    "tests": suite.run,
    "build": program.build,
    "tour": program.play_tour,
    "arabic": arabic.prove,
    "screens": screens.prove,
    "installer": installer.prove,
}
NEEDED = ("machine", "python")
"""By all other stages; they do nothing the second time."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="STAGES", default=",".join(STAGES), help="names of stages, with commas")
    parser.add_argument("--folder", type=Path, default=Path.home() / ".cache/reachline-windows", help="kept")
    parser.add_argument("--jobs", type=int, default=2, help="parts of the test suite that run at once")
    parser.add_argument("--tests", metavar="PATH", nargs="*", default=[], help="only these parts of the test suite")
    parser.add_argument("--quick", action="store_true", help="packs the installer less tightly, in half of the time")
    options = parser.parse_args()
    asked = options.only.split(",")
    if unknown := set(asked) - set(STAGES):
        parser.error(f"there are no stages {', '.join(sorted(unknown))}")
    started, tally = time.monotonic(), Tally()
    workplace = machine.Workplace(
        options.folder.absolute(), jobs=options.jobs, parts=options.tests, is_quick=options.quick
    )
    for name, stage in STAGES.items():
        if name in asked or name in NEEDED:
            begun = time.monotonic()
            print(f"--- {name}", flush=True)
            try:
                stage(workplace, tally)
            except machine.Stopped as stopped:
                tally.check(f"{name} could be carried out", False, str(stopped))
                if name in NEEDED:
                    break
            print(f"    {name}: {time.monotonic() - begun:.0f} s", flush=True)
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"took {minutes} min {seconds} s")
    print(tally)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
