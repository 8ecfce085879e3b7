"""The list of search results, in the place of the customer list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.text.screens import search as texts
from desktop.ui.customers.search.delegate import ResultDelegate
from desktop.ui.customers.search.results_model import ResultRow, ResultsModel
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker


class ResultsView(QListView):
    """Arrows, J and K move over what can be chosen; Enter or a click chooses it.

    Signals:
        chosen: arg: the `ResultRow`.
        field_requested: Up was pressed on the first row.
        left: Escape was pressed.
    """

    chosen = Signal(object)
    field_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.RESULTS())
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.results = ResultsModel(ticker.now, self)
        self.setModel(self.results)
        self._delegate = ResultDelegate(theme, ticker, self)
        self.setItemDelegate(self._delegate)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_rows(self, rows: tuple[ResultRow, ...], *, keeps_place: bool) -> None:
        """keeps_place: they are of the same search; the current row and what is on the screen stay."""
        current = self.currentIndex()
        row = self.results.rows[current.row()] if current.isValid() else None
        scrolled_to = self.verticalScrollBar().value()
        self.results.show(rows)
        # Now, and not while they are painted, which would paint them again.
        self.executeDelayedItemsLayout()
        if not keeps_place:
            self.scrollToTop()
            return
        kept = next((at for at, other in enumerate(rows) if row is not None and _is_same(row, other)), None)
        if kept is not None:
            self.setCurrentIndex(self.results.index(kept))
        self.verticalScrollBar().setValue(scrolled_to)

    def choose_first(self) -> None:
        """Choose the first row that can be chosen; it becomes the current one."""
        first = self._next(-1, 1)
        if first is not None:
            self.setCurrentIndex(self.results.index(first))
            self.chosen.emit(self.results.rows[first])

    def choose_neighbour(self, customer_id: str, step: int) -> bool:
        """Choose the next result of another customer, or the previous one. step: 1 or -1.

        customer_id: who is on the screen. Returns False where there is no such result.
        """
        row = self._row_of(customer_id)
        found = self.results.next_of_others(row, step, customer_id)
        if found is None:
            return False
        self.setCurrentIndex(self.results.index(found))
        self.scrollTo(self.currentIndex())
        self.chosen.emit(self.results.rows[found])
        return True

    def _row_of(self, customer_id: str) -> int:
        """The current row if it is the customer's, else their first; -1 if they are none of the results."""
        ids = [row.place.customer_id for row in self.results.rows]
        current = self.currentIndex().row()
        if current >= 0 and ids[current] == customer_id:
            return current
        return ids.index(customer_id) if customer_id in ids else -1

    def enter(self) -> None:
        """Take the focus; the first row becomes the current one unless another is."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        first = self._next(-1, 1)
        if not self.currentIndex().isValid() and first is not None:
            self.setCurrentIndex(self.results.index(first))

    def _next(self, row: int, step: int) -> int | None:
        row += step
        while 0 <= row < len(self.results.rows):
            if self.results.rows[row].can_be_chosen:
                return row
            row += step
        return None

    def _chosen_row(self, index: QModelIndex) -> None:
        if index.isValid() and self.results.rows[index.row()].can_be_chosen:
            self.chosen.emit(self.results.rows[index.row()])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._chosen_row(self.indexAt(event.position().toPoint()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not Qt's: it makes the first row current.
        QWidget.focusInEvent(self, event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_J: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_K: -1}
        step = steps.get(Qt.Key(key)) if plain else None
        if step is not None:
            following = self._next(self.currentIndex().row(), step)
            if following is not None:
                self.setCurrentIndex(self.results.index(following))
                self.scrollTo(self.currentIndex())
            elif step < 0:
                self.scrollToTop()
                self.field_requested.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._chosen_row(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Do not search: letters are shortcuts."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._delegate.width != self.viewport().width():
            # The height of remarks follows it.
            self._delegate.width = self.viewport().width()
            self.scheduleDelayedItemsLayout()


def _is_same(row: ResultRow, other: ResultRow) -> bool:
    return (row.kind, row.place, row.action) == (other.kind, other.place, other.action)
