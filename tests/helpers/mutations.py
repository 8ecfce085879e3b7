"""Random mutations of JSON answers: elements removed, repeated, retyped, nested or enlarged, and changed bytes."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

ODD_TEXT = (
    "", " ", "\ud83d", "\udc00x", "\u202egnp.exe", "\u200b\u200d\ufeff", "e" + "\u0301" * 300, "\x00", "\u2028\u2029",
    "null", "NaN", "-1", "1e400", "9" * 40, "0x10", "2026-13-40T99:99:99Z", "<script>x</script>", "<" * 500,
    "&#0;&#x110000;&", "{{1}}", "{" * 200, "%00%ff", "../../etc", "javascript:alert(1)", "http://[", "🏳️‍🌈" * 20,
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**4000, 0.5, -0.0, 1e308, 1e-320,
    float("nan"), float("inf"), float("-inf"), [], {}, [[]], [None], {"": None}, {"id": {"id": {}}}, [[[["x"]]]],
)  # fmt: skip
ODD_BYTES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\\", b"\\ud800", b"{", b"}", b"[", b"]", b",", b":", b"NaN",
    b"1e999", b"-", b"\xc3", b"\xed\xa0\x80", b"null", b"[" * 2000, b"9" * 6000, b"\r\n", b"<html>",
)  # fmt: skip


def mutate(seed: bytes, rng: random.Random, hostile: Callable[[random.Random], str]) -> bytes:
    """Mutate an answer; the result is mostly still JSON. hostile: creates texts for string fields."""
    if rng.random() < 0.25:
        return _bytes(seed, rng)
    try:
        content = json.loads(seed)
    except (ValueError, RecursionError):
        return _bytes(seed, rng)
    whole = [content]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        _structure(whole, rng, hostile)
    try:
        return json.dumps(whole[0] if whole else None).encode()
    except RecursionError:
        return _bytes(seed, rng)


def _structure(whole: list[Any], rng: random.Random, hostile: Callable[[random.Random], str]) -> None:
    container, key = _place(whole, rng)
    value = container[key]
    match rng.randrange(11):
        case 0:
            if container is not whole:
                del container[key]
        case 1 if isinstance(container, list) and container is not whole:
            container[key:key] = [_copy(value) for _ in range(rng.choice((1, 1, 3, 40)))]
        case 2 | 3:
            container[key] = deepcopy(rng.choice(ODD_VALUES))
        case 4:
            container[key] = rng.choice(ODD_TEXT)
        case 5:
            container[key] = _nested(value, rng)
        case 6 if isinstance(value, str):
            at = rng.randint(0, len(value))
            container[key] = value[:at] + rng.choice(ODD_TEXT) + value[at:]
        case 7:
            container[key] = hostile(rng)
        case 8:
            container[key] = str(value) if isinstance(value, int | float) else len(str(type(value)))
        case 9:
            other, name = _place(whole, rng)
            container[key] = _copy(other[name]) if other is not whole else None
        case 10 if rng.random() < 0.05:
            container[key] = rng.choice(("word ", "\u202e", "<p>x", "&amp;", "\ud83d", "9", "🏳️‍🌈")) * 100_000
        case _:
            if isinstance(value, dict):
                value[rng.choice(("id", "type", "data", "body", "", "\ud800"))] = deepcopy(rng.choice(ODD_VALUES))


def _copy(value: Any) -> Any:
    try:
        return json.loads(json.dumps(value))
    except (RecursionError, ValueError):
        return None


def _place(whole: list[Any], rng: random.Random) -> tuple[Any, Any]:
    """Choose a random element. Returns its container and key."""
    container, key = whole, 0
    while True:
        value = container[key]
        if not isinstance(value, list | dict) or not value or rng.random() < 0.12:
            return container, key
        container = value
        key = rng.randrange(len(value)) if isinstance(value, list) else rng.choice(list(value))


def _nested(value: Any, rng: random.Random) -> Any:
    for _ in range(rng.choice((1, 2, 300))):
        value = [value] if rng.random() < 0.5 else {"data": value}
    return value


def _bytes(seed: bytes, rng: random.Random) -> bytes:
    found = bytearray(seed or b"{}")
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(found) + 1)
        end = min(len(found), at + rng.choice((1, 2, 20, 400)))
        match rng.randrange(7):
            case 0:
                del found[at:end]
            case 1:
                found[at:at] = found[at:end]
            case 2:
                found[at:at] = rng.choice(ODD_BYTES)
            case 3 if at < len(found):
                found[at] = rng.randrange(256)
            case 4:
                del found[at:]
            case 5:
                numbers = list(re.finditer(rb"\d+", found))
                if numbers:
                    start, stop = rng.choice(numbers).span()
                    found[start:stop] = rng.choice((b"9" * 6000, b"1e999", b"-1", b"0", b"00", b"1.5", b"NaN"))
            case _:
                found = bytearray(found.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-32", "latin-1")),
                                                                          "replace"))  # fmt: skip
                if len(found) > 4_000_000:
                    del found[4_000_000:]
    return bytes(found)
