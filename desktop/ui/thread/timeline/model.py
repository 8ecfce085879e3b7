"""Timeline model: a bounded window of a thread's entries, updated so that nothing on screen jumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.engine.views import ThreadView
from desktop.ui.thread.entries import TimelineEntry, entries_of, looks_same
from desktop.ui.widgets.row_updates import update_rows
from desktop.ui.wording.pending_reply import DescribePending

ENTRY = Qt.ItemDataRole.UserRole + 1
"""The frozen `TimelineEntry`."""

WINDOW = 600
"""Messages shown at first, and how many more each wish for older ones adds. `QListView` asks the height of every row
on each change, so the window is what keeps a thread of any length quick."""

_ROOT = QModelIndex()


class TimelineModel(QAbstractListModel):
    """Oldest at the top. `speak` makes what a screen reader says of an entry, `tell` what is said of an echo.

    Another customer is a reset; the same customer again is inserts, removals and changes of single rows.
    """

    def __init__(
        self, speak: Callable[[TimelineEntry], str], tell: DescribePending, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._speak, self._tell = speak, tell
        self._rows: list[TimelineEntry] = []
        self._view: ThreadView | None = None
        self._limit = WINDOW

    def show(self, view: ThreadView | None, now: datetime) -> None:
        """now: decides which day is called today."""
        before = self._view
        self._view = view
        if view is None or before is None or view.customer_id != before.customer_id:
            self._limit = WINDOW
            self.beginResetModel()
            self._rows = entries_of(view, now, self._limit, self._tell) if view is not None else []
            self.endResetModel()
            return
        self._update(view, now)

    def show_older(self, now: datetime) -> None:
        """Widen the window by another `WINDOW` messages."""
        if self._view is not None:
            self._limit += WINDOW
            self._update(self._view, now)

    def _update(self, view: ThreadView, now: datetime) -> None:
        held = {row.key: row for row in self._rows}
        wanted = [_revised(row, held.get(row.key)) for row in entries_of(view, now, self._limit, self._tell)]
        update_rows(self, self._rows, wanted, lambda row: row.key, looks_same)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == ENTRY:
            return self._rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._speak(self._rows[index.row()])
        return None

    def entry(self, row: int) -> TimelineEntry:
        return self._rows[row]

    def row_of(self, key: str) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)


def _revised(row: TimelineEntry, held: TimelineEntry | None) -> TimelineEntry:
    if held is None:
        return row
    if held == row:
        return held
    return replace(row, revision=held.revision if looks_same(held, row) else held.revision + 1)
