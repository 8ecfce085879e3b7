"""The model of the customer list, and the filter that selects and sorts its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.model.list_view import ListView
from desktop.domain.window.window import WindowState
from desktop.engine.views import CustomerRow
from desktop.ui.look.preferences import CLOSING_WITHIN
from desktop.ui.widgets.row_updates import update_rows

ROW = Qt.ItemDataRole.UserRole + 1
"""The frozen `CustomerRow`."""

_ROOT = QModelIndex()
_NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


class CustomersModel(QAbstractListModel):
    """Holds rows in the given order."""

    def __init__(self, accessible_text: Callable[[CustomerRow], str], parent: QObject | None = None) -> None:
        """accessible_text: returns a row's text for screen readers."""
        super().__init__(parent)
        self._accessible_text = accessible_text
        self._rows: list[CustomerRow] = []

    def set_rows(self, rows: Iterable[CustomerRow]) -> None:
        """Replace the rows, signalling only differences. Customer ids must be unique."""
        update_rows(self, self._rows, list(rows), lambda row: row.customer_id)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_text(row)
        return None

    def customer_id(self, index: QModelIndex) -> str | None:
        return self._rows[index.row()].customer_id if index.isValid() else None

    def row_of(self, customer_id: str) -> int | None:
        """Return the row of a customer; None if they are not in the model."""
        return next((number for number, row in enumerate(self._rows) if row.customer_id == customer_id), None)


class CustomerFilter:
    """Selects and sorts rows by a view and a search text.

    closing_within: maximum time left of a window that counts as closing soon.
    """

    def __init__(self, thresholds: Iterable[timedelta] = ()) -> None:
        """thresholds: times before the end of a window at which its row looks different."""
        self._thresholds = tuple(thresholds)
        self.closing_within = CLOSING_WITHIN
        self.view = ListView.ALL
        self.search = ""
        self._rows: tuple[CustomerRow, ...] = ()
        self._me_id = ""
        self._next_change: datetime | None = None

    def set_rows(self, rows: Iterable[CustomerRow], me_id: str) -> None:
        self._rows = tuple(rows)
        self._me_id = me_id

    def visible(self, now: datetime) -> list[CustomerRow]:
        """Return the rows to show: those closing first in the closing-soon view, else by newest message."""
        self._next_change = self._find_next_change(now)
        words = self.search.casefold().split()
        rows = [r for r in self._rows if self._belongs(r, self.view, now) and _matches(r, words)]
        if self.view is ListView.CLOSING_SOON:
            return sorted(rows, key=lambda r: (_closes_at(r), r.customer_id))
        return sorted(rows, key=lambda r: (r.last_at, r.customer_id), reverse=True)

    def counts(self, now: datetime) -> Mapping[ListView, int]:
        """Return the number of customers in each view, ignoring the search."""
        return {view: sum(self._belongs(r, view, now) for r in self._rows) for view in ListView}

    def is_stale(self, now: datetime) -> bool:
        """Return whether a window has passed a threshold since the last call of `visible`."""
        return self._next_change is not None and now >= self._next_change

    def _belongs(self, row: CustomerRow, view: ListView, now: datetime) -> bool:
        if view is ListView.CLOSING_SOON:
            window, open_states = row.window, (WindowState.OPEN, WindowState.CLOSING)
            if not row.waits or window is None or window.state(now) not in open_states:
                return False
            return _closes_at(row) - now <= self.closing_within
        if view is ListView.MINE:
            return self._me_id in row.assignee_ids
        if view is ListView.UNASSIGNED:
            return "" in row.assignee_ids
        if view is ListView.MESSENGER_ONLY:
            return row.messenger_only
        return True

    def _find_next_change(self, now: datetime) -> datetime | None:
        windows = [r.window for r in self._rows if r.window is not None]
        changes = [w.next_change(now) for w in windows]
        for threshold in (*self._thresholds, self.closing_within):
            changes += [w.closes_at - threshold for w in windows if w.closes_at is not None]
        return min((c for c in changes if c is not None and c > now), default=None)


def _matches(row: CustomerRow, words: list[str]) -> bool:
    text = f"{row.name}\n{row.last_text}".casefold()
    return all(word in text for word in words)


def _closes_at(row: CustomerRow) -> datetime:
    return row.window.closes_at if row.window is not None and row.window.closes_at is not None else _NO_DEADLINE
