"""Found: replies tied to the entries they became, by words where the provider's answer did not name them."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.history.provider_messages import normalize_text
from desktop.domain.model.facts import Entry, EntryKind, Role
from desktop.domain.model.outgoing import Event, State
from desktop.domain.model.workspace import Workspace
from desktop.store import entries, settings
from desktop.store.core.columns import fetch_all
from desktop.store.core.database import Database
from desktop.store.outgoing import outbox
from desktop.store.outgoing.outbox import OutgoingReply


def match(db: Database, conversation_id: str) -> tuple[Entry, ...]:
    """Tie replies to the entries they became; returns these entries.

    An unconfirmed reply counts as found when an entry of ours with the same words became known after the claim.
    What is tied has its words wiped here: from now on only the provider's copy counts, and can be redacted.
    """
    found = []
    rows = outbox.unmatched(db, conversation_id)
    held = {e.id: e for e in entries.of_conversation(db, conversation_id)} if rows else {}
    for row in rows:
        entry = held.get(row.entry_id) if row.entry_id else _same_words(db, row)
        if entry is None:
            continue
        if row.state is State.UNCONFIRMED:
            outbox.apply_event(db, row.draft_id, Event.FOUND_AT_PROVIDER)
        _tie(db, row, entry)
        found.append(entry)
    return tuple(found)


def accept_if_found(db: Database, draft_id: str, now: datetime) -> bool:
    """Is a queued reply at the provider already, from an earlier try of which nobody knew the end? Then it is
    accepted, and True. Ask right after its conversation was read.

    An earlier try may have been another row's: one that was lost, taken back and written again in the same words.
    """
    row = outbox.load(db, draft_id)
    if row is None or row.state is not State.QUEUED or row.route is not None:
        return False
    for earlier in outbox.lost_attempts(db, row):
        same = (normalize_text(earlier.text), earlier.internal) == (normalize_text(row.text), row.internal)
        entry = _same_words(db, earlier) if same and bool(earlier.file_names) == bool(row.file_names) else None
        if entry is not None:
            outbox.claim(db, draft_id, now)
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            _tie(db, row, entry)
            return True
    return False


def _tie(db: Database, row: OutgoingReply, entry: Entry) -> None:
    outbox.set_entry_id(db, row.draft_id, entry.id)
    outbox.finish(db, row.draft_id)


def _same_words(db: Database, row: OutgoingReply) -> Entry | None:
    """The entry that a reply became, by the rule of the Intercom reference (8.6): made through the API in our
    author's name, the same words, and not known before the claim."""
    after = row.known_upto if row.lost_after is None else row.lost_after
    if after is None:
        return None
    taken = {
        e for (e,) in fetch_all(db, "SELECT entry_id FROM outbox WHERE conversation_id = ?", (row.conversation_id,))
    }
    workspace = settings.load(db)
    kind = EntryKind.NOTE if row.internal else EntryKind.MESSAGE
    for entry in entries.known_after(db, row.conversation_id, after):
        if entry.id in taken or entry.role is Role.CUSTOMER or entry.kind is not kind:
            continue
        if entry.author_id != row.author_id or not _may_be_made_by_us(entry, workspace):
            continue
        if normalize_text(entry.text) == normalize_text(row.text) and bool(entry.attachments) == bool(row.file_names):
            return entry
    return None


def _may_be_made_by_us(entry: Entry, workspace: Workspace) -> bool:
    """What a teammate types in the inbox has no package code, and the bridge has its own."""
    if not entry.app_code_reported:
        return True
    if entry.app_code is None or entry.app_code in workspace.bridge_codes:
        return False
    return not workspace.own_codes or entry.app_code in workspace.own_codes
