"""Moves the keyboard focus to a useful widget when the focused widget is hidden, disabled or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.ui.widgets.overlay import Overlay


class FocusFallback(QObject):
    """Gives a window's lost focus to its default widget.

    Qt would give it to the next widget in tab order, and the next key typed would press that. An open overlay keeps
    the focus by itself.
    """

    def __init__(self, window: QWidget, default_widget: Callable[[], QWidget]) -> None:
        super().__init__(window)
        self._window, self._default_widget = window, default_widget
        self._last: QWidget | None = None
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # A window in the background loses nothing; what disappeared meanwhile is noticed when it becomes active.
        if not isValid(self._window) or not self._window.isVisible() or not self._window.isActiveWindow():
            return
        # Compare with the last widget, not with the old one: that is None when a window becomes active.
        lost = now is None or (self._last is not None and not can_have_focus(self._last))
        self._last = now
        if lost and not any(overlay.is_open for overlay in self._window.findChildren(Overlay)):
            self._default_widget().setFocus(Qt.FocusReason.OtherFocusReason)


def can_have_focus(widget: QWidget) -> bool:
    """Return whether a widget exists, is visible and is enabled."""
    return isValid(widget) and widget.isVisible() and widget.isEnabled()
