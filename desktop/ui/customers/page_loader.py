"""Loads pages of the customer list, one at a time, and not more often than it can be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.engine.protocols import Engine
from desktop.engine.views import CustomerPage, CustomerQuery, PageRequest

PAUSE_MS = 250
"""Between two loads for changes of facts, which may come in hundreds."""


class PageLoader(QObject):
    """Asks for the newest state whenever something is to be loaded, so that what came meanwhile is in it.

    Signals:
        loaded: args: the `CustomerQuery` that was asked and its `CustomerPage`.
    """

    loaded = Signal(object, object)

    def __init__(
        self, engine: Engine, wanted: Callable[[], tuple[CustomerQuery, PageRequest]], parent: QObject
    ) -> None:
        """wanted: what to load at this moment."""
        super().__init__(parent)
        self._engine, self._wanted = engine, wanted
        self._running: asyncio.Future[object] | None = None
        self._query: CustomerQuery | None = None
        self._turn = 0
        self._is_due = self._is_urgent = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._go_on)

    def load_soon(self) -> None:
        """Load because facts have changed."""
        self._is_due = True
        if not self._pause.isActive():
            # Not at once, so that everything that changed in one turn of the event loop is loaded together.
            self._pause.start(0)

    def load(self, query: CustomerQuery) -> None:
        """Load at once, or behind what is being loaded for the same query. For another it is of no use any more."""
        self._is_due = self._is_urgent = True
        if self._query is not None and self._query != query:
            self._query = None
            if self._running is not None:
                self._running.cancel()
        self._go_on()

    def _go_on(self) -> None:
        """Load if there is anything to load, and if it may be loaded now."""
        if not self._is_due or self._query is not None or (self._pause.isActive() and not self._is_urgent):
            return
        if not self._is_urgent:
            self._pause.start(PAUSE_MS)
        self._is_due = self._is_urgent = False
        self._turn += 1
        turn = self._turn
        query, request = self._wanted()
        self._query = query
        self._running = self._engine.tasks.start(
            self._load(turn, query, request), "read the customer list", lambda page: self._on_loaded(turn, query, page)
        )

    async def _load(self, turn: int, query: CustomerQuery, request: PageRequest) -> CustomerPage:
        try:
            return await self._engine.queries.customer_page(query, request)
        finally:
            if turn == self._turn:
                self._query = None

    def _on_loaded(self, turn: int, query: CustomerQuery, page: CustomerPage) -> None:
        if turn == self._turn:
            self.loaded.emit(query, page)
            self._go_on()
