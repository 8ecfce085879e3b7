"""The list of customers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.text.screens import customers as texts
from desktop.ui.customers.list_model import CustomersModel
from desktop.ui.customers.uniform_list_view import UniformListView

_AHEAD = 20
"""More are loaded when fewer than these are left."""


class CustomerListView(UniformListView):
    """The list; J and K move like the arrow keys.

    Signals:
        rows_missing: rows were painted that are not loaded, or next to such.
        menu_requested: args: the row, where to open its menu (global QPoint).
    """

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
        super().focusInEvent(event)
        # Qt makes the first row current here, but Tab must not open a customer.
        if not self.selectionModel().hasSelection():
            self.selectionModel().clearCurrentIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            # Not every system makes a request for a menu of it.
            self._open_current_menu()
            return
        step = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
            return
        row = min(max(self.currentIndex().row() + step, 0), self.model().rowCount() - 1)
        self.setCurrentIndex(self.model().index(row, 0))

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
