"""Random hostile HTML bodies with the texts that must be visible and those that must not."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass, field

BAD_ADDRESSES = (
    "javascript:alert('{}')", "JaVaScRiPt:{}", "java\tscript:{}", "&#106;avascript:{}", "\x01javascript:{}",
    "vbscript:{}", "data:text/html;base64,{}", "data:image/svg+xml,<svg onload={}>", "file:///etc/{}", "file://host/{}",
    "\\\\server\\{}", "blob:https://x/{}", "about:{}", "ms-msdt:/id {}", "search-ms:query={}", "view-source:{}",
)  # fmt: skip
WRAPPERS = (
    "div", "span", "b", "i", "font", "center", "marquee", "blink", "section", "svg", "math", "foreignObject", "mi",
    "form", "button", "select", "option", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "td", "h1", "x-odd",
    "noscript", "label", "details", "summary", "object", "applet", "fieldset", "ruby", "rt", "main", "dl", "dd",
)  # fmt: skip
REAL = (
    '<p>Hi, where is my <b>parcel</b>?</p><p class="no-margin">It was <a href="https://shop.example/o/4711">this '
    'one</a> &amp; paid.</p>',
    '<div class="intercom-container"><img src="https://downloads.example.com/i/o/1/a.jpg?expires=1&amp;signature=2" '
    'width="640" height="480"></div><p>Look</p>',
    '<ul><li>One</li><li>Two<ol><li>Deep</li></ol></li></ul><blockquote><p>Quoted</p></blockquote>',
    '<h2 id="x">Title</h2><pre><code>a  b\n c</code></pre><table><tr><td>A</td><td>B</td></tr></table>',
)  # fmt: skip


@dataclass
class Body:
    """An HTML body.

    visible: words that must be shown. hidden: words that must not, and parts of URLs that must be removed.
    hosts: of links that must be kept. judged: whether the lists are complete.
    """

    html: str = ""
    visible: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    forecast: bool = True


class BodyFactory:
    """Creates random bodies; every word in them is unique."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._number = 0
        self._body = Body()

    def body(self) -> Body:
        rng = self._rng
        self._body = Body()
        if rng.random() < 0.2:
            self._body.html, self._body.judged = _mutated(rng), False
            return self._body
        makers = (_plain, _hidden, _bad_link, _good_link, _nested, _table, _entities, _bidi, _picture, _attributes,
                  _handlers, _foreign)  # fmt: skip
        weights = (4, 3, 4, 4, 3, 2, 2, 2, 2, 1, 2, 2)
        self._body.html = "".join(rng.choices(makers, weights)[0](self, rng) for _ in range(rng.choice((1, 2, 3, 5))))
        if rng.random() < 0.004:
            self._body.html += _huge(self, rng)
        return self._body

    def word(self, kept: list[str], stem: str) -> str:
        self._number += 1
        kept.append(f"{stem}{self._number}q")
        return kept[-1]

    def shown(self) -> str:
        return self.word(self._body.visible, "seen")

    def unseen(self) -> str:
        return self.word(self._body.hidden, "unseen")

    def host(self) -> str:
        return self.word(self._body.hosts, "host") + ".example"


def hostile_text(rng: random.Random) -> str:
    """An HTML body without expectations."""
    return BodyFactory(rng).body().html


Fragment = Callable[[BodyFactory, random.Random], str]


def _plain(m: BodyFactory, rng: random.Random) -> str:
    return f"<p>{m.shown()} &lt;{rng.choice(('b', '3', 'script'))}&gt; {m.shown()}</p>"


def _hidden(m: BodyFactory, rng: random.Random) -> str:
    tag = rng.choice(("script", "style", "SCRIPT", "sTyLe"))
    inside = rng.choice(("{}", "<!--{}-->", "</scrip>{}", "/*{}*/ body{{display:none}}", "'<p>{}</p>'"))
    given = rng.choice(("", " src=//x.example/a.js", " type='text/x' a='>'", "\n"))
    return f"<{tag}{given}>{inside.format(m.unseen())}</{tag}>{m.shown()}<!-- {m.unseen()} -->"


def _bad_link(m: BodyFactory, rng: random.Random) -> str:
    address = rng.choice(BAD_ADDRESSES).format(m.unseen())
    quote = '"' if "'" in address else "'"
    if rng.random() < 0.25:
        tag = rng.choice(("iframe", "embed", "video", "img"))
        return f"<{tag} src={quote}{address}{quote}></{tag}>{m.shown()}"
    return f"<a href={quote}{address}{quote} onclick='{m.unseen()}()'>{m.shown()}</a>"


def _good_link(m: BodyFactory, rng: random.Random) -> str:
    start = rng.choice(("https://", "http://", "HTTPS://", "https://www.bank.example@"))
    label = rng.choice(("{}", "<b>{}</b>", "https://{}.example/login")).format(m.shown())
    return f'<a target=_blank href="{start}{m.host()}/a?b=1&amp;c=%2F">{label}</a>'


def _nested(m: BodyFactory, rng: random.Random) -> str:
    depth = rng.choice((3, 30, 30, 300)) if rng.random() < 0.97 else 10_000
    tags = rng.choices([w for w in WRAPPERS if w not in ("select", "option")], k=min(depth, 5))
    word = m.shown()
    opened = "".join(f"<{tags[i % len(tags)]}>" for i in range(depth))
    closed = "".join(f"</{tags[i % len(tags)]}>" for i in reversed(range(depth))) if rng.random() < 0.7 else ""
    return f"{opened}{word}{closed}{m.shown()}"


def _table(m: BodyFactory, rng: random.Random) -> str:
    rows, columns = rng.choice((2, 8)), rng.choice((2, 8))
    cells = "".join("<tr>" + f"<td colspan=99999>{m.shown()}</td>" * columns + "</tr>" for _ in range(rows))
    return f"<table width=999999 border=9>{m.shown()}{cells}</table>"


def _entities(m: BodyFactory, rng: random.Random) -> str:
    form = rng.choice(("&#{};", "&#x{:x};", "&#0000{};"))
    coded = "".join(form.format(ord(c)) for c in m.shown())
    return f"<p>{coded}&nbsp;&#0;&#xD800;&bogus;&amp;lt;{m.shown()}</p>"


def _bidi(m: BodyFactory, rng: random.Random) -> str:
    mark = rng.choice(
        ("\u202e", "\u202d", "\u2066", "\u2067", "\u200f", "\u200b", "\u200d", "\ufeff", "&#8238;", "\u034f")
    )
    return f"<p>{mark * rng.choice((1, 50))}{m.shown()}{mark}{m.shown()}{chr(0x301) * rng.choice((0, 500))}</p>"


def _picture(m: BodyFactory, rng: random.Random) -> str:
    size = rng.choice(("1", "99999", "-5", "1e9", "100%", "999999999999"))
    name = rng.choice(("a.jpg", "..%2f..%2fx.exe", "%00", "\u202egnp.exe", "CON", ""))
    return f'<img src="https://files.example/{name}" width={size} height={size} onerror={m.unseen()}>{m.shown()}'


def _attributes(m: BodyFactory, rng: random.Random) -> str:
    count = rng.choice((5, 50, 50, 400, 3000))
    return f"<p {' '.join(f'a{i}=b' for i in range(count))}>{m.shown()}</p>"


def _handlers(m: BodyFactory, rng: random.Random) -> str:
    style = f"background:url({rng.choice(('http://x.example/', 'file:///'))}{m.unseen()})"
    return f'<p style="{style}" onload={m.unseen()} id=\'a">b\'>{m.shown()}</p><base href="file:///{m.unseen()}">'


def _foreign(m: BodyFactory, rng: random.Random) -> str:
    pairs = (("svg", "desc"), ("math", "mi"), ("svg", "foreignObject"), ("math", "annotation-xml"))
    outer, inner = rng.choice(pairs)
    link = f"<a xlink:href='javascript:{m.unseen()}'>{m.shown()}</a>"
    return f"<{outer}><{inner}><p>{m.shown()}</p></{inner}>{link}</{outer}>"


def _huge(m: BodyFactory, rng: random.Random) -> str:
    piece, count = rng.choice(
        (("<p>x</p>", 100_000), ("<b>", 100_000), ("word ", 200_000), ("&amp;", 200_000), ("<", 500_000),
         ("<td>x", 50_000), ("<a href='https://x.example/y'>z</a>", 5_000), ("<!--", 100_000), ("\u0301", 100_000),
         ("<p a" + " a=1" * 20_000 + ">", 4))
    )  # fmt: skip
    return f"<p>{m.shown()}</p>" + piece * count


def _mutated(rng: random.Random) -> str:
    seed = rng.choice(REAL)
    letters = list(seed)
    for _ in range(rng.choice((1, 3, 12))):
        at = rng.randrange(len(letters))
        match rng.randrange(4):
            case 0:
                del letters[at : at + rng.choice((1, 5))]
            case 1:
                letters.insert(
                    at, rng.choice(("<", ">", '"', "'", "&", "\x00", "\ud800", "\u202e", "<!--", "]]>", "/"))
                )
            case 2:
                letters[at:at] = letters[at : at + 20]
            case _:
                letters[at] = html.escape(letters[at])
        letters = letters or ["<"]
    return "".join(letters)
