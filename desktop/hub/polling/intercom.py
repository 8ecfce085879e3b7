"""Polls Intercom for the whole team: the safety net below its webhooks, and what stands in for them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from desktop.channels.intercom.api import MAX_PAGE_SIZE, IntercomApi
from desktop.channels.shared.loose_json import as_list, as_number, as_text, get_field
from desktop.hub.broker import BrokerUnavailable, Publisher
from desktop.hub.facts import (
    Unreadable,
    changed_fact,
    conversation_id,
    part_facts,
    parts_of,
    state_fact,
    updated_at_of,
)
from desktop.hub.metrics import Metrics
from desktop.hub.polling.throttle import Throttle
from desktop.ports import Clock, ProviderError, ProviderErrorKind

log = logging.getLogger(__name__)

SOURCE = "poller"
SEARCHES_PER_MIN, READS_PER_MIN = 60, 3_000
"""Together with the desktops' own calls below 5,000 of the 10,000 that Intercom allows an app in a minute."""

READS_AT_ONCE = 8
SWEEP_EVERY_S, SWEEP_BACK_S = 60.0, 90.0
"""Search is an index that lags by an unstated time: what comes late into it is found by looking back now and then."""

MAX_BACK_S = 7 * 86_400
"""How far a hub that was down looks back: desktops that were away for longer search themselves."""

REMEMBERED = 50_000
"""Conversations of which it is remembered what was read last."""

_UNREADABLE_KINDS = frozenset(
    {ProviderErrorKind.GONE, ProviderErrorKind.BAD_ANSWER, ProviderErrorKind.REJECTED, ProviderErrorKind.MERGED}
)


class PollIntervals(msgspec.Struct, frozen=True):
    """When to poll, in seconds.

    fast_s: between two polls while webhooks are missing or silent. safety_s: the same, while they come.
    silent_after_s: how long after the last one they count as silent. missed_after_s: how late a webhook may be.
    missed_for_s: how long to go on with `fast_s` after a poll found what no webhook had brought.
    """

    fast_s: float = 2.0
    safety_s: float = 60.0
    silent_after_s: float = 120.0
    missed_for_s: float = 300.0
    missed_after_s: float = 20.0


INTERVALS = PollIntervals()


class CursorStore(Protocol):
    """Keeps how far Intercom was polled, for the copy that polls next."""

    async def load(self) -> int | None:
        """Unix seconds; None where nobody polled yet. Raises BrokerUnavailable."""
        ...

    async def save(self, cursor_s: int) -> None:
        """Raises BrokerUnavailable."""
        ...


class _Hit(msgspec.Struct, frozen=True, order=True):
    updated_at: int
    conversation_id: str
    count: int


class _Lru(OrderedDict[str, _Hit]):
    def remember(self, hit: _Hit) -> None:
        self[hit.conversation_id] = hit
        self.move_to_end(hit.conversation_id)
        while len(self) > REMEMBERED:
            self.popitem(last=False)


class IntercomPoller:
    """Finds changed conversations, reads each once, and publishes what is new in it.

    webhooks_at: when the last webhook came to any copy. One instance polls at a time; whatever two of them bring, the
    broker takes once.
    """

    def __init__(
        self,
        workspace_id: str,
        api: IntercomApi,
        publisher: Publisher,
        cursor_store: CursorStore,
        clock: Clock,
        metrics: Metrics,
        webhooks_at: Callable[[], datetime | None],
        intervals: PollIntervals = INTERVALS,
    ) -> None:
        self._workspace_id = workspace_id
        self._api = api
        self._publisher = publisher
        self._cursor_store = cursor_store
        self._clock = clock
        self._metrics = metrics
        self._webhooks_at = webhooks_at
        self._intervals = intervals
        self._searches = Throttle(clock, SEARCHES_PER_MIN)
        self._reads = Throttle(clock, READS_PER_MIN, burst=100)
        self._reading = asyncio.Semaphore(READS_AT_ONCE)
        self._read_last = _Lru()
        self._published: OrderedDict[str, int] = OrderedDict()
        self._cursor_s: int | None = None
        self._swept_at_s = float("-inf")
        self._missed_at_s = float("-inf")
        self._calls: deque[float] = deque()
        self.last_success_s = float("-inf")

    # --- what others ask ---------------------------------------------------------------------------------------------

    def note_published(self, conversation_id: str, updated_at: int) -> None:
        """Record that a fact with this state of a conversation is in the feed."""
        self._published[conversation_id] = max(self._published.pop(conversation_id, 0), updated_at)
        while len(self._published) > REMEMBERED:
            self._published.popitem(last=False)

    @property
    def spare_calls(self) -> int | None:
        """Of the calls that Intercom allows in a minute, those that are left for the desktops; None if unknown."""
        allowed = self._api.calls_per_minute
        return None if allowed is None else max(allowed - len(self._recent_calls()), 0)

    @property
    def interval_s(self) -> float:
        """Seconds between two polls, by whether webhooks come at present."""
        now_s, webhook_at = self._clock.monotonic(), self._webhooks_at()
        has_webhooks = (
            webhook_at is not None and (self._clock.now() - webhook_at).total_seconds() < self._intervals.silent_after_s
        )
        has_missed = now_s - self._missed_at_s < self._intervals.missed_for_s
        return self._intervals.safety_s if has_webhooks and not has_missed else self._intervals.fast_s

    # --- polling -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Poll until cancelled."""
        # What was left by another copy since this one polled last.
        self._cursor_s = None
        polled_at_s = float("-inf")
        try:
            while True:
                self._metrics.poll_interval.set(self.interval_s)
                if self._clock.monotonic() - polled_at_s >= self.interval_s:
                    polled_at_s = self._clock.monotonic()
                    await self._poll_or_log()
                await self._clock.sleep(min(self._intervals.fast_s, 1.0))
        finally:
            self._metrics.poll_interval.set(0)

    async def _poll_or_log(self) -> None:
        try:
            await self.poll()
        except ProviderError as error:
            self._metrics.poll_failures.labels("intercom", error.kind.value).inc()
            log.warning("poll failed", extra={"kind": error.kind.value, "request_id": error.request_id})
            if error.retry_after_s:
                await self._clock.sleep(error.retry_after_s)
        except BrokerUnavailable:
            self._metrics.poll_failures.labels("intercom", "no_broker").inc()

    async def poll(self) -> None:
        """Bring the feed up to date. Raises ProviderError and BrokerUnavailable; what was not brought is next time."""
        now_s = int(self._clock.now().timestamp())
        if self._cursor_s is None:
            stored = await self._cursor_store.load()
            self._cursor_s = now_s if stored is None else max(stored, now_s - MAX_BACK_S)
            self._swept_at_s = float("-inf")
        sweeps = self._clock.monotonic() - self._swept_at_s >= SWEEP_EVERY_S
        since_s = self._cursor_s - (int(SWEEP_BACK_S) if sweeps else 1)
        hits = await self._search(since_s, is_sweep=sweeps)
        changed = sorted(hit for hit in hits if self._is_new(hit))
        # All are tried, so that one that fails keeps none of the others back.
        results = await asyncio.gather(*map(self._bring, changed), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        newest_s = max((hit.updated_at for hit in hits), default=0)
        # A conversation from the future would hide all that come before it.
        cursor_s = max(self._cursor_s, min(newest_s, now_s))
        if cursor_s != self._cursor_s:
            await self._cursor_store.save(cursor_s)
        self._cursor_s = cursor_s
        self.last_success_s = self._clock.monotonic()
        if sweeps:
            self._swept_at_s = self.last_success_s

    def _is_new(self, hit: _Hit) -> bool:
        known = self._read_last.get(hit.conversation_id)
        # Two changes in one second differ in the count alone.
        return known is None or hit.updated_at > known.updated_at or hit.count > known.count

    async def _search(self, since_s: int, *, is_sweep: bool) -> list[_Hit]:
        """What changed at or after a time, newest first. Without a sweep it ends at a page that brings nothing new."""
        query = {"field": "updated_at", "operator": ">", "value": since_s - 1}
        found: list[_Hit] = []
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            await self._searches.acquire()
            self._count_call("search")
            page = await self._api.search_conversations(query, "descending", cursor, MAX_PAGE_SIZE)
            if not isinstance(page, dict):
                raise self._api.error(ProviderErrorKind.BAD_ANSWER)
            hits = [hit for raw in as_list(page, "conversations", "data") if (hit := _hit(raw)).conversation_id]
            found += hits
            cursor = as_text(get_field(page, "pages", "next", "starting_after")) or None
            if cursor is None or cursor in seen or not (is_sweep or any(map(self._is_new, hits))):
                return found
            seen.add(cursor)

    async def _bring(self, hit: _Hit) -> None:
        """Read one conversation and publish what is new in it."""
        read = hit
        try:
            async with self._reading:
                await self._reads.acquire()
                self._count_call("read")
                raw = await self._api.conversation(hit.conversation_id, background=True)
            read = _Hit(max(hit.updated_at, updated_at_of(raw)), hit.conversation_id, max(hit.count, _hit(raw).count))
            await self._publish(raw, hit)
        except ProviderError as error:
            if error.kind not in _UNREADABLE_KINDS:
                raise
            await self._publish_changed(hit)
        except Unreadable:
            await self._publish_changed(hit)
        self._read_last.remember(read)

    async def _publish(self, raw: object, hit: _Hit) -> None:
        known = self._read_last.get(hit.conversation_id)
        since_s = (self._cursor_s or 0) - SWEEP_BACK_S if known is None else known.updated_at
        new_parts = [part for part in parts_of(raw) if updated_at_of(part) >= since_s]
        published_at = self._published.get(hit.conversation_id, 0)
        were_new = False
        for fact in part_facts(self._workspace_id, raw, new_parts, is_plain=False):
            were_new |= await self._publisher.publish(fact, SOURCE)
        if were_new:
            self._note_missed(max(map(updated_at_of, new_parts)))
        elif published_at < updated_at_of(raw):
            # Webhooks brought the parts, but the state has changed since.
            await self._publisher.publish(state_fact(self._workspace_id, raw, is_plain=False), SOURCE)

    async def _publish_changed(self, hit: _Hit) -> None:
        try:
            fact = changed_fact(self._workspace_id, {"id": hit.conversation_id}, hit.updated_at)
        except Unreadable:
            # Its id cannot stand in a subject.
            return
        await self._publisher.publish(fact, SOURCE)

    def _note_missed(self, changed_at: int) -> None:
        """Webhooks that come, but not for everything, are none to rely on."""
        late_s = self._clock.now().timestamp() - changed_at
        if self._webhooks_at() is not None and late_s > self._intervals.missed_after_s:
            self._missed_at_s = self._clock.monotonic()

    def _count_call(self, kind: str) -> None:
        self._metrics.calls.labels(kind).inc()
        self._recent_calls().append(self._clock.monotonic())

    def _recent_calls(self) -> deque[float]:
        """The times of the last minute's calls."""
        since_s = self._clock.monotonic() - 60.0
        while self._calls and self._calls[0] < since_s:
            self._calls.popleft()
        return self._calls


def _hit(raw: object) -> _Hit:
    counts = (
        as_number(get_field(raw, "statistics", "count_conversation_parts")),
        as_number(get_field(raw, "conversation_parts", "total_count")),
    )
    count = max((count for count in counts if count is not None), default=0)
    return _Hit(updated_at_of(raw), conversation_id(raw), count)
