"""Asks the channels' providers what became of direct messages, at growing intervals, for a day."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from math import inf

from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent
from desktop.domain.model.channel import ChannelKey
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.outbox import new_conversation
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import refresh_conversation
from desktop.engine.tasks import Tasks, run_periodically
from desktop.ports import Clock, DeliveryFact, ProviderError
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.outgoing import direct_messages

log = logging.getLogger(__name__)

ASK_AFTER_S = (2, 5, 15, 60, 300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 16 * 3600, 24 * 3600)
"""When a message is asked for, in seconds after it was sent."""
TRACKED_FOR = timedelta(seconds=ASK_AFTER_S[-1])
BUDGET_PAUSE_S = 15.0
OTHER_DESKTOP_PAUSE_S = 60.0
"""Another process on this database asks for all; it may end."""
MAX_PARALLEL = 4


class DeliveryTracking:
    """Follows messages until their delivery is final or a day has passed; a restart goes on with the
    rest. Loop's thread.
    """

    def __init__(self, store: Store, clock: Clock, feed: Feed, tasks: Tasks, channels: Channels) -> None:
        self._store = store
        self._clock = clock
        self._feed = feed
        self._tasks = tasks
        self._channels = channels
        self._wake_event = asyncio.Event()
        # Draft id -> when it was asked for last. Empty after a start, so that everything is asked for soon.
        self._asked_at: dict[str, datetime] = {}
        # Account -> monotonic seconds until which its provider wants no calls.
        self._paused_until_s: dict[ChannelKey, float] = {}

    def wake(self) -> None:
        """There is a message to follow, or an account to ask."""
        self._wake_event.set()

    async def run(self) -> None:
        """Ask until cancelled, pausing until the next message's turn."""
        await run_periodically(self._guarded_step, self._clock, self._wake_event)

    async def _guarded_step(self) -> float | None:
        try:
            return await self.step()
        except KnownError as cause:
            log.warning("what became of direct messages cannot be kept: %s", type(cause).__name__)
            return BUDGET_PAUSE_S

    async def step(self) -> float | None:
        """Ask for every message whose turn it is. Returns the seconds until the next one's turn, None
        if there is none.
        """
        if not await self._store.may_send():
            return OTHER_DESKTOP_PAUSE_S
        due = []
        followed = sorted(await self._store.read(direct_messages.not_final), key=self._last_asked)
        self._asked_at = {s.draft_id: at for s in followed if (at := self._asked_at.get(s.draft_id)) is not None}
        for sent in followed:
            if self._is_over(sent):
                self._feed.publish(await self._store.write(_save_fact, sent.draft_id, None, self._clock.now()))
            elif self._wait_s(sent) == 0.0 and self._channels.reserve_calls(sent.route.key):
                due.append(sent)
        if due:
            for n in range(0, len(due), MAX_PARALLEL):
                await self._request_all(due[n : n + MAX_PARALLEL])
            return 0.0
        waits = [w or BUDGET_PAUSE_S for s in followed if (w := self._wait_s(s)) is not None]
        return min(waits, default=None)

    def _last_asked(self, sent: DirectSent) -> float:
        """Sort key: what was never asked for comes first, so that under a tight budget every message has its turn."""
        asked_at = self._asked_at.get(sent.draft_id)
        return -inf if asked_at is None else asked_at.timestamp()

    def _is_over(self, sent: DirectSent) -> bool:
        channel = self._channels.get(sent.route.key)
        tells_nothing = channel is not None and not channel.capabilities.reports_status
        last_at = self._asked_at.get(sent.draft_id, sent.sent_at)
        was_last = last_at - sent.sent_at >= TRACKED_FOR
        return tells_nothing or was_last or self._clock.now() - sent.sent_at > TRACKED_FOR

    def _wait_s(self, sent: DirectSent) -> float | None:
        """Seconds until the message's turn; None while there is no account to ask, or nothing to ask for any more."""
        if self._channels.get(sent.route.key) is None:
            return None
        asked_at = self._asked_at.get(sent.draft_id)
        age_s = 0.0 if asked_at is None else (asked_at - sent.sent_at).total_seconds()
        step_s = next((s for s in ASK_AFTER_S if s > age_s), None)
        if step_s is None:
            return None
        due_in_s = (sent.sent_at + timedelta(seconds=step_s) - self._clock.now()).total_seconds()
        quiet_s = self._paused_until_s.get(sent.route.key, 0.0) - self._clock.monotonic()
        return max(due_in_s, quiet_s, 0.0)

    async def _request_all(self, due: list[DirectSent]) -> None:
        """Each in a task of its own, so that one that fails does not end the tracking of all others."""
        asking = [self._tasks.start(self._request_status(sent), f"status of {sent.draft_id}") for sent in due]
        await asyncio.gather(*(task for task in asking if task is not None))

    async def _request_status(self, sent: DirectSent) -> None:
        channel = self._channels.get(sent.route.key)
        self._asked_at[sent.draft_id] = self._clock.now()
        if channel is None:
            return
        try:
            fact = await channel.status(sent.remote_id)
        except ProviderError as error:
            log.info("message %s: %s", sent.draft_id, error.kind)
            if error.retry_after_s is not None:
                self._paused_until_s[sent.route.key] = self._clock.monotonic() + error.retry_after_s
            return
        if fact is not None:
            self._feed.publish(await self._store.write(_save_fact, sent.draft_id, fact, self._clock.now()))


def _save_fact(db: Database, draft_id: str, fact: DeliveryFact | None, now: datetime) -> Changes:
    """fact: None when nothing more will be reported. A failure is stored with what it says of the route."""
    sent = direct_messages.load(db, draft_id)
    if sent is None:
        return Changes()
    failure = None
    if fact is None:
        is_news = direct_messages.mark_final(db, draft_id)
    else:
        failure = None if fact.kind is None else kind_of(fact.kind, sent.route.channel)
        is_news = direct_messages.save_delivery(db, draft_id, fact, failure)
    if not is_news:
        return Changes()
    if fact is not None and fact.delivery is Delivery.FAILED:
        shown_as_refused = new_conversation.record_failed(db, sent, failure, fact.reason, now)
        if shown_as_refused:
            return Changes(shown_as_refused, shown_as_refused, undecided=True)
    return refresh_conversation(db, sent.conversation_id, now)
