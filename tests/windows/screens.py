"""Pictures of screens as Qt's own platform for Windows draws them, light and dark: what is on them is read, and people
should look at them.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
import time

import pictures
from machine import Wine, Workplace, windows_path
from tally import Tally

SHOW = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "windows"
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
"""Wine passes no variable on whose name begins with QT_."""
MODULE = "tests/windows/shown_screens.py"
LEAST_SCREENS = 30
LEAST_WORDS = 12
"""On a screen; a step of the wizard has few."""
PATIENCE_S = 1_800


def prove(workplace: Workplace, tally: Tally) -> None:
    """Have screens shown one after the other, and take a picture of each."""
    workplace.copy_project()
    folder = workplace.pictures / "screens"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # What ran before had no screen, and Windows gets one when its first program starts.
    workplace.wine.stop()
    with workplace.screen() as display:
        wine = Wine(workplace.wine.prefix, workplace.layer, display)
        ended: list[tuple[int, str]] = []

        def show() -> None:
            options = ("-n", "0", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-o", "addopts=")
            temporary = f"--basetemp={windows_path(workplace.temporary / 'screens')}"
            ended.append(
                wine.run(
                    *(workplace.python / "python.exe", "-c", SHOW, MODULE, *options, temporary),
                    *("--timeout", "0", "--pictures", windows_path(folder)),
                    cwd=workplace.checkout,
                    timeout_s=PATIENCE_S,
                    log=workplace.logs / "screens.txt",
                )
            )

        showing = threading.Thread(target=show)
        showing.start()
        while showing.is_alive():
            for wanted in folder.glob("*.wanted"):
                # It has been painted, but may not have come through to the screen yet.
                time.sleep(0.5)
                photograph = workplace.photograph(display, wanted.stem)
                # Around the window is black, in which the reading of white on black gets lost.
                command = ["convert", photograph, "-trim", "+repage", folder / f"{wanted.stem}.png"]
                subprocess.run(command, check=True, timeout=60)
                photograph.unlink()
                wanted.unlink()
            time.sleep(0.1)
        wine.stop()
    [(status, said)] = ended
    tally.check("all screens are shown by Qt's own platform for Windows", status == 0, said)
    taken = sorted(folder.glob("*.png"))
    tally.check(f"there are pictures of {len(taken)} screens", len(taken) >= LEAST_SCREENS)
    unread = [p.stem for p in taken if len(pictures.words_in(p)) < LEAST_WORDS]
    tally.check("each can be read", not unread, "\n".join(unread))
