"""Titles that are found by a few letters, and by words with a typing error."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.search.fuzzy import match_score, rank

TITLES = ["Refund on its way", "Ask for a photo", "Order number", ""]


def test_letters_at_the_start_of_words_come_first_and_errors_last() -> None:
    assert rank("", TITLES, str) == TITLES
    assert rank("on", TITLES, str)[:2] == ["Order number", "Refund on its way"]
    assert rank("refnud", TITLES, str) == ["Refund on its way"]
    assert rank("xyz", TITLES, str) == []
    assert rank("a", TITLES, str, lambda title: 1 if title == "" else None) == [""]


@given(st.text(max_size=12), st.text(max_size=30))
def test_a_match_holds_every_letter_in_order(query: str, text: str) -> None:
    wanted, held = "".join(query.casefold().split()), iter(text.casefold())
    assert (match_score(query, text) is not None) == all(letter in held for letter in wanted)
