"""The model of the message list: the newest entries of a thread, updated row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.engine.views import ThreadView
from desktop.ui.thread.entries import TimelineEntry, build_entries, looks_same
from desktop.ui.thread.pending_reply import DescribePending
from desktop.ui.widgets.row_updates import update_rows

ENTRY = Qt.ItemDataRole.UserRole + 1
"""The frozen `TimelineEntry`."""

PAGE_SIZE = 600
"""Messages shown at first, and added by each "show older". `QListView` asks for the height of every row at each change,
so this limit keeps long threads fast."""

_ROOT = QModelIndex()


class TimelineModel(QAbstractListModel):
    """Entries of one thread, oldest first.

    Another customer resets the model; the same customer again inserts, removes and changes single rows.
    """

    def __init__(
        self,
        accessible_text: Callable[[TimelineEntry], str],
        describe: DescribePending,
        parent: QObject | None = None,
    ) -> None:
        """describe: returns the text about a pending reply."""
        super().__init__(parent)
        self._accessible_text, self._describe = accessible_text, describe
        self._rows: list[TimelineEntry] = []
        self._view: ThreadView | None = None
        self._limit = PAGE_SIZE

    def show(self, view: ThreadView | None, now: datetime) -> None:
        """now: determines which day is called today."""
        previous = self._view
        self._view = view
        if view is None or previous is None or view.customer_id != previous.customer_id:
            self._limit = PAGE_SIZE
            self.beginResetModel()
            self._rows = build_entries(view, now, self._limit, self._describe) if view is not None else []
            self.endResetModel()
            return
        self._update(view, now)

    def show_older(self, now: datetime) -> None:
        """Show another `PAGE_SIZE` messages."""
        if self._view is not None:
            self._limit += PAGE_SIZE
            self._update(self._view, now)

    def _update(self, view: ThreadView, now: datetime) -> None:
        current = {row.key: row for row in self._rows}
        updated = [
            _with_revision(row, current.get(row.key)) for row in build_entries(view, now, self._limit, self._describe)
        ]
        update_rows(self, self._rows, updated, lambda row: row.key, looks_same)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == ENTRY:
            return self._rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_text(self._rows[index.row()])
        return None

    def entry(self, row: int) -> TimelineEntry:
        return self._rows[row]

    def row_of(self, key: str) -> int | None:
        """Return the row with this key; None if there is none."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)


def _with_revision(row: TimelineEntry, current: TimelineEntry | None) -> TimelineEntry:
    if current is None:
        return row
    if current == row:
        return current
    return replace(row, revision=current.revision + (not looks_same(current, row)))
