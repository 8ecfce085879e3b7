"""The system's own way to quit, which macOS has in its menu."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
from PySide6.QtCore import QCoreApplication, QEvent
from desktop.app import qt
application = qt.start(offscreen=True)
asked = []
application.on_quit = lambda: asked.append("quit") is None
event = QEvent(QEvent.Type.Quit)
QCoreApplication.sendEvent(application, event)
print(asked, event.isAccepted(), application.windowIcon().isNull())
"""


def test_the_program_is_asked_before_qt_closes_its_windows() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "['quit'] False False\n"
