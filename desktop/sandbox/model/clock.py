"""The sandbox's own movable clock, and the agenda of things that happen later."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import time
from collections.abc import Callable, Iterator

DAY_S = 86_400.0


class Clock:
    """Unix seconds that move when told to, or at `rate` sandbox seconds per real second.

    Due entries of the agenda run in the order of their due times, each at exactly its due time, whenever the
    clock passes them: in `advance`, `move_to` and `run_due`.
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
        """Let it move by itself; 0 stands still, 1 is real time."""
        if rate < 0:
            raise ValueError("the clock cannot run backwards")
        self._base = self.now()
        self._base_monotonic = self._monotonic()
        self.rate = float(rate)

    def call_later(self, delay_s: float, action: Callable[[], object]) -> None:
        """Run `action` when `delay_s` have passed; at once when there is no delay."""
        if delay_s <= 0:
            action()
        else:
            self.call_at(self.now() + delay_s, action)

    def call_at(self, instant: float, action: Callable[[], object]) -> None:
        """Run `action` at that instant, after what was planned for it earlier; at once when it has come."""
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
        """Stand at an earlier instant; it moves on from there, and is back at the present at the end.

        Nothing that waits on the agenda may be due before the present.
        """
        if instant > self.now():
            raise ValueError("the past is before the present")
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
            # A running clock may already be past an entry that was due between two looks.
            self._entry_time = due
            try:
                action()
            finally:
                self._entry_time = None
        self._base = target
        self._base_monotonic = self._monotonic()
