"""The command `reachline demo`: the sample workspace in two windows, or its tour as pictures."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app import qt
from desktop.system import logs

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

TOUR_FOLDER = "reachline-tour"
NO_FONT = (
    "Qt finds no font here, so there would be no words in the tour's pictures. Install one; on Debian or Ubuntu: "
    "sudo apt install fonts-dejavu-core"
)


def run(tour: Path | None, log_level: str) -> int:
    """Show the sample workspace, or play the tour offscreen and save it in the folder `tour`.

    Returns the exit status: 0 for success, 1 if a forecast of the tour was wrong, 2 if nothing can be shown or saved.
    """
    with logs.logging_to(log_level, None):
        return _play(tour)


def _play(folder: Path | None) -> int:
    if folder is None and not qt.has_display():
        folder = Path(TOUR_FOLDER)
        print(f"There is no display here, so the demo plays its tour and saves pictures in {folder}.", flush=True)
    try:
        application = qt.start(offscreen=folder is not None)
    except qt.NoScreen as error:
        print(error, file=sys.stderr)
        return 2
    from desktop.app import loop

    if folder is None:
        return loop.run(application, lambda: _windows(application))
    from desktop.demo.tour import legibility, story

    if not legibility.can_render_letters(application.font()):
        print(NO_FONT, file=sys.stderr)
        return 2
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"The tour cannot be saved in {folder}: {error.strerror}.", file=sys.stderr)
        return 2
    return loop.run(application, lambda: story.run_tour(application, folder))


async def _windows(application: QApplication) -> int:
    from desktop.demo.sample import SampleWorkspace
    from desktop.ui.look.theme import Theme

    workspace = await SampleWorkspace.open(Theme(application))
    closed = asyncio.Event()
    application.lastWindowClosed.connect(closed.set)
    workspace.place_windows()
    try:
        await closed.wait()
    finally:
        await workspace.close()
    return 0
