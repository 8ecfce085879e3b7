"""Single values of Intercom's answers as ours: text, ids, times, flags. None of these raises."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import balanced, text, unescape

MAX_ID_LENGTH = 200
MAX_LABEL_LENGTH = 1_000
"""Far beyond what Intercom takes for a name; a screen would measure a longer one for seconds."""


def ident(value: object) -> str:
    """An id as text: Intercom gives the same id as a number here and as text there. One that is far too long gets a
    short name, because the order of ids is that of their numbers."""
    found = loose_json.ident(value)
    return found if len(found) <= MAX_ID_LENGTH else f"long:{hashlib.sha256(found.encode()).hexdigest()}"


def assignee(value: object) -> str | None:
    """Nobody is null up to 2.15 and 0 from 2.16 on."""
    return None if ident(value) in ("", "0") else ident(value)


def name(value: object) -> str:
    """Names and addresses of people come entity-encoded (developer docs, "Encoding"): decoded exactly once, here."""
    return label(unescape(text(value)))


def label(words: str) -> str:
    """Words that stand beside others on one line: of bounded length, and without a change of direction at their end."""
    words = words.strip()
    return balanced(words if len(words) <= MAX_LABEL_LENGTH else f"{words[:MAX_LABEL_LENGTH]}…")


def flag(value: object, default: bool = False) -> bool:
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.strip().casefold(), default)
    return default if value is None else bool(value)


def words_in(raw: object) -> str:
    """All text inside a value that should have been text, in its order."""
    return "\n".join(piece for piece in _pieces(raw) if piece.strip())


def _pieces(raw: Any) -> Iterator[str]:
    """Depth first, without recursion: what arrives here is odd already and may be deep."""
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif not isinstance(value, bool):
            yield text(value)
