"""Base of the panes of the main window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class Pane(QWidget):
    """Whoever gives it the keyboard gives it to one widget in it.

    Unlike with a focus proxy of Qt's: Tab would go straight to that, past everything that comes before it in the pane.
    """

    _proxy: QWidget | None = None

    def setFocusProxy(self, widget: QWidget | None) -> None:
        self._proxy = widget

    def focusProxy(self) -> QWidget | None:
        return self._proxy

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        if self._proxy is not None:
            self._proxy.setFocus(reason)
        else:
            super().setFocus(reason)

    def hasFocus(self) -> bool:
        return super().hasFocus() or (self._proxy is not None and self._proxy.hasFocus())
