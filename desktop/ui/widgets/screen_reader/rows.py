"""Tells screen readers which row of a list is current."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.ui.widgets.screen_reader.announce import announce

Index = QModelIndex | QPersistentModelIndex


def tell_current(view: QAbstractItemView) -> None:
    """Tell a running screen reader that the current row has the focus."""
    from PySide6.QtGui import QAccessible, QAccessibleEvent

    row = view.currentIndex().row()
    if row >= 0 and QAccessible.isActive():
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(row)
        QAccessible.updateAccessibility(event)


def on_focus_changed(_old: QWidget | None, now: QWidget | None) -> None:
    """Name the current row of a list that gets the focus: Qt names only the list, after this."""
    if isinstance(now, QListView):
        QTimer.singleShot(0, now, lambda: tell_current(now))


class SpokenChoice(QObject):
    """Speaks the current row of a list that is moved through from a text field, which keeps the keyboard: Qt tells a
    screen reader only of lists that have it.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._spoken = ""
        view.selectionModel().currentChanged.connect(self._on_current_changed)

    def _on_current_changed(self) -> None:
        from PySide6.QtGui import QAccessible

        if not self._view.isVisible():
            # It is filled before it opens, and says its row then, whatever it said when it was open before.
            self._spoken = ""
        if QAccessible.isActive():
            # A list that is filled anew has several current rows one after the other.
            QTimer.singleShot(0, self, self._speak)

    def _speak(self) -> None:
        index = self._view.currentIndex()
        roles = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole
        text = next((str(found) for found in map(index.data, roles) if found), "") if index.isValid() else ""
        if text != self._spoken and self._view.isVisible() and not self._view.hasFocus():
            self._spoken = text
            if text:
                announce(self._view, text)


class SelfPlacedList(QListView):
    """Base of lists that place their rows themselves: Qt looks for the current row in its own layout, doesn't find it,
    and tells of the list instead.

    is_entering: the list is getting the focus, after which its current row is told of anyway.
    """

    is_entering = False

    def currentChanged(self, current: Index, previous: Index) -> None:
        QAbstractItemView.currentChanged(self, current, previous)
        if self.hasFocus() and not self.is_entering:
            tell_current(self)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        QAbstractItemView.selectionChanged(self, selected, deselected)
