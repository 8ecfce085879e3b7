"""The five catalogues: whole, with the placeholders and plural forms they need, compiled, and in their own language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from desktop.text import catalog
from tests.helpers.extract_sentences import TEMPLATE
from tests.helpers.update_catalogues import CODES, FOLDER, compiled, read, source_of

each_language = pytest.mark.parametrize(
    "code", [pytest.param(code, marks=pytest.mark.xdist_group("catalogues")) for code in CODES]
)

NAMES = (
    "reachline intercom octopods messenger facebook whatsapp telegram wechat line viber instagram twitter sms android "
    "iphone python qt sqlite appimage flatpak cloud api meta utc ok explain jennifer marketing ltr min kb mb"
)
"""Of products, people and units, which no language translates."""
SAME_WORDS = {
    "de": "afrikaans audio code emoji esperanto hindi ids in info link name offline optional pause problem server shop "
    "system tagalog tags team teams text urdu updates utility version video web",
    "es": "audio australia emoji error info lead manual no total video web",
    "fr": "account sid audio code conversation conversations document europe info invitation licences mentions menu "
    "message messages minute minutes note notes notifications pause section service tag tags total version web",
    "pt_BR": "emoji ids item lead link logs manual menu offline sandbox tag tags total web",
    "ar": "",
}
"""Words of entries that are the same as in English."""
FORBIDDEN = {
    "de": r"Kunde|Kundin|Kunden|Kundinnen|Kund[:*_]innen|Agent|Agentin|Relay|Bridge|Brücke|Echo|gespiegelt|bewiesen",
    "es": r"usted|ustedes|vosotros|(el|la|los|las) (cliente|agente)s?|puente|relé|eco|espejo|demostrad[oa]s?",
    "fr": r"tu|ton|tes|client|cliente|clients|clientes|agent|agente|relais|pont|écho|miroir|prouvée?s?",
    "pt_BR": r"tu|teu|tua|[oa]s? (cliente|agente)s?|ponte|relé|eco|espelho|comprovad[oa]s?",
    "ar": r"جسر|الجسر|صدى|مرآة|العميلة|الموظفة",
}
"""Words that say whether a person is a woman or a man, that address the agent otherwise than the rest, and those of the
inside of the program.
"""


@cache
def catalogue(code: str) -> Catalog:
    return read(code)


def entries(code: str) -> Iterator[tuple[Message, str, str]]:
    """Yield each entry with each form of its translation, and with the English of that form."""
    for message in catalogue(code):
        if isinstance(message.id, str):
            if message.id:
                yield message, message.string, message.id
        else:
            yield from ((message, form, message.id[min(n, 1)]) for n, form in enumerate(message.string))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def words(text: str) -> set[str]:
    plain = "".join(part for part, _, _, _ in Formatter().parse(text)).lower()
    return set(re.findall(r"[^\W\d_]{2,}", plain))


@each_language
def test_every_sentence_is_translated(code: str) -> None:
    assert [m.id for m, form, _ in entries(code) if not form or m.fuzzy] == []
    template = TEMPLATE.read_text("utf-8")
    assert f"\n{source_of(code).read_text('utf-8')}".count("\nmsgid ") == template.count("\nmsgid ")


@each_language
def test_the_program_loads_what_translators_wrote(code: str) -> None:
    file = source_of(code).with_suffix(".mo")
    assert file.read_bytes() == compiled(catalogue(code)), "run: python -m tests.helpers.update_catalogues"


@each_language
def test_placeholders_and_plural_forms_are_what_the_entry_needs(code: str) -> None:
    wrong, forms = [], catalogue(code).num_plurals
    for message, form, english in entries(code):
        needed = placeholders(message.id[1] if isinstance(message.id, tuple) else message.id)
        # "No reply", "one reply" and "two replies" need no number.
        is_small = isinstance(message.id, tuple) and form in message.string[: forms // 2]
        missing = needed - placeholders(form) - ({"count"} if is_small else set())
        if missing or placeholders(form) - needed or form.count("\n") != english.count("\n"):
            wrong.append((english, form))
        if isinstance(message.id, tuple) and len(message.string) != forms:
            wrong.append((english, str(message.string)))
    assert wrong == []


@each_language
def test_nothing_is_left_in_english(code: str) -> None:
    known = {*NAMES.split(), *SAME_WORDS[code].split()}
    assert {form: left for _, form, english in entries(code) if form == english and (left := words(form) - known)} == {}
    used = {word for _, form, english in entries(code) if form == english for word in words(form)}
    assert set(SAME_WORDS[code].split()) - used == set()


@each_language
def test_every_sentence_is_in_plain_words_and_says_nothing_of_women_or_men(code: str) -> None:
    forbidden = re.compile(rf"(?<!\w)({FORBIDDEN[code]})(?!\w)", re.IGNORECASE if code != "de" else 0)
    found = [form for _, form, _ in entries(code) if forbidden.search(re.sub(r"\{\w+\}", "", form))]
    assert found == []


def test_each_language_has_a_catalogue_a_glossary_and_the_names_of_countries() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(CODES)
    for code in CODES:
        assert catalog.is_translated(code.replace("_", "-"))
        assert len((FOLDER / code / "glossary.md").read_text("utf-8").splitlines()) > 30
        names = json.loads((FOLDER / code / "territories.json").read_text("utf-8"))
        assert names["DE"] != "Germany"
        assert len(names) > 240
