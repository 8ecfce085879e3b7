"""Drafts: what is in the composers; one per conversation and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.ports import OutgoingFile
from desktop.store import files
from desktop.store.database import Connection
from desktop.store.rows import clean, every, from_us, to_us


@dataclass(frozen=True, slots=True)
class StoredDraft:
    draft_id: str
    customer_id: str
    conversation_id: str
    text: str
    files: tuple[OutgoingFile, ...]
    internal: bool
    begun_at: datetime


def save(db: Connection, draft: StoredDraft) -> None:
    """Keep it instead of any other of its conversation and kind. `begun_at` is taken with the first save only."""
    others = every(
        db,
        "SELECT draft_id FROM drafts WHERE conversation_id = ? AND internal = ? AND draft_id <> ?",
        (draft.conversation_id, draft.internal, draft.draft_id),
    )
    for (other,) in others:
        remove(db, other)
    db.execute(
        "INSERT INTO drafts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (draft_id) DO UPDATE SET "
        "customer_id = excluded.customer_id, conversation_id = excluded.conversation_id, text = excluded.text, "
        "internal = excluded.internal",
        (
            draft.draft_id,
            draft.customer_id,
            draft.conversation_id,
            clean(draft.text),
            draft.internal,
            to_us(draft.begun_at),
        ),
    )
    files.save(db, draft.draft_id, draft.files)


def remove(db: Connection, draft_id: str) -> None:
    """With its files."""
    db.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))
    files.remove(db, draft_id)


def in_conversation(db: Connection, conversation_id: str, internal: bool) -> bool:
    """Is there a draft of that kind?"""
    found = "SELECT 1 FROM drafts WHERE conversation_id = ? AND internal = ?"
    return bool(every(db, found, (conversation_id, internal)))


def begun_at(db: Connection, draft_id: str) -> datetime | None:
    row = db.execute("SELECT begun_at_us FROM drafts WHERE draft_id = ?", (draft_id,)).fetchone()
    return None if row is None else from_us(row[0])


def of_customer(db: Connection, customer_id: str) -> tuple[StoredDraft, ...]:
    """Her drafts, oldest first; those of conversations that are gone stay hers."""
    rows = every(
        db,
        "SELECT draft_id, conversation_id, text, internal, begun_at_us FROM drafts "
        "LEFT JOIN conversations ON conversations.id = drafts.conversation_id "
        "LEFT JOIN contacts ON contacts.id = conversations.owner_id "
        "LEFT JOIN customers ON customers.id = drafts.customer_id "
        "WHERE coalesce(contacts.customer_id, customers.merged_into, drafts.customer_id) = ? "
        "ORDER BY begun_at_us, draft_id",
        (customer_id,),
    )
    return tuple(
        StoredDraft(i, customer_id, conversation, text, files.load(db, i), bool(internal), from_us(begun))
        for i, conversation, text, internal, begun in rows
    )
