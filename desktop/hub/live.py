"""Tells the desktops what this copy of the hub has stored, several facts in one message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from desktop.channels.team.live import LiveFact, write_live
from desktop.ports import Clock

TELL_EVERY_S = 0.2
"""A fact after a pause is told at once."""

MAX_BYTES = 128 * 1024
"""Of facts in one message; the last one may exceed it by its own 64 KB. The broker takes 256 KB."""


class LiveFacts:
    """Loop's thread.

    tell: says something to all desktops that listen. on_told: called with what was told.
    """

    def __init__(
        self, tell: Callable[[bytes], Awaitable[None]], on_told: Callable[[Sequence[LiveFact]], None], clock: Clock
    ) -> None:
        self._tell = tell
        self._on_told = on_told
        self._clock = clock
        self._waiting: list[LiveFact] = []
        self._telling: asyncio.Task[None] | None = None
        self._told_at_s = -TELL_EVERY_S

    def add(self, fact: LiveFact) -> None:
        """Tell it soon."""
        self._waiting.append(fact)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_waiting(), name="tell live facts")

    async def aclose(self) -> None:
        """Tell what waits, and end."""
        telling, self._telling = self._telling, None
        if telling is not None:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        while self._waiting:
            await self._tell_some()

    async def _tell_waiting(self) -> None:
        while self._waiting:
            await self._clock.sleep(max(self._told_at_s + TELL_EVERY_S - self._clock.monotonic(), 0.0))
            await self._tell_some()

    async def _tell_some(self) -> None:
        count, size_bytes = 0, 0
        while count < len(self._waiting) and size_bytes < MAX_BYTES:
            size_bytes += len(self._waiting[count].data)
            count += 1
        some, self._waiting = self._waiting[:count], self._waiting[count:]
        self._told_at_s = self._clock.monotonic()
        await self._tell(write_live(some))
        self._on_told(some)
