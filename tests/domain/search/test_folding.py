"""Where searched words are in a text, whatever its case and accents."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.search.folding import find_ranges, fold


def marked(text: str, *words: str, **options: bool) -> list[str]:
    return [text[start:end] for start, end in find_ranges(text, words, **options)]


def test_case_and_accents_do_not_matter() -> None:
    assert marked("Où est Ma Commande, José?", "ou", "JOSE", "mandé") == ["Où", "mande", "José"]
    assert marked("Straße 5", "strasse") == ["Straße"]
    assert marked("e\u0301te\u0301", "ete") == ["e\u0301te\u0301"]


def test_neighbours_become_one_and_beginnings_of_words_can_be_asked_for() -> None:
    assert marked("Okafor", "oka", "kaf") == ["Okaf"]
    assert marked("reorder order", "order", at_word_start=True) == ["order"]
    assert marked("我的订单", "订单", at_word_start=True) == ["订单"]
    assert marked("anything", "", " ") == []


@given(st.text(max_size=30), st.lists(st.text(max_size=4), max_size=3))
def test_a_range_is_in_the_text_and_holds_a_word(text: str, words: list[str]) -> None:
    ranges = find_ranges(text, words)
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(a[1] < b[0] for a, b in pairwise(ranges))
    wanted = [w for w in map(fold, words) if w]
    for start, end in ranges:
        assert any(w in " ".join(text[start:end].split()) or w in fold(text[start:end]) or " " in w for w in wanted)
