"""Learning: which package codes are the bridge's; whenever that or the relay changes, everything is decided anew."""

from __future__ import annotations

from collections import Counter

from desktop.domain.facts import Conversation, Entry, EntryKind, Role
from desktop.domain.workspace import Workspace, code_histogram, learn_codes
from desktop.engine.changes import Changes, Feed
from desktop.engine.ingest import decide
from desktop.store import contacts, entries, origins
from desktop.store import workspace as settings
from desktop.store.database import Connection, Store
from desktop.store.rows import EPOCH

BATCH = 50
"""Customers per transaction, so that a send never waits long behind it."""


def histogram(db: Connection, workspace: Workspace) -> Counter[str]:
    """`domain.workspace.code_histogram` over everything stored, from counted rows."""
    return code_histogram((_stand_in(tags, codes) for tags, codes in entries.codes_by_tags(db).items()), workspace)


def _stand_in(tags: tuple[str, ...], codes: Counter[str]) -> Conversation:
    made = (Entry("", "", EPOCH, Role.CUSTOMER, EntryKind.MESSAGE, app_code=code) for code in codes.elements())
    return Conversation("", EPOCH, EPOCH, tags=tags, entries=tuple(made))


def learn(db: Connection) -> bool:
    """Take the most frequent code. True if the bridge's codes are others now. Where nothing speaks for any code, what
    was learnt before stays."""
    before = settings.load(db)
    counts = histogram(db, before)
    if counts:
        settings.save_learnt_codes(db, learn_codes(counts))
    return _premise_changed(db, before)


def choose(db: Connection, codes: frozenset[str]) -> bool:
    """A person's choice of codes; none goes back to what was learnt. True if the bridge's codes are others now."""
    before = settings.load(db)
    settings.save_chosen_codes(db, codes)
    return _premise_changed(db, before)


def _premise_changed(db: Connection, before: Workspace) -> bool:
    after = settings.load(db).bridge_codes
    if before.bridge_codes - after:
        origins.forget_of_codes(db, before.bridge_codes - after)
    return after != before.bridge_codes


def _behind(db: Connection) -> tuple[str, ...]:
    """Everybody, if everything was last decided by another premise than today's."""
    if settings.decided_by(db) == settings.premise(db):
        return ()
    return contacts.all_customers(db)


async def keep_up(store: Store, feed: Feed) -> None:
    """Decide anew what was decided by another premise. Begins again if it was interrupted."""
    everybody = await store.read(_behind)
    premise = await store.read(settings.premise)
    for start in range(0, len(everybody), BATCH):
        feed.publish(await store.write(decide, everybody[start : start + BATCH]))
    if everybody:
        await store.write(settings.save_decided_by, premise)
        feed.publish(Changes(settings=True))
