"""Notes that keep for the team what an agent wrote before it was translated. Runs on the store's thread."""

from __future__ import annotations

from datetime import datetime

from desktop.store import settings
from desktop.store.core.database import Database
from desktop.store.history import translations
from desktop.store.outgoing import outbox
from desktop.text.team_notes import own_text_note


def queue_due_notes(db: Database, now: datetime) -> None:
    """Queue a note for each reply that was accepted and is a translation, once whatever happens in between."""
    for draft_id, kept in translations.take_due_notes(db):
        reply, note_id = outbox.load(db, draft_id), f"{draft_id}-own-text"
        if reply is None or outbox.load(db, note_id) is not None:
            continue
        note = outbox.OutgoingReply(
            note_id,
            reply.customer_id,
            reply.conversation_id,
            reply.author_id,
            own_text_note(kept, _teammate_name(db, reply.author_id)),
            (),
            True,
            0,
            now,
            note_of=draft_id,
        )
        outbox.insert(db, note, ())


def _teammate_name(db: Database, author_id: str) -> str:
    account = settings.account(db)
    people = [*settings.teammates(db), *([account.teammate] if account is not None else [])]
    return next((t.name for t in people if t.id == author_id), "")
