"""The newest search result of each conversation, and which conversations must be read because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from desktop.domain.model.facts import Conversation
from desktop.ports import SearchHit, SearchPage
from desktop.store import conversations, entries, settings
from desktop.store.core.columns import EPOCH, MICROSECOND, fetch_all, fetch_one, from_us, to_json, to_us
from desktop.store.core.database import Database

LONGEST_PAUSE = timedelta(hours=1)
"""A conversation that is postponed for longer was so by a clock that has been corrected since."""


class Rank(IntEnum):
    """What is read first: what the agent waits for, then what a sync round is to read, then older conversations, the
    agent's own before the others. `LATER` is read when its customer is opened.
    """

    OPENED = -1
    NOW = 0
    OWN = 1
    OLDER = 2
    LATER = 3


_SINCE = {Rank.OPENED: Rank.OPENED, Rank.NOW: Rank.OPENED, Rank.OWN: Rank.OWN, Rank.OLDER: Rank.OWN}
"""The first of the ranks that are due together with each."""


class QueuedConversation(msgspec.Struct, frozen=True):
    """tries: how often reading it failed in a row."""

    conversation_id: str
    tries: int


def add(db: Database, head: SearchHit, rank: Rank = Rank.NOW) -> bool:
    """Store a search result; True if its conversation must be read because it differs from what is stored.

    The search index lags: a result that is older than what is stored says nothing.
    """
    listed = head.conversation
    updated_at_us, state, tags = to_us(listed.updated_at), str(listed.state), _tag_names(listed)
    known = fetch_one(db, "SELECT * FROM sync_queue WHERE conversation_id = ?", (listed.id,))
    if known is not None:
        if known.updated_at_us > updated_at_us:
            return False
        seen_before = (known.updated_at_us, known.entry_count, known.state, known.tags)
        if seen_before == (updated_at_us, head.entry_count, state, to_json(tags)):
            return False
    stored = next(iter(conversations.without_entries(db, [listed.id])), None)
    was_read = conversations.is_whole(db, listed.id)
    # Of a conversation that was never read, the team may have told all that is new; it is read when somebody opens it.
    was_told = stored is not None and not was_read and entries.known_upto(db, listed.id) > 0
    if stored is not None and (was_read or was_told) and stored.updated_at > listed.updated_at:
        return False
    if known is not None and known.updated_at_us == updated_at_us:
        entry_count = known.entry_count
    else:
        entry_count = entries.count_parts(db, listed.id)
    is_read = stored is not None and (
        (stored.updated_at, stored.state, _tag_names(stored)) == (listed.updated_at, listed.state, tags)
        and (was_told or (was_read and head.entry_count in (None, entry_count)))
    )
    if known is not None and not known.is_read:
        is_no_news = known.rank == Rank.LATER and known.updated_at_us == updated_at_us
        rank = Rank.LATER if is_no_news else min(rank, Rank(known.rank))
    db.execute(
        "INSERT OR REPLACE INTO sync_queue (conversation_id, updated_at_us, entry_count, state, tags, is_read, rank) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (listed.id, updated_at_us, head.entry_count, state, to_json(tags), is_read, rank),
    )
    return not is_read


def _tag_names(conversation: Conversation) -> list[str]:
    return sorted(tag.name for tag in conversation.tags)


def add_unread_of_customer(db: Database, conversation_id: str, at_most: int) -> bool:
    """Queue the newest conversations of this one's customer that were listed and never read, or wait to be read; False
    if none is.
    """
    db.execute(
        "INSERT INTO sync_queue (conversation_id, updated_at_us, state, tags, is_read, rank) "
        "SELECT theirs.id, theirs.updated_at_us, theirs.state, '[]', 0, ?1 FROM conversation_customers AS mine "
        "JOIN contacts ON contacts.customer_id = mine.customer_id "
        "JOIN conversations AS theirs ON theirs.owner_id = contacts.id "
        "LEFT JOIN sync_queue AS known ON known.conversation_id = theirs.id AND known.is_read = 0 "
        "WHERE mine.conversation_id = ?2 AND (theirs.is_whole = 0 OR known.is_read = 0) "
        "ORDER BY theirs.updated_at_us DESC LIMIT ?3 "
        "ON CONFLICT (conversation_id) DO UPDATE SET is_read = 0, rank = ?1 WHERE is_read = 1 OR rank > ?1",
        (Rank.OPENED, conversation_id, at_most),
    )
    return db.changes() > 0


def read_later(db: Database, conversation_id: str, at: datetime) -> None:
    """Read this conversation when its customer is opened: something that is not known here changed then."""
    stored = next(iter(conversations.without_entries(db, [conversation_id])), None)
    if stored is None or stored.updated_at >= at:
        return
    db.execute(
        "INSERT INTO sync_queue (conversation_id, updated_at_us, state, tags, is_read, rank) VALUES (?, ?, ?, ?, 0, ?) "
        "ON CONFLICT (conversation_id) DO UPDATE SET is_read = 0, updated_at_us = excluded.updated_at_us, "
        "rank = iif(is_read, excluded.rank, rank) WHERE updated_at_us <= excluded.updated_at_us",
        (conversation_id, to_us(at), stored.state, to_json(_tag_names(stored)), Rank.LATER),
    )


def incomplete(db: Database, conversation_ids: Iterable[str]) -> frozenset[str]:
    """Those of the conversations that must be read, or were never read."""
    rows = fetch_all(
        db,
        "SELECT wanted.value AS id FROM json_each(?) AS wanted "
        "LEFT JOIN conversations ON conversations.id = wanted.value "
        "LEFT JOIN sync_queue ON sync_queue.conversation_id = wanted.value "
        "WHERE coalesce(conversations.is_whole, 0) = 0 OR sync_queue.is_read = 0",
        (to_json(sorted(conversation_ids)),),
    )
    return frozenset(row.id for row in rows)


def due(
    db: Database, now: datetime, at_most: int | None = None, rank: Rank = Rank.NOW
) -> tuple[QueuedConversation, ...]:
    """What must be read now, newest activity first; with OLDER, the older ones; with OPENED, only what the agent waits
    for.
    """
    rows = fetch_all(
        db,
        "SELECT conversation_id, tries FROM sync_queue WHERE is_read = 0 AND rank BETWEEN ? AND ? "
        "AND due_at_us NOT BETWEEN ? + 1 AND ? ORDER BY rank, updated_at_us DESC, conversation_id LIMIT ?",
        (
            _SINCE[rank],
            rank,
            to_us(now),
            to_us(now) + LONGEST_PAUSE // MICROSECOND,
            -1 if at_most is None else at_most,
        ),
    )
    return tuple(QueuedConversation(*row) for row in rows)


def count_waiting(db: Database, rank: Rank = Rank.NOW) -> int:
    """How many must be read, those that are postponed too; `rank` as in `due`."""
    counted = "SELECT count(*) FROM sync_queue WHERE is_read = 0 AND rank BETWEEN ? AND ?"
    return int(fetch_one(db, counted, (_SINCE[rank], rank))[0])


def record_read(db: Database, conversation_id: str, as_of: datetime, now: datetime) -> None:
    """Record that the conversation was read, as of the provider's `as_of`. After an answer that is older than what the
    search showed, it must be read again, later.
    """
    db.execute(
        "UPDATE sync_queue SET is_read = 1, tries = 0, due_at_us = 0 "
        "WHERE conversation_id = ? AND updated_at_us <= ? AND is_read = 0",
        (conversation_id, to_us(as_of)),
    )
    postpone(db, conversation_id, now)


def postpone(db: Database, conversation_id: str, now: datetime) -> None:
    """Count a failed attempt to read it, and do not try again for 10 s, 20 s, 40 s … up to an hour."""
    db.execute(
        "UPDATE sync_queue SET tries = tries + 1, due_at_us = ? + min(10 << min(tries, 10), ?) * 1000000 "
        "WHERE conversation_id = ? AND is_read = 0",
        (to_us(now), LONGEST_PAUSE.total_seconds(), conversation_id),
    )


def clear(db: Database, rank: Rank = Rank.NOW) -> None:
    """Read none of what is still queued, until it changes again; `rank` as in `due`."""
    db.execute(
        "UPDATE sync_queue SET is_read = 1 WHERE is_read = 0 AND rank BETWEEN ? AND ?",
        (_SINCE[rank], rank),
    )


# --- listing older conversations ----------------------------------------------------------------------------------


class Listing(msgspec.Struct, frozen=True):
    """How far the search for older conversations came.

    since: what changed before is not read. down_to: by rank, what changed later is listed. queued: of those listed, how
    many had to be read. total: how many there were at first; 0 while nobody knows.
    """

    since: datetime
    down_to: Mapping[Rank, datetime] = msgspec.field(default_factory=dict)
    queued: int = 0
    total: int = 0
    is_cancelled: bool = False

    @property
    def next_rank(self) -> Rank | None:
        """What is to be listed next; None if everything is."""
        if self.is_cancelled:
            return None
        return next((r for r in (Rank.OWN, Rank.OLDER) if self.down_to.get(r, self.since) > self.since), None)


def listing(db: Database, since: datetime) -> Listing:
    """What is stored of it."""
    stored = settings.older_listing(db)
    # An earlier version of the program left the older ones out.
    begin_us = to_us(settings.high_water(db) or EPOCH)
    down_to_us = stored.get("down_to", dict.fromkeys((Rank.OWN, Rank.OLDER), begin_us))
    down_to = {Rank(int(rank)): from_us(us) for rank, us in down_to_us.items()}
    return Listing(since, down_to, stored.get("queued", 0), stored.get("total", 0), stored.get("is_cancelled", False))


def start_listing(db: Database, before: datetime) -> None:
    """List older conversations from this time on down."""
    _save_listing(db, Listing(before, dict.fromkeys((Rank.OWN, Rank.OLDER), before)))


def save_page(db: Database, page: SearchPage, rank: Rank, since: datetime) -> None:
    """Queue a page of older conversations, and how far the listing came with it."""
    known = listing(db, since)
    queued = known.queued + sum([add(db, head, rank) for head in page.hits])
    oldest = min((head.conversation.updated_at for head in page.hits), default=since)
    down_to = {**known.down_to, rank: since if page.cursor is None else max(oldest, since)}
    total = known.total or (page.total if rank is Rank.OLDER else 0)
    _save_listing(db, replace(known, down_to=down_to, queued=queued, total=total))


def cancel_listing(db: Database) -> None:
    """Keep what is read."""
    clear(db, Rank.OLDER)
    _save_listing(db, replace(listing(db, EPOCH), is_cancelled=True))


def _save_listing(db: Database, known: Listing) -> None:
    down_to = {int(rank): to_us(at) for rank, at in known.down_to.items()}
    value = {
        "down_to": down_to,
        "queued": known.queued,
        "total": known.total,
        "is_cancelled": known.is_cancelled,
    }
    settings.save(db, "older_listing", value)
