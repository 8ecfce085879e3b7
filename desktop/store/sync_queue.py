"""Heads: what searches listed last, and which conversations must be read because of it. A list that survives a stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.model.facts import Conversation
from desktop.ports import SearchHit
from desktop.store import conversations, entries
from desktop.store.core.columns import MICROSECOND, to_json, to_us
from desktop.store.core.database import Database

LONGEST_PAUSE = timedelta(hours=1)
"""A conversation that is put off for longer was so by a clock that has been corrected since."""


@dataclass(frozen=True, slots=True)
class QueuedConversation:
    conversation_id: str
    tries: int


def add(db: Database, head: SearchHit) -> bool:
    """Remember a search result; True if its conversation must be read because something differs.

    The index lags: a result older than what is held says nothing.
    """
    listed = head.conversation
    fingerprint = (to_us(listed.updated_at), head.entry_count, str(listed.state), to_json(_names(listed)))
    noted: tuple[Any, ...] | None = db.execute(
        "SELECT updated_at_us, entry_count, state, tags FROM heads WHERE conversation_id = ?", (listed.id,)
    ).fetchone()
    if noted == fingerprint or (noted is not None and noted[0] > fingerprint[0]):
        return False
    held = conversations.load(db, listed.id)
    if held is not None and not conversations.is_whole(db, listed.id):
        held = None
    if held is not None and held.updated_at > listed.updated_at:
        return False
    if noted is not None and noted[0] == fingerprint[0]:
        count = noted[1]
    else:
        count = entries.count_parts(db, listed.id)
    same = held is not None and (
        (held.updated_at, held.state, _names(held)) == (listed.updated_at, listed.state, _names(listed))
        and head.entry_count in (None, count)
    )
    db.execute(
        "INSERT OR REPLACE INTO heads (conversation_id, updated_at_us, entry_count, state, tags, is_read) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (listed.id, *fingerprint, same),
    )
    return not same


def _names(conversation: Conversation) -> list[str]:
    return sorted(tag.name for tag in conversation.tags)


def due(db: Database, now: datetime) -> tuple[QueuedConversation, ...]:
    """What is due, newest activity first."""
    rows = db.execute(
        "SELECT conversation_id, tries FROM heads WHERE is_read = 0 AND due_us NOT BETWEEN ? + 1 AND ? "
        "ORDER BY updated_at_us DESC, conversation_id",
        (to_us(now), to_us(now) + LONGEST_PAUSE // MICROSECOND),
    )
    return tuple(QueuedConversation(i, tries) for i, tries in rows)


def mark_read(db: Database, conversation_id: str, as_of: datetime) -> bool:
    """The conversation was read as of the provider's `as_of`. False for an answer older than the search result: that
    must be read again."""
    db.execute(
        "UPDATE heads SET is_read = 1, tries = 0, due_us = 0 WHERE conversation_id = ? AND updated_at_us <= ?",
        (conversation_id, to_us(as_of)),
    )
    row = db.execute("SELECT is_read FROM heads WHERE conversation_id = ?", (conversation_id,)).fetchone()
    return row is None or bool(row[0])


def postpone(db: Database, conversation_id: str, until: datetime) -> None:
    """Reading it failed; not again before `until`."""
    db.execute(
        "UPDATE heads SET tries = tries + 1, due_us = ? WHERE conversation_id = ?", (to_us(until), conversation_id)
    )


def clear(db: Database) -> None:
    """Read none of what is still waiting, until it changes again."""
    db.execute("UPDATE heads SET is_read = 1 WHERE is_read = 0")
