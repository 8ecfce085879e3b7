"""Learns which codes are the bridge's and how it tags; decides again when anything learnt or set has changed."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

from desktop.domain.learning.bridge import MIN_SHARE, CodeCount, learn_code, learn_tagging
from desktop.domain.model.workspace import Workspace
from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.tasks import run_periodically
from desktop.ports import Clock
from desktop.store import contacts, settings
from desktop.store.core.database import Database, Store
from desktop.store.evidence import bridge_signs, learnt
from desktop.store.history import reports

BATCH = 50
"""Customers per transaction, so that a send never waits long behind it."""
AT_ONCE = 1_000
"""Customers that a sync round decides on again itself."""


def code_histogram(db: Database, workspace: Workspace) -> Counter[str]:
    """How often each package code made a customer's message in a conversation with a bridge's tag; our own codes left
    out.

    The bridge's code is not published: a teammate sees these counts and may overrule what was learnt.
    """
    counts = bridge_signs.code_counts(db)
    return Counter({c.code: c.tagged_parts for c in counts if c.tagged_parts and c.code not in workspace.own_codes})


def learn_workspace(db: Database, now: datetime) -> bool:
    """Learn from the totals of all signs; reads no messages. True if the workspace has changed."""
    before = settings.load(db)
    counts = bridge_signs.code_counts(db)
    settings.save(db, "bridge_codes_learnt", _learnt_codes(counts, settings.learnt_codes(db), before))
    settings.save(db, "tagging", learn_tagging(bridge_signs.tagging_count(db)))
    strangers = {c.code for c in counts} - before.own_codes - before.other_codes
    shown = bool(strangers) or bridge_signs.show_bridge(db)
    settings.save(db, "bridge_expected", shown or not settings.is_first_sync_complete(db))
    learnt.prune_delays(db, now)
    return settings.load(db) != before


def _learnt_codes(counts: tuple[CodeCount, ...], current: frozenset[str], workspace: Workspace) -> frozenset[str]:
    """The code that the totals show. Where they no longer show one, what was learnt stays unless they contradict it:
    deleting conversations here does not delete knowledge.
    """
    code = learn_code(counts, workspace)
    if code is not None:
        return frozenset({code})
    contradicted = {c.code for c in counts if c.web_conversations or c.tagged_parts < MIN_SHARE * c.parts}
    return current - contradicted - workspace.own_codes - workspace.other_codes


class OutdatedDecisions:
    """Decides again what was decided by other settings. What is left of a large workspace is decided by `run`, beside
    everything else; how far it came is stored.
    """

    def __init__(self, store: Store, feed: Feed, clock: Clock) -> None:
        self._store = store
        self._feed = feed
        self._clock = clock
        self._lock = asyncio.Lock()
        self._wake_event = asyncio.Event()

    async def run(self) -> None:
        """Decide what `refresh` left, whenever it left something, until cancelled."""
        await run_periodically(self._refresh_all, self._clock, self._wake_event)

    async def refresh(self) -> None:
        """Decide again for at most `AT_ONCE` customers, and leave the others to `run`."""
        # Who holds it is at it.
        if not self._lock.locked() and not await self._refresh_some(AT_ONCE):
            self._wake_event.set()

    async def _refresh_all(self) -> None:
        while not await self._refresh_some(AT_ONCE):
            pass

    async def _refresh_some(self, at_most: int) -> bool:
        """True if nothing is left."""
        async with self._lock:
            outdated, premise = await self._store.read(_outdated, at_most)
            if premise is None:
                return True
            for start in range(0, len(outdated), BATCH):
                batch = outdated[start : start + BATCH]
                self._feed.publish(await self._store.write(_decide_batch, batch, premise, self._clock.now()))
            if len(outdated) == at_most:
                return False
            await self._store.write(_finish, premise)
            self._feed.publish(Changes(settings=True))
            return True


def _outdated(db: Database, at_most: int) -> tuple[tuple[str, ...], str | None]:
    """Customers that were decided by other settings, in order, and the fingerprint of the present ones; None where
    everything was decided by these.
    """
    premise = settings.decision_fingerprint(db)
    if settings.decided_fingerprint(db) == premise:
        return (), None
    decided_by, upto = settings.decided_upto(db)
    return contacts.all_customers(db, after=upto if decided_by == premise else "", at_most=at_most), premise


def _decide_batch(db: Database, customer_ids: tuple[str, ...], premise: str, now: datetime) -> Changes:
    # If the earlier settings come back meanwhile, not everything is decided by them any more.
    settings.save(db, "decided_by", "")
    settings.save(db, "decided_upto", [premise, customer_ids[-1]])
    reports.look_again(db, customer_ids)
    return refresh_customers(db, customer_ids, now)


def _finish(db: Database, premise: str) -> None:
    settings.save(db, "decided_by", premise)
    settings.save(db, "decided_upto", ["", ""])
