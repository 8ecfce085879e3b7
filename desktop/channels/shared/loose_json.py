"""Reading what providers answer without trusting its form: a missing or odd value becomes an empty one."""

from __future__ import annotations

import asyncio
import html
import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec

Scalar = str | int | float | bool | None
Kind = TypeVar("Kind", bound=msgspec.Struct)
LARGEST_NUMBER = 2**63 - 1
"""What a database can hold."""

LARGEST_BYTES = 16_000_000
MOST_VALUES = 1_000_000
"""The largest conversation that Intercom returns (500 parts, API 2.16) stays far below both."""

SMALL_BYTES = 65_536
"""Parsed at once; what is larger is parsed beside the loop."""

_LONGEST_INTEGER = 300
_END_OF_ISOLATE = "\u2069"
_TURN_ENDS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", _END_OF_ISOLATE)
_TURNS = frozenset(_TURN_ENDS)
_ENTITY_ZEROS = re.compile(r"&#0+(?=[0-9])")
_LONG_ENTITY = re.compile(r"&#[0-9]{12,};?")
_LAST_INSTANT = datetime(3000, 1, 1, tzinfo=UTC).timestamp()


def parse(data: bytes) -> Any:
    """JSON as plain Python values. Not msgspec's parser: half an emoji would cost the whole answer.

    Raises ValueError, also for more than anybody would answer, and RecursionError.
    """
    # A few kilobytes on the wire may unfold to millions of empty lists, and all else waits while they are parsed.
    if len(data) > LARGEST_BYTES or sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ValueError("more than is read")
    return json.loads(data, parse_int=_integer)


def parse_small(data: bytes) -> Any:
    """As `parse`, for refusals: None for what is no JSON, and for what is longer than any reason."""
    if len(data) > SMALL_BYTES:
        return None
    try:
        return parse(data)
    except (ValueError, RecursionError):
        return None


async def parse_async(data: bytes) -> Any:
    """As `parse`, from the loop's thread and not on it where it would take long."""
    return parse(data) if len(data) <= SMALL_BYTES else await asyncio.to_thread(parse, data)


def _integer(digits: str) -> int | float:
    """Python refuses integers of some thousand digits, and with them the whole answer."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def read(raw: object, kind: type[Kind]) -> Kind:
    """`raw` as `kind`; a field that is missing or of a wrong kind keeps its default. Never raises."""
    if not isinstance(raw, dict):
        return kind()
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, UnicodeError):
        return _field_by_field(raw, kind)


def _field_by_field(raw: dict[Any, Any], kind: type[Kind]) -> Kind:
    """By the provider's names, which msgspec calls the encoded ones."""
    fits = {
        f.name: raw[f.encode_name]
        for f in msgspec.structs.fields(kind)
        if f.encode_name in raw and (f.type is Any or isinstance(raw[f.encode_name], str | int | float))
    }
    return kind(**fits)


def items(raw: object, *names: str) -> list[Any]:
    """The list in `raw`: itself one, or an object that holds one under the first of `names` that fits."""
    if isinstance(raw, list):
        return raw
    if isinstance(raw, dict):
        return next((raw[n] for n in names if isinstance(raw.get(n), list)), [])
    return []


def field(raw: object, *path: str) -> Any:
    """What lies in nested objects under `path`, None where there is nothing."""
    for name in path:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw


def whole(text: str) -> str:
    """`text` without what cannot be encoded: halves of a cut emoji become replacement characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unescape(text: str) -> str:
    """Entities as letters. Python's own reader raises ValueError at a number of some thousand digits."""
    return html.unescape(_LONG_ENTITY.sub("\ufffd", _ENTITY_ZEROS.sub("&#", text)))


def balanced(text: str) -> str:
    """`text` with every change of direction ended that it begins, so that words put behind it read as they should."""
    if _TURNS.isdisjoint(text):
        return text
    ends: list[str] = []
    for letter in text:
        if letter in _TURNS:
            ends.append(_TURN_ENDS[letter])
        elif letter == _END_OF_ISOLATE and letter in ends:
            while ends.pop() != letter:
                pass
        elif ends and letter == ends[-1]:
            ends.pop()
    return text + "".join(reversed(ends))


def file_name(name: str) -> str:
    """A file's name as providers can take it: names on the agent's disk may hold anything."""
    return "".join(c for c in whole(name) if c.isprintable()).strip() or "file"


def text(value: object) -> str:
    """A scalar as text, "" for none, for objects and for truth values."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def ident(value: object) -> str:
    return text(value).strip()


def word(value: object) -> str:
    """A word of an open vocabulary: lower-case, with `_` for spaces and dashes."""
    return text(value).strip().casefold().replace(" ", "_").replace("-", "_")


def number(value: object) -> int | None:
    """A whole number from zero to `LARGEST_NUMBER`; None for anything else."""
    try:
        found = int(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 0 <= found <= LARGEST_NUMBER else None


def when(value: object) -> datetime | None:
    """Unix seconds (number or text), ISO 8601 or RFC 2822; None for none and for no time before the year 3000."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return _written(str(value).strip())
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _LAST_INSTANT else None


def _written(value: str) -> datetime | None:
    for reading in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reading(value)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return found if 0 <= found.timestamp() < _LAST_INSTANT else None
    return None
