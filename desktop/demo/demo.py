"""The command `reachline demo`: the sample workspace in two windows, or its tour as pictures."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app import qt
from desktop.system import logs
from desktop.text import demo as texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

TOUR_FOLDER = "reachline-tour"


def run(tour: Path | None, log_level: str, requested_language: str) -> int:
    """Show the sample workspace, or play the tour offscreen and save it in the folder `tour`.

    Returns the exit status: 0 for success, 1 if a forecast of the tour was wrong, 2 if nothing can be shown or saved.
    """
    with logs.logging_to(log_level, None):
        return _play(tour, requested_language)


def _play(folder: Path | None, requested_language: str) -> int:
    if folder is None and not qt.has_display():
        folder = Path(TOUR_FOLDER)
        print(texts.NO_DISPLAY(folder=str(folder)), flush=True)
    try:
        application = qt.start(offscreen=folder is not None, requested_language=requested_language)
    except qt.NoScreen as error:
        print(error, file=sys.stderr)
        return 2
    from desktop.app import loop

    if folder is None:
        return loop.run(application, lambda: _windows(application))
    from desktop.demo.tour import legibility, story

    if not legibility.can_render_letters(application.font()):
        print(texts.NO_FONT(), file=sys.stderr)
        return 2
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(texts.TOUR_NOT_SAVED(folder=str(folder), reason=str(error.strerror)), file=sys.stderr)
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
