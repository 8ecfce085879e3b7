"""Store what is in the composers, one draft per conversation and kind (reply or note)."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.domain.content.snippets import SnippetAction
from desktop.domain.content.translation import OwnText
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.formatting import Spans
from desktop.domain.model.outgoing import Schedule
from desktop.ports import OutgoingFile
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_us_or_none,
    spans_from_json,
    spans_to_json,
    to_us_or_none,
    upsert_row,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.outgoing import after_sending, files, own_texts


class Draft(msgspec.Struct, frozen=True):
    """What is in a composer. seen_upto: as in `engine.commands.SaveDraft`. actions: for when it is accepted. spans: the
    text's formatting. own: what the agent wrote, where the text is a translation of it; None for a text of theirs.
    schedule: of one that was a scheduled reply, what it is to wait for again; None to be sent at once.
    """

    draft_id: str
    customer_id: str
    conversation_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    seen_upto: int | None = None
    actions: tuple[SnippetAction, ...] = ()
    spans: Spans = ()
    own: OwnText | None = None
    schedule: Schedule | None = None


def save(db: Database, draft: Draft) -> None:
    """Store a draft instead of any other of its conversation and kind. `seen_upto` only ever rises."""
    others = fetch_all(
        db,
        "SELECT draft_id FROM drafts WHERE conversation_id = ? AND internal = ? AND draft_id <> ?",
        (draft.conversation_id, draft.internal, draft.draft_id),
    )
    for other in others:
        remove(db, other.draft_id)
    seen = [upto for upto in (seen_upto(db, draft.draft_id), draft.seen_upto) if upto is not None]
    row = {
        "draft_id": draft.draft_id,
        "customer_id": draft.customer_id,
        "conversation_id": draft.conversation_id,
        "text": valid_utf8(draft.text),
        "internal": draft.internal,
        "seen_upto": max(seen, default=None),
        "formatting": spans_to_json(draft.spans),
        "due_at_us": to_us_or_none(draft.schedule.at) if draft.schedule is not None else None,
        "awaits": draft.schedule.awaits if draft.schedule is not None else None,
    }
    upsert_row(db, "drafts", row, key=("draft_id",))
    files.save(db, draft.draft_id, draft.files)
    after_sending.save(db, draft.draft_id, draft.customer_id, draft.conversation_id, draft.actions)
    own_texts.save(db, draft.draft_id, draft.own)


def remove(db: Database, draft_id: str) -> None:
    """Delete a draft with its files and actions."""
    db.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))
    files.remove(db, draft_id)
    after_sending.delete(db, draft_id)


def in_conversation(db: Database, conversation_id: str, internal: bool) -> bool:
    """Whether the conversation has a draft of that kind."""
    found = "SELECT 1 FROM drafts WHERE conversation_id = ? AND internal = ?"
    return fetch_one(db, found, (conversation_id, internal)) is not None


def count(db: Database) -> int:
    """The number of drafts that are not empty."""
    filled = "SELECT count(*) FROM drafts WHERE trim(text) <> '' OR draft_id IN (SELECT draft_id FROM files)"
    return int(fetch_one(db, filled)[0])


def seen_upto(db: Database, draft_id: str) -> int | None:
    """As in `Draft`; also None for a draft that is not stored."""
    row = fetch_one(db, "SELECT seen_upto FROM drafts WHERE draft_id = ?", (draft_id,))
    return None if row is None else row.seen_upto


def of_customer(db: Database, customer_id: str) -> tuple[Draft, ...]:
    """The customer's drafts, oldest first, also those of conversations that are gone."""
    rows = fetch_all(
        db,
        "SELECT drafts.* FROM drafts "
        "LEFT JOIN conversations ON conversations.id = drafts.conversation_id "
        "LEFT JOIN contacts ON contacts.id = conversations.owner_id "
        "LEFT JOIN customers ON customers.id = drafts.customer_id "
        "WHERE coalesce(contacts.customer_id, customers.merged_into, drafts.customer_id) = ? "
        "ORDER BY drafts.rowid",
        (customer_id,),
    )
    own = own_texts.of_drafts(db, (row.draft_id for row in rows)) if rows else {}
    return tuple(
        Draft(
            row.draft_id,
            customer_id,
            row.conversation_id,
            row.text,
            files.load(db, row.draft_id),
            bool(row.internal),
            row.seen_upto,
            after_sending.load(db, row.draft_id),
            spans_from_json(row.formatting),
            own.get(row.draft_id),
            _schedule(row),
        )
        for row in rows
    )


def _schedule(row: Any) -> Schedule | None:
    if row.due_at_us is None and row.awaits is None:
        return None
    return Schedule(from_us_or_none(row.due_at_us), ChannelKind(row.awaits) if row.awaits is not None else None)
