"""HTML bodies as words, and words as HTML bodies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.intercom import html


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
def test_bodies(body, text):
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
    assert html.to_body("A & B <i>\nsecond line\n\nsecond paragraph") == (
        "<p>A &amp; B &lt;i&gt;<br>second line</p><p>second paragraph</p>"
    )
    assert html.to_body(" \n ") == ""


@given(st.text())
def test_words_survive_the_way_to_intercom_and_back(words):
    there_and_back, pictures = html.from_body(html.to_body(words))
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
        assert html.from_body(body) == html._from_markup(body)
