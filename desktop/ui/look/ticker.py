"""The one timer that all countdowns on the screen follow."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.ports import Clock

_SECOND_MS = 1000


class Ticker(QObject):
    """Fires about once a second, just after the clock's full second, so that all countdowns change together.

    Signals:
        ticked: a second has begun. arg: now (timezone-aware UTC). Ticks missed while the computer was busy or asleep
            are not repeated: compute from the argument, never count ticks.
    """

    ticked = Signal(object)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self._rests = False
        self._schedule()

    def now(self) -> datetime:
        return self._clock.now()

    def tick(self) -> None:
        """Emit `ticked` now, also between two seconds, for example after the clock was set or the computer woke up."""
        self._schedule()
        self.ticked.emit(self._clock.now())

    def stop(self) -> None:
        self._timer.stop()

    def set_resting(self, rests: bool) -> None:
        """Fire no more while nobody sees what counts down; at the end of a rest, fire at once."""
        if rests != self._rests:
            self._rests = rests
            if rests:
                self._timer.stop()
            else:
                self.tick()

    def _schedule(self) -> None:
        if self._rests:
            return
        # One millisecond past the second: a timer that fires early would show the old second for a whole second.
        self._timer.start(_SECOND_MS - self._clock.now().microsecond // 1000 + 1)
