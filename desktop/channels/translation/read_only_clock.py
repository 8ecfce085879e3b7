"""A clock that requests can read and not correct."""

from __future__ import annotations

from datetime import datetime

from desktop.ports import Clock, ClockOffset


class ReadOnlyClock:
    """Implements `LearningClock` by another clock, and ignores the servers' time.

    For translation servers: one of the team's own may show any time, and windows must close by the time of the
    providers that carry the messages.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None:
        """Does nothing."""

    def now(self) -> datetime:
        return self._clock.now()

    @property
    def is_known(self) -> bool:
        return self._clock.is_known

    @property
    def offset(self) -> ClockOffset | None:
        return self._clock.offset

    @property
    def server_time(self) -> datetime | None:
        return self._clock.server_time

    def restore_offset(self, offset: ClockOffset) -> None:
        self._clock.restore_offset(offset)

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
