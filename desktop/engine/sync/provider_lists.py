"""Asks the channels' own providers, every half minute, which messages went in and out, and stores them without text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.reason import NO_REASON
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.sync.learning import BATCH, OutdatedDecisions
from desktop.engine.tasks import run_periodically, with_jitter
from desktop.ports import Channel, ChannelMessage, Clock, ProviderError
from desktop.store import settings
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.evidence import provider_messages

log = logging.getLogger(__name__)

VISIBLE_S, HIDDEN_S = 30.0, 60.0
CALLS, MOST_CALLS = 2, 10
"""One reading asks for each direction; a busy account takes more pages, which makes the pauses longer."""
PER_PAGE = 100
LOOK_BACK = timedelta(hours=1)
"""So much of what was listed is asked for again each time: delivery reports come late, lists lag."""
WIDE_LOOK_BACK, WIDE_EVERY = timedelta(hours=24), timedelta(minutes=15)
LONGEST_LOOK_BACK = timedelta(hours=48)
"""For the first time, and after a long pause: what is older opens no window."""
KEPT = timedelta(days=90)
LONGEST_PAUSE_S = 300.0


@dataclass(slots=True)
class _AccountState:
    """calls: about how many calls one reading takes.
    failures: in a row.
    not_before_s: of the monotonic clock.
    wide_at: when it last looked back `WIDE_LOOK_BACK`.
    """

    calls: int = CALLS
    failures: int = 0
    not_before_s: float = 0.0
    wide_at: datetime | None = None


class ProviderLists:
    """`run` reads until cancelled; `run_once` reads every account that lists messages once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: Feed,
        channels: Channels,
        decisions: OutdatedDecisions,
        is_visible: Callable[[], bool],
        rng: Random,
    ) -> None:
        self._store = store
        self._decisions = decisions
        self._clock = clock
        self._feed = feed
        self._channels = channels
        self._is_visible = is_visible
        self._rng = rng
        self._states: dict[ChannelKey, _AccountState] = {}
        self._wake_event = asyncio.Event()
        channels.wake_on_change(self._wake_event, self._keys)

    async def run(self) -> None:
        """Read every account again and again until cancelled, less often while the window is hidden."""
        await run_periodically(self.run_once, self._clock, self._wake_event)

    async def run_once(self) -> float | None:
        """The boundary of one account's reading: an error ends that, never the polling. Returns the seconds until the
        next round; None while there is no account to read.
        """
        for _, channel in self._channels.all():
            state = self._states.setdefault(channel.key, _AccountState())
            if not channel.capabilities.lists_messages or self._clock.monotonic() < state.not_before_s:
                continue
            if not self._channels.reserve_calls(channel.key, state.calls):
                continue
            try:
                await self._read_account(channel, state)
                state.failures = 0
                self._channels.record_use(channel.key)
            except ProviderError as error:
                log.info("a %s account not readable: %s", channel.key.provider, error.kind)
                self._postpone(state, error)
                self._channels.record_use(channel.key, error.reason)
            except KnownError as cause:
                log.warning("evidence not kept: %s", cause)
            except Exception:
                log.exception("sweeping a %s account broke", channel.key.provider)
        return with_jitter(VISIBLE_S if self._is_visible() else HIDDEN_S, self._rng) if self._keys() else None

    async def _read_account(self, channel: Channel, state: _AccountState) -> None:
        now = self._clock.now()
        wide = state.wide_at is None or now - state.wide_at >= WIDE_EVERY
        complete_at = await self._store.read(provider_messages.complete_at, channel.key)
        since = now - LONGEST_LOOK_BACK
        # A time in the future was stored by a clock that has been corrected since.
        if complete_at is not None and complete_at <= now:
            since = max(since, complete_at - (WIDE_LOOK_BACK if wide else LOOK_BACK))
        listed = await channel.messages(since)
        has_learnt = False
        for rows in _batches_by_customer(row_of(channel.key, message) for message in listed.messages):
            changes = await self._store.write(_store_rows, rows, now)
            self._feed.publish(changes)
            has_learnt |= changes.settings
        await self._store.write(_finish_round, channel.key, now if listed.complete else None, now - KEPT)
        if wide:
            # Providers list whole days, so a short look back takes as many pages as a wide one.
            state.calls = min(CALLS + len(listed.messages) // PER_PAGE, MOST_CALLS)
            state.wide_at = now
        if has_learnt:
            await self._decisions.refresh()

    def _postpone(self, state: _AccountState, error: ProviderError) -> None:
        state.failures += 1
        pause_s = min(VISIBLE_S * 2 ** min(state.failures, 10), LONGEST_PAUSE_S)
        state.not_before_s = self._clock.monotonic() + max(pause_s, error.retry_after_s or 0.0)

    def _keys(self) -> tuple[ChannelKey, ...]:
        return self._channels.keys_with(lambda capabilities: capabilities.lists_messages)


def _batches_by_customer(rows: Iterable[ProviderMessage]) -> Iterator[list[ProviderMessage]]:
    """The rows of a few customers each, so that a send never waits long behind one transaction."""
    by_customer: dict[str, list[ProviderMessage]] = {}
    for row in rows:
        by_customer.setdefault(row.customer_address, []).append(row)
    each = iter(by_customer.values())
    while batch := list(islice(each, BATCH)):
        yield [row for of_one in batch for row in of_one]


def _store_rows(db: Database, rows: list[ProviderMessage], now: datetime) -> Changes:
    return refresh_customers(db, provider_messages.save(db, rows), now)


def _finish_round(db: Database, key: ChannelKey, complete_at: datetime | None, forget_before: datetime) -> None:
    # Before the first sync has ended, it is not known who our customers are.
    if complete_at is not None and settings.first_sync_done(db):
        provider_messages.mark_complete(db, key, complete_at)
    provider_messages.prune(db, forget_before)


def row_of(key: ChannelKey, message: ChannelMessage) -> ProviderMessage:
    """What is stored of a message."""
    delivery = message.delivery
    return ProviderMessage(
        key,
        message.remote_id,
        message.from_customer,
        message.business_address,
        message.customer_address,
        message.sent_at,
        text_digest(message.text),
        message.made_by_api,
        None if delivery is None else delivery.delivery,
        None if delivery is None else delivery.at,
        NO_REASON if delivery is None else delivery.reason,
        None if delivery is None or delivery.kind is None else kind_of(delivery.kind, key.channel),
    )
