"""The agent's own saved replies."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.content.snippets import Snippet
from desktop.store.core.columns import fetch_all, upsert_row, valid_utf8
from desktop.store.core.database import Database
from desktop.store.outgoing import after_sending


def save(db: Database, snippets: Iterable[Snippet]) -> bool:
    """Store them; those with the same ids are replaced. True if anything is new."""
    is_new = False
    for snippet in snippets:
        row = {
            "id": snippet.id,
            "folder": valid_utf8(snippet.folder),
            "name": valid_utf8(snippet.name),
            "text": valid_utf8(snippet.text),
            "actions": after_sending.to_text(snippet.actions),
        }
        is_new |= upsert_row(db, "snippets", row, key=("id",))
    return is_new


def delete(db: Database, ids: Iterable[str]) -> None:
    """Delete those with these ids."""
    db.executemany("DELETE FROM snippets WHERE id = ?", [(snippet_id,) for snippet_id in ids])


def load(db: Database) -> tuple[Snippet, ...]:
    """All, by folder and name."""
    found = (
        Snippet(row.id, row.name, row.text, row.folder, after_sending.from_text(row.actions))
        for row in fetch_all(db, "SELECT * FROM snippets")
    )
    return tuple(sorted(found, key=lambda snippet: snippet.place))
