"""Reads the body of a request within bounds of size, time and memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

MAX_BODY_BYTES = 1_000_000
"""No provider's webhook comes near it; a larger one is answered with 413."""

MAX_DROPPED_BYTES = 8 * MAX_BODY_BYTES
"""How much is taken of a body that is too large, and dropped: a sender that is cut off does not read its answer."""

MAX_HELD_BYTES = 32_000_000
"""Of all bodies that are held at once. Beyond that a provider is asked to come again (503)."""

BODY_TIMEOUT_S = 10.0
"""For the whole body. Providers send theirs at once: they wait for the answer no longer than 5 s to 15 s."""


class BodyRefused(Exception):
    """status: of the answer. reason: a word for the counts."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Bodies:
    """Reads bodies, and counts how much of them is held. Loop's thread."""

    def __init__(self, timeout_s: float = BODY_TIMEOUT_S, max_held_bytes: int = MAX_HELD_BYTES) -> None:
        self._timeout_s = timeout_s
        self._max_held_bytes = max_held_bytes
        self.held_bytes = 0

    @asynccontextmanager
    async def read(self, request: Request) -> AsyncIterator[bytes]:
        """The body, which counts as held until the context ends. Raises BodyRefused."""
        announced = request.headers.get("Content-Length", "")
        if announced.isascii() and announced.isdecimal() and (len(announced) > 9 or int(announced) > MAX_DROPPED_BYTES):
            raise BodyRefused(413, "too_large")
        body, size = bytearray(), 0
        try:
            try:
                async with asyncio.timeout(self._timeout_s):
                    async for piece in request.stream():
                        size += len(piece)
                        if size > MAX_DROPPED_BYTES:
                            raise BodyRefused(413, "too_large")
                        if size > MAX_BODY_BYTES:
                            # Dropped, and not left unread: the sender would find its connection broken.
                            continue
                        self.held_bytes += len(piece)
                        body += piece
                        if self.held_bytes > self._max_held_bytes:
                            raise BodyRefused(503, "busy")
            except TimeoutError:
                raise BodyRefused(408, "slow") from None
            except ClientDisconnect:
                raise BodyRefused(400, "disconnected") from None
            if size > MAX_BODY_BYTES:
                raise BodyRefused(413, "too_large")
            yield bytes(body)
        finally:
            self.held_bytes -= len(body)
