"""Keeps messages of people who are not known here yet: a channel tells of a first message before Intercom does."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.history.provider_messages import MAX_BRIDGE_DELAY
from desktop.ports.team import TeamFact

KEPT_S = MAX_BRIDGE_DELAY.total_seconds()
"""Later, a message matches none of Intercom's any more."""
MOST_KEPT = 200


class Unplaced:
    """In memory alone: of a stranger, nothing is stored."""

    def __init__(self) -> None:
        self._received_at_s: dict[TeamFact, float] = {}

    def add(self, facts: Iterable[TeamFact], now_s: float) -> None:
        """Keep the newest ones. now_s: of the monotonic clock."""
        for fact in facts:
            self._received_at_s.setdefault(fact, now_s)
        for oldest in [*self._received_at_s][:-MOST_KEPT]:
            del self._received_at_s[oldest]

    def recent(self, now_s: float) -> tuple[TeamFact, ...]:
        """In the order in which they were received; older ones are forgotten."""
        self._received_at_s = {fact: at for fact, at in self._received_at_s.items() if now_s - at < KEPT_S}
        return tuple(self._received_at_s)

    def remove(self, facts: Iterable[TeamFact]) -> None:
        for fact in facts:
            self._received_at_s.pop(fact, None)
