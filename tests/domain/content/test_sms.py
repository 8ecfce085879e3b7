"""SMS parts: known vectors, and what must hold for every text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.sms import Encoding, Segments, count_segments, non_gsm_characters

GSM7, UCS2 = Encoding.GSM7, Encoding.UCS2
BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡AZÄÖÑÜ§¿azäöñüà"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Segments(GSM7, 0, 0, 160), id="nothing"),
        pytest.param("a" * 160, Segments(GSM7, 160, 1, 0), id="one full part"),
        pytest.param("a" * 161, Segments(GSM7, 161, 2, 145), id="one more splits at 153"),
        pytest.param("a" * 306, Segments(GSM7, 306, 2, 0), id="two full parts"),
        pytest.param("a" * 307, Segments(GSM7, 307, 3, 152), id="a third part"),
        pytest.param("€" * 80, Segments(GSM7, 160, 1, 0), id="extension characters count two"),
        pytest.param("€" * 81, Segments(GSM7, 162, 2, 143), id="and are not torn: 76 fit into 153"),
        pytest.param("a" * 152 + "{" + "a" * 10, Segments(GSM7, 164, 2, 141), id="a torn one moves on whole"),
        pytest.param("ж" * 70, Segments(UCS2, 70, 1, 0), id="Cyrillic"),
        pytest.param("ж" * 71, Segments(UCS2, 71, 2, 63), id="Cyrillic splits at 67"),
        pytest.param("😀" * 35, Segments(UCS2, 70, 1, 0), id="an emoji is two units"),
        pytest.param("😀" * 36, Segments(UCS2, 72, 2, 61), id="33 emoji fit into 67"),
        pytest.param("a" * 70 + "ç", Segments(UCS2, 71, 2, 63), id="one foreign character changes the whole text"),
        pytest.param("[1] {2} \\ ~ ^ | €", Segments(GSM7, 26, 1, 134), id="programmers' signs"),
    ],
)
def test_texts_of_known_size_have_so_many_parts(text, expected):
    assert count_segments(text) == expected


def test_the_whole_alphabet_is_known():
    assert non_gsm_characters(BASIC + "\f^{}\\[~]|€") == ()


def test_culprits_are_named_once_and_in_order():
    assert non_gsm_characters("It’s here… it’s 5 €") == ("’", "…")


texts = st.text(st.sampled_from("ab €{ж😀’\n") | st.characters(exclude_categories=["Cs"]), max_size=400)


@given(texts)
def test_units_are_what_the_encoding_says(text):
    found = count_segments(text)
    if found.encoding is UCS2:
        assert found.units == len(text.encode("utf-16-le")) // 2
    else:
        assert found.units == len(text) + sum(text.count(c) for c in "\f^{}\\[~]|€")


@given(texts)
def test_parts_hold_the_text_and_waste_at_most_one_unit_each(text):
    found = count_segments(text)
    size = {(GSM7, True): 160, (GSM7, False): 153, (UCS2, True): 70, (UCS2, False): 67}[
        (found.encoding, found.parts <= 1)
    ]
    room = size * max(found.parts, 1)
    assert 0 <= found.left <= size
    assert room - found.left - found.units <= found.parts - 1 if found.parts else found.units == 0


@given(texts, texts)
def test_more_text_never_takes_fewer_parts(text, more):
    assert count_segments(text + more).parts >= count_segments(text).parts
