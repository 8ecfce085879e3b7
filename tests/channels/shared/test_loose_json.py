"""JSON is read as Python's own parser reads it, with whatever a provider may send."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.shared import loose_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters())


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)))
def test_what_was_written_is_read(value: object) -> None:
    assert loose_json.parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "data",
    [
        b'"\\ud83d"',
        b'{"cut": "\\ude00", "whole": "\\ud83d\\ude00"}',
        b"-0.0",
        b"18446744073709551616",
        b'{"twice": 1, "twice": 2}',
        b"\xef\xbb\xbf1",
        b"[1e400, -1e400]",
    ],
)
def test_what_a_strict_parser_refuses_is_read_too(data: bytes) -> None:
    assert loose_json.parse(data) == json.loads(data)


def test_a_number_of_any_length_is_read() -> None:
    assert loose_json.parse(b"1" * 400) == int("1" * 400)
    assert loose_json.parse(b"1" * 6_000) == math.inf


@pytest.mark.parametrize("data", [b"", b"01", b"[1,]", b'"\x01"', b"{'a': 1}", b'"\xff"', b"1 2"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loose_json.parse(data)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        loose_json.parse(b"[%b]" % b",".join([b"[]"] * (loose_json.MAX_VALUES // 2 + 1)))
