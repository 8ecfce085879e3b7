"""Reads providers' JSON without trusting its form: a missing or odd value becomes an empty one."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec

Scalar = str | int | float | bool | None
Kind = TypeVar("Kind", bound=msgspec.Struct)
MAX_NUMBER = 2**63 - 1
"""The largest integer that SQLite holds."""

MAX_BYTES = 16_000_000
MAX_VALUES = 1_000_000
"""The largest conversation that Intercom returns (500 parts, API 2.16) stays far below both."""

SMALL_ANSWER_BYTES = 65_536
"""Up to this size an answer is parsed on the event loop's thread; a larger one on a worker thread."""

_MAX_INTEGER_DIGITS = 300
_END_OF_ISOLATE = "\u2069"
_BIDI_CLOSERS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", _END_OF_ISOLATE
)
_BIDI_OPENERS = frozenset(_BIDI_CLOSERS)
_ENTITY_ZEROS = re.compile(r"&#0+(?=[0-9])")
_LONG_ENTITY = re.compile(r"&#[0-9]{12,};?")
_LAST_INSTANT = datetime(3000, 1, 1, tzinfo=UTC).timestamp()
_TEXT_OR_NUMBER = (str, int, float)
"""Joined by `|` they would be joined anew at each call."""


def parse(data: bytes) -> Any:
    """Parse JSON into plain values. Raises ValueError, also for an answer beyond the limits, and RecursionError."""
    check_size(data)
    return parse_checked(data)


def parse_checked(data: bytes) -> Any:
    """`parse` for an answer, or a part of one, whose size was checked."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeError):
        # The slower parser also takes half a surrogate pair and numbers of any size.
        return json.loads(data, parse_int=_integer)


def check_size(data: bytes) -> None:
    """Raise ValueError for an answer beyond the limits. A few compressed kilobytes may unfold to millions of empty
    lists, and everything waits while they are parsed.
    """
    # Each value takes a byte, at least.
    if len(data) > MAX_BYTES or (len(data) > MAX_VALUES and sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES):
        raise ValueError("too large an answer")


def parse_small(data: bytes) -> Any:
    """Parse a refusal; None for what is no JSON or longer than any refusal."""
    if len(data) > SMALL_ANSWER_BYTES:
        return None
    try:
        return parse(data)
    except (ValueError, RecursionError):
        return None


async def parse_async(data: bytes, parser: Callable[[bytes], Any] | None = None) -> Any:
    """As `parse`, on a worker thread where it would take long. parser: used instead."""
    parser = parser or parse
    return parser(data) if len(data) <= SMALL_ANSWER_BYTES else await asyncio.to_thread(parser, data)


def _integer(digits: str) -> int | float:
    """Read a long integer as a float: Python refuses some thousand digits, and with them the whole answer."""
    return int(digits) if len(digits) <= _MAX_INTEGER_DIGITS else float(digits)


def as_struct(raw: object, kind: type[Kind]) -> Kind:
    """Convert `raw` to a struct; a field that is missing or of a wrong type keeps its default. Never raises."""
    if not isinstance(raw, dict):
        return kind()
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, UnicodeError):
        return _field_by_field(raw, kind)


def _field_by_field(raw: dict[Any, Any], kind: type[Kind]) -> Kind:
    fits = {
        f.name: raw[f.encode_name]
        for f in msgspec.structs.fields(kind)
        if f.encode_name in raw and (f.type is Any or isinstance(raw[f.encode_name], str | int | float))
    }
    return kind(**fits)


def as_list(raw: object, *names: str) -> list[Any]:
    """The list that `raw` is, or that it holds under the first of `names` that is a list; else an empty one."""
    if isinstance(raw, list):
        return raw
    if isinstance(raw, dict):
        for name in names:
            if isinstance(found := raw.get(name), list):
                return found
    return []


def get_field(raw: object, *path: str) -> Any:
    """The value in nested objects under `path`; None where there is none."""
    for name in path:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw


def replace_surrogates(text: str) -> str:
    """Replace unpaired surrogates (halves of a cut emoji), which cannot be encoded, by replacement characters."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unescape_entities(text: str) -> str:
    """Decode HTML entities. Unlike `html.unescape`, never raises for a number of some thousand digits."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_ENTITY.sub("\ufffd", _ENTITY_ZEROS.sub("&#", text)))


def close_bidi_controls(text: str) -> str:
    """Close every bidirectional embedding and isolate that the text opens, so that text behind it is not reordered."""
    if _BIDI_OPENERS.isdisjoint(text):
        return text
    ends: list[str] = []
    for letter in text:
        if letter in _BIDI_OPENERS:
            ends.append(_BIDI_CLOSERS[letter])
        elif letter == _END_OF_ISOLATE and letter in ends:
            while ends.pop() != letter:
                pass
        elif ends and letter == ends[-1]:
            ends.pop()
    return text + "".join(reversed(ends))


def safe_file_name(name: str) -> str:
    """A file name without unprintable characters, which names on disk may hold and providers refuse."""
    return "".join(c for c in replace_surrogates(name) if c.isprintable()).strip() or "file"


def as_text(value: object) -> str:
    """A string or number as text; "" for anything else, booleans included."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_id(value: object) -> str:
    """An id as text; some providers give the same id as a number here and as text there."""
    return as_text(value).strip()


def as_word(value: object) -> str:
    """A word of an open vocabulary in lower case, with `_` for spaces and dashes."""
    return as_text(value).strip().casefold().replace(" ", "_").replace("-", "_")


def as_number(value: object) -> int | None:
    """A whole number from zero to `MAX_NUMBER`; None for anything else."""
    try:
        found = int(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 0 <= found <= MAX_NUMBER else None


def as_time(value: object) -> datetime | None:
    """Unix seconds (number or text), ISO 8601 or RFC 2822; None for none and for no time before the year 3000."""
    if isinstance(value, bool) or not isinstance(value, _TEXT_OR_NUMBER):
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
