"""The list of customers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.text.screens import customers as texts
from desktop.ui.customers.list_model import CustomersModel
from desktop.ui.customers.uniform_list_view import UniformListView
from desktop.ui.widgets.screen_reader.rows import Index

_PLAIN = Qt.KeyboardModifier.NoModifier
_STEPS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_AHEAD = 20
"""More are loaded when fewer than these are left."""


class CustomerListView(UniformListView):
    """The list. Arrows, J and K move over the rows; a click, Space or Return opens one.

    Signals:
        opened: a row was opened with a key. args: the row, whether to go on to its thread.
        rows_missing: rows were painted that are not loaded, or next to such.
        menu_requested: args: the row, where to open its menu (global QPoint).
    """

    opened = Signal(int, bool)
    rows_missing = Signal()
    menu_requested = Signal(int, QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.CUSTOMERS())
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        model, visible = self.model(), self.visible_rows()
        wanted = range(max(visible.start - _AHEAD, 0), min(visible.stop + _AHEAD, model.rowCount()))
        if isinstance(model, CustomersModel) and not model.has(wanted):
            self.rows_missing.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Before the focus: a screen reader names the row that is current when the list gets it, after the list.
        self.is_entering = True
        self._ensure_current()
        self.is_entering = False
        super().focusInEvent(event)

    def _ensure_current(self) -> None:
        """Make the selected row, or the first one on the screen, the current one unless there is one."""
        if not self.currentIndex().isValid() and self.model().rowCount():
            selection = self.selectionModel().selection()
            self._move_to(selection.at(0).top() if selection.count() else self.visible_rows().start)

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        if isinstance(event, QKeyEvent) and event.modifiers() in (_PLAIN, Qt.KeyboardModifier.KeypadModifier):
            # A row that is selected alone is opened.
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            # Not every system makes a request for a menu of it.
            self._open_current_menu()
            return
        key = Qt.Key(event.key())
        is_plain = event.modifiers() in (_PLAIN, Qt.KeyboardModifier.KeypadModifier)
        if is_plain and key in _OPENING:
            # The list may have had the focus before it had rows.
            self._ensure_current()
        row = self.currentIndex().row()
        if is_plain and key in _OPENING and row >= 0:
            self.opened.emit(row, key is not Qt.Key.Key_Space)
        elif is_plain and key in _STEPS:
            self._move_to(min(max(row + _STEPS[key], 0), self.model().rowCount() - 1))
        else:
            super().keyPressEvent(event)

    def _move_to(self, row: int) -> None:
        self.selectionModel().setCurrentIndex(self.model().index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._open_current_menu()
        elif (index := self.indexAt(event.pos())).isValid():
            self.menu_requested.emit(index.row(), event.globalPos())

    def _open_current_menu(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.menu_requested.emit(index.row(), self.viewport().mapToGlobal(self.visualRect(index).center()))

    def keyboardSearch(self, _search: str) -> None:
        """Do not search: letters are shortcuts, and names are found with the search field."""
