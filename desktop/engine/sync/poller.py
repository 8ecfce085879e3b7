"""Keeps the store up to date with Intercom by polling, as gently as the workspace's shared rate budget requires.

Recipe: Intercom reference 5.2 and 5.6. Search lags and repeats, so every round looks back a little further than the
    newest change it has seen, and reads only conversations that differ from what is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from random import Random

from desktop.domain.bridge.tagging import LATE_AFTER
from desktop.domain.model.facts import Conversation
from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.connection_monitor import CONNECTION_ERRORS, ENDPOINT_ERRORS, ConnectionMonitor
from desktop.engine.sync.contact_reader import CONTACT_AGE, ContactReader
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.sync.learning import OutdatedDecisions, learn_workspace
from desktop.engine.sync.queue_reader import QueueReader
from desktop.engine.sync.reader import Reader, queue_all
from desktop.engine.sync.team.pacing import Pacing
from desktop.engine.tasks import JITTER, Alarm
from desktop.engine.views import Progress
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, SearchHit
from desktop.ports.reasons import MachineReason
from desktop.store import conversations, settings, sync_queue
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.sync_queue import QueuedConversation, Rank

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(seconds=120)
WIDE_LOOK_BACK = timedelta(hours=1)
WIDE_EVERY = timedelta(minutes=10)
WORKSPACE_EVERY = timedelta(hours=1)
CONTACTS_PER_ROUND = 200
CALLS_PER_CONTACT = 3
LEARN_EVERY = 25
"""Conversations of the first sync between two attempts to learn the bridge's code: without it most origins are unknown.
"""
SAVE_CLOCK_EVERY = timedelta(minutes=1)
MAX_PARALLEL = 3
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
BEFORE_INTERCOM = datetime(2011, 1, 1, tzinfo=UTC)
SEARCH_REFUSED = make_reason(MachineReason.SEARCH_REFUSED)


class Poller:
    """`run` polls until cancelled, `run_once` once. first_sync: how many conversations an empty store begins with."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        connection: ConnectionMonitor,
        reader: Reader,
        contact_reader: ContactReader,
        decisions: OutdatedDecisions,
        rng: Random,
        first_sync: int,
        pacing: Pacing,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._connection = connection
        self._contact_reader = contact_reader
        self._decisions = decisions
        self._queue_reader = QueueReader(store, clock, reader, MAX_PARALLEL)
        self._rng = rng
        self._first_sync = first_sync
        self._pacing = pacing
        self._alarm = Alarm(clock)
        pacing.subscribe(self.search_within)
        self._progress: Progress | None = None
        self._cancelled = False
        self._wide_search_at: datetime | None = None
        self._workspace_read_at: datetime | None = None
        self._listed: dict[str, Conversation] = {}
        self._untagged_upto: datetime | None = None
        self._clock_saved_at: datetime | None = None
        self.rounds = 0
        """How many sync rounds have ended well."""

    @property
    def progress(self) -> Progress | None:
        """Of the first sync; None when it is not running."""
        return self._progress

    def wake(self) -> None:
        """Try at once, whatever pause is running."""
        self._alarm.wake()

    def search_within(self, seconds: float) -> None:
        """Search no later than after these seconds."""
        self._alarm.ring_within(seconds)

    def cancel_first_sync(self) -> None:
        """Keep what is read; other conversations are read when they change."""
        self._cancelled = self._progress is not None

    async def run(self) -> None:
        """Poll until cancelled; after an error, at growing intervals."""
        failures = 0
        while True:
            error = await self._run_once_guarded()
            failures = 0 if error is None else failures + 1
            pause = self._pacing.search_pause_s() if error is None else _pause_after(error, failures)
            if error is not None:
                if pause is not None:
                    pause = max(pause, self._pacing.shortest_retry_s) * (1 + self._rng.uniform(0, JITTER))
                self._connection.set_broken(error, pause)
            await self._alarm.wait(pause)

    async def _run_once_guarded(self) -> ProviderError | None:
        """The sync-round boundary: an error ends this round, never the polling."""
        try:
            # Deciding again after a change of rules or settings needs no network.
            await self._decisions.refresh()
            await self.run_once()
        except ProviderError as error:
            log.info("sync round ended: %s", error.kind)
            return error
        except KnownError as cause:
            return ProviderError(ProviderErrorKind.OFFLINE, cause.reason)
        except Exception:
            log.exception("sync round broke")
            return ProviderError(ProviderErrorKind.OFFLINE, make_reason(MachineReason.SYNC_BROKE))
        return None

    async def run_once(self) -> None:
        """Raises the first connection error; what was stored before it stays."""
        refused = await self._read_workspace()
        limitation = await self._queue_changed(refused)
        await self._read_queue()
        await self._read_contacts()
        await self._read_queue()
        await self._learn()
        await self._refresh_untagged()
        await self._save_clock()
        self.rounds += 1
        self._connection.mark_caught_up(limitation)

    async def _queue_changed(self, refused: Reason) -> Reason:
        """Queue the conversations that must be read. Returns what Intercom refuses while it answers otherwise.

        Without the search, what is queued is still read, and each reply's conversation before the reply is sent.
        refused: what is refused beside the search, returned where the search answers; where both are refused, that is
        an error.
        """
        high_water = await self._store.read(settings.high_water)
        try:
            await (self._queue_newest() if high_water is None else self._queue_changes(high_water))
        except ProviderError as error:
            if error.kind not in ENDPOINT_ERRORS or refused:
                raise
            log.info("search refused: %s", error.kind)
            await self._gateway.account()
            self._show(None)
            limitation = (
                SEARCH_REFUSED if error.kind is ProviderErrorKind.GONE else join_reasons(SEARCH_REFUSED, error.reason)
            )
            self._connection.set_online(limitation)
            return limitation
        if high_water is None:
            # The store was empty, so no queued reply can have missed a message.
            self._connection.mark_caught_up(refused)
        else:
            self._connection.set_online(refused)
        return refused

    # --- the workspace -------------------------------------------------------------------------------------------

    async def _read_workspace(self) -> Reason:
        """Read the account first: it shows that the token is accepted, and its answer sets the clock. Returns
        the reason of a refusal that may concern this endpoint alone; `NO_REASON` if all is well.
        """
        now = self._clock.now()
        if self._workspace_read_at is not None and abs(now - self._workspace_read_at) < WORKSPACE_EVERY:
            return NO_REASON
        try:
            changed = await self._store.write(settings.save, "account", await self._gateway.account())
        except ProviderError as error:
            if error.kind not in ENDPOINT_ERRORS:
                raise
            log.info("account refused: %s", error.kind)
            return error.reason
        for name, ask in self._workspace_lists():
            try:
                changed |= await self._store.write(settings.save, name, await ask())
            except ProviderError as error:
                if error.kind in CONNECTION_ERRORS:
                    raise
                log.info("%s not readable: %s", name, error.kind)
        self._workspace_read_at = self._clock.now()
        self._feed.publish(Changes(settings=changed))
        return NO_REASON

    def _workspace_lists(self) -> Iterator[tuple[settings.Name, Callable[[], Awaitable[object]]]]:
        """Each may need a permission of its own."""
        yield "teammates", self._gateway.teammates
        yield "teams", self._gateway.teams
        yield "tags", self._gateway.tags
        yield "macros", self._gateway.macros

    # --- what changed --------------------------------------------------------------------------------------------

    async def _queue_changes(self, high_water: datetime) -> None:
        now = self._clock.now()
        wide = self._wide_search_at is None or abs(now - self._wide_search_at) >= WIDE_EVERY
        since = min(high_water, now) - (WIDE_LOOK_BACK if wide else LOOK_BACK)
        cursor: str | None = None
        while True:
            page = await self._gateway.changed_since(since, cursor)
            # Oldest first, so each stored page is progress that a stop cannot undo.
            await self._store.write(_queue_page, page.hits, self._clock.now())
            self._listed.update((h.conversation.id, h.conversation) for h in page.hits)
            if page.cursor is None or page.cursor == cursor:
                break
            cursor = page.cursor
        if wide:
            self._wide_search_at = now

    async def _queue_newest(self) -> None:
        """Queue the most recent conversations; older ones are left to `OlderConversations`."""
        self._show(Progress(0, None))
        now = self._clock.now()
        found: dict[str, SearchHit] = {}
        cursor: str | None = None
        while True:
            page = await self._gateway.newest(BEFORE_INTERCOM, None, cursor)
            found.update((hit.conversation.id, hit) for hit in page.hits)
            if page.cursor in (None, cursor) or len(found) >= self._first_sync:
                break
            cursor = page.cursor
        first = tuple(found.values())[: self._first_sync]
        is_all = page.cursor is None and len(found) <= self._first_sync
        await self._store.write(_queue_first_page, first, is_all, now)
        self._wide_search_at = now

    # --- reading what differs ------------------------------------------------------------------------------------

    async def _read_queue(self) -> None:
        first = not await self._store.read(settings.first_sync_done)
        self._queue_reader.forget_failures()
        while due := await self._due(first):
            if self._cancelled:
                await self._store.write(sync_queue.clear)
                break
            if first:
                done = self._progress.done if self._progress else 0
                self._show(Progress(done, done + await self._store.read(sync_queue.count_waiting)))
            wanted = takewhile(lambda _: not self._cancelled, due)
            await self._queue_reader.read(wanted, self._listed, self._count_read)
            if first:
                await self._learn()
        self._listed.clear()
        # Without a search nothing was queued, so the first sync is not done.
        if first and await self._store.read(settings.high_water) is not None:
            await self._store.write(settings.mark_first_sync_done, not self._cancelled)
            self._cancelled = False
            self._show(None)

    async def _due(self, is_first: bool) -> tuple[QueuedConversation, ...]:
        """What is to be read next; in a team, beside what the agent opened, no more than this desktop's share."""
        allowed = None if is_first else self._pacing.allowed_reads()
        if allowed is None:
            return await self._store.read(sync_queue.due, self._clock.now(), LEARN_EVERY)
        opened = await self._store.read(sync_queue.due, self._clock.now(), LEARN_EVERY, Rank.OPENED)
        if opened:
            return opened
        due = await self._store.read(sync_queue.due, self._clock.now(), min(allowed, LEARN_EVERY)) if allowed else ()
        self._pacing.count_reads(len(due))
        return due

    def _count_read(self) -> None:
        if self._progress is not None and self._progress.total is not None:
            self._show(Progress(self._progress.done + 1, self._progress.total))

    async def _learn(self) -> None:
        if await self._store.write(learn_workspace, self._clock.now()):
            self._feed.publish(Changes(settings=True))
        await self._decisions.refresh()

    async def _read_contacts(self) -> None:
        """Of what happened lately; the others are looked up beside the rounds."""
        allowed = self._pacing.allowed_reads()
        at_most = CONTACTS_PER_ROUND if allowed is None else min(allowed // CALLS_PER_CONTACT, CONTACTS_PER_ROUND)
        if at_most:
            active_since = self._clock.now() - CONTACT_AGE
            self._pacing.count_reads(CALLS_PER_CONTACT * await self._contact_reader.read_due(at_most, 1, active_since))

    async def _refresh_untagged(self) -> None:
        """Without a bridge's tag, a conversation may become the Messenger's two minutes after it began, without any
        news.
        """
        upto = self._clock.now() - LATE_AFTER
        since, self._untagged_upto = self._untagged_upto, upto
        if since is not None:
            self._feed.publish(await self._store.write(_refresh_begun, since, upto, self._clock.now()))

    async def _save_clock(self) -> None:
        """Save the clock's offset, for a start within minutes after this run."""
        offset = self._clock.offset
        if offset is not None and (
            self._clock_saved_at is None or offset.learnt_at - self._clock_saved_at >= SAVE_CLOCK_EVERY
        ):
            await self._store.write(settings.save_clock_offset, offset)
            self._clock_saved_at = offset.learnt_at

    def _show(self, progress: Progress | None) -> None:
        if progress != self._progress:
            self._progress = progress
            self._feed.publish(Changes(progress=True))


def _refresh_begun(db: Database, since: datetime, upto: datetime, now: datetime) -> Changes:
    return refresh_customers(db, conversations.customers_of_begun(db, since, upto), now)


def _queue_page(db: Database, listed: tuple[SearchHit, ...], now: datetime) -> None:
    """The queue and the high-water mark move in one transaction: a stop between them would lose a change. A change that
    is dated later than now must not hide those that come before it.
    """
    queue_all(db, listed)
    newest = max((h.conversation.updated_at for h in listed), default=None)
    settings.raise_high_water(db, None if newest is None else min(newest, now))


def _queue_first_page(db: Database, listed: tuple[SearchHit, ...], is_all: bool, now: datetime) -> None:
    """is_all: there are no older ones."""
    queue_all(db, listed)
    times = [h.conversation.updated_at for h in listed]
    # The workspace is empty: every conversation will be newer than now.
    settings.raise_high_water(db, min(max(times), now) if times else now)
    sync_queue.start_listing(db, BEFORE_INTERCOM if is_all else min(times, default=now))


def _pause_after(error: ProviderError, failures: int) -> float | None:
    """Seconds until the next attempt; None when only the agent can help."""
    if error.kind is ProviderErrorKind.SIGNED_OUT:
        return None
    growing: float = min(FIRST_PAUSE_S * 2 ** min(failures - 1, 10), LONGEST_PAUSE_S)
    return max(growing, error.retry_after_s or 0.0)
