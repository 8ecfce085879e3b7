"""`reachline` without a command: the wizard where nothing is connected, else the inbox of the current workspace."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from desktop.app import home, qt
from desktop.app.connect import BadSandboxFile
from desktop.app.home import Home
from desktop.system import logs

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

NO_DISPLAY = (
    "There is no display here. `reachline demo --tour DIR` plays the story without one and saves pictures; "
    "`reachline doctor` says how every account is."
)


def main(argv: list[str], link: str = "") -> int:
    """Exit status: 0 well; 2 wrong arguments or no way to show anything. link: as `link_in` gave it."""
    parser = argparse.ArgumentParser(prog="reachline", description="The inbox, or the wizard where it is not set up.")
    home.add_arguments(parser)
    logs.add_argument(parser)
    options = parser.parse_args(argv)
    if not qt.has_display() and "QT_QPA_PLATFORM" not in os.environ:
        print(NO_DISPLAY, file=sys.stderr)
        return 2
    try:
        lives_at = Home.of(options)
        application = qt.start(offscreen=False)
    except (BadSandboxFile, qt.NoScreen) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    from desktop.app import loop

    with logs.written(options.log_level, lives_at.paths.logs):
        return loop.run(application, lambda: _live(application, lives_at))


async def _live(application: QApplication, lives_at: Home) -> int:
    from desktop.app.program import Program

    return await Program(application, lives_at).run()
