"""WhatsApp's marks: what takes effect, what stays as it is, and blanks that are never taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.composer.writing.whatsapp_markup import TextRun, plain_runs, runs, strip_markup

SIGNS = st.text(alphabet="*_~` \nab{}1é", max_size=60)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("*now*", TextRun("now", bold=True)),
        ("_now_", TextRun("now", italic=True)),
        ("~now~", TextRun("now", struck=True)),
        ("```now *or* never```", TextRun("now *or* never", mono=True)),
        ("```two\nlines```", TextRun("two\nlines", mono=True)),
        ("*_now_*", TextRun("now", bold=True, italic=True)),
    ],
)
def test_a_pair_of_signs_takes_effect(text: str, style: TextRun) -> None:
    assert runs(f"Come {text}!") == (TextRun("Come "), style, TextRun("!"))


@pytest.mark.parametrize(
    "text",
    ["2 * 3 * 4", "snake_case_name", "*open", "* open*", "*open *", "**", "a*b*c", "*two\nlines*", "``` ```", "_"],
)
def test_signs_that_mark_nothing_stay(text: str) -> None:
    assert runs(text) == (TextRun(text),)


def test_blanks_stand_alone_and_take_the_style_around_them() -> None:
    assert runs("Hi *{{first_name}}*, _{{ 2 }}_") == (
        TextRun("Hi "),
        TextRun("{{first_name}}", bold=True, blank="first_name"),
        TextRun(", "),
        TextRun("{{ 2 }}", italic=True, blank="2"),
    )


def test_a_headline_knows_no_signs_but_blanks() -> None:
    assert plain_runs("*Order* {{1}}") == (TextRun("*Order* "), TextRun("{{1}}", blank="1"))


def test_what_is_shown_has_lost_its_signs() -> None:
    assert strip_markup("*Dear* {{1}}, ~old~ ```code```") == "Dear {{1}}, old code"


@given(SIGNS)
def test_nothing_but_signs_is_ever_lost(text: str) -> None:
    read = iter(text)
    assert all(letter in read for letter in strip_markup(text)), "in the order in which they were written"
    dropped = sorted(text)
    for letter in strip_markup(text):
        dropped.remove(letter)
    assert set(dropped) <= set("*_~`")


@given(SIGNS)
def test_plain_runs_keep_every_letter(text: str) -> None:
    assert "".join(run.text for run in plain_runs(text)) == text
