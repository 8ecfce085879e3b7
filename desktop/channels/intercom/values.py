"""Single values of Intercom's answers as ours: text, ids, times, flags. None of these raises."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from desktop.channels.intercom.html import whole

_LAST_INSTANT = datetime(3000, 1, 1, tzinfo=UTC).timestamp()


def text(value: object) -> str:
    """A scalar as text, "" for none and for objects."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def ident(value: object) -> str:
    """An id as text: Intercom gives the same id as a number here and as text there."""
    return "" if isinstance(value, bool) else text(value).strip()


def assignee(value: object) -> str | None:
    """Nobody is null up to 2.15 and 0 from 2.16 on."""
    return None if ident(value) in ("", "0") else ident(value)


def name(value: object) -> str:
    """Names and addresses of people come entity-encoded (developer docs, "Encoding"): decoded exactly once, here."""
    return html.unescape(text(value)).strip()


def word(value: object) -> str:
    """A word of an open vocabulary, lower-case."""
    return text(value).strip().casefold()


def flag(value: object, default: bool = False) -> bool:
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.strip().casefold(), default)
    return default if value is None else bool(value)


def number(value: object) -> int | None:
    """A whole number at or above zero; None for anything else."""
    try:
        found = int(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and found >= 0 else None


def when(value: object) -> datetime | None:
    """Unix seconds (number or text) or ISO 8601; None for none and for what cannot be a time before the year 3000."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return _iso(str(value))
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _LAST_INSTANT else None


def _iso(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if 0 <= found.timestamp() < _LAST_INSTANT else None


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
