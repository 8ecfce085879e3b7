"""Which words of a text are looked up in a dictionary."""

from __future__ import annotations

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.spelling import MAX_WORD, base_language, find_words, plain_word


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("Helo Jennifer, your parcel's on its way.", "en", "Helo Jennifer your parcel's on its way"),
        (
            "Write to ana.b@shop.example or see https://shop.example/helo or www.helo.example!",
            "en",
            "Write to or see or",
        ),
        ("Order A-1042, 2nd try, v2beta at 10:30, snake_case", "en", "Order try at"),
        ("Dear ⟦first nmae⟧, {{ nmae }} and ⟦open", "en", "Dear and"),
        ("@maria #refnd /snip see shop.example/x and report.final.pdf", "en", "see and"),
        ("NASA and WhatsApp and iPhones but Helo", "en", "and and but Helo"),
        ("> Helo wrold", "en", ""),
        ("a I é", "en", ""),
        ("L’homme d'aujourd’hui, peut-être", "fr", "L’homme d'aujourd’hui peut-être"),
        ("مرحبا يا سيّدي Jennifer", "ar", "مرحبا يا سيّدي"),
        ("Hello مرحبا привет", "en", "Hello"),
        ("Hello привет", "ru-RU", "привет"),
        ("😀Helo😀wrold😀", "en", "Helo wrold"),
        ("x" * (MAX_WORD + 1) + " ok", "en", "ok"),
        ("Cafe\u0301 naïve", "fr", "Cafe\u0301 naïve"),
    ],
)
def test_words_are_found(line: str, language: str, expected: str) -> None:
    found = list(find_words(line, language))
    assert " ".join(word.text for word in found) == expected
    assert all(line[word.start : word.end] == word.text for word in found)


def test_words_are_written_as_in_dictionaries() -> None:
    (word,) = find_words("L’e\u0301te\u0301", "fr")
    assert word.plain == "L'été" == plain_word("L'été")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("pt-BR", "pt"), ("pt_BR.UTF-8", "pt"), (" EN ", "en"), ("ckb", "ckb"), ("Spanish", ""), ("", ""), ("1", "")],
)
def test_codes_of_languages(code: str, expected: str) -> None:
    assert base_language(code) == expected


@examples(200)
@given(st.text(max_size=60), st.sampled_from(["en", "ar", "el", "de"]))
def test_words_are_parts_of_the_text_in_their_order(line: str, language: str) -> None:
    found = list(find_words(line, language))
    ends = [0, *(word.end for word in found)]
    assert all(end <= word.start for end, word in zip(ends, found, strict=False))
    assert all(line[word.start : word.end] == word.text and not any(map(str.isdigit, word.text)) for word in found)
