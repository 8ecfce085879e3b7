"""Follows the team's feed: stores its facts, and shows the state of the connection to the team."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.team.learned import LearnedExchange
from desktop.engine.sync.team.pace import reconnect_pause_s
from desktop.engine.sync.team.pacing import Pacing
from desktop.engine.sync.team.presence import OwnPresence
from desktop.engine.sync.team.team_facts import find_placeable, store_team_facts
from desktop.engine.sync.team.unplaced import Unplaced
from desktop.engine.tasks import Alarm
from desktop.engine.views import TeamState, TeamView
from desktop.ports import Clock, ProviderError, ProviderErrorKind
from desktop.ports.reasons import MachineReason
from desktop.ports.team import FeedBatch, FeedCursor, HubState, LearnedFact, Presence, TeamEvent, TeamFact, TeamFeed
from desktop.store import settings
from desktop.store.core.database import Store
from desktop.store.core.errors import KnownError

log = logging.getLogger(__name__)

STEADY_AFTER_S = 60.0
"""A connection that held for so long was a good one; the next attempt after it comes soon."""
STORED_TOGETHER = 20
"""Facts in one transaction, so that a send never waits long behind it."""


class TeamSync:
    """`run` follows the feed until cancelled, and connects again after growing pauses. Loop's thread."""

    def __init__(
        self,
        team: TeamFeed,
        store: Store,
        clock: Clock,
        feed: Feed,
        rng: Random,
        pacing: Pacing,
        presence: OwnPresence,
        learned: LearnedExchange,
        search_within: Callable[[float], None],
        read_soon: Callable[[Collection[str]], None],
    ) -> None:
        """search_within: searches Intercom for what changed, at the latest after so many seconds. read_soon: reads the
        open conversation, if it is among these.
        """
        self._team = team
        self._store = store
        self._clock = clock
        self._feed = feed
        self._rng = rng
        self._pacing = pacing
        self.presence = presence
        self._learned = learned
        self._search_within = search_within
        self._read_soon = read_soon
        self._alarm = Alarm(clock)
        self._unplaced = Unplaced()
        # The feed does not have what changed before this desktop first followed it.
        self._is_search_due = False
        self._view = TeamView(TeamState.CONNECTING, desk=team.desk)
        pacing.subscribe(lambda _: self._feed.publish(Changes(team=True)))

    @property
    def view(self) -> TeamView:
        """As it stands at this moment."""
        if self._view.state is not TeamState.LIVE:
            return self._view
        condition = self._pacing.condition
        now, now_s = self._clock.now(), self._clock.monotonic()
        if condition is None or condition.is_fed(now, now_s):
            return self._view
        code = MachineReason.HUB_BLIND if condition.is_hub_alive(now_s) else MachineReason.HUB_SILENT
        return replace(self._view, reason=make_reason(code))

    @property
    def workers(self) -> Iterable[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        """What is to run beside the screen, by name."""
        return (
            ("team", self.run),
            ("team_pace", self._pacing.run),
            ("team_presence", self.presence.run),
            ("team_learned", self._learned.run),
        )

    def publish_news(self) -> None:
        """Publish what may be new: queued replies, and what was learnt here."""
        self.presence.check_outbox()
        self._learned.wake()

    async def leave(self) -> None:
        """Tell colleagues that the agent is gone."""
        await self.presence.leave()

    async def aclose(self) -> None:
        """End the connection."""
        await self._team.aclose()

    def wake(self) -> None:
        """Connect again at once, if a pause is running."""
        if self._view.state is TeamState.BROKEN:
            self._alarm.wake()

    async def run(self) -> None:
        """Follow the feed until cancelled; where the invitation was revoked, wait to be woken."""
        failures = 0
        while True:
            self._show(replace(self._view, state=TeamState.CONNECTING, next_try_at=None))
            begun_s = self._clock.monotonic()
            error = await self._follow()
            failures = 1 if self._clock.monotonic() - begun_s >= STEADY_AFTER_S else failures + 1
            pause_s = None if error.kind is ProviderErrorKind.SIGNED_OUT else reconnect_pause_s(failures, self._rng)
            next_try_at = None if pause_s is None else self._clock.now() + timedelta(seconds=pause_s)
            log.info("the team's feed broke: %s", error.kind)
            self._show(replace(self._view, state=TeamState.BROKEN, reason=error.reason, next_try_at=next_try_at))
            await self._alarm.wait(pause_s)

    async def _follow(self) -> ProviderError:
        """Follow until the connection breaks. Returns what broke it."""
        was_live = False
        try:
            cursor = await self._store.read(settings.team_cursor)
            self._is_search_due = cursor is None
            async with _closing(self._team.events(cursor)) as events:
                async for event in events:
                    if not was_live:
                        was_live = True
                        self._begin()
                    await self._take(event)
            error = ProviderError(ProviderErrorKind.OFFLINE, make_reason(MachineReason.TEAM_CONNECTION_ENDED))
        except ProviderError as broken:
            error = broken
        except KnownError as cause:
            # What could not be stored comes again, from the stored cursor on.
            error = ProviderError(ProviderErrorKind.OFFLINE, cause.reason)
        finally:
            self._pacing.set_connected(False)
            self.presence.mark_disconnected()
            self._learned.mark_disconnected()
        return error

    def _begin(self) -> None:
        self._pacing.set_connected(True)
        self.presence.mark_connected()
        self._show(replace(self._view, state=TeamState.LIVE, reason=NO_REASON, next_try_at=None))

    async def _take(self, event: TeamEvent) -> None:
        match event:
            case FeedBatch():
                await self._take_batch(event)
            case Presence():
                self.presence.receive(event)
            case LearnedFact():
                await self._learned.receive(event)
            case HubState():
                self._pacing.record_hub_state(event)
                self._show(replace(self._view, desks=event.desks, hub_seen_at=self._clock.now()))
                await self._place_later()

    async def _take_batch(self, batch: FeedBatch) -> None:
        # What the team knows came before the first batch.
        self._learned.mark_connected()
        for facts, is_last in _in_parts(batch.facts):
            await self._store_facts(facts, batch.cursor if is_last else None)
        if batch.has_gap or self._is_search_due:
            self._is_search_due = False
            self._search_within(self._pacing.catch_up_pause_s())

    async def _store_facts(self, facts: Sequence[TeamFact], cursor: FeedCursor | None) -> None:
        taken = await self._store.write(store_team_facts, facts, cursor, self._clock.now())
        self._feed.publish(taken.changes)
        self._read_soon(taken.incomplete)
        self._unplaced.add(taken.unplaced, self._clock.monotonic())

    async def _place_later(self) -> None:
        """Store what was received of customers who were not known then, and are by now."""
        # Once a message is stored, its changes can be.
        while waiting := self._unplaced.recent(self._clock.monotonic()):
            found = await self._store.read(find_placeable, waiting)
            if not found:
                return
            for facts, _ in _in_parts(found):
                await self._store_facts(facts, None)
            self._unplaced.remove(found)

    def _show(self, view: TeamView) -> None:
        # Each sign of life has another time; it is shown when something is asked for anyway.
        is_news = replace(view, hub_seen_at=None) != replace(self._view, hub_seen_at=None)
        self._view = view
        if is_news:
            self._feed.publish(Changes(team=True))


@asynccontextmanager
async def _closing(events: AsyncIterator[TeamEvent]) -> AsyncIterator[AsyncIterator[TeamEvent]]:
    """Whatever ends the iteration, the connection behind it is closed then, not when memory is tidied."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def _in_parts(facts: Sequence[TeamFact]) -> list[tuple[Sequence[TeamFact], bool]]:
    """The facts of a batch in order, and with each part whether it is the last; one empty part for none."""
    parts = [facts[n : n + STORED_TOGETHER] for n in range(0, len(facts), STORED_TOGETHER)] or [facts]
    return [(part, n == len(parts)) for n, part in enumerate(parts, 1)]
