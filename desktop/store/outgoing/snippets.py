"""The agent's own saved replies."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.store.core.columns import fetch_all, from_json, to_json, upsert_row, valid_utf8
from desktop.store.core.database import Database


def save(db: Database, snippets: Iterable[Snippet]) -> bool:
    """Store them; those with the same ids are replaced. True if anything is new."""
    is_new = False
    for snippet in snippets:
        row = {
            "id": snippet.id,
            "folder": valid_utf8(snippet.folder),
            "name": valid_utf8(snippet.name),
            "text": valid_utf8(snippet.text),
            "actions": to_json([[action.kind, action.value] for action in snippet.actions]),
        }
        is_new |= upsert_row(db, "snippets", row, key=("id",))
    return is_new


def delete(db: Database, ids: Iterable[str]) -> None:
    """Delete those with these ids."""
    db.executemany("DELETE FROM snippets WHERE id = ?", [(snippet_id,) for snippet_id in ids])


def load(db: Database) -> tuple[Snippet, ...]:
    """All, by folder and name. An action of a kind that only a newer version knows is left out."""
    kinds = {kind.value: kind for kind in ActionKind}
    found = (
        Snippet(
            row.id,
            row.name,
            row.text,
            row.folder,
            tuple(SnippetAction(kinds[kind], value) for kind, value in from_json(row.actions) if kind in kinds),
        )
        for row in fetch_all(db, "SELECT * FROM snippets")
    )
    return tuple(sorted(found, key=lambda snippet: snippet.place))
