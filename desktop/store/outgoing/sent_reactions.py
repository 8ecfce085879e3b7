"""How we reacted to customers' messages: what their provider accepted, and what may have reached it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from desktop.domain.model.facts import MessageKey
from desktop.store.core.columns import fetch_all, fetch_one, to_json
from desktop.store.core.database import Database


class SentReaction(msgspec.Struct, frozen=True):
    """emoji: accepted last, "" for none. unconfirmed: of a request without an answer, "" for one that removes; None if
    there is none.
    """

    emoji: str = ""
    unconfirmed: str | None = None


def load(db: Database, key: MessageKey) -> SentReaction:
    """How we reacted to a message."""
    row = fetch_one(db, "SELECT * FROM sent_reactions WHERE conversation_id = ? AND entry_id = ?", key)
    return SentReaction() if row is None else SentReaction(row.emoji, row.unconfirmed)


def save(db: Database, key: MessageKey, reaction: SentReaction) -> None:
    """Replace how we reacted to a message."""
    db.execute(
        "INSERT OR REPLACE INTO sent_reactions VALUES (?, ?, ?, ?)", (*key, reaction.emoji, reaction.unconfirmed)
    )


def of_conversations(db: Database, conversation_ids: Iterable[str]) -> dict[MessageKey, SentReaction]:
    """Those of all messages in these conversations."""
    rows = fetch_all(
        db,
        "SELECT * FROM sent_reactions WHERE conversation_id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(conversation_ids)),),
    )
    return {(row.conversation_id, row.entry_id): SentReaction(row.emoji, row.unconfirmed) for row in rows}
