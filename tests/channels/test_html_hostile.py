"""Bodies and entities made to break a reader: words stay, addresses that lead nowhere good do not."""

from __future__ import annotations

from time import thread_time

import pytest

from desktop.channels.intercom import html, values
from desktop.channels.shared import loose_json


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<div><text><p>word</p></text></div>", "word"),
        ("<list><p>word</p></list>", "word"),
        ("<svg><desc><p>one</p></desc></svg><p>two</p>", "one\n\ntwo"),
        ("<math><mi><p>word</p></mi></math>", "word"),
        ("<noscript><p>word <a href='file:///x'>link</a></p></noscript>", "word link"),
        ("<https://x.example", "<https://x.example"),
        ('<a href="\\\\server\\share">link</a>', "link"),
        ('<a href="/path">link</a>', "link"),
        ('<a href="//x.example/a">link</a>', "link (https://x.example/a)"),
        ('<iframe src="\\\\server\\share"></iframe>word', "word"),
        ('<img src="tel:1" alt="x">', "[x]"),
        ("&#" + "9" * 6000 + "; word", "\ufffd word"),
        ("<p>&#" + "9" * 6000 + "; word</p>", "\ufffd word"),
        ("&#" + "0" * 6000 + "65; word", "A word"),
    ],
)
def test_a_hostile_body_becomes_harmless_text(body, text):
    assert html.from_body(body)[0] == text


def test_a_name_with_an_endless_entity():
    assert values.name("Jennifer &#" + "9" * 6000 + ";") == "Jennifer \ufffd"


def test_an_endless_number_costs_only_itself():
    assert loose_json.parse(b'{"id": "1", "n": ' + b"9" * 6000 + b"}")["id"] == "1"
    assert loose_json.as_number(10**30) is None
    assert loose_json.as_number(2**63 - 1) == 2**63 - 1


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000 + "word" + "</div>" * 10_000,
        "<p " + " ".join(f"a{n}=b" for n in range(100_000)) + ">word</p>",
        '<p a=">" ' + " ".join(f"a{n}" for n in range(100_000)) + ">word</p>",
        "<p>word " + "&amp;" * 300_000,
        "<p>word</p>" + "<a href=" * 100_000,
        "<p>word</p>" + "<a " + "href " * 200_000,
        "word" + "<" * 1_000_000,
        "<p>word</p>" + "<p>x</p>" * 100_000,
    ],
    ids=["nested", "attributes", "quoted end", "entities", "unclosed", "half links", "brackets", "paragraphs"],
)
def test_what_would_take_long_is_read_plainly(body):
    began = thread_time()
    text, _ = html.from_body(body)
    assert thread_time() - began < 1.0
    assert "word" in text


def test_links_keep_their_addresses_even_then():
    body = '<p>Look <a class="x" href="https://x.example/a?b=1&amp;c">here</a></p>' + "<b></b>" * html.MAX_TAGS
    assert html.from_body(body)[0] == "Look  (https://x.example/a?b=1&c) here"
