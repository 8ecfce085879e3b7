"""The newest search result of each conversation, and which conversations must be read because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.model.facts import Conversation
from desktop.ports import SearchHit
from desktop.store import conversations, entries
from desktop.store.core.columns import MICROSECOND, fetch_all, fetch_one, to_json, to_us
from desktop.store.core.database import Database

LONGEST_PAUSE = timedelta(hours=1)
"""A conversation that is postponed for longer was so by a clock that has been corrected since."""


@dataclass(frozen=True, slots=True)
class QueuedConversation:
    """tries: how often reading it failed in a row."""

    conversation_id: str
    tries: int


def add(db: Database, head: SearchHit) -> bool:
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
    stored = conversations.load(db, listed.id) if conversations.is_whole(db, listed.id) else None
    if stored is not None and stored.updated_at > listed.updated_at:
        return False
    if known is not None and known.updated_at_us == updated_at_us:
        entry_count = known.entry_count
    else:
        entry_count = entries.count_parts(db, listed.id)
    is_read = stored is not None and (
        (stored.updated_at, stored.state, _tag_names(stored)) == (listed.updated_at, listed.state, tags)
        and head.entry_count in (None, entry_count)
    )
    db.execute(
        "INSERT OR REPLACE INTO sync_queue (conversation_id, updated_at_us, entry_count, state, tags, is_read) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (listed.id, updated_at_us, head.entry_count, state, to_json(tags), is_read),
    )
    return not is_read


def _tag_names(conversation: Conversation) -> list[str]:
    return sorted(tag.name for tag in conversation.tags)


def due(db: Database, now: datetime) -> tuple[QueuedConversation, ...]:
    """What must be read now, newest activity first."""
    rows = fetch_all(
        db,
        "SELECT conversation_id, tries FROM sync_queue WHERE is_read = 0 AND due_at_us NOT BETWEEN ? + 1 AND ? "
        "ORDER BY updated_at_us DESC, conversation_id",
        (to_us(now), to_us(now) + LONGEST_PAUSE // MICROSECOND),
    )
    return tuple(QueuedConversation(*row) for row in rows)


def mark_read(db: Database, conversation_id: str, as_of: datetime) -> bool:
    """Record that the conversation was read, as of the provider's `as_of`. False for an answer that is older than the
    search result: the conversation must be read again."""
    db.execute(
        "UPDATE sync_queue SET is_read = 1, tries = 0, due_at_us = 0 WHERE conversation_id = ? AND updated_at_us <= ?",
        (conversation_id, to_us(as_of)),
    )
    unread = "SELECT 1 FROM sync_queue WHERE conversation_id = ? AND is_read = 0"
    return fetch_one(db, unread, (conversation_id,)) is None


def postpone(db: Database, conversation_id: str, until: datetime) -> None:
    """Count a failed attempt to read it, and do not try again before `until`."""
    db.execute(
        "UPDATE sync_queue SET tries = tries + 1, due_at_us = ? WHERE conversation_id = ?",
        (to_us(until), conversation_id),
    )


def clear(db: Database) -> None:
    """Read none of what is still queued, until it changes again."""
    db.execute("UPDATE sync_queue SET is_read = 1 WHERE is_read = 0")
