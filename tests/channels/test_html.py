"""HTML bodies as words, and words as HTML bodies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.intercom import html
from desktop.channels.intercom.reply_html import to_body
from desktop.domain.model.formatting import Span, SpanKind, normalize, without_addresses


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        ("Plain words\nin two lines", "Plain words\nin two lines"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", "1 < 2 &amp; 3"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ('<p class="no-margin">One</p>\n<p class="no-margin">Two</p>', "One\nTwo"),
        ('<p class="no-margin">One</p><p class="no-margin"><br></p><p class="no-margin">Two</p>', "One\n\nTwo"),
        ("<p>One<br>Two<br/><br>Three</p>", "One\nTwo\n\nThree"),
        ("<p>One\n   two\tthree</p>", "One two three"),
        ("<p>Hi <b>there</b>, <i>Jennifer</i>!</p>", "Hi there, Jennifer!"),
        ("<div>One<div>Two</div>Three</div>", "One\nTwo\nThree"),
        ("<h1>Title</h1><p>Text</p>", "Title\n\nText"),
        ('<p>See <a href="https://x.example/a?b=1&amp;c=2">the page</a>.</p>',
         "See the page (https://x.example/a?b=1&c=2)."),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="https://x.example/a"><b>https://x.example/a</b></a>', "https://x.example/a"),
        ('<a href="mailto:sam@shop.example">sam@shop.example</a>', "sam@shop.example"),
        ('<a href="https://x.example/a"></a>', "https://x.example/a"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<ol><li><p>One</p></li><li>Two<ul><li>Deep</li></ul></li></ol>", "1. One\n2. Two\n  - Deep"),
        ("<p>She said:</p><blockquote><p>One</p><p>Two</p></blockquote><p>Yes</p>",
         "She said:\n\n> One\n\n> Two\n\nYes"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td><td>D</td></tr></table>", "A | B\nC | D"),
        ("<script>alert(1)</script><style>p{}</style><p>Safe</p>", "Safe"),
        ("<p></p><p>&nbsp;</p>", ""),
        ("<!-- hidden --><p>Shown</p>", "Shown"),
        ('<iframe src="https://video.example/1"></iframe>', "https://video.example/1"),
        ('<img src="data:image/png;base64,AAAA">', "[image]"),
        ("<p>unclosed <b>words", "unclosed words"),
    ],
)  # fmt: skip
def test_a_body_becomes_this_text(body, text):
    assert html.from_body(body)[0] == text


def test_a_pasted_picture_is_an_attachment_with_its_address_decoded_once():
    source = "https://files.example.com/i/photo%201.jpg?expires=1&amp;signature=2&amp;amp;x"
    text, pictures = html.from_body(f'<p>Look</p><img src="{source}" width="640" height="x">')
    assert text == "Look"
    [picture] = pictures
    assert picture.url == "https://files.example.com/i/photo%201.jpg?expires=1&signature=2&amp;x"
    assert (picture.name, picture.inline, picture.width_px, picture.height_px) == ("photo 1.jpg", True, 640, None)


@pytest.mark.parametrize("tag", ["div", "blockquote", "table", "ul", "b"])
def test_endless_nesting_costs_neither_words_nor_time(tag):
    text, _ = html.from_body(f"<p>Before</p><script>no()</script>{f'<{tag}>' * 100_000}After &amp; all")
    assert text == "Before\nAfter & all"


def test_quotes_in_quotes_do_not_grow_without_end():
    text, _ = html.from_body("<blockquote>" * 2000 + "line<br>" * 2000)
    assert text.splitlines() == ["> > > > > line"] * 2000


def test_words_become_escaped_paragraphs():
    assert to_body("A & B <i>\nsecond line\n\nsecond paragraph") == (
        "<p>A &amp; B &lt;i&gt;<br>second line</p><p>second paragraph</p>"
    )
    assert to_body(" \n ") == ""


@given(st.text())
def test_words_survive_the_way_to_intercom_and_back(words):
    there_and_back, pictures = html.from_body(to_body(words))
    assert pictures == ()
    assert squeezed(there_and_back) == squeezed(words)


@given(st.text(alphabet="<>/&;apbrli \n\"'=#x0"))
def test_no_body_raises(body):
    html.from_body(body)


def squeezed(words: str) -> list[str]:
    """Spaces and line breaks apart, and without what HTML cannot hold."""
    return "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in words.replace("\0", "")).split()


PIECES = st.sampled_from(
    ["a", "Hello, ", "  ", " ", "\n", "\t", "\xa0", "é", "> ", "&amp;", "&lt;", "&#39;", "<br>", "<br />"]
)
PARAGRAPHS = st.builds(
    lambda margin, pieces, gap: f"<p{margin}>{''.join(pieces)}</p>{gap}",
    st.sampled_from(["", ' class="no-margin"']),
    st.lists(PIECES, max_size=6),
    st.sampled_from(["", "\n", " "]),
)


@given(st.lists(PARAGRAPHS, min_size=1, max_size=4).map("".join))
def test_paragraphs_alone_are_read_as_all_markup_is(body):
    if html._PARAGRAPHS_ALONE.fullmatch(body):
        assert html.read_body(body) == html._from_markup(body)


BOLD, ITALIC, CODE, LINK, BULLETS, NUMBERS = SpanKind
RICH = (
    "Hi <Sam>, see the page (https://x.example/a?b=1&c=2):\n- one\n- two & three\n\n1. a\n2. b\nx = 1\ny  = 2\nBye",
    (
        Span(BOLD, 0, 2),
        Span(ITALIC, 1, 8),
        Span(LINK, 14, 52, "https://x.example/a?b=1&c=2"),
        Span(BULLETS, 54, 73),
        Span(NUMBERS, 75, 84),
        Span(CODE, 85, 97),
    ),
)


def test_formatting_becomes_markup_and_comes_back():
    text, spans = RICH
    spans = normalize(text, spans)
    body = to_body(text, spans)
    assert body == (
        "<p><b>H</b><b><i>i</i></b><i> &lt;Sam&gt;</i>, see "
        '<a href="https://x.example/a?b=1&amp;c=2">the page</a>:</p><ul><li>one</li><li>two &amp; three</li></ul>'
        "<ol><li>a</li><li>b</li></ol><pre><code>x = 1\ny  = 2</code></pre><p>Bye</p>"
    )
    read, pictures, found = html.read_body(body)
    assert (squeezed(read), pictures) == (squeezed(text), ())
    assert [(s.kind, read[s.start : s.end], s.value) for s in found] == [
        (s.kind, text[s.start : s.end], s.value) for s in spans if s.kind not in (BULLETS, NUMBERS)
    ]
    # What may be forwarded is complete without its markup.
    forwarded = to_body(text, spans, is_forwarded=True)
    assert "<ul>" not in forwarded
    assert "- one<br>- two &amp; three" in forwarded
    assert "the page (https://x.example/a?b=1&amp;c=2)" in forwarded
    assert squeezed(html.from_body(forwarded)[0]) == squeezed(text)


@pytest.mark.parametrize(
    ("body", "text", "spans"),
    [
        ("<p>Hi <strong>there</strong> <em>you</em></p>", "Hi there you", [(BOLD, "there"), (ITALIC, "you")]),
        ("<blockquote><p><b>One</b></p></blockquote><p>Two <b>three</b></p>", "> One\n\nTwo three",
         [(BOLD, "One"), (BOLD, "three")]),
        ("<ul><li><b>One</b> x</li><li><code>a b</code></li></ul>", "- One x\n- a b", [(BOLD, "One"), (CODE, "a b")]),
        ("<p>\n<b>Bold<br>on</b></p>", "Bold\non", [(BOLD, "Bold\non")]),
        ('<p><a href="javascript:x"><b>y</b></a></p>', "y", [(BOLD, "y")]),
        ('<p>a<a href="https://x.example/b"> c </a>d</p>', "a c (https://x.example/b)d", [(LINK, "c (https://x.example/b)")]),
    ],
)  # fmt: skip
def test_styles_of_bodies(body, text, spans):
    read, _, found = html.read_body(body)
    assert read == text
    assert [(s.kind, read[s.start : s.end]) for s in found] == spans


def test_an_address_that_intercom_writes_another_way_is_the_same_text():
    text, _, spans = html.read_body('<p>See <a href="https://x.example/">our page</a></p>')
    theirs, _, others = html.read_body('<p>See <a href="https://x.example">our page</a></p>')
    assert text != theirs
    assert without_addresses(text, spans) == without_addresses(theirs, others) == "See our page"


@given(
    st.text(alphabet="ab <>&-1.\n\U0001f600", max_size=40),
    st.lists(st.builds(Span, st.sampled_from(SpanKind), st.integers(0, 40), st.integers(0, 40)), max_size=6),
    st.booleans(),
)
def test_formatted_words_survive_the_way_to_intercom_and_back(words, spans, is_forwarded):
    spans = normalize(words, spans)
    there_and_back, _, found = html.read_body(to_body(words, spans, is_forwarded=is_forwarded))
    assert "".join(squeezed(there_and_back)) == "".join(squeezed(words))
    assert {s.kind for s in found} <= {s.kind for s in spans}
