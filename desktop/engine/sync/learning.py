"""Learns which codes are the bridge's and how it tags; decides again when anything learnt or set has changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from desktop.domain.learning.bridge import MIN_SHARE, CodeCount, learn_code, learn_tagging
from desktop.domain.model.workspace import Workspace
from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.ingest import refresh_customers
from desktop.ports import Clock
from desktop.store import contacts, settings
from desktop.store.core.database import Database, Store
from desktop.store.evidence import bridge_signs, learnt

BATCH = 50
"""Customers per transaction, so that a send never waits long behind it."""


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


def _behind(db: Database) -> tuple[tuple[str, ...], str]:
    """Every customer, if the settings that decisions depend on have changed since everything was last decided; and the
    fingerprint of these settings.
    """
    premise = settings.decision_fingerprint(db)
    return () if settings.decided_fingerprint(db) == premise else contacts.all_customers(db), premise


async def refresh_outdated(store: Store, feed: Feed, clock: Clock) -> None:
    """Decide again what was decided by other settings. Starts again if it was interrupted."""
    everybody, premise = await store.read(_behind)
    for start in range(0, len(everybody), BATCH):
        feed.publish(await store.write(refresh_customers, everybody[start : start + BATCH], clock.now()))
    if everybody:
        await store.write(settings.save, "decided_by", premise)
        feed.publish(Changes(settings=True))
