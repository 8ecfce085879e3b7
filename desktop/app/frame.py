"""The window of an inbox, painted before there is an inbox: what the inbox needs takes longer to import than Qt."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSettings
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStyle, QWidget

from desktop.ui.look.theme import LIST_WIDTH, WINDOW_SIZE, Theme
from desktop.ui.look.window_place import restore_place

PAINTED_WITHIN_S = 0.3
"""A window that the desktop does not show, say a minimised one, is not painted at all."""


class InboxFrame(QMainWindow):
    """Shows the outline of the panes and the customers until `set_content`; from then on it is the content's window.

    A main window, since screen readers take any other class of window for an area of one.
    """

    def __init__(self, theme: Theme, settings: QSettings | None = None) -> None:
        """settings: stores where the window was; None where it never was."""
        super().__init__()
        self._theme = theme
        self._content: QWidget | None = None
        self._customers: QWidget | None = None
        self._is_painted = False
        self.setWindowTitle("Reachline")
        self.resize(WINDOW_SIZE.boundedTo(self.screen().availableSize()))
        if settings is not None:
            restore_place(self, settings)

    def show_at_once(self) -> None:
        """Show it, and return when it is painted."""
        self.show()
        give_up = time.monotonic() + PAINTED_WITHIN_S
        while not self._is_painted and time.monotonic() < give_up:
            QCoreApplication.processEvents()
        # What was painted reaches the screen.
        QCoreApplication.processEvents()

    def show_customers(self, customers: QWidget) -> None:
        """Show a child of it where the content will have it."""
        self._customers = customers
        customers.setGeometry(self._list_rect())
        customers.show()

    def set_content(self, content: QWidget) -> None:
        """Fill the window with a child of it, to which the customers belong by now."""
        self._content, self._customers = content, None
        self.setCentralWidget(content)
        self.setWindowTitle(content.windowTitle())
        content.windowTitleChanged.connect(self.setWindowTitle)
        content.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._is_painted = True
        if self._content is None:
            painter = QPainter(self)
            painter.fillRect(self._list_rect(), self._theme.color("panel"))
            edge = QRect(LIST_WIDTH, 0, 1, self.height())
            painter.fillRect(self._on_its_side(edge), self._theme.color("border"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._customers is not None:
            self._customers.setGeometry(self._list_rect())

    def _list_rect(self) -> QRect:
        return self._on_its_side(QRect(0, 0, LIST_WIDTH, self.height()))

    def _on_its_side(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._content is not None and event.type() in (QEvent.Type.ActivationChange, QEvent.Type.WindowStateChange):
            QCoreApplication.sendEvent(self._content, QEvent(event.type()))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._content is not None and not self._content.close():
            event.ignore()
        else:
            super().closeEvent(event)
