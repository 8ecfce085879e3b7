"""Match replies with the entries they became, by text where the provider's answer did not name the entry."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.history.provider_messages import normalize_text
from desktop.domain.model.facts import Entry, EntryKind, Role
from desktop.domain.model.formatting import Spans, without_addresses
from desktop.domain.model.outgoing import Event, State
from desktop.domain.model.workspace import Workspace
from desktop.store import entries, settings
from desktop.store.core.columns import fetch_all
from desktop.store.core.database import Database
from desktop.store.history import translations
from desktop.store.outgoing import outbox
from desktop.store.outgoing.outbox import OutgoingReply


def match(db: Database, conversation_id: str) -> tuple[Entry, ...]:
    """Match the conversation's replies with the entries they became; returns these entries.

    An unconfirmed reply is found when an entry of ours with the same text became known after the claim. The text of a
    matched reply is wiped here: from now on only the provider's copy counts, and can be redacted.
    """
    matched = []
    replies = outbox.unmatched(db, conversation_id)
    stored = {e.id: e for e in entries.of_conversation(db, conversation_id)} if replies else {}
    for reply in replies:
        entry = stored.get(reply.entry_id) if reply.entry_id else _entry_with_same_text(db, reply)
        if entry is None:
            continue
        if reply.state is State.UNCONFIRMED:
            outbox.apply_event(db, reply.draft_id, Event.FOUND_AT_PROVIDER)
        _finish(db, reply, entry)
        matched.append(entry)
    return tuple(matched)


def accept_if_found(db: Database, draft_id: str, now: datetime) -> bool:
    """Accept a queued reply, and return True, if an earlier attempt whose outcome was unknown did reach the provider.

    Call it right after the conversation was read. The earlier attempt may have been another reply's: one that was
    lost, cancelled and written again with the same text.
    """
    reply = outbox.load(db, draft_id)
    if reply is None or reply.state is not State.QUEUED or reply.route is not None:
        return False
    for earlier in outbox.lost_attempts(db, reply):
        same = (_compared(earlier.text, earlier.spans), earlier.internal) == (
            _compared(reply.text, reply.spans),
            reply.internal,
        )
        entry = (
            _entry_with_same_text(db, earlier) if same and bool(earlier.file_names) == bool(reply.file_names) else None
        )
        if entry is not None:
            outbox.claim(db, draft_id, now)
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            _finish(db, reply, entry)
            return True
    return False


def _finish(db: Database, reply: OutgoingReply, entry: Entry) -> None:
    outbox.set_entry_id(db, reply.draft_id, entry.id)
    translations.keep_sent(db, reply.draft_id, entry)
    outbox.finish(db, reply.draft_id)


def _entry_with_same_text(db: Database, reply: OutgoingReply) -> Entry | None:
    """Find the entry that a reply became, by the rule of the Intercom reference (8.6): made through the API in our
    author's name, with the same text, and not known before the claim."""
    after = reply.known_upto if reply.lost_after is None else reply.lost_after
    if after is None:
        return None
    taken = {
        e for (e,) in fetch_all(db, "SELECT entry_id FROM outbox WHERE conversation_id = ?", (reply.conversation_id,))
    }
    workspace = settings.load(db)
    kind = EntryKind.NOTE if reply.internal else EntryKind.MESSAGE
    for entry in entries.known_after(db, reply.conversation_id, after):
        if entry.id in taken or entry.role is Role.CUSTOMER or entry.kind is not kind:
            continue
        if entry.author_id != reply.author_id or not _may_be_made_by_us(entry, workspace):
            continue
        theirs, ours = (entry.text, entry.formatting), (reply.text, reply.spans)
        if _compared(*theirs) == _compared(*ours) and bool(entry.attachments) == bool(reply.file_names):
            return entry
    return None


def _compared(text: str, spans: Spans) -> str:
    return normalize_text(without_addresses(text, spans))


def _may_be_made_by_us(entry: Entry, workspace: Workspace) -> bool:
    """What a teammate types in the inbox has no package code, and the bridge has its own."""
    if not entry.app_code_reported:
        return True
    if entry.app_code is None or entry.app_code in workspace.bridge_codes:
        return False
    return not workspace.own_codes or entry.app_code in workspace.own_codes
