"""What is done with conversations once drafts, or the replies that they became, are accepted."""

from __future__ import annotations

import msgspec

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.domain.model.outgoing import State
from desktop.store.core.columns import fetch_all, fetch_one, from_json, to_json, upsert_row
from desktop.store.core.database import Database

Actions = tuple[SnippetAction, ...]


class DueActions(msgspec.Struct, frozen=True):
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


def due(db: Database) -> tuple[DueActions, ...]:
    """Those of replies that are accepted, until they are deleted."""
    rows = fetch_all(
        db,
        "SELECT after_sending.* FROM after_sending JOIN outbox USING (draft_id) WHERE outbox.state = ?",
        (State.ACCEPTED,),
    )
    return tuple(DueActions(row.draft_id, row.conversation_id, from_text(row.actions)) for row in rows)


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
