"""What is done with conversations once drafts, or the replies that they became, are accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.domain.model.outgoing import State
from desktop.store.core.columns import fetch_all, fetch_one, from_json, to_json, to_us, upsert_row
from desktop.store.core.database import Database

Actions = tuple[SnippetAction, ...]
TRY_AGAIN_AFTER = timedelta(minutes=1)


class StoredActions(msgspec.Struct, frozen=True):
    """The actions of a reply that is accepted."""

    draft_id: str
    conversation_id: str
    actions: Actions


def save(db: Database, draft_id: str, customer_id: str, conversation_id: str, actions: Actions) -> None:
    """Replace the actions of a draft or reply."""
    if not actions:
        delete(db, draft_id)
        return
    row = {
        "draft_id": draft_id,
        "customer_id": customer_id,
        "conversation_id": conversation_id,
        "actions": to_text(actions),
    }
    upsert_row(db, "after_sending", row, key=("draft_id",))


def delete(db: Database, draft_id: str) -> None:
    """Nothing more is done after this draft or reply."""
    db.execute("DELETE FROM after_sending WHERE draft_id = ?", (draft_id,))


def load(db: Database, draft_id: str) -> Actions:
    """Empty for one without actions."""
    row = fetch_one(db, "SELECT actions FROM after_sending WHERE draft_id = ?", (draft_id,))
    return () if row is None else from_text(row.actions)


def due(db: Database, now: datetime) -> tuple[StoredActions, ...]:
    """Those of replies that are accepted, until they are deleted; not those that were begun just now."""
    rows = fetch_all(
        db,
        "SELECT after_sending.* FROM after_sending JOIN outbox USING (draft_id) WHERE outbox.state = ? "
        # After a clock that was ahead, neither for ever.
        "AND coalesce(tried_at_us, 0) NOT BETWEEN ? AND ?",
        (State.ACCEPTED, to_us(now - TRY_AGAIN_AFTER) + 1, to_us(now + TRY_AGAIN_AFTER)),
    )
    return tuple(StoredActions(row.draft_id, row.conversation_id, from_text(row.actions)) for row in rows)


def mark_tried(db: Database, draft_id: str, now: datetime) -> None:
    """They are begun: due again only if they are still there after `TRY_AGAIN_AFTER`."""
    db.execute("UPDATE after_sending SET tried_at_us = ? WHERE draft_id = ?", (to_us(now), draft_id))


def keep_only(db: Database, draft_id: str, actions: Actions) -> None:
    """The other actions are done, or will not be."""
    if actions:
        db.execute("UPDATE after_sending SET actions = ? WHERE draft_id = ?", (to_text(actions), draft_id))
    else:
        delete(db, draft_id)


def delete_orphans(db: Database) -> None:
    """Delete those of drafts and replies that are gone."""
    db.execute(
        "DELETE FROM after_sending WHERE draft_id NOT IN (SELECT draft_id FROM drafts) "
        "AND draft_id NOT IN (SELECT draft_id FROM outbox)"
    )


def to_text(actions: Actions) -> str:
    """As a column."""
    return to_json([[action.kind, action.value] for action in actions])


def from_text(text: str) -> Actions:
    """The inverse of `to_text`. An action of a kind that only a newer version knows is left out."""
    kinds = {kind.value: kind for kind in ActionKind}
    return tuple(SnippetAction(kinds[kind], value) for kind, value in from_json(text) if kind in kinds)
