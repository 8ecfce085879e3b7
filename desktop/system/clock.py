"""The current time by the providers' servers, whatever the computer's clock says and however long it slept."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from desktop.ports import ClockOffset

DATE_RESOLUTION_S = 1.0
SLEPT_FROM_S = 5.0
"""A wall clock that runs ahead of the monotonic one by this much at once means that the machine slept."""

LARGEST_STEP_S = 2 * 86_400.0
"""No clock is set by more than this without reason: one answer that says so may be wrong, so a second must agree."""

AGREES_WITHIN_S = 60.0

RECALLED_FOR = timedelta(minutes=10)
"""How long, after a server told the time, what an earlier run learnt counts as known."""

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(3000, 1, 1, tzinfo=UTC).timestamp()


def monotonic_with_sleep() -> float:
    """Monotonic seconds, counting sleep where the system can tell (Linux; Windows' own monotonic clock does too)."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:
        return time.monotonic()


class ServerClock:
    """Implements `ports.Clock`. Follows the computer's clock before the first answer of a server.

    wall, monotonic: sources in seconds, replaceable in tests.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = monotonic_with_sleep
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        # Bounds of (server time - monotonic time); None before the first answer of a server.
        self._offset: tuple[float, float] | None = None
        # Bounds that are so far from these that a second answer must confirm them.
        self._outlier: tuple[float, float] | None = None
        self._is_confirmed = False
        self._learnt_at_s = 0.0
        self._recalled: ClockOffset | None = None
        self._last_reading = (wall(), monotonic())
        self._slept_s = 0.0
        self._woke_at = self._last_reading[1]

    def now(self) -> datetime:
        wall, monotonic = self._read_sources()
        if self._offset is None:
            ahead = timedelta(0) if self._recalled is None else self._recalled.ahead
            return datetime.fromtimestamp(wall, UTC) + ahead
        low, high = self._offset
        return datetime.fromtimestamp(monotonic + (low + high) / 2 + self._slept_s, UTC)

    @property
    def is_known(self) -> bool:
        if self._offset is not None:
            return True
        if self._recalled is None:
            return False
        return timedelta(0) <= self.now() - self._recalled.learnt_at <= RECALLED_FOR

    @property
    def offset(self) -> ClockOffset | None:
        if self._offset is None:
            return None
        now = self.now()
        wall, monotonic = self._last_reading
        passed_s = monotonic - self._learnt_at_s + self._slept_s
        return ClockOffset(now - datetime.fromtimestamp(wall, UTC), now - timedelta(seconds=passed_s))

    @property
    def server_time(self) -> datetime | None:
        if self._offset is None or not self._is_confirmed:
            return None if self._recalled is None else self._recalled.learnt_at
        # A sleep is seen by the computer's clock alone, and that may have been set.
        return datetime.fromtimestamp(self._monotonic() + self._offset[0], UTC)

    def restore_offset(self, offset: ClockOffset) -> None:
        self._recalled = offset

    def monotonic(self) -> float:
        return self._monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None:
        """Learn from one answer's `Date` (RFC 9110), with `monotonic()` before the request and at the answer's head.

        The header names whole seconds, so each answer bounds the offset; answers narrow it together. One that
        contradicts the bounds means that a clock was set: it starts afresh; by more than `LARGEST_STEP_S`, only once a
        second one agrees. Unreadable headers are ignored.
        """
        self._read_sources()
        date = _seconds(date_header)
        if date is None or received_monotonic < sent_monotonic or sent_monotonic < self._woke_at:
            # A request that was under way while the machine slept does not tell when its answer was made.
            return
        told = low, high = date - received_monotonic, date + DATE_RESOLUTION_S - sent_monotonic
        if self._offset is None:
            self._is_confirmed = False
        else:
            # What looked like a sleep may have been the computer's clock that was set.
            step_s = min((_between(told, self._offset) - slept_s for slept_s in (0.0, self._slept_s)), key=abs)
            if abs(step_s) > LARGEST_STEP_S:
                doubted, self._outlier = self._outlier, told
                if doubted is None or abs(_between(told, doubted)) > AGREES_WITHIN_S:
                    return
                self._is_confirmed = True
            else:
                self._is_confirmed = abs(step_s) <= AGREES_WITHIN_S
                if not self._slept_s:
                    narrowed = max(low, self._offset[0]), min(high, self._offset[1])
                    low, high = narrowed if narrowed[0] <= narrowed[1] else told
        self._outlier = None
        self._offset = (low, high)
        self._learnt_at_s = received_monotonic
        self._slept_s = 0.0

    def _read_sources(self) -> tuple[float, float]:
        """Read both sources and notice a sleep that the monotonic one did not count."""
        wall, monotonic = self._wall(), self._monotonic()
        ahead = (wall - self._last_reading[0]) - (monotonic - self._last_reading[1])
        if ahead > SLEPT_FROM_S:
            self._slept_s += ahead
            self._woke_at = monotonic
        self._last_reading = (wall, monotonic)
        return wall, monotonic


def _between(later: tuple[float, float], earlier: tuple[float, float]) -> float:
    """The distance between the middles of two pairs of bounds."""
    return (sum(later) - sum(earlier)) / 2


def _seconds(date_header: str) -> float | None:
    try:
        date = parsedate_to_datetime(date_header)
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return seconds if _EARLIEST <= seconds < _LATEST else None
