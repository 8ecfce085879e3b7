"""Intercom's request limits for each app and for the workspace, and counters of what was called."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from desktop.sandbox.model.settings import Settings

WINDOW_S = 10
_WINDOWS_PER_MINUTE = 60 // WINDOW_S
_SHOWN_WINDOWS = 60 * _WINDOWS_PER_MINUTE  # of the last hour with calls


@dataclass(slots=True)
class _Window:
    """Requests of ten seconds. number: Unix seconds divided by `WINDOW_S`."""

    number: int
    calls: int = 0
    refused: int = 0


@dataclass(slots=True)
class Counter:
    """Requests of one app, or of all. Refused ones are calls too.

    busiest_minute: the most calls in any 60 seconds that begin with a window.
    """

    calls: int = 0
    refused: int = 0
    busiest_minute: int = 0
    windows: deque[_Window] = field(default_factory=lambda: deque(maxlen=_SHOWN_WINDOWS))

    def add(self, now: float) -> _Window:
        number = int(now) // WINDOW_S
        if not self.windows or self.windows[-1].number != number:
            self.windows.append(_Window(number))
        self.calls += 1
        self.windows[-1].calls += 1
        self.busiest_minute = max(self.busiest_minute, self.last_minute(now))
        return self.windows[-1]

    def last_minute(self, now: float) -> int:
        """Calls in the running window and the five before it."""
        first, calls = int(now) // WINDOW_S - _WINDOWS_PER_MINUTE + 1, 0
        for window in reversed(self.windows):
            if window.number < first:
                break
            calls += window.calls
        return calls

    def describe(self, now: float) -> dict[str, Any]:
        return {
            "calls": self.calls,
            "refused": self.refused,
            "last_minute": self.last_minute(now),
            "busiest_minute": self.busiest_minute,
            "windows": [{"start": w.number * WINDOW_S, "calls": w.calls, "refused": w.refused} for w in self.windows],
        }


class RateLimits:
    """Fixed 10-second windows on the sandbox's clock (Intercom docs, "Rate limiting", read November 2026).

    The documented figures are 10,000 requests a minute for an app and 25,000 for all apps of a workspace, both spread
    evenly over windows of ten seconds.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._apps: dict[str, Counter] = {}
        self._workspace = Counter()

    def spend(self, app: str, now: float) -> tuple[bool, dict[str, str]]:
        """Count a request. Returns whether it is within the limits, and the headers of every authenticated answer.

        The headers are the app's, unless the workspace has less left.
        """
        counters = self._apps.setdefault(app, Counter()), self._workspace
        windows = [counter.add(now) for counter in counters]
        limits = int(self._settings.rate_limit_per_10s), int(self._settings.workspace_rate_limit_per_10s)
        left = [limit - window.calls for limit, window in zip(limits, windows, strict=True)]
        tighter = 0 if left[0] <= left[1] else 1
        passes = left[tighter] >= 0
        if not passes:
            for counter, window in zip(counters, windows, strict=True):
                counter.refused += 1
                window.refused += 1
        headers = {
            "X-RateLimit-Limit": str(limits[tighter]),
            "X-RateLimit-Remaining": str(max(0, left[tighter])),
            "X-RateLimit-Reset": str((windows[0].number + 1) * WINDOW_S),
        }
        return passes, headers

    def describe(self, now: float) -> dict[str, Any]:
        """Counters of the workspace and of each app by name."""
        apps = {name: counter.describe(now) for name, counter in self._apps.items()}
        return {"workspace": self._workspace.describe(now), "apps": apps}
