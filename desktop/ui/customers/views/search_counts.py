"""Counts the customers whom the searches of the agent's own views find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec
from PySide6.QtCore import QObject, Signal

from desktop.domain.model.list_view import SavedView
from desktop.domain.search.query import SearchQuery
from desktop.engine.protocols import Engine
from desktop.engine.views import SearchResults
from desktop.ui.look.ticker import Ticker

PAUSE = timedelta(seconds=15)
"""Between two counts of all, while messages come in: a search costs more than a page of the list."""


class FoundCount(msgspec.Struct, frozen=True):
    """How many customers a search finds. is_at_least: it finds more than were counted."""

    count: int
    is_at_least: bool


def count_customers(results: SearchResults) -> FoundCount:
    """Count each customer once, found by a field or by a message."""
    ids = {found.row.customer_id for found in results.customers} | {f.message.customer_id for f in results.messages}
    is_customer_left = results.customer_count > len(results.customers) or results.has_uncounted
    return FoundCount(len(ids), is_customer_left or results.has_more or results.is_cut_off)


class SearchCounts(QObject):
    """Searches for one view after the other, of those that are on the screen.

    Signals:
        counted: arg: `FoundCount` of each view that was counted, by the view's id.
    """

    counted = Signal(object)

    def __init__(
        self,
        engine: Engine,
        ticker: Ticker,
        read: Callable[[str], SearchQuery],
        is_shown: Callable[[SavedView], bool],
        parent: QObject,
    ) -> None:
        """read: what the text of a search asks for. is_shown: whether a view and its count are to be seen."""
        super().__init__(parent)
        self._engine, self._read, self._is_shown = engine, read, is_shown
        self._views: dict[str, SavedView] = {}
        self._counts: dict[str, FoundCount] = {}
        self._due: set[str] = set()
        self._counting = ""
        self._is_changed = False
        self._changed_from: datetime | None = None
        ticker.ticked.connect(self._on_tick)

    def show_views(self, views: Iterable[SavedView]) -> None:
        """Set the agent's own views; those whose search is new are counted."""
        before, self._views = self._views, {view.id: view for view in views if view.search.strip()}
        self._counts = {i: c for i, c in self._counts.items() if i in self._views}
        self._due &= self._views.keys()
        self._due |= {i for i, v in self._views.items() if i not in before or before[i].search != v.search}
        self.go_on()

    def mark_changed(self) -> None:
        """Count all again soon: customers or messages have changed."""
        self._is_changed = bool(self._views)

    def go_on(self) -> None:
        """Count the next view that has to be counted and is to be seen by now."""
        if self._counting:
            return
        view = next((self._views[i] for i in sorted(self._due) if self._is_shown(self._views[i])), None)
        if view is None:
            return
        self._counting = view.id
        self._due.discard(view.id)
        query = self._read(view.search)
        if query.is_empty:
            self._on_counted(view, SearchResults(query))
            return
        work = self._engine.queries.search(query)
        self._engine.tasks.start(work, "count what a view's search finds", lambda found: self._on_counted(view, found))

    def _on_counted(self, view: SavedView, results: SearchResults) -> None:
        self._counting = ""
        if view.id in self._views and self._views[view.id].search == view.search:
            self._counts[view.id] = count_customers(results)
            self.counted.emit(dict(self._counts))
        self.go_on()

    def _on_tick(self, now: datetime) -> None:
        if self._is_changed and (self._changed_from is None or now - self._changed_from >= PAUSE):
            self._is_changed, self._changed_from = False, now
            self._due |= self._views.keys()
        self.go_on()
