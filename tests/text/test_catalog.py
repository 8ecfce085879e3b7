"""Catalogue entries: looked up in the language in use, with every inserted value isolated where it must be."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from extract_sentences import TEMPLATE, extract

from desktop.text import catalog
from desktop.text.catalog import Phrase, Plural, Text, strip_isolates, use_language
from desktop.text.pseudo import PSEUDO_LANGUAGE, to_pseudo

WROTE = Text("{name} wrote.")
OPEN = Text("Open", "state of a conversation")
LINE = Text("{day}, {time}")
FILES = Plural("{count} file of {name}", "{count} files of {name}")


@pytest.fixture(autouse=True)
def english_again():
    yield
    use_language("en")


@pytest.fixture
def arabic(tmp_path: Path) -> Path:
    target = tmp_path / "ar" / "LC_MESSAGES" / "reachline.mo"
    target.parent.mkdir(parents=True)
    translated = Catalog(locale="ar")
    translated.add("{name} wrote.", "كتب {name}.")
    translated.add("LTR", "RTL", context="direction of the language")
    translated.add("Open", "مفتوحة", context="state of a conversation")
    with target.open("wb") as file:
        write_mo(file, translated)
    return tmp_path


def test_english_is_the_entry_itself():
    assert WROTE(name="Ann") == "Ann wrote."
    assert (FILES(1, name="Ann"), FILES(1200, name="Ann")) == ("1 file of Ann", "1,200 files of Ann")


def test_a_translation_is_used_and_what_it_lacks_stays_english(arabic):
    use_language("ar-EG", arabic)
    assert strip_isolates(WROTE(name="Ann")) == "كتب Ann."
    assert OPEN() == "مفتوحة"
    assert strip_isolates(FILES(2, name="Ann")) == "2 files of Ann"


def test_a_name_of_the_other_direction_is_isolated_and_no_other():
    assert WROTE(name="נועה") == "\u2068נועה\u2069 wrote."
    assert WROTE(name="Zoë") == "Zoë wrote."


def test_in_a_language_from_right_to_left_everything_inserted_is_isolated(arabic):
    use_language("ar", arabic)
    assert WROTE(name="+353 87 123") == "كتب \u2068+353 87 123\u2069."


def test_a_line_of_values_alone_is_read_from_right_to_left_too(arabic):
    use_language("ar", arabic)
    assert LINE(day="الأحد", time="14:02") == "\u200f\u2068الأحد\u2069, \u206814:02\u2069"
    assert strip_isolates(LINE(day="الأحد", time="14:02")) == "الأحد, 14:02"


def test_braces_in_a_name_are_letters():
    assert WROTE(name="{name} {0}") == "{name} {0} wrote."


def test_words_that_stand_for_a_name_get_a_capital_where_a_sentence_starts_with_them():
    sentence = Text("{name} wrote; tell {name}. {name}'s message is new. Then, {name}")
    phrase = Phrase("the {customer}")
    assert sentence(name=phrase) == (
        "The {customer} wrote; tell the {customer}. The {customer}'s message is new. Then, the {customer}"
    )
    assert sentence(name="de Wit") == "de Wit wrote; tell de Wit. de Wit's message is new. Then, de Wit"


def test_a_value_that_the_sentence_needs_cannot_be_left_out():
    with pytest.raises(KeyError):
        WROTE(named="Ann")


def test_the_pseudo_language_is_longer_bracketed_and_keeps_what_is_inserted():
    use_language(PSEUDO_LANGUAGE)
    shown = WROTE(name="Ann")
    assert shown.startswith("[Ann ŵŕöţé")
    assert shown.endswith("]")
    assert to_pseudo("<b>{name}</b> &amp; all").startswith("[<b>{name}</b> &amp; ")


def test_every_entry_is_known_by_its_placeholders():
    assert WROTE.placeholders == {"name"}
    assert FILES.placeholders == {"count", "name"}
    assert {WROTE, OPEN, FILES} <= set(catalog.entries())


def test_the_template_for_translators_is_up_to_date():
    assert TEMPLATE.read_text("utf-8") == extract(), "run: python -m tests.helpers.extract_sentences"
