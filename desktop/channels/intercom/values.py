"""Reads single values of Intercom's answers: ids, names, flags. None of these functions raises."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from desktop.channels.intercom import html
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import as_text, close_bidi_controls, unescape_entities

MAX_ID_LENGTH = 200
MAX_LABEL_LENGTH = 1_000
"""Far beyond what Intercom accepts for a name; laying out a longer one would take seconds."""


class NotReadable(ValueError):
    """The answer is not what was asked for: no object, or one without an id."""


def ident(value: object) -> str:
    """An id as text; its hash where it is far too long, because ids are ordered as numbers."""
    found = loose_json.as_id(value)
    return found if len(found) <= MAX_ID_LENGTH else f"long:{hashlib.sha256(found.encode()).hexdigest()}"


def assignee(value: object) -> str | None:
    """The id of an assignee; nobody is null up to API 2.15 and 0 from 2.16 on."""
    return None if ident(value) in ("", "0") else ident(value)


def name(value: object) -> str:
    """A name or e-mail address, which comes entity-encoded (developer docs, "Encoding"); decoded once, here only."""
    return label(unescape_entities(as_text(value)))


def label(text: str) -> str:
    """A text for one line among others: of bounded length, and without an open bidirectional control."""
    text = text.strip()
    return close_bidi_controls(text if len(text) <= MAX_LABEL_LENGTH else f"{text[:MAX_LABEL_LENGTH]}…")


def flag(value: object, default: bool = False) -> bool:
    """A boolean, which may come as text; `default` for none."""
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.strip().casefold(), default)
    return default if value is None else bool(value)


def plain_text(body: object) -> str:
    """The text of HTML; "" for what is no text."""
    return html.from_body(body)[0] if isinstance(body, str) else ""


def text_in(raw: object) -> str:
    """All text inside a value that should have been text, in order, one piece a line."""
    return "\n".join(piece for piece in _pieces(raw) if piece.strip())


def _pieces(raw: Any) -> Iterator[str]:
    """Depth first, without recursion: an odd value may be nested deeply."""
    pending = [raw]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            pending.extend(reversed(value))
        elif not isinstance(value, bool):
            yield as_text(value)
