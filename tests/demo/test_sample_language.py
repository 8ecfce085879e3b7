"""The sample workspace in each language: its people write it, and somebody is there to translate for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from desktop.demo.sample import SAMPLE_TEXTS
from desktop.domain.content.sms import count_segments
from desktop.domain.content.translation import differs_from
from desktop.sandbox.world import World, sample_data
from desktop.text.catalog import ENGLISH, LANGUAGES, Text, use_language
from desktop.text.demo.sample import tour

PLACEHOLDER = re.compile(r"\{\{[\w.]+")
WRITE_THEIR_OWN = {"omar": "ar", "chloe": "fr"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(ENGLISH)


def test_customers_and_team_write_the_language_of_the_screens(language: str) -> None:
    used: set[str] = set()

    def translate(english: str) -> str:
        used.add(english)
        return SAMPLE_TEXTS[english]()

    world = World(language=language, translate=translate)
    sample_data.add_tags_and_macros(world)
    cast = sample_data.story(world)
    assert set(SAMPLE_TEXTS) == used

    def texts_of(who: str) -> set[str]:
        return {text for counts in world.texts(cast[who]).values() for text in counts if text}

    seen = {who: {differs_from(text, language) for text in texts_of(who)} for who in cast}
    assert {who for who, guesses in seen.items() if True in guesses} == {
        who for who, own in WRITE_THEIR_OWN.items() if own != language
    }
    assert any("Jennifer" in text for text in texts_of("jennifer"))
    assert {who.language for who in cast.values()} == {language, *WRITE_THEIR_OWN.values()}
    assert {t.language for t in world.templates.all} - {"de", "en", "en_US"} <= {language.replace("-", "_")}
    # The words of the others are the catalogue's, which another test finds to be in the language.
    bodies = {t.text("BODY") for t in world.templates.all}
    assert SAMPLE_TEXTS["Hi {{first_name}}, order {{order_id}} has shipped."]() in bodies


def test_translations_keep_what_is_filled_in_and_the_tour_can_type_them(language: str) -> None:
    for english, entry in SAMPLE_TEXTS.items():
        assert sorted(PLACEHOLDER.findall(entry())) == sorted(PLACEHOLDER.findall(english))
    assert count_segments(tour.DELIVERY_BOOKED()).parts == 2
    typed = [entry() for entry in vars(tour).values() if isinstance(entry, Text)]
    # An editor gives back a plain space, and no editor of one message a new line.
    assert [text for text in typed if re.search("[\u00a0\n]", text)] == []
