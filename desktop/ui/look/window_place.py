"""Where the window was when it was closed: its place, its size, and whether it filled the screen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QSettings
from PySide6.QtWidgets import QWidget

_KEY = "main_window/place"
_MIN_VISIBLE_PX = 80
"""With less of its title bar on a screen, a window cannot be taken hold of."""


def save_place(window: QWidget, settings: QSettings) -> None:
    settings.setValue(_KEY, window.saveGeometry())


def restore_place(window: QWidget, settings: QSettings) -> None:
    """Give the window the saved place, or the nearest one on a screen; leaves it as it is where none was saved."""
    saved = settings.value(_KEY)
    if isinstance(saved, QByteArray) and window.restoreGeometry(saved):
        _move_onto_screen(window)


def _move_onto_screen(window: QWidget) -> None:
    """Qt brings back only a window of which nothing at all is on a screen."""
    if window.isMaximized() or window.isFullScreen():
        return
    screen = window.screen().availableGeometry()
    place = window.geometry()
    title_bar = QRect(place.left(), place.top(), place.width(), 1)
    seen = title_bar.intersected(screen)
    if seen.width() >= min(_MIN_VISIBLE_PX, place.width()):
        return
    size = place.size().boundedTo(screen.size())
    left = min(max(place.left(), screen.left()), screen.right() + 1 - size.width())
    top = min(max(place.top(), screen.top()), screen.bottom() + 1 - size.height())
    window.setGeometry(QRect(left, top, size.width(), size.height()))
