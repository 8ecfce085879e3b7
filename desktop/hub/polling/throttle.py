"""Spreads calls over a minute."""

from __future__ import annotations

from desktop.ports import Clock


class Throttle:
    """At most so many calls a minute; `burst` of them may come at once."""

    def __init__(self, clock: Clock, per_minute: float, burst: int = 10) -> None:
        self._clock = clock
        self._interval_s = 60.0 / per_minute
        self._burst_s = burst * self._interval_s
        self._next_at_s = clock.monotonic() - self._burst_s

    async def acquire(self) -> None:
        """Wait until the next call may be made."""
        now_s = self._clock.monotonic()
        self._next_at_s = max(self._next_at_s, now_s - self._burst_s) + self._interval_s
        if self._next_at_s > now_s:
            await self._clock.sleep(self._next_at_s - now_s)
