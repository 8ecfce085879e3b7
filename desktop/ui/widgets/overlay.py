"""Overlay: a child widget that covers its parent, dims it and keeps the keyboard; what dialogs are made of here."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.ui.look.theme import Theme


class Overlay(QWidget):
    """Escape dismisses it; every other key that its own widgets do not want ends here, so that what lies below hears
    nothing. Subclasses say what `dismiss` means, where things stand (`layout_contents`) and what Tab passes (`tab_order`)."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        parent.installEventFilter(self)
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus_changed)
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def show_popup(self) -> None:
        """Show on top of everything in the parent and take the keyboard until it is hidden."""
        if not self.is_open:
            # Of the window: nothing has the keyboard of the application while another one is in front.
            self._before = self.window().focusWidget()
        self._fill_parent()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        self.hide()

    def layout_contents(self) -> None:
        """Lay the contents out in the present size."""

    def tab_order(self) -> list[QWidget]:
        """What Tab passes, in order."""
        return []

    def focusNextPrevChild(self, forward: bool) -> bool:
        if not self.is_open:
            return super().focusNextPrevChild(forward)
        tab_order = [w for w in self.tab_order() if w.isEnabled() and not w.isHidden()]
        if tab_order:
            here = next((i for i, w in enumerate(tab_order) if w.hasFocus()), -1 if forward else 0)
            tab_order[(here + (1 if forward else -1)) % len(tab_order)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt asks also while Python is taking this object apart: no attribute of Python's may be needed to say no.
        if event.type() == QEvent.Type.Resize and not self.isHidden() and watched is self.parentWidget():
            self._fill_parent()
        return False

    def _fill_parent(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            self.layout_contents()

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """What had the keyboard may be gone with its row, and then nobody would hear Escape."""
        if now is None and self.is_open and self.isActiveWindow():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def setVisible(self, visible: bool) -> None:
        """Gives the keyboard back while it still has it: Qt hands on what a hidden widget held."""
        before = self._before
        if not visible and before is not None:
            self._before = None
            if isValid(before) and before.isVisible() and before.isEnabled():
                before.setFocus(Qt.FocusReason.PopupFocusReason)
        super().setVisible(visible)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 150 if self._theme.colors.dark else 70))
