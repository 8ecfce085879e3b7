"""Formatting: one form only, complete texts, and WhatsApp's signs."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.whatsapp_marks import mark_for_whatsapp, text_on
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.formatting import (
    STYLES,
    Span,
    SpanKind,
    blocks,
    carry_over,
    clip,
    link_address,
    link_text,
    normalize,
    styles_without_code,
    without_addresses,
)
from desktop.ui.composer.writing import whatsapp_markup

BOLD, ITALIC, CODE, LINK, BULLETS, NUMBERS = SpanKind
TEXTS = st.text(alphabet="ab9 .*_`-1\n\U0001f600é", max_size=40)
SPANS = st.builds(
    Span, st.sampled_from(SpanKind), st.integers(-2, 45), st.integers(-2, 45), st.sampled_from(["", "https://a.b"])
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://x.example/a?b=1#c", "https://x.example/a?b=1#c"),
        (" x.example/path ", "https://x.example/path"),
        ("sam@shop.example", "mailto:sam@shop.example"),
        ("tel:+353871234567", "tel:+353871234567"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("two words", ""),
        ("1.5", ""),
        ("", ""),
    ],
)
def test_addresses(typed, address):
    assert link_address(typed) == address


def spans_of(text: str, *parts: tuple[SpanKind, str] | tuple[SpanKind, str, str]) -> tuple[Span, ...]:
    return normalize(text, [Span(k, text.index(w), text.index(w) + len(w), *value) for k, w, *value in parts])


def test_a_translation_keeps_the_formatting_that_has_its_place_in_it():
    text = "Hello Jo\n- your order 4821\n- a label\nSee https://a.example/x now."
    other = "Hola, Jo\n- tu pedido 4821\n- una etiqueta\nMira https://a.example/x ahora."
    address = "https://a.example/x"
    kept = ((BOLD, "4821"), (LINK, address, address))
    spans = spans_of(text, (ITALIC, "Hello Jo"), (BULLETS, "- your order 4821\n- a label"), (CODE, "a label"), *kept)
    expected = spans_of(
        other, (ITALIC, "Hola, Jo"), (BULLETS, "- tu pedido 4821\n- una etiqueta"), (CODE, "una etiqueta"), *kept
    )
    assert carry_over(text, spans, other) == (expected, True)
    # A word has no place that anybody knows; another number of lines gives none to anything.
    assert carry_over(text, (*spans, *spans_of(text, (BOLD, "label"))), other) == (expected, False)
    assert carry_over(text, spans, other + "\n") == ((), False)
    assert carry_over(text, spans, other.replace("- una", "\u2013 una"))[1] is False
    assert carry_over(text, (), other + "\n") == ((), True)
    assert carry_over(text, spans, text) == (spans, True)


@given(TEXTS, st.lists(SPANS, max_size=6), TEXTS)
def test_what_is_carried_over_is_normal(text, spans, other):
    carried, _ = carry_over(text, normalize(text, spans), other)
    assert normalize(other, carried) == carried


@given(TEXTS, st.lists(SPANS, max_size=6))
def test_normal_formatting_stays_as_it_is(text, spans):
    normal = normalize(text, spans)
    assert normalize(text, normal) == normal
    assert all(0 <= s.start < s.end <= len(text) for s in normal)
    found = blocks(text, normal)
    assert "\n".join(text[start:end] for _, start, end in found) == text
    assert normalize(text, (*styles_without_code(normal), *(s for s in normal if s.kind not in STYLES))) is not None


def test_a_list_is_of_neighbouring_lines_with_their_markers():
    text = "- one\n- two\n\n1. a\n2. b\n4. c\nplain"
    spans = normalize(text, [Span(BULLETS, 0, len(text)), Span(NUMBERS, 13, 27)])
    assert [(s.kind, text[s.start : s.end]) for s in spans] == [(BULLETS, "- one\n- two")]
    spans = normalize(text, [Span(NUMBERS, 13, len(text))])
    assert [(s.kind, text[s.start : s.end]) for s in spans] == [(NUMBERS, "1. a\n2. b")]


def test_a_link_stands_in_the_text_with_its_address():
    text = f"See {link_text('our page', 'https://x.example/a')} or {link_text('x.example', 'https://x.example/')}."
    assert text == "See our page (https://x.example/a) or x.example."
    both = [Span(LINK, 4, 34, "https://x.example/a"), Span(LINK, 38, 47, "https://x.example/")]
    spans = normalize(text, both)
    assert list(spans) == both
    assert without_addresses(text, spans) == "See our page or x.example."
    assert normalize(text, [Span(LINK, 4, 12, "https://x.example/a"), Span(LINK, 0, 3, "javascript:x")]) == ()
    assert clip(text, spans, 4, 40) == (Span(LINK, 0, 30, "https://x.example/a"),)


@pytest.mark.parametrize(
    ("text", "spans", "marked", "left_out"),
    [
        ("Hello Sam now", [Span(BOLD, 6, 10)], "Hello *Sam* now", set()),
        ("one two three", [Span(BOLD, 0, 7), Span(ITALIC, 4, 13)], "*one* _*two* three_", set()),
        ("unbelievable", [Span(BOLD, 2, 9)], "unbelievable", {BOLD}),
        ("2*3*4 is it", [Span(BOLD, 0, 5)], "2*3*4 is it", {BOLD}),
        ("a\nb", [Span(ITALIC, 0, 3)], "_a_\n_b_", set()),
        ("run npm i now", [Span(CODE, 4, 9), Span(BOLD, 4, 9)], "run `npm i` now", {BOLD}),
        ("see\nx = 1\ny = 2", [Span(CODE, 4, 15)], "see\n```x = 1\ny = 2```", set()),
        ("- one\n- two", [Span(BULLETS, 0, 11), Span(BOLD, 2, 5)], "- *one*\n- two", set()),
    ],
)
def test_signs_of_whatsapp(text, spans, marked, left_out):
    made = mark_for_whatsapp(text, normalize(text, spans))
    assert (made.text, made.left_out) == (marked, left_out)


@given(TEXTS, st.lists(SPANS, max_size=6))
def test_no_word_is_lost_to_signs(text, spans):
    normal = normalize(text, spans)
    made = mark_for_whatsapp(text, normal)
    signs = str.maketrans("", "", "*_`")
    assert made.text.translate(signs) == text.translate(signs)
    assert text_on(ChannelKind.SMS, text, normal) == text


WORDS = st.lists(
    st.tuples(st.text("abé", min_size=1, max_size=4), st.sets(st.sampled_from((BOLD, ITALIC)))), min_size=1, max_size=6
)


@given(WORDS, st.sampled_from([" ", "\n"]))
def test_whatsapp_shows_what_was_formatted(words, between):
    """Of texts without signs; the judge reads them as WhatsApp does."""
    starts = [0, *accumulate(len(word) + 1 for word, _ in words)]
    text = between.join(word for word, _ in words)
    spans = normalize(
        text, [Span(k, at, at + len(w)) for (w, kinds), at in zip(words, starts, strict=False) for k in kinds]
    )
    made = mark_for_whatsapp(text, spans)
    assert not made.left_out
    shown = [(c, run.bold, run.italic) for run in whatsapp_markup.runs(made.text) for c in run.text if not c.isspace()]
    assert shown == [(c, BOLD in kinds, ITALIC in kinds) for word, kinds in words for c in word]
