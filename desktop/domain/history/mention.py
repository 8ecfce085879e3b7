"""Finds teammates whom notes mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def is_mentioned(note: str, name: str) -> bool:
    """Whether the text of a note has `@` and this name, as a whole, in any case. What Intercom's own mentions are in a
    note's HTML is not documented.
    """
    wanted = " ".join(name.split())
    return bool(wanted) and re.search(rf"@{re.escape(wanted)}(?!\w)", " ".join(note.split()), re.IGNORECASE) is not None


def find_mentioned(notes: Iterable[str], names: Mapping[str, str]) -> frozenset[str]:
    """The ids of those whom one of the notes mentions. names: by id."""
    texts = tuple(notes)
    return frozenset(i for i, name in names.items() if any(is_mentioned(text, name) for text in texts))
