"""Copies beside a database, moved aside as unreadable or made by an earlier version before a migration. They hold the
text as it was, whatever has been wiped, redacted or deleted in the database since.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from desktop.store.core.encryption import erase


class CopyKind(Enum):
    """What a copy was made for; the value is part of its name."""

    BEFORE_MIGRATION = "before"
    UNREADABLE = "unreadable"


def erase_copies(path: Path, kind: CopyKind, written_before: datetime | None = None) -> None:
    """Erase the copies of the database at `path`, with their journals: all of that kind, or those that were last
    written before a time. Raises OSError.
    """
    for copy in path.parent.glob(f"{path.name}.{kind.value}-*"):
        if written_before is None or datetime.fromtimestamp(copy.stat().st_mtime, UTC) < written_before:
            erase(copy)
