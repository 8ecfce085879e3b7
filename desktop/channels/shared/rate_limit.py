"""Rate limiter, one per token: background requests never use up the budget of the agent's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from desktop.ports import Clock

WINDOW_S = 10.0
"""Intercom refills its budget every 10 seconds (developer docs, "Rate limiting", read 2026-11-22)."""

DEFAULT_LIMIT = 1667
RESERVED_SHARE = 0.3
"""Of the budget, kept free for the agent's own requests."""

LONGEST_PAUSE_S = 120.0


class RateLimiter:
    """Counts requests in windows of 10 seconds; response headers correct the count, since other computers share it.

    jitter: a number in [0, 1) that spreads the start of a window, so that not every client begins at once.
    """

    def __init__(self, clock: Clock, jitter: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._jitter = jitter
        self._limit = DEFAULT_LIMIT
        self._left = DEFAULT_LIMIT
        self._refills_at = clock.monotonic() + WINDOW_S
        self._paused_until = clock.monotonic()
        self._is_told = False

    @property
    def per_minute(self) -> int | None:
        """How many requests the provider allows in a minute; None before an answer said so."""
        return int(self._limit * 60 / WINDOW_S) if self._is_told else None

    async def acquire(self, *, background: bool) -> None:
        """Wait until a request may be sent: not at all for the agent's own, which may use up the budget."""
        while background and (wait_s := self._wait_s()) > 0:
            await self._clock.sleep(wait_s)
        self._left -= 1

    def update(self, headers: Mapping[str, str]) -> None:
        """Correct the count by a response's rate-limit headers; incomplete or unreadable ones are ignored."""
        limit, left, reset = (_number(headers.get(f"X-RateLimit-{n}")) for n in ("Limit", "Remaining", "Reset"))
        if limit is None or limit < 1 or left is None or reset is None:
            return
        refills_at = self._clock.monotonic() + min(max(reset - self._clock.now().timestamp(), 0.0), WINDOW_S)
        # What was left of another budget says nothing about this one.
        same_window = int(limit) == self._limit and abs(refills_at - self._refills_at) < WINDOW_S / 2
        self._limit, self._is_told = int(limit), True
        # Responses overtake each other; within a window the budget only shrinks.
        self._left = min(self._left, int(left)) if same_window else int(left)
        self._refills_at = refills_at

    def pause_background(self, headers: Mapping[str, str]) -> float:
        """Pause all background work after a 429. Returns the pause in seconds, jitter included."""
        pause_s = self._named_pause_s(headers) + self._jitter() * 0.2 * WINDOW_S
        self._paused_until = max(self._paused_until, self._clock.monotonic() + pause_s)
        return pause_s

    def _named_pause_s(self, headers: Mapping[str, str]) -> float:
        now = self._clock.now()
        after = headers.get("Retry-After")
        pause_s = _number(after)
        if pause_s is None and after is not None:
            try:
                date = parsedate_to_datetime(after)
                pause_s = (date.replace(tzinfo=UTC) if date.tzinfo is None else date).timestamp() - now.timestamp()
            except (ValueError, TypeError, OverflowError, IndexError):
                pause_s = None
        reset = _number(headers.get("X-RateLimit-Reset"))
        if pause_s is None and reset is not None:
            pause_s = reset - now.timestamp()
        return WINDOW_S if pause_s is None else min(max(pause_s, 0.0), LONGEST_PAUSE_S)

    def _wait_s(self) -> float:
        now = self._clock.monotonic()
        if now >= self._refills_at:
            self._left = self._limit
            self._refills_at = now + WINDOW_S
        if now < self._paused_until:
            return self._paused_until - now
        if self._left > self._limit * RESERVED_SHARE:
            return 0.0
        return self._refills_at - now + self._jitter() * 0.2 * WINDOW_S


def _number(header: str | None) -> float | None:
    try:
        found = float(header or "")
    except ValueError:
        return None
    return found if abs(found) < 1e12 else None
