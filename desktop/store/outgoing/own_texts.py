"""What the agent wrote in their own language, beside a draft or a reply whose text is a translation of it."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.content.translation import OwnText, TranslationService
from desktop.store.core.columns import fetch_all, to_json, upsert_row, valid_utf8
from desktop.store.core.database import Database


def save(db: Database, draft_id: str, own: OwnText | None) -> None:
    """None removes it."""
    if own is None:
        db.execute("DELETE FROM own_texts WHERE draft_id = ?", (draft_id,))
        return
    row = {
        "draft_id": draft_id,
        "text": valid_utf8(own.text),
        "language": own.language,
        "target_language": own.target_language,
        "service": own.service,
    }
    upsert_row(db, "own_texts", row, key=("draft_id",))


def load(db: Database, draft_id: str) -> OwnText | None:
    """None for a draft that is no translation."""
    return of_drafts(db, (draft_id,)).get(draft_id)


def of_drafts(db: Database, draft_ids: Iterable[str]) -> dict[str, OwnText]:
    """By draft id, of those drafts and replies that are translations."""
    rows = fetch_all(
        db, "SELECT * FROM own_texts WHERE draft_id IN (SELECT value FROM json_each(?))", (to_json(sorted(draft_ids)),)
    )
    return {
        row.draft_id: OwnText(row.text, row.language, row.target_language, TranslationService(row.service))
        for row in rows
    }
