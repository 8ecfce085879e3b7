"""Publishes notifications whenever something has changed or a window nears its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from desktop.engine.changes import Changes, Feed, Listeners
from desktop.engine.notifications.collect import collect, unread_customers
from desktop.engine.notifications.decide import SUMMARY_KEY, select, summarize, summary_of
from desktop.engine.notifications.model import (
    Attention,
    Notification,
    NotificationNews,
    NotificationSettings,
)
from desktop.engine.tasks import wait_for_wake
from desktop.ports import Clock
from desktop.store import notified
from desktop.store.core.database import Store

GATHER_S = 0.5
"""After a change, others that come at once are waited for."""

LOOK_EVERY_S = 30.0
"""Between two looks at the latest, by which a sleep or a clock that was set is noticed."""

CATCH_UP_S = 60.0
"""After a start, a sleep or a step of the clock, what is stored is old: so long at most a sync round is waited for."""

CATCH_UP_LOOK_EVERY_S = 2.0
"""Between two looks at whether that sync round has ended."""

STEP_FROM = timedelta(seconds=60)
"""Two clocks that come apart by this much: one was set, or the computer slept."""


class Notifications(Listeners[NotificationNews]):
    """Publishes each event once in all runs of the program. Loop's thread.

    settings: what the agent wants to be notified of, from now on.
    """

    def __init__(self, store: Store, clock: Clock, sync_rounds: Callable[[], int]) -> None:
        """sync_rounds: how many sync rounds have ended well in this run."""
        super().__init__()
        self._settings = NotificationSettings()
        self._store = store
        self._clock = clock
        self._sync_rounds = sync_rounds
        self._attention = Attention()
        self._wake_event = asyncio.Event()
        self._customers: set[str] = set()
        self._active: dict[str, Notification] = {}
        # What the summary on the screen counts.
        self._counted: tuple[Notification, ...] = ()
        self._unread: frozenset[str] = frozenset()
        self._has_to_count = True
        self._has_begun = False
        self._windows_since: datetime | None = None
        self._last_look: tuple[datetime, float] | None = None
        # The number of sync rounds that is waited for, and until when (monotonic); None while nothing is.
        self._catching_up: tuple[int, float] | None = None

    @property
    def settings(self) -> NotificationSettings:
        return self._settings

    @settings.setter
    def settings(self, settings: NotificationSettings) -> None:
        if settings.audiences != self._settings.audiences:
            self._has_to_count = True
            self._wake_event.set()
        self._settings = settings

    def listen(self, feed: Feed) -> None:
        """Look at what changes from now on; what an earlier run stored last is looked at too."""
        feed.subscribe(self._on_changes)

    # --- what the screen says ---------------------------------------------------------------------------------------

    def set_attention(self, attention: Attention) -> None:
        """Record what the agent is looking at; notifications about that are withdrawn."""
        self._attention = attention
        if attention.is_in_front:
            seen = {key for key, event in self._active.items() if attention.looks_at(event.customer_id)}
            self._publish((), frozenset(seen | (self._active.keys() & {SUMMARY_KEY})), self._unread)

    def dismiss(self, key: str) -> None:
        """Forget a notification that the agent has closed or answered."""
        self._active.pop(key, None)
        if key == SUMMARY_KEY:
            self._counted = ()

    # --- what happens ------------------------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        self._customers.update(changes.customers, changes.threads)
        if changes.settings:
            # Somebody else may sit here now.
            self._windows_since = None
            self._has_to_count = True
        if changes.customers or changes.threads or changes.undecided or changes.settings or self._catching_up:
            self._wake_event.set()

    async def run(self) -> None:
        """Look whenever something has changed or is due, until cancelled."""
        while True:
            pause_s = await self.step()
            if await wait_for_wake(self._clock, pause_s, self._wake_event) and self._catching_up is None:
                await self._clock.sleep(GATHER_S)

    async def step(self) -> float:
        """Look once. Returns the seconds until the next look."""
        now, monotonic_s = self._clock.now(), self._clock.monotonic()
        if not self._has_begun:
            self._customers |= await self._store.write(notified.begin, now)
            self._has_begun = True
        if self._has_to_count:
            self._has_to_count = False
            unread = await self._store.read_aside(unread_customers, self.settings.audiences)
            self._publish((), frozenset(), unread)
        if self._is_catching_up(now, monotonic_s):
            return CATCH_UP_LOOK_EVERY_S
        customers = frozenset(self._customers)
        self._customers.clear()
        active = (*self._active.values(), *self._counted)
        try:
            found = await self._store.write(
                collect, customers, active, self.settings.audiences, self._windows_since, now
            )
        except BaseException:
            self._customers |= customers
            raise
        self._windows_since = now
        self._show(found.events, found.over, (self._unread - customers) | found.unread, now)
        left_s = LOOK_EVERY_S if found.next_at is None else (found.next_at - now).total_seconds()
        return min(max(left_s, GATHER_S), LOOK_EVERY_S)

    def _is_catching_up(self, now: datetime, monotonic_s: float) -> bool:
        if self._last_look is None or self._was_away(now, monotonic_s, *self._last_look):
            self._catching_up = self._sync_rounds() + 1, monotonic_s + CATCH_UP_S
            self._windows_since = None
        self._last_look = now, monotonic_s
        if self._catching_up is not None:
            rounds, until_s = self._catching_up
            if self._sync_rounds() >= rounds or monotonic_s >= until_s:
                self._catching_up = None
        return self._catching_up is not None

    @staticmethod
    def _was_away(now: datetime, monotonic_s: float, last: datetime, last_s: float) -> bool:
        passed = timedelta(seconds=monotonic_s - last_s)
        return abs(now - last - passed) > STEP_FROM or passed > timedelta(seconds=LOOK_EVERY_S) + STEP_FROM

    def _show(
        self, events: tuple[Notification, ...], over: frozenset[str], unread: frozenset[str], now: datetime
    ) -> None:
        wanted = select(events, self.settings, self._attention, now)
        counted_before = tuple(event for event in self._counted if event.key not in over)
        alone, counted = summarize(wanted, counted_before, now)
        shown = list(alone)
        if counted and counted != self._counted:
            shown.append(summary_of(counted, now))
        if not counted and self._counted:
            over |= {SUMMARY_KEY}
        self._counted = counted
        self._active |= {event.key: event for event in shown}
        self._publish(tuple(shown), (over & self._active.keys()) - {event.key for event in shown}, unread)

    def _publish(self, shown: tuple[Notification, ...], withdrawn: frozenset[str], unread: frozenset[str]) -> None:
        for key in withdrawn:
            self.dismiss(key)
        is_news = bool(shown or withdrawn) or unread != self._unread
        self._unread = unread
        if is_news:
            self.publish(NotificationNews(shown, withdrawn, len(unread)))
