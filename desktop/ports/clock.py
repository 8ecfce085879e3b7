"""The port for time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from desktop.domain.model.frozen import frozen


@frozen
class ClockOffset:
    """How far the providers' time is ahead of the computer's. learnt_at: when it was last reported, by their time."""

    ahead: timedelta
    learnt_at: datetime


class Clock(Protocol):
    """The only source of time. `now` follows the providers' clocks, not the computer's."""

    def now(self) -> datetime:
        """Timezone-aware UTC."""
        ...

    @property
    def is_known(self) -> bool:
        """Whether a provider has reported its time in this run, or in the ten minutes before (reach rules, 3)."""
        ...

    @property
    def offset(self) -> ClockOffset | None:
        """The offset learnt in this run, to be stored for the next; None until a provider has reported its time."""
        ...

    @property
    def server_time(self) -> datetime | None:
        """A time that is surely past at the providers; None if unknown.

        It is the time on which two of their answers in this run agree, else the last one of an earlier run. Data is
        deleted by it, so the computer's clock plays no part.
        """
        ...

    def restore_offset(self, offset: ClockOffset) -> None:
        """Use the offset of an earlier run until a provider reports its time."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for pauses and durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait, by the same seconds as `monotonic`."""
        ...
