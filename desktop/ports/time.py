"""Time, as the program is told it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time. `now` follows the providers' clocks, not the computer's."""

    def now(self) -> datetime:
        """Timezone-aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for pauses and durations."""
        ...

    async def sleep(self, seconds: float) -> None: ...
