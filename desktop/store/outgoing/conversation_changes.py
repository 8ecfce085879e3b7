"""Changes of conversations that the agent made and the provider's facts do not show yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from desktop.domain.history.unconfirmed import ChangedFact, UnconfirmedChange
from desktop.store.core.columns import fetch_all, from_us_or_none, to_json, to_us_or_none
from desktop.store.core.database import Database


def add(db: Database, change: UnconfirmedChange) -> int:
    """Store a change of a conversation that is stored; returns its id."""
    db.execute(
        "INSERT INTO conversation_changes (conversation_id, fact, value, until_us) VALUES (?, ?, ?, ?)",
        (change.conversation_id, change.fact, change.value, to_us_or_none(change.until)),
    )
    return db.last_insert_rowid()


def of_customer(db: Database, customer_id: str) -> tuple[UnconfirmedChange, ...]:
    """Those of the customer's conversations, oldest first."""
    rows = fetch_all(
        db,
        # The table is empty, nearly always.
        "SELECT conversation_changes.* FROM conversation_changes CROSS JOIN conversation_customers "
        "USING (conversation_id) WHERE customer_id = ? ORDER BY change_id",
        (customer_id,),
    )
    return tuple(_change(row) for row in rows)


def of_conversation(db: Database, conversation_id: str) -> tuple[UnconfirmedChange, ...]:
    """Oldest first."""
    rows = fetch_all(
        db, "SELECT * FROM conversation_changes WHERE conversation_id = ? ORDER BY change_id", (conversation_id,)
    )
    return tuple(_change(row) for row in rows)


def mark_accepted(db: Database, change_id: int | None) -> None:
    """The provider took it: the next answer on the conversation shows it. None: nothing was stored of it."""
    db.execute("UPDATE conversation_changes SET is_accepted = 1 WHERE change_id = ?", (change_id,))


def remove(db: Database, change_id: int | None) -> None:
    """The provider refused it, shows it already, or nobody knows. None: nothing was stored of it."""
    db.execute("DELETE FROM conversation_changes WHERE change_id = ?", (change_id,))


def finish_accepted(db: Database, conversation_ids: Iterable[str]) -> frozenset[str]:
    """Remove what the provider took, now that its answer is stored. Returns the conversations that had any."""
    rows = fetch_all(
        db,
        "DELETE FROM conversation_changes WHERE is_accepted = 1 "
        "AND conversation_id IN (SELECT value FROM json_each(?)) RETURNING conversation_id",
        (to_json([*conversation_ids]),),
    )
    return frozenset(row.conversation_id for row in rows)


def clear(db: Database) -> frozenset[str]:
    """Remove all that an earlier run has left: nobody waits for their outcome. Returns their conversations."""
    rows = fetch_all(db, "DELETE FROM conversation_changes RETURNING conversation_id")
    return frozenset(row.conversation_id for row in rows)


def _change(row: Any) -> UnconfirmedChange:
    return UnconfirmedChange(row.conversation_id, ChangedFact(row.fact), row.value, from_us_or_none(row.until_us))
