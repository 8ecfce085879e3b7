"""Ticker: the one heartbeat of the screen, which everything that shows time left follows; and a short pause."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.ports import Clock

_SECOND_MS = 1000


class Ticker(QObject):
    """Fires about once a second, just after the clock's full second, so that countdowns of all panes change together.

    Signals:
        ticked: a second has begun. arg: now (timezone-aware UTC). Late or missing ticks (a busy or sleeping computer)
            are not made up for: show what follows from the argument, never count ticks.
    """

    ticked = Signal(object)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self._schedule()

    def now(self) -> datetime:
        return self._clock.now()

    def tick(self) -> None:
        """Tell everybody the time now, also between two seconds: after the clock was set or the computer woke up."""
        self._schedule()
        self.ticked.emit(self._clock.now())

    def stop(self) -> None:
        self._timer.stop()

    def _schedule(self) -> None:
        # One millisecond past the second: a timer that fires early would show the old second for a whole one.
        self._timer.start(_SECOND_MS - self._clock.now().microsecond // 1000 + 1)


class Pause(QObject):
    """A moment's rest before work that can wait.

    Signals:
        over: the pause has passed, and nobody began it anew meanwhile.
    """

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.over)

    def begin(self, milliseconds: int) -> None:
        """Also begins it anew. 0: as soon as what waits on the loop is done."""
        self._timer.start(milliseconds)
