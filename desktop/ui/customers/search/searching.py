"""Searches while the agent types: what is shown is never older than what was typed last."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from desktop.domain.search.query import SearchQuery, parse
from desktop.engine.protocols import Engine
from desktop.engine.views import SearchResults
from desktop.text.locale import formats


class Searching(QObject):
    """Every text interrupts the search for the one before.

    Signals:
        found: arg: `SearchResults` of the newest text.
    """

    found = Signal(object)

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._running: asyncio.Future[object] | None = None
        self._turn = 0
        self.query = SearchQuery()

    def read(self, text: str) -> SearchQuery:
        """What a text asks for today."""
        today = self._engine.clock.now().astimezone().date()
        return parse(text, today, day_first=formats().is_day_first)

    def search(self, query: SearchQuery, *, is_thorough: bool = False) -> None:
        """is_thorough: see `Queries.search`."""
        self.stop()
        self.query = query
        turn = self._turn
        if query.is_empty:
            self.found.emit(SearchResults(query))
            return
        work = self._engine.queries.search(query, is_thorough=is_thorough)
        self._running = self._engine.tasks.start(work, "search", lambda results: self._on_found(turn, results))

    def stop(self) -> None:
        """Interrupt the search that is running; what it finds is not shown."""
        self._turn += 1
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _on_found(self, turn: int, results: SearchResults) -> None:
        if turn == self._turn:
            self.found.emit(results)
