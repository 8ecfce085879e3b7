"""The sandbox's clock, and the agenda of callbacks that run later."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import time
from collections.abc import Callable, Iterator

DAY_S = 86_400.0


class Clock:
    """A clock in Unix seconds that is moved by calls, or runs at `rate` sandbox seconds per real second.

    Callbacks run in the order of their due times when the clock passes them, in `advance`, `move_to` and `run_due`;
    `now` is then exactly their due time.
    """

    def __init__(self, now: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._base = float(now)
        self._base_monotonic = 0.0
        self._entry_time: float | None = None
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self.rate = 0.0

    def now(self) -> float:
        entry_time = self._entry_time
        if entry_time is not None:
            return entry_time
        if self.rate == 0.0:
            return self._base
        return self._base + (self._monotonic() - self._base_monotonic) * self.rate

    def run(self, rate: float) -> None:
        """Set the rate: 0 stops the clock, 1 is real time."""
        if rate < 0:
            raise ValueError("the clock cannot run backwards")
        self._base = self.now()
        self._base_monotonic = self._monotonic()
        self.rate = float(rate)

    def call_later(self, delay_s: float, action: Callable[[], object]) -> None:
        """Run `action` in `delay_s` seconds; at once without a delay."""
        if delay_s <= 0:
            action()
        else:
            self.call_at(self.now() + delay_s, action)

    def call_at(self, instant: float, action: Callable[[], object]) -> None:
        """Run `action` at `instant`, after earlier entries for it; at once if it has passed."""
        if instant <= self.now():
            action()
        else:
            heapq.heappush(self._agenda, (instant, next(self._order), action))

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("the clock cannot go back")
        self._run_until(self.now() + seconds)

    def move_to(self, instant: float) -> None:
        if instant < self.now():
            raise ValueError("the clock cannot go back")
        self._run_until(instant)

    @contextlib.contextmanager
    def rewound_to(self, instant: float) -> Iterator[None]:
        """Context manager that sets the clock back to `instant`, and on exit forward to the present again.

        The agenda must hold no entry that is due before the present.
        """
        if instant > self.now():
            raise ValueError("the instant is after the present")
        self.run_due()
        present, rate = self.now(), self.rate
        self.rate, self._base = 0.0, instant
        try:
            yield
        finally:
            self.move_to(max(present, self.now()))
            self.run(rate)

    def run_due(self) -> None:
        self._run_until(self.now())

    def _run_until(self, target: float) -> None:
        while self._agenda and self._agenda[0][0] <= target:
            due, _, action = heapq.heappop(self._agenda)
            # A running clock may already be past the due time.
            self._entry_time = due
            try:
                action()
            finally:
                self._entry_time = None
        self._base = target
        self._base_monotonic = self._monotonic()
