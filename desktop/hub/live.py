"""Publishes to the desktops what this copy of the hub has stored, several facts in one message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from desktop.channels.team.live import LiveFact, write_live
from desktop.ports import Clock

SEND_EVERY_S = 0.2
"""A fact after a pause is sent at once."""

MAX_BYTES = 128 * 1024
"""Of facts in one message; the last one may exceed it by its own 64 KB. The broker takes 256 KB."""


class LiveFacts:
    """Collects facts and sends them in batches. Loop's thread.

    send: publishes a message to all desktops. on_sent: called with the facts of each message.
    """

    def __init__(
        self, send: Callable[[bytes], Awaitable[None]], on_sent: Callable[[Sequence[LiveFact]], None], clock: Clock
    ) -> None:
        self._send = send
        self._on_sent = on_sent
        self._clock = clock
        self._waiting: list[LiveFact] = []
        self._sending: asyncio.Task[None] | None = None
        self._sent_at_s = -SEND_EVERY_S

    def add(self, fact: LiveFact) -> None:
        """Send it soon."""
        self._waiting.append(fact)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_waiting(), name="send live facts")

    async def aclose(self) -> None:
        """Send what waits, and end."""
        sending, self._sending = self._sending, None
        if sending is not None:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        while self._waiting:
            await self._send_batch()

    async def _send_waiting(self) -> None:
        while self._waiting:
            await self._clock.sleep(max(self._sent_at_s + SEND_EVERY_S - self._clock.monotonic(), 0.0))
            await self._send_batch()

    async def _send_batch(self) -> None:
        count, size_bytes = 0, 0
        while count < len(self._waiting) and size_bytes < MAX_BYTES:
            size_bytes += len(self._waiting[count].data)
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        self._sent_at_s = self._clock.monotonic()
        await self._send(write_live(batch))
        self._on_sent(batch)
