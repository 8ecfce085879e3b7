"""Lost focus: where the keyboard goes when what had it is hidden, disabled or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.ui.widgets.overlay import Overlay


class LostFocus(QObject):
    """Qt would hand it to whatever comes next in the order of Tab, and the next key typed would press that. An open
    sheet keeps the keyboard by itself."""

    def __init__(self, window: QWidget, home: Callable[[], QWidget]) -> None:
        """home: what gets the keyboard of `window`."""
        super().__init__(window)
        self._window, self._home = window, home
        self._last: QWidget | None = None
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # A window in the background loses nothing; what went meanwhile is noticed when it comes to the front.
        if not isValid(self._window) or not self._window.isVisible() or not self._window.isActiveWindow():
            return
        # Of the last one, not of the old one: that is None for a window that comes to the front.
        lost = now is None or (self._last is not None and not can_have_focus(self._last))
        self._last = now
        if lost and not any(overlay.is_open for overlay in self._window.findChildren(Overlay)):
            self._home().setFocus(Qt.FocusReason.OtherFocusReason)


def can_have_focus(widget: QWidget) -> bool:
    return isValid(widget) and widget.isVisible() and widget.isEnabled()
