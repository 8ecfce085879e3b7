"""The request of a reply with files on its way to Intercom: how far it is, and how it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desktop.engine.views import UploadView
from desktop.ports import Clock

REPORT_EVERY_S = 1.0


class Upload:
    """Implements `ports.Upload`. Text and files are one request, so it is the whole reply that is followed and stopped.

    finished: set when the outcome is stored. is_cancelled: that outcome is that the agent cancelled it.
    """

    def __init__(self, clock: Clock, report: Callable[[], None]) -> None:
        self._clock = clock
        self._report = report
        self._total_bytes = 0
        self._upto_bytes = 0
        self._stop_request: Callable[[], None] = lambda: None
        self._is_shown = False
        self.is_stopped = False
        self.is_cancelled = False
        self.finished = asyncio.Event()

    @property
    def view(self) -> UploadView | None:
        """None in its first second, in which most are over, and once the last piece has left."""
        if not self._is_shown or not self._can_stop:
            return None
        return UploadView(self._upto_bytes, self._total_bytes)

    @property
    def _can_stop(self) -> bool:
        return 0 < self._upto_bytes < self._total_bytes and not self.is_stopped

    def begin(self, total_bytes: int, stop: Callable[[], None]) -> None:
        self._total_bytes, self._stop_request = total_bytes, stop

    def take(self, upto_bytes: int) -> bool:
        if self.is_stopped:
            return False
        self._upto_bytes = upto_bytes
        if self._is_shown and not self._can_stop:
            self._report()
        return True

    def stop(self) -> bool:
        """Stop the request; False if its last piece has left, or none has yet."""
        if not self._can_stop:
            return False
        self.is_stopped = True
        self._stop_request()
        return True

    async def follow(self) -> None:
        """Report how far it is, until it is finished."""
        while not self.finished.is_set():
            await self._clock.sleep(REPORT_EVERY_S)
            if self._can_stop:
                self._is_shown = True
                self._report()
