"""Reading what providers answer: odd values become empty ones, and nothing is lost beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.shared import loose_json, whatsapp_components
from desktop.domain.content.template import Button, ButtonKind, Category, Status, Unsendable
from desktop.domain.model.reason import make_reason

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Thing(msgspec.Struct, rename={"sender": "from"}):
    id: loose_json.Scalar = None
    sender: loose_json.Scalar = None
    more: Any = None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"id": 7, "from": "them", "more": [1]}, Thing(7, "them", [1])),
        ({"id": {"odd": 1}, "from": "them", "new": 1}, Thing(None, "them")),
        ({"id": [1], "from": None, "more": {"x": 1}}, Thing(None, None, {"x": 1})),
        ([], Thing()),
        (None, Thing()),
    ],
)
def test_an_odd_field_does_not_spoil_its_neighbours(raw, expected):
    assert loose_json.as_struct(raw, Thing) == expected


@pytest.mark.parametrize(
    "written",
    [1795338000, "1795338000", 1795338000.0, "2026-11-22T09:00:00Z", "2026-11-22T10:00:00+01:00",
     "2026-11-22 09:00:00", "Sun, 22 Nov 2026 09:00:00 +0000", " Sun, 22 Nov 2026 09:00:00 GMT "],
)  # fmt: skip
def test_every_way_to_write_a_time(written):
    assert loose_json.as_time(written) == AT


@pytest.mark.parametrize(
    "odd", [None, True, "", "soon", -5, 1e300, float("nan"), "inf", {}, [], "9999-12-31T23:59:59Z"]
)
def test_what_is_no_time(odd):
    assert loose_json.as_time(odd) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("7", 7), (7.0, 7), ("-1", None), ("x", None), (True, None), (None, None), (float("inf"), None), ({}, None)],
)
def test_numbers_are_whole_and_from_zero_on(value, expected):
    assert loose_json.as_number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(" Under Review ", "under_review"), ("outbound-api", "outbound_api"), (None, ""), (True, ""), ({}, "")],
)
def test_words_are_lower_case_with_underscores(value, expected):
    assert loose_json.as_word(value) == expected


def test_half_an_emoji_costs_only_itself():
    assert loose_json.as_text("a\ud83db") == "a\ufffdb"
    assert loose_json.as_text("\ud83d\ude00") == "😀"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda i: st.lists(i) | st.dictionaries(st.text(), i),
)


@pytest.mark.slow
@given(anything)
def test_no_json_makes_the_readers_raise(raw):
    loose_json.as_struct(raw, Thing)
    loose_json.as_time(raw)
    loose_json.as_number(raw)
    loose_json.get_field(raw, "a", "b")
    loose_json.as_list(raw, "a")
    assert loose_json.replace_surrogates(loose_json.as_text(raw)) == loose_json.as_text(raw)
    assert whatsapp_components.read_components(raw).body == ""


@given(st.text())
def test_unknown_words_are_never_sendable_or_guessed(word):
    assert (whatsapp_components.read_status(word) is Status.APPROVED) == (loose_json.as_word(word) == "approved")
    assert whatsapp_components.read_category(word) in Category


def test_buttons_keep_their_places_and_examples_only_the_blank():
    found = whatsapp_components.read_components(
        [
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "PHONE_NUMBER", "text": "Call"},
                    {"type": "URL", "text": "Shop", "url": "https://example.com"},
                    {
                        "type": "URL",
                        "text": "Track",
                        "url": "https://example.com/{{1}}",
                        "example": ["https://example.com/A"],
                    },
                ],
            }
        ]
    )
    assert found.examples == {"button.2": "A"}
    assert found.buttons == [
        Button(ButtonKind.PLAIN, "Call"),
        Button(ButtonKind.URL, "Shop", "https://example.com"),
        Button(ButtonKind.URL, "Track", "https://example.com/{{1}}"),
    ]


def test_the_first_reason_against_sending_is_told():
    found = whatsapp_components.read_components([{"type": "CAROUSEL"}, {"type": "LIMITED_TIME_OFFER"}])
    assert found.unsendable == make_reason(Unsendable.PART, part="carousel")
