"""The rows of the view picker: views with counts, and headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.model.frozen import frozen
from desktop.domain.model.list_view import AnyView, ListView, SavedView, TeamListView
from desktop.ports import Team
from desktop.text.catalog import strip_isolates
from desktop.text.screens import search as search_texts
from desktop.text.screens import views as texts
from desktop.ui.customers.views.search_counts import FoundCount

ROW = Qt.ItemDataRole.UserRole + 1
"""The `ViewRow`."""
FIRST = (ListView.CLOSING_SOON, ListView.MINE, ListView.UNASSIGNED, ListView.MENTIONS)
"""Shown always."""
_OTHERS = (ListView.OPEN, ListView.SNOOZED, ListView.CLOSED, ListView.ALL, ListView.MESSENGER_ONLY)
_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex

Shown = AnyView | SavedView
"""What a row shows when it is chosen."""


class Heading(Enum):
    """The heading of a group of rows. Only the teams can be folded."""

    TEAMS = "teams"
    OWN = "own"


@frozen
class ViewRow:
    """subject: a view, or a heading. count: None where it is not known. is_at_least: there are more. is_open: of a
    heading whose rows can be folded; else None. is_inner: below a heading.
    """

    subject: Shown | Heading
    name: str
    count: int | None = None
    is_open: bool | None = None
    is_inner: bool = False
    is_at_least: bool = False

    @property
    def count_text(self) -> str:
        """Such as `12` or `100+`; "" where it is not known."""
        return "" if self.count is None else search_texts.count(self.count, has_more=self.is_at_least)

    @property
    def can_be_current(self) -> bool:
        return self.is_open is not None or not isinstance(self.subject, Heading)

    def same_as(self, other: ViewRow) -> bool:
        """Whether both are the same view, or the same heading, whatever they are called and count."""
        return key_of(self.subject) == key_of(other.subject)


@frozen
class Views:
    """What the picker shows.

    current: the view of the list. other: the one chosen last that is not always shown. teams: in the order to show.
    has_teams_open, has_more: whether the teams, and all views, are shown.
    counts: for the state of the unread filter. found: of the agent's own views with a search, by their ids.
    """

    current: Shown = ListView.ALL
    other: Shown = ListView.ALL
    teams: tuple[Team, ...] = ()
    own: tuple[SavedView, ...] = ()
    counts: Mapping[AnyView, int] = field(default_factory=dict)
    unread: Mapping[AnyView, int] = field(default_factory=dict)
    found: Mapping[str, FoundCount] = field(default_factory=dict)
    is_unread_only: bool = False
    has_teams_open: bool = False
    has_more: bool = False

    def rows(self) -> tuple[ViewRow, ...]:
        """The rows from top to bottom."""
        first = [self.row(view) for view in FIRST]
        if not self.has_more:
            return (*first, self.row(self.other))
        own = [self.row(view, is_inner=True) for view in self.own]
        heading = [ViewRow(Heading.OWN, texts.OWN_VIEWS())] if own else []
        return (*first, *self._team_rows(), *map(self.row, _OTHERS), *heading, *own)

    def _team_rows(self) -> Iterator[ViewRow]:
        if not self.teams:
            return
        yield ViewRow(Heading.TEAMS, texts.TEAMS(), is_open=self.has_teams_open)
        for team in self.teams:
            view = TeamListView(team.id)
            # The view that is shown is never hidden.
            if self.has_teams_open or view == self.current:
                yield self.row(view, is_inner=True)

    def row(self, shown: Shown, *, is_inner: bool = False) -> ViewRow:
        """The row of a view."""
        found = self.found.get(shown.id) if isinstance(shown, SavedView) and shown.search else None
        if found is not None:
            return ViewRow(shown, self.name_of(shown), found.count, is_inner=is_inner, is_at_least=found.is_at_least)
        return ViewRow(shown, self.name_of(shown), self.count_of(shown), is_inner=is_inner)

    def name_of(self, shown: Shown) -> str:
        """What a view is called."""
        if isinstance(shown, SavedView):
            return shown.name
        if isinstance(shown, TeamListView):
            return next((t.name for t in self.teams if t.id == shown.team_id), "") or texts.TEAM()
        return texts.NAMES[shown]()

    def count_of(self, shown: Shown) -> int | None:
        """How many customers a view has; None for those with a search, which are counted apart."""
        if isinstance(shown, SavedView):
            counts = self.unread if shown.unread_only else self.counts
            return None if shown.search else counts.get(shown.view, 0)
        return (self.unread if self.is_unread_only else self.counts).get(shown, 0)


def key_of(subject: Shown | Heading) -> object:
    """What stays of a row when it is renamed."""
    return subject.id if isinstance(subject, SavedView) else subject


class RowsModel(QAbstractListModel):
    """The rows that are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ViewRow, ...] = ()
        self.views = Views()

    def show(self, views: Views) -> bool:
        """Returns True if there are other rows than before, so that the current one has to be found again."""
        self.views, before, self.rows = views, self.rows, views.rows()
        is_same = len(before) == len(self.rows) and all(map(ViewRow.same_as, before, self.rows))
        if is_same:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))
        else:
            self.beginResetModel()
            self.endResetModel()
        return not is_same

    def is_shown(self, row: ViewRow) -> bool:
        """Whether the list shows this view."""
        return not isinstance(row.subject, Heading) and key_of(row.subject) == key_of(self.views.current)

    def row_of(self, subject: Shown | Heading) -> int:
        """Where a row is; -1 if it is hidden."""
        key = key_of(subject)
        return next((at for at, row in enumerate(self.rows) if key_of(row.subject) == key), -1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return strip_isolates(self._description(row))
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        is_possible = index.isValid() and self.rows[index.row()].can_be_current
        return super().flags(index) if is_possible else Qt.ItemFlag.NoItemFlags

    def _description(self, row: ViewRow) -> str:
        is_shown = self.is_shown(row)
        own = row.subject if isinstance(row.subject, SavedView) else None
        counts_unread = (own.unread_only and not own.search) if own is not None else self.views.is_unread_only
        return texts.describe(row.name, row.count_text, is_unread=counts_unread, is_shown=is_shown, is_open=row.is_open)
