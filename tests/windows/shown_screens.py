"""Shows screens of the program one after the other, until somebody has taken a picture of each.

`screens.py` runs it as a module of tests, which no ordinary run collects: it needs a screen, and somebody who looks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import every_screen
import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QGuiApplication
from screen_fixtures import delete_later, only_theme, theme

__all__ = ["delete_later", "only_theme", "theme"]

SIZE = QSize(1280, 860)
SHOWN = ("inbox", "warning", "settings", "wizard")
"""First words of the screens' names."""
PARTS = tuple(part for part in every_screen.PARTS if part.__name__ in ("_inbox", "_writing", "_settings", "_wizard"))
PATIENCE_MS = 120_000


# What wine lacks of high resolutions.
@pytest.mark.qt_log_ignore("DpiAwareness", "EnableNonClientDpiScaling", "QWindowsWindow::setGeometry", extend=True)
@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark], ids=["light", "dark"])
def test_a_picture_is_taken_of_each(
    scheme: Qt.ColorScheme, qtbot: Any, theme: Any, clock: Any, people: Any, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """A file of the screen's name says that it is shown; who has taken the picture deletes it."""
    assert QGuiApplication.platformName() == "windows"
    folder = Path(pytestconfig.getoption("pictures"))
    theme.set_color_scheme(scheme)
    with every_screen.open_stage(qtbot, theme, clock, people, tmp_path, SIZE) as stage:
        stage.window.move(0, 0)
        for name, screen in every_screen.every_screen(stage, PARTS):
            if name.startswith(SHOWN):
                screen.window().move(0, 0)
                for _ in range(4):
                    QCoreApplication.processEvents()
                wanted = folder / f"{name} {scheme.name.lower()}.wanted"
                wanted.touch()
                qtbot.waitUntil(_is_gone(wanted), timeout=PATIENCE_MS)


def _is_gone(file: Path) -> Callable[[], bool]:
    return lambda: not file.exists()
