"""Evidence: asks the channels' own providers, every half minute, what went in and out, and keeps it without words."""

from __future__ import annotations

import logging
from asyncio import Event
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.model.channel import ChannelKey
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.sync.learning import BATCH, refresh_outdated
from desktop.engine.tasks import wait_for_wake
from desktop.ports import Channel, ChannelMessage, Clock, ProviderError
from desktop.store import settings
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.evidence import provider_messages

log = logging.getLogger(__name__)

VISIBLE_S, HIDDEN_S = 30.0, 60.0
JITTER = 0.2
CALLS, MOST_CALLS = 2, 10
"""A sweep asks for each direction; a busy account takes more pages, which leaves longer pauses between its sweeps."""
PER_PAGE = 100
LOOK_BACK = timedelta(hours=1)
"""So much of what was listed is asked for again with every sweep: deliveries come late, lists lag."""
WIDE_LOOK_BACK, WIDE_EVERY = timedelta(hours=24), timedelta(minutes=15)
LONGEST_LOOK_BACK = timedelta(hours=48)
"""At the first time, and after a long pause: what is older opens no window."""
KEPT = timedelta(days=90)
LONGEST_PAUSE_S = 300.0


@dataclass(slots=True)
class _Standing:
    """calls: that a sweep takes, about. failures: in a row. not_before_s: of the monotonic clock. wide_at: of the last
    wide look back."""

    calls: int = CALLS
    failures: int = 0
    not_before_s: float = 0.0
    wide_at: datetime | None = None


class ProviderLists:
    """`run` sweeps for ever; `run_once` sweeps every account that lists messages once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: Feed,
        channels: Channels,
        is_visible: Callable[[], bool],
        rng: Random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._feed = feed
        self._channels = channels
        self._is_visible = is_visible
        self._rng = rng
        self._standings: dict[ChannelKey, _Standing] = {}
        self._wake_event = Event()
        self._swept = self._keys()
        feed.subscribe(self._on_change)

    async def run(self) -> None:
        while True:
            await self.run_once()
            pause_s = (VISIBLE_S if self._is_visible() else HIDDEN_S) * (1 + self._rng.uniform(-JITTER, JITTER))
            await wait_for_wake(self._clock, pause_s if self._keys() else None, self._wake_event)

    async def run_once(self) -> None:
        """The sweep boundary: whatever breaks ends the sweep of that account, never the polling."""
        for _, channel in self._channels.all():
            standing = self._standings.setdefault(channel.key, _Standing())
            if not channel.capabilities.lists_messages or self._clock.monotonic() < standing.not_before_s:
                continue
            if not self._channels.reserve_calls(channel.key, standing.calls):
                continue
            try:
                await self._sweep(channel, standing)
                standing.failures = 0
                self._channels.record_use(channel.key)
            except ProviderError as error:
                log.info("a %s account not readable: %s", channel.key.provider, error.kind)
                self._rest_after(standing, error)
                self._channels.record_use(channel.key, error.sentence)
            except KnownError as cause:
                log.warning("evidence not kept: %s", cause)
            except Exception:
                log.exception("sweeping a %s account broke", channel.key.provider)

    async def _sweep(self, channel: Channel, standing: _Standing) -> None:
        now = self._clock.now()
        wide = standing.wide_at is None or now - standing.wide_at >= WIDE_EVERY
        complete_at = await self._store.read(provider_messages.complete_at, channel.key)
        since = now - LONGEST_LOOK_BACK
        # One that is still to come was noted by a clock that has been corrected since.
        if complete_at is not None and complete_at <= now:
            since = max(since, complete_at - (WIDE_LOOK_BACK if wide else LOOK_BACK))
        listed = await channel.messages(since)
        learnt = False
        for rows in _batches(row_of(channel.key, message) for message in listed.messages):
            changes = await self._store.write(_take, rows, now)
            self._feed.publish(changes)
            learnt |= changes.settings
        await self._store.write(_note, channel.key, now if listed.complete else None, now - KEPT)
        if wide:
            # Providers list whole days, so a short look back takes as many pages as a wide one.
            standing.calls = min(CALLS + len(listed.messages) // PER_PAGE, MOST_CALLS)
            standing.wide_at = now
        if learnt:
            await refresh_outdated(self._store, self._feed, self._clock)

    def _rest_after(self, standing: _Standing, error: ProviderError) -> None:
        standing.failures += 1
        pause_s = min(VISIBLE_S * 2 ** min(standing.failures, 10), LONGEST_PAUSE_S)
        standing.not_before_s = self._clock.monotonic() + max(pause_s, error.retry_after_s or 0.0)

    def _keys(self) -> frozenset[ChannelKey]:
        return frozenset(channel.key for _, channel in self._channels.all() if channel.capabilities.lists_messages)

    def _on_change(self, changes: Changes) -> None:
        """An account that was just connected need not wait."""
        if changes.accounts and self._keys() != self._swept:
            self._swept = self._keys()
            self._wake_event.set()


def _batches(rows: Iterable[ProviderMessage]) -> Iterator[list[ProviderMessage]]:
    """Those of a few customers each, so that a send never waits long behind them."""
    of_customers: dict[str, list[ProviderMessage]] = {}
    for row in rows:
        of_customers.setdefault(row.customer_address, []).append(row)
    each = iter(of_customers.values())
    while batch := list(islice(each, BATCH)):
        yield [row for of_one in batch for row in of_one]


def _take(db: Database, rows: list[ProviderMessage], now: datetime) -> Changes:
    return refresh_customers(db, provider_messages.save(db, rows), now)


def _note(db: Database, key: ChannelKey, complete_at: datetime | None, forget_before: datetime) -> None:
    # Before the first sync has ended, nobody knows yet who our customers are.
    if complete_at is not None and settings.first_sync_done(db):
        provider_messages.mark_complete(db, key, complete_at)
    provider_messages.prune(db, forget_before)


def row_of(key: ChannelKey, message: ChannelMessage) -> ProviderMessage:
    """What is kept of a message."""
    told = message.delivery
    return ProviderMessage(
        key,
        message.remote_id,
        message.from_customer,
        message.business_address,
        message.customer_address,
        message.sent_at,
        text_digest(message.text),
        message.made_by_api,
        None if told is None else told.delivery,
        None if told is None else told.at,
        "" if told is None else told.sentence,
        None if told is None or told.kind is None else kind_of(told.kind, key.channel),
    )
