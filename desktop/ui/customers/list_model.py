"""The model of the customer list: it knows how many customers there are, and holds the rows around those on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.engine.views import CustomerPage, CustomerRow
from desktop.text.screens import customers as texts

ROW = Qt.ItemDataRole.UserRole + 1
"""The frozen `CustomerRow`; None while it is on its way."""

_ROOT = QModelIndex()


class CustomersModel(QAbstractListModel):
    """One page of customers, in a list of which only the length is known otherwise."""

    def __init__(self, accessible_text: Callable[[CustomerRow], str], parent: QObject | None = None) -> None:
        """accessible_text: returns a row's text for screen readers."""
        super().__init__(parent)
        self._accessible_text = accessible_text
        self._size = 0
        self._first = 0
        self._ids: tuple[str, ...] = ()
        self._rows: dict[str, CustomerRow] = {}

    @property
    def rows(self) -> dict[str, CustomerRow]:
        """The rows that are here, by customer id."""
        return self._rows

    @property
    def loaded(self) -> range:
        """Where the rows are that are here."""
        return range(self._first, self._first + len(self._ids))

    def show_other(self, page: CustomerPage) -> None:
        """Show a page of another list."""
        self.beginResetModel()
        self._size = page.size
        self._take(page)
        self.endResetModel()

    def show(self, page: CustomerPage, chosen: int | None = None) -> None:
        """Show a newer page of the same list. Whoever keeps the index of a row finds the customer at their new place.

        chosen: where the customer was that is located in the page, who need not be in it.
        """
        grown = page.size - self._size
        if grown > 0:
            self.beginInsertRows(_ROOT, self._size, page.size - 1)
            self._size = page.size
            self.endInsertRows()
        moved = self._moved(page, chosen)
        if moved:
            self.layoutAboutToBeChanged.emit()
            self._take(page)
            for index in self.persistentIndexList():
                if index.row() in moved:
                    self.changePersistentIndex(index, self.index(moved[index.row()]))
            self.layoutChanged.emit()
        else:
            before = self._by_position()
            self._take(page)
            now = self._by_position()
            changed = [at for at in before.keys() | now.keys() if before.get(at) != now.get(at)]
            if changed:
                self.dataChanged.emit(self.index(min(changed)), self.index(min(max(changed), self._size - 1)))
        if grown < 0:
            self.beginRemoveRows(_ROOT, page.size, self._size - 1)
            self._size = page.size
            self.endRemoveRows()

    def _moved(self, page: CustomerPage, chosen: int | None) -> dict[int, int]:
        """New row by old row, of the rows with a persistent index that are in another place in this page."""
        moved = {}
        for row in {index.row() for index in self.persistentIndexList()}:
            customer_id = self.customer_id(self.index(row))
            if row == chosen and page.located is not None:
                moved[row] = page.located
            elif customer_id is not None and customer_id in page.ids:
                moved[row] = page.first + page.ids.index(customer_id)
        return {before: now for before, now in moved.items() if before != now}

    def refresh(self, customer_ids: Iterable[str]) -> None:
        """Repaint the rows of these customers: what is shown beside their data has changed."""
        for customer_id in customer_ids:
            at = self.row_of(customer_id)
            if at is not None:
                self.dataChanged.emit(self.index(at), self.index(at))

    def _take(self, page: CustomerPage) -> None:
        self._rows = {i: page.rows.get(i) or self._rows[i] for i in page.ids}
        self._first, self._ids = page.first, page.ids

    def _by_position(self) -> dict[int, CustomerRow]:
        return {self._first + at: self._rows[i] for at, i in enumerate(self._ids)}

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._size

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (ROW, Qt.ItemDataRole.AccessibleTextRole) or not index.isValid():
            return None
        customer_id = self.customer_id(index)
        row = self._rows[customer_id] if customer_id is not None else None
        if role == ROW:
            return row
        return self._accessible_text(row) if row is not None else texts.LOADING()

    def customer_id(self, index: QModelIndex | QPersistentModelIndex) -> str | None:
        """None for no row, and for one that is on its way."""
        at = index.row() - self._first
        return self._ids[at] if index.isValid() and 0 <= at < len(self._ids) else None

    def row_of(self, customer_id: str) -> int | None:
        """Where a customer is; None for one who is not among those that are here."""
        return self._first + self._ids.index(customer_id) if customer_id in self._rows else None

    def has(self, rows: range) -> bool:
        """Whether all of these rows are here."""
        return not rows or (self._first <= rows[0] and rows[-1] < self._first + len(self._ids))
