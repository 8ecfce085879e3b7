"""The model of the message list: the rows of a thread, updated where the thread has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.engine.views import ThreadView
from desktop.ui.thread.entries import (
    Content,
    EntryType,
    RowContext,
    TimelineEntry,
    build_rows,
    first_new,
    key_of,
    looks_same,
    older_row,
    row_context,
    thread_content,
)
from desktop.ui.thread.pending_reply import DescribePending
from desktop.ui.thread.timeline.changed_runs import ChangedRun, changed_runs
from desktop.ui.thread.timeline.key_index import KeyIndex

ENTRY = Qt.ItemDataRole.UserRole + 1
"""The frozen `TimelineEntry`."""

_ROOT = QModelIndex()


class TimelineModel(QAbstractListModel):
    """Entries of one thread, oldest first.

    Another customer resets the model. The same customer again inserts, removes and changes single rows, at a cost that
    depends on what is new, not on the length of the thread.
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
        self._index = KeyIndex()
        self._customer_id: str | None = None
        self._new_from = ""
        self._content: Sequence[Content] = ()
        self._context: RowContext | None = None
        self.reads = ""
        """The language that messages can be translated into; "" if none can."""

    def show(self, view: ThreadView | None, now: datetime) -> None:
        """now: determines which day is called today."""
        if view is None:
            self._reset(None, (), None, [])
            return
        if view.customer_id != self._customer_id:
            # As long as this customer is shown: what is seen meanwhile was new all the same.
            self._new_from = first_new(view)
        content, older = thread_content(view, now, self._describe), older_row(view)
        context = row_context(view, now, self._new_from, self.reads)
        if view.customer_id != self._customer_id:
            rows = build_rows(content, context, after=None)
            self._reset(view.customer_id, content, context, [older, *rows] if older is not None else rows)
            return
        old = self._content
        is_same_context = self._is_same_context(context)
        runs = changed_runs(old, content) if is_same_context else [ChangedRun(0, len(old), 0, len(content))]
        # From the end, so that the numbers of earlier rows stay valid.
        for run in reversed(runs):
            self._replace_run(run, old, content, context)
        self._content, self._context = content, context
        self._splice(0, self._has_older_row, [older] if older is not None else [])

    def _is_same_context(self, context: RowContext) -> bool:
        """Whether the rows that are here depend on nothing else. Conversations may have come with older messages."""
        before = self._context
        if before is None or before.today != context.today:
            return False
        if (before.reads, before.writes) != (context.reads, context.writes):
            return False
        of_replies = {row.conversation_id for row in self._rows if row.pending is not None}
        ids = before.conversations.keys() | of_replies
        return all(before.conversations.get(i) == context.conversations.get(i) for i in ids)

    def _reset(
        self, customer_id: str | None, content: Sequence[Content], context: RowContext | None, rows: list[TimelineEntry]
    ) -> None:
        self.beginResetModel()
        self._customer_id, self._content, self._context = customer_id, content, context
        self._rows = rows
        self._index.reset(rows)
        self.endResetModel()

    @property
    def _has_older_row(self) -> int:
        return int(bool(self._rows) and self._rows[0].type is EntryType.OLDER)

    def _replace_run(
        self, run: ChangedRun, old: Sequence[Content], new: Sequence[Content], context: RowContext
    ) -> None:
        # The separators of what follows depend on what stands before it.
        extra = int(run.old_end < len(old))
        start = self._end_of(old[run.old_start - 1]) if run.old_start else self._has_older_row
        end = self._end_of(old[run.old_end]) if extra else len(self._rows)
        after = new[run.new_start - 1] if run.new_start else None
        self._splice(start, end, build_rows(new[run.new_start : run.new_end + extra], context, after=after))

    def _end_of(self, content: Content) -> int:
        """Return the number of the row behind the one of `content`."""
        row = self.row_of(key_of(content))
        assert row is not None
        return row + 1

    def _splice(self, start: int, end: int, wanted: Sequence[TimelineEntry]) -> None:
        """Make the rows from `start` up to `end` equal to `wanted`; those that are in both stay or change in place."""
        before, keys = self._rows[start:end], [row.key for row in wanted]
        steps = SequenceMatcher(None, [row.key for row in before], keys, autojunk=False).get_opcodes()
        for step, old_start, old_end, new_start, new_end in reversed(steps):
            first, last = start + old_start, start + old_end - 1
            if step == "equal":
                self._change(first, wanted[new_start:new_end])
                continue
            if old_end > old_start:
                self.beginRemoveRows(_ROOT, first, last)
                del self._rows[first : last + 1]
                self.endRemoveRows()
            if new_end > new_start:
                self.beginInsertRows(_ROOT, first, first + new_end - new_start - 1)
                self._rows[first:first] = wanted[new_start:new_end]
                self.endInsertRows()
        if any(step != "equal" for step, *_ in steps):
            self._index.replace(self._rows, start, before, len(wanted))

    def _change(self, first: int, rows: Sequence[TimelineEntry]) -> None:
        for number, row in enumerate(rows, first):
            current = self._rows[number]
            if current == row:
                continue
            self._rows[number] = row
            if not looks_same(current, row):
                self.dataChanged.emit(self.index(number), self.index(number))

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

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Without `ItemIsEnabled`, the row for older messages is never the current one: Home leads to the first one.

        Rows are not selected, so that a screen reader does not call each "not selected".
        """
        if not index.isValid():
            return super().flags(index)
        is_older = self._rows[index.row()].type is EntryType.OLDER
        return Qt.ItemFlag.NoItemFlags if is_older else Qt.ItemFlag.ItemIsEnabled

    def entry(self, row: int) -> TimelineEntry:
        return self._rows[row]

    def row_of(self, key: str) -> int | None:
        """Return the row with this key; None if there is none."""
        return self._index.row_of(key)
