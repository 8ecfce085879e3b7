"""The rows of the search results: headings, customers, messages, remarks and actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.search.folding import Range
from desktop.engine.views import FieldKind, FoundCustomer, FoundText, SearchResults
from desktop.text.names import display_name
from desktop.text.screens import customers as customer_texts
from desktop.text.screens import search as texts

RESULT = Qt.ItemDataRole.UserRole + 1
"""The `ResultRow`."""
FEW_CUSTOMERS = 5
"""Shown above the messages until all are wanted."""

_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class RowKind(Enum):
    """What a row of the results is. Only customers, messages and actions can be chosen."""

    HEADING = "heading"
    CUSTOMER = "customer"
    MESSAGE = "message"
    REMARK = "remark"
    ACTION = "action"


class ResultAction(Enum):
    """What an action row does."""

    NONE = ""
    ALL_CUSTOMERS = "all_customers"
    ALL_MESSAGES = "all_messages"
    INTERCOM = "intercom"
    WRITE = "write"
    CANCEL = "cancel"


class Place(msgspec.Struct, frozen=True):
    """What choosing a row opens. entry_id: "" for no message.

    remote_id: of a conversation or contact that has to be loaded from Intercom first.
    """

    customer_id: str = ""
    conversation_id: str = ""
    entry_id: str = ""
    remote_id: str = ""
    is_contact: bool = False


class ResultRow(msgspec.Struct, frozen=True):
    """title, line: with ranges of what was found in them. count: beside a heading. at: of a message."""

    kind: RowKind
    title: str = ""
    title_ranges: tuple[Range, ...] = ()
    line: str = ""
    line_ranges: tuple[Range, ...] = ()
    count: str = ""
    at: datetime | None = None
    place: Place = msgspec.field(default_factory=Place)
    action: ResultAction = ResultAction.NONE

    @property
    def can_be_chosen(self) -> bool:
        return self.kind in (RowKind.CUSTOMER, RowKind.MESSAGE, RowKind.ACTION)


class ResultsModel(QAbstractListModel):
    """Rows of one search."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.rows: tuple[ResultRow, ...] = ()

    def show(self, rows: tuple[ResultRow, ...]) -> None:
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def next_of_others(self, row: int, step: int, customer_id: str) -> int | None:
        """Find the nearest row below this one (step 1) or above it (-1) that opens another customer; None for none.

        Downwards, nobody comes twice who stands above among the results of the same kind.
        """
        passed = {customer_id}
        if step > 0:
            for other in reversed(self.rows[: row + 1]):
                if other.kind is RowKind.HEADING:
                    break
                passed.add(other.place.customer_id)
        row += step
        while 0 <= row < len(self.rows):
            # What has to be loaded from Intercom first names no customer, and is left to the agent.
            if self.rows[row].place.customer_id not in ("", *passed):
                return row
            row += step
        return None

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == RESULT:
            return row
        return self._accessible_text(row) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self.rows[index.row()].can_be_chosen:
            return super().flags(index)
        return Qt.ItemFlag.NoItemFlags

    def _accessible_text(self, row: ResultRow) -> str:
        if row.kind is RowKind.CUSTOMER:
            return texts.accessible_customer(row.title, row.line)
        if row.kind is RowKind.MESSAGE and row.at is not None:
            return texts.accessible_message(row.title, row.at, self._now(), row.line)
        return texts.HEADING(heading=row.title, count=row.count) if row.count else row.title


def rows_of(results: SearchResults, text: str, *, shows_all_customers: bool = False) -> Iterator[ResultRow]:
    """Yield the rows for the results. text: as it was typed."""
    customers, messages = results.customers, results.messages
    if results.query.is_empty:
        # A problem is said below the field.
        if results.query.problem is None:
            yield ResultRow(RowKind.REMARK, texts.CONTINUE_TYPING())
        return
    if not customers and not messages:
        yield ResultRow(RowKind.REMARK, texts.nothing_found(text, has_filters=results.query.has_filters))
        yield ResultRow(RowKind.REMARK, texts.WHAT_TO_TRY())
    if customers:
        counted = texts.count(results.customer_count, has_more=results.has_uncounted)
        yield ResultRow(RowKind.HEADING, texts.CUSTOMERS(), count=counted)
        shown = customers if shows_all_customers or not messages else customers[:FEW_CUSTOMERS]
        yield from map(_customer_row, shown)
        if len(shown) < len(customers):
            label = texts.show_customers(len(customers), results.customer_count)
            yield ResultRow(RowKind.ACTION, label, action=ResultAction.ALL_CUSTOMERS)
    if messages:
        counted = texts.count(len(messages), has_more=results.has_more)
        yield ResultRow(RowKind.HEADING, texts.MESSAGES(), count=counted)
        yield from map(_message_row, messages)
    if results.is_cut_off:
        yield ResultRow(RowKind.REMARK, texts.CUT_OFF())
        yield ResultRow(RowKind.ACTION, texts.SEARCH_ALL(), action=ResultAction.ALL_MESSAGES)
    elif results.has_more:
        yield ResultRow(RowKind.REMARK, texts.NEWEST_ONLY())


def _customer_row(found: FoundCustomer) -> ResultRow:
    name = display_name(found.row.name)
    line = customer_texts.last_line(found.row)
    ranges: tuple[Range, ...] = ()
    if found.field is not None:
        line = found.field.value
        if found.field.kind is FieldKind.ATTRIBUTE:
            line = texts.attribute(found.field.label, found.field.value)
        ranges = texts.shifted(found.field.ranges, found.field.value, line)
    return ResultRow(
        RowKind.CUSTOMER,
        name,
        found.name_ranges if name == found.row.name else (),
        line,
        ranges,
        place=Place(found.row.customer_id),
    )


def _message_row(found: FoundText) -> ResultRow:
    message = found.message
    line = texts.message_line(message.role, message.kind, message.author_name, found.excerpt.text)
    return ResultRow(
        RowKind.MESSAGE,
        display_name(found.customer_name),
        (),
        line,
        texts.shifted(found.excerpt.ranges, found.excerpt.text, line),
        at=message.sent_at,
        place=Place(message.customer_id, message.conversation_id, message.entry_id),
    )
