"""Files of drafts and of outgoing replies, stored under the draft's id."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.ports import OutgoingFile
from desktop.store.core.columns import fetch_all, valid_utf8
from desktop.store.core.database import Database


def save(db: Database, draft_id: str, outgoing: Sequence[OutgoingFile]) -> None:
    """Store these files instead of any others of the draft."""
    remove(db, draft_id)
    db.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
        [(draft_id, n, valid_utf8(f.name), f.content_type, f.data) for n, f in enumerate(outgoing)],
    )


def load(db: Database, draft_id: str) -> tuple[OutgoingFile, ...]:
    """The draft's files, in order."""
    rows = fetch_all(db, "SELECT name, content_type, data FROM files WHERE draft_id = ? ORDER BY position", (draft_id,))
    return tuple(OutgoingFile(*row) for row in rows)


def remove(db: Database, draft_id: str) -> None:
    """Delete the draft's files."""
    db.execute("DELETE FROM files WHERE draft_id = ?", (draft_id,))
