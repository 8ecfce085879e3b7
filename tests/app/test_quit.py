"""What the system asks of the program itself: to quit, as macOS has it in its menu, and to open links."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from desktop.app.qt import WINDOWS_APP_ID
from desktop.system.notifications.notifier import SystemNotifier

SCRIPT = """
import ctypes, sys
from types import SimpleNamespace
from PySide6.QtCore import QCoreApplication, QEvent
from desktop.app import qt
platform, sys.platform, ids = sys.platform, "win32", []
shell32 = SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=ids.append)
ctypes.windll = SimpleNamespace(shell32=shell32)
application = qt.start(offscreen=True)
sys.platform = platform
asked = []
application.on_quit = lambda: asked.append("quit") is None
event = QEvent(QEvent.Type.Quit)
QCoreApplication.sendEvent(application, event)
print(asked, event.isAccepted(), application.windowIcon().isNull(), ids)
"""
LINKS = """
import sys
sys.platform = "darwin"
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QFileOpenEvent
from desktop.app import qt
application = qt.start(offscreen=True)
opened = []
QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl("reachline://conversation/1")))
QDesktopServices.openUrl(QUrl("reachline://conversation/2"))
application.follow_links(opened.append)
QDesktopServices.openUrl(QUrl("reachline://contact/a b"))
QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl("reachline://conversation/4")))
print(opened)
"""


def test_links_that_macos_hands_over_are_opened_also_those_that_came_early() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LINKS], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    expected = ["reachline://conversation/2", "reachline://contact/a%20b", "reachline://conversation/4"]
    assert done.stdout == f"{expected}\n"


def test_the_program_is_asked_before_qt_closes_its_windows() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == f"['quit'] False False {[WINDOWS_APP_ID]}\n"
    assert SystemNotifier()._name == WINDOWS_APP_ID, "one entry in the system's settings for both"
