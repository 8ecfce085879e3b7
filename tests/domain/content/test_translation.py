"""Languages are compared by their codes, and guessed only where letters or words tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.translation import base_language, best_target, differs_from, is_same_language

OFFERED = ("AR", "DE", "EN-GB", "EN-US", "NB", "PT-BR", "PT-PT", "ZH-HANS")


def test_codes_are_compared_by_their_language() -> None:
    assert (base_language("pt-BR"), base_language("zh_Hans"), base_language(" NB ")) == ("pt", "zh", "no")
    assert is_same_language("EN-GB", "en")
    assert not is_same_language("", "")
    assert best_target("pt_br", OFFERED) == "PT-BR"
    assert [best_target(code, OFFERED) for code in ("pt", "no", "en", "fr")] == ["PT-BR", "NB", "EN-GB", ""]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("مرحبا، أين طلبي رقم 4821؟", "EN-GB", True),
        ("مرحبا، أين طلبي رقم 4821؟", "ar", None),
        ("مرحبا", "fa", None),
        ("Where is my parcel? It was not there.", "EN-GB", False),
        ("Where is my parcel? It was not there.", "de", True),
        ("Where is my parcel?", "ar", True),
        ("Hola!", "en", True),
        ("¡Buenos días! Mi paquete todavía no está, ¿dónde está?", "en", True),
        ("Ich habe noch nicht bezahlt, danke", "de", False),
        ("それは何ですか 日本語", "zh", True),
        ("日本", "ja", None),
        ("#4711 https://x.example/hello jen@shop.example", "en", None),
        ("OK", "en", None),
        ("", "en", None),
        ("Hello", "", None),
    ],
)
def test_a_guess_needs_letters_or_words_that_tell(text: str, language: str, expected: bool | None) -> None:
    assert differs_from(text, language) is expected


@given(st.text(max_size=60), st.sampled_from(["en", "ar", "ja", "xx", "", "-"]))
def test_any_text_can_be_looked_at(text: str, language: str) -> None:
    assert differs_from(text, language) in (True, False, None)
