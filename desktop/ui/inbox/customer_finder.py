"""Finds customers by any of their fields for a palette, while the agent types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desktop.engine.protocols import Engine
from desktop.engine.views import FoundCustomer


class CustomerFinder:
    """Gives the answer to the newest question only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._running: asyncio.Future[object] | None = None
        self._turn = 0

    def find(self, text: str, then: Callable[[tuple[FoundCustomer, ...]], None]) -> None:
        """See `Queries.find_customers`; the customers with the newest activity for an empty text."""
        if self._running is not None:
            self._running.cancel()
        self._turn += 1
        turn = self._turn

        def answer(found: tuple[FoundCustomer, ...]) -> None:
            if turn == self._turn:
                then(found)

        work = self._engine.queries.find_customers(text)
        self._running = self._engine.tasks.start(work, "find customers", answer)
