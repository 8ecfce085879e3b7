"""Finds customers by their names for a palette, while the agent types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desktop.engine.protocols import Engine
from desktop.engine.views import CustomerRow


class CustomerFinder:
    """Gives the answer to the newest question only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._running: asyncio.Future[object] | None = None
        self._turn = 0

    def find(self, letters: str, then: Callable[[tuple[CustomerRow, ...]], None]) -> None:
        """Find customers whose names have these letters in this order; all, newest activity first, for none."""
        if self._running is not None:
            self._running.cancel()
        self._turn += 1
        turn = self._turn

        def answer(rows: tuple[CustomerRow, ...]) -> None:
            if turn == self._turn:
                then(rows)

        work = self._engine.queries.find_customers(letters)
        self._running = self._engine.tasks.start(work, "find customers", answer)
