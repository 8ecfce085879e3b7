"""The command `reachline demo`: the sample workspace in two windows, or its tour as pictures."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app import qt
from desktop.system import logs
from desktop.text.demo import tour as texts
from desktop.text.terminal import command_line as command_line_texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop.app.connect import RunningSandbox

TOUR_FOLDER = "reachline-tour"


def run(tour: Path | None, log_level: str, requested_language: str, sandbox_file: Path | None = None) -> int:
    """Show the sample workspace, or play the tour offscreen and save it in the folder `tour`.

    sandbox_file: names a sandbox that runs already; of this one only what its customers see is shown.

    Returns the exit status: 0 for success, 1 if a forecast of the tour was wrong, 2 if nothing can be shown or saved.
    """
    with logs.logging_to(log_level, None):
        if sandbox_file is not None and tour is None:
            return _show_customers(sandbox_file, requested_language)
        return _play(tour, requested_language)


def _show_customers(sandbox_file: Path, requested_language: str) -> int:
    from desktop.app.connect import BadSandboxFile, RunningSandbox
    from desktop.text.reasons.describe import describe

    if not qt.has_display() and "QT_QPA_PLATFORM" not in os.environ:
        print(command_line_texts.NO_DISPLAY(), file=sys.stderr)
        return 2
    try:
        sandbox = RunningSandbox.of_file(sandbox_file)
        application = qt.start(offscreen=False, requested_language=requested_language)
    except BadSandboxFile as bad_file:
        print(describe(bad_file.reason), file=sys.stderr)
        return 2
    except qt.NoScreen as error:
        print(error, file=sys.stderr)
        return 2
    from desktop.app import loop

    return loop.run(application, lambda: show_customers(application, sandbox))


async def show_customers(application: QApplication, sandbox: RunningSandbox) -> int:
    """Show what the customers of a running sandbox see, until the window is closed."""
    from desktop.demo.connected_screens import ConnectedScreens
    from desktop.demo.sandbox_control import SandboxControl, SandboxError
    from desktop.engine.tasks import Tasks
    from desktop.ui.look.theme import Theme

    tasks = Tasks()
    control = SandboxControl(**sandbox.control)
    customers = ConnectedScreens(Theme(application), control, tasks, sandbox.first_customer)
    closed = asyncio.Event()
    application.lastWindowClosed.connect(closed.set)
    try:
        # Before the window is shown: its least width depends on what it holds.
        await customers.refresh()
        customers.place_beside()
        tasks.start(customers.watch(asyncio.sleep), "update the customer's screens")
        await closed.wait()
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        application.lastWindowClosed.disconnect(closed.set)
        await tasks.aclose()
        await control.aclose()
        customers.screens.deleteLater()
    return 0


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
