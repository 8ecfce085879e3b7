"""Several selected rows of the customer list: they are customers, wherever their rows move to."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtWidgets import QAbstractItemView

from desktop.engine.views import CustomerRow
from desktop.ui.customers.list_model import ROW, CustomersModel


class RowSelection:
    """Follows the selection of a view. Only customers who are or were loaded can be in it."""

    def __init__(self, view: QAbstractItemView, model: CustomersModel) -> None:
        self._view, self._model = view, model
        # By customer id: where the row was when it was last loaded, and the row.
        self._rows: dict[str, tuple[int, CustomerRow]] = {}

    @property
    def rows(self) -> tuple[CustomerRow, ...]:
        """The selected rows from top to bottom; none unless there are several."""
        if len(self._rows) < 2:
            return ()
        return tuple(row for _, row in sorted(self._rows.values(), key=lambda known: known[0]))

    @property
    def only_row(self) -> int | None:
        """The row that is selected alone."""
        selection = self._view.selectionModel().selection()
        is_alone = selection.count() == 1 and selection.at(0).height() == 1
        return selection.at(0).top() if is_alone else None

    def clear(self) -> None:
        self._rows.clear()

    def take(self) -> int | None:
        """Take over what the agent selected in the view. Returns the row that is selected alone, None for several."""
        selection, loaded = self._view.selectionModel().selection(), self._model.loaded
        ranges = [range(r.top(), r.bottom() + 1) for r in map(selection.at, range(selection.count()))]
        if sum(map(len, ranges)) == 1:
            self._rows.clear()
            return ranges[0].start
        kept = {
            i: (at, row)
            for i, (at, row) in self._rows.items()
            if at not in loaded and any(at in selected for selected in ranges)
        }
        for selected in ranges:
            for at in range(max(selected.start, loaded.start), min(selected.stop, loaded.stop)):
                row = self._model.index(at, 0).data(ROW)
                if row is not None:
                    kept[row.customer_id] = (at, row)
        self._rows = kept
        return None

    def update(self) -> None:
        """Select the same customers in the view again, after rows have changed; those who left the list no more."""
        loaded, selection = self._model.loaded, QItemSelection()
        rows: dict[str, tuple[int, CustomerRow]] = {}
        for customer_id, (at, row) in self._rows.items():
            now_at = self._model.row_of(customer_id)
            if now_at is not None:
                rows[customer_id] = (now_at, self._model.rows[customer_id])
            elif at not in loaded:
                rows[customer_id] = (at, row)
        self._rows = rows
        for at, _ in rows.values():
            index = self._model.index(at, 0)
            selection.select(index, index)
        self._view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
