"""When customers read conversations in the Messenger: only a webhook of Intercom tells that, and only of the newest
time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.store.core.columns import fetch_all, from_us, to_json, to_us
from desktop.store.core.database import Database


def save(db: Database, conversation_id: str, at: datetime) -> bool:
    """True if that is newer than what was known. Of a conversation that is not stored, nothing is kept."""
    db.execute(
        "INSERT INTO customer_reads SELECT id, ?2 FROM conversations WHERE id = ?1 "
        "ON CONFLICT DO UPDATE SET at_us = excluded.at_us WHERE excluded.at_us > at_us",
        (conversation_id, to_us(at)),
    )
    return db.changes() > 0


def of_conversations(db: Database, conversation_ids: Iterable[str]) -> dict[str, datetime]:
    """By conversation; those that nobody is known to have read are left out."""
    rows = fetch_all(
        db,
        "SELECT * FROM customer_reads WHERE conversation_id IN (SELECT value FROM json_each(?))",
        (to_json([*conversation_ids]),),
    )
    return {row.conversation_id: from_us(row.at_us) for row in rows}
