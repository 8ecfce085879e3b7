"""Drafts: what is in the composers; one per conversation and kind."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ports import OutgoingFile
from desktop.store.core.columns import fetch_all, valid_utf8
from desktop.store.core.database import Database
from desktop.store.outgoing import files


@dataclass(frozen=True, slots=True)
class Draft:
    """seen_upto: the highest `Entry.arrival` that the agent has seen while writing; None for nothing yet."""

    draft_id: str
    customer_id: str
    conversation_id: str
    text: str
    files: tuple[OutgoingFile, ...]
    internal: bool
    seen_upto: int | None = None


def save(db: Database, draft: Draft) -> None:
    """Keep it instead of any other of its conversation and kind. `seen_upto` only ever rises."""
    others = fetch_all(
        db,
        "SELECT draft_id FROM drafts WHERE conversation_id = ? AND internal = ? AND draft_id <> ?",
        (draft.conversation_id, draft.internal, draft.draft_id),
    )
    for (other,) in others:
        remove(db, other)
    db.execute(
        "INSERT INTO drafts (draft_id, customer_id, conversation_id, text, internal, seen_upto) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (draft_id) DO UPDATE SET "
        "customer_id = excluded.customer_id, conversation_id = excluded.conversation_id, text = excluded.text, "
        "internal = excluded.internal, "
        "seen_upto = max(coalesce(seen_upto, excluded.seen_upto), coalesce(excluded.seen_upto, seen_upto))",
        (
            draft.draft_id,
            draft.customer_id,
            draft.conversation_id,
            valid_utf8(draft.text),
            draft.internal,
            draft.seen_upto,
        ),
    )
    files.save(db, draft.draft_id, draft.files)


def remove(db: Database, draft_id: str) -> None:
    """With its files."""
    db.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))
    files.remove(db, draft_id)


def in_conversation(db: Database, conversation_id: str, internal: bool) -> bool:
    """Is there a draft of that kind?"""
    found = "SELECT 1 FROM drafts WHERE conversation_id = ? AND internal = ?"
    return bool(fetch_all(db, found, (conversation_id, internal)))


def seen_upto(db: Database, draft_id: str) -> int | None:
    """None for a draft that is not here, too."""
    row = db.execute("SELECT seen_upto FROM drafts WHERE draft_id = ?", (draft_id,)).fetchone()
    return None if row is None else row[0]


def of_customer(db: Database, customer_id: str) -> tuple[Draft, ...]:
    """The customer's drafts, oldest first; those of conversations that are gone stay theirs."""
    rows = fetch_all(
        db,
        "SELECT draft_id, conversation_id, text, internal, drafts.seen_upto FROM drafts "
        "LEFT JOIN conversations ON conversations.id = drafts.conversation_id "
        "LEFT JOIN contacts ON contacts.id = conversations.owner_id "
        "LEFT JOIN customers ON customers.id = drafts.customer_id "
        "WHERE coalesce(contacts.customer_id, customers.merged_into, drafts.customer_id) = ? "
        "ORDER BY drafts.rowid",
        (customer_id,),
    )
    return tuple(
        Draft(i, customer_id, conversation, text, files.load(db, i), bool(internal), seen)
        for i, conversation, text, internal, seen in rows
    )
