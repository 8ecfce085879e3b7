"""Reads the conversations of the retention period that the first sync left out, in the background, newest first."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.contact_reader import AT_ONCE, ContactReader
from desktop.engine.sync.learning import OutdatedDecisions, learn_workspace
from desktop.engine.sync.queue_reader import QueueReader
from desktop.engine.sync.reader import Reader
from desktop.engine.sync.team.pacing import Pacing
from desktop.engine.tasks import run_periodically, with_jitter
from desktop.engine.views import ConnectionState, Progress
from desktop.ports import Clock, ConversationGateway, ProviderError, SearchPage
from desktop.store import settings, sync_queue
from desktop.store.core.database import Database, Store
from desktop.store.sync_queue import Listing, Rank

log = logging.getLogger(__name__)

MAX_PARALLEL = 2
"""Fewer than a sync round uses: changes come first."""
BATCH = 20
LISTED_AHEAD = 100
"""Conversations that wait to be read before the next page is listed."""
RETRY_S = 15.0
SHARE_PAUSE_S = 60.0
"""In a team, until this desktop's share of what may be read has grown."""


class OlderConversations:
    """The agent's own come first. How far it got is stored, so that it goes on after a restart."""

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
        pacing: Pacing,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._connection = connection
        self._queue_reader = QueueReader(store, clock, reader, MAX_PARALLEL)
        self._contact_reader = contact_reader
        self._decisions = decisions
        self._rng = rng
        self._pacing = pacing
        self._wake_event = asyncio.Event()
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """None when nothing older is left to read, or there is no connection."""
        return self._progress

    def wake(self) -> None:
        """Go on, if there is anything to do now."""
        self._wake_event.set()

    async def cancel(self) -> None:
        """Keep what is read; other conversations are read when they change or their customer is opened."""
        await self._store.write(sync_queue.cancel_listing)
        self._show(None)

    async def run(self) -> None:
        """Read a batch at a time until cancelled, while the connection is online."""
        await run_periodically(self._step, self._clock, self._wake_event)

    async def _step(self) -> float | None:
        try:
            while (pause_s := await self.read_some()) == 0.0:
                pass
            return pause_s
        except ProviderError as error:
            log.info("older conversations wait: %s", error.kind)
            return max(with_jitter(RETRY_S, self._rng), error.retry_after_s or 0.0)

    async def read_some(self) -> float | None:
        """List a page, or read a batch. Returns the seconds until there is more to do; None for nothing more."""
        if self._connection.view.state is not ConnectionState.ONLINE:
            return None
        now = self._clock.now()
        listing, waiting = await self._store.read(_state, now)
        rank = listing.next_rank
        if rank is not None and waiting < LISTED_AHEAD:
            await self._list_page(listing, rank)
            return 0.0
        allowed = self._pacing.allowed_reads()
        if allowed == 0:
            self._show_state(listing, waiting)
            return SHARE_PAUSE_S
        at_most = BATCH if allowed is None else min(allowed, BATCH)
        due = await self._store.read(sync_queue.due, now, at_most, Rank.OLDER)
        self._pacing.count_reads(len(due))
        if due:
            self._queue_reader.forget_failures()
            await self._queue_reader.read(due, {}, self._count_read)
            if await self._store.write(learn_workspace, now):
                self._feed.publish(Changes(settings=True))
            await self._decisions.refresh()
        # Many at once take few requests.
        looked_up = await self._contact_reader.read_due(AT_ONCE, at_least=AT_ONCE if due else 1)
        self._pacing.count_reads(looked_up)
        self._show_state(*await self._store.read(_state, now))
        return 0.0 if due or looked_up else RETRY_S if waiting else None

    async def _list_page(self, listing: Listing, rank: Rank) -> None:
        """List what changed before all that is listed; within one second, by the search's own cursor."""
        own_id = await self._store.read(_own_id)
        before, page = listing.down_to[rank], SearchPage((), None, 0)
        if rank is Rank.OLDER or own_id:
            assignee_id = own_id if rank is Rank.OWN else ""
            page = await self._gateway.newest(listing.since, before, assignee_id=assignee_id)
            while page.cursor is not None and page.hits and page.hits[-1].conversation.updated_at >= before:
                await self._store.write(sync_queue.save_page, page, rank, listing.since)
                page = await self._gateway.newest(listing.since, before, page.cursor, assignee_id=assignee_id)
        await self._store.write(sync_queue.save_page, page, rank, listing.since)
        self._show_state(*await self._store.read(_state, self._clock.now()))

    def _show_state(self, listing: Listing, waiting: int) -> None:
        if listing.next_rank is None and not waiting:
            self._show(None)
        else:
            estimate = max(listing.total, listing.queued) if listing.total else None
            total = estimate if listing.next_rank is not None else listing.queued
            self._show(Progress(max(listing.queued - waiting, 0), total, is_older=True))

    def _count_read(self) -> None:
        if self._progress is not None:
            self._show(replace(self._progress, done=self._progress.done + 1))

    def _show(self, progress: Progress | None) -> None:
        if progress != self._progress:
            self._progress = progress
            self._feed.publish(Changes(progress=True))


def _state(db: Database, now: datetime) -> tuple[Listing, int]:
    """How far the listing is, and how many conversations wait to be read. After a first sync that was cancelled, or
    before its end, there is nothing to list.
    """
    if not settings.is_first_sync_complete(db):
        return Listing(now), 0
    since = now - timedelta(days=settings.retention_days(db))
    return sync_queue.listing(db, since), sync_queue.count_waiting(db, Rank.OLDER)


def _own_id(db: Database) -> str:
    account = settings.account(db)
    return "" if account is None else account.teammate.id
