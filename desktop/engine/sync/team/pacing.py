"""Decides the pace of asking Intercom from the condition of the team's feed, and tells listeners when it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from desktop.engine.sync.team.pace import (
    HUB_SILENT_AFTER_S,
    Pace,
    ReadAllowance,
    TeamCondition,
    choose_pause_s,
    choose_start_s,
    find_pace,
)
from desktop.engine.tasks import run_periodically
from desktop.ports import Clock
from desktop.ports.team import HubState


class Pacing:
    """condition: of the team's feed; None for a desktop that is in no team. Loop's thread."""

    def __init__(self, clock: Clock, rng: Random, *, is_in_team: bool) -> None:
        self._clock = clock
        self._rng = rng
        self._allowance = ReadAllowance()
        self._listeners: list[Callable[[float], None]] = []
        self._wake_event = asyncio.Event()
        self.condition = TeamCondition() if is_in_team else None
        self._known = self.pace

    @property
    def pace(self) -> Pace:
        """The pace at this moment."""
        return find_pace(self.condition, self._clock.now(), self._clock.monotonic())

    def search_pause_s(self) -> float:
        """How long to wait between two searches."""
        return choose_pause_s(self.pace.search_s, self._rng)

    def open_pause_s(self, is_visible: bool) -> float:
        """How long to wait between two reads of the open conversation."""
        return choose_pause_s(self.pace.open_s if is_visible else self.pace.hidden_s, self._rng)

    def catch_up_pause_s(self) -> float:
        """How long to wait before a search that every desktop of the team may have to make now."""
        condition = None if self.condition is None else TeamCondition(hub=self.condition.hub)
        pace = find_pace(condition, self._clock.now(), self._clock.monotonic())
        return choose_start_s(pace.search_s, self._rng)

    @property
    def shortest_retry_s(self) -> float:
        """How soon a search that failed may be tried again: it may have failed for all desktops of the team."""
        return 0.0 if self.condition is None else self.condition.crowd_pause_s

    def allowed_reads(self) -> int | None:
        """How many conversations that nobody opened may be read now; None for any number."""
        return self._allowance.left(self.pace, self._clock.monotonic())

    def count_reads(self, count: int) -> None:
        """Count reads against the allowance. count: of calls, with those that belong to a read."""
        self._allowance.take(count)

    def subscribe(self, listener: Callable[[float], None]) -> None:
        """Call the listener when the pace has become another, with a pause in seconds after which to begin with it."""
        self._listeners.append(listener)

    def set_connected(self, is_connected: bool) -> None:
        """Record that the connection to the team was made, or has ended. The hub's earlier state no longer counts."""
        if self.condition is not None:
            hub_seen_s = self.condition.hub_seen_s if is_connected and self.condition.is_connected else None
            self.condition = replace(self.condition, is_connected=is_connected, hub_seen_s=hub_seen_s)
            self._notify_if_changed()
            self._wake_event.set()

    def record_hub_state(self, state: HubState) -> None:
        """Record a state that the hub has just published."""
        if self.condition is not None:
            self.condition = replace(self.condition, hub=state, hub_seen_s=self._clock.monotonic())
            self._notify_if_changed()
            self._wake_event.set()

    async def run(self) -> None:
        """Notice when the hub falls silent, until cancelled."""
        await run_periodically(self._step, self._clock, self._wake_event)

    async def _step(self) -> float | None:
        self._notify_if_changed()
        hub_seen_s = None if self.condition is None else self.condition.hub_seen_s
        if hub_seen_s is None:
            return None
        left_s = hub_seen_s + HUB_SILENT_AFTER_S - self._clock.monotonic()
        return left_s if left_s > 0 else None

    def _notify_if_changed(self) -> None:
        pace = self.pace
        if pace.search_s != self._known.search_s:
            for listener in self._listeners:
                listener(choose_start_s(pace.search_s, self._rng))
        self._known = pace
