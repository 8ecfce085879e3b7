"""Time, as the program is told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """How much the providers' time is ahead of the computer's. learnt_at: when a provider last told, by its time."""

    ahead: timedelta
    learnt_at: datetime


class Clock(Protocol):
    """The only source of time. `now` follows the providers' clocks, not the computer's."""

    def now(self) -> datetime:
        """Timezone-aware UTC."""
        ...

    @property
    def is_known(self) -> bool:
        """Whether a provider has told the time in this run, or in the ten minutes before it (reach rules, 3)."""
        ...

    @property
    def offset(self) -> ClockOffset | None:
        """As learnt in this run, to be kept for the next one; None until a provider has told the time."""
        ...

    @property
    def server_time(self) -> datetime | None:
        """A time that is surely past at the providers: as two of their answers in this run agree, else when an earlier
        run was told last; None if none was. The computer's clock has no part in it, so what is deleted goes by it."""
        ...

    def restore_offset(self, offset: ClockOffset) -> None:
        """What an earlier run has learnt; it counts until a provider tells the time."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for pauses and durations."""
        ...

    async def sleep(self, seconds: float) -> None: ...
