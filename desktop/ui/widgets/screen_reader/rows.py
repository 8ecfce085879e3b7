"""Tells screen readers which row of a list is current."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QTimer
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

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


class SelfPlacedList(QListView):
    """Base of lists that place their rows themselves: Qt looks for the current row in its own layout, doesn't find it,
    and tells of the list instead.
    """

    def currentChanged(self, current: Index, previous: Index) -> None:
        QAbstractItemView.currentChanged(self, current, previous)
        if self.hasFocus():
            tell_current(self)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        QAbstractItemView.selectionChanged(self, selected, deselected)
