"""Converts HTML bodies to text and its formatting. `reply_html` converts back."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import nh3

from desktop.channels.shared.loose_json import replace_surrogates, unescape_entities
from desktop.domain.model import formatting
from desktop.domain.model.facts import Attachment
from desktop.domain.model.formatting import Span, SpanKind, Spans

MAX_TAGS = 5_000
"""The sanitizer's time grows with the square of the nesting: 100,000 nested `<div>` take a minute."""

MAX_ENTITIES = 50_000
"""Each takes the sanitizer some microseconds."""

MAX_ATTRIBUTES = 20_000
"""Of one tag, and of several by the root of their squares: 100,000 attributes take the sanitizer three seconds."""

MAX_PARAGRAPHS = 10_000
"""Characters of a body of paragraphs alone, which holds no more than the limits above then."""

_DEEPEST_QUOTE = 5
_DEEPEST_LIST = 9
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "table", "tr", "blockquote"})
_PLAYERS = frozenset({"video", "audio", "source", "iframe"})
_STYLES = {
    "b": SpanKind.BOLD,
    "strong": SpanKind.BOLD,
    "i": SpanKind.ITALIC,
    "em": SpanKind.ITALIC,
    "code": SpanKind.CODE,
    "pre": SpanKind.CODE,
}
_TAGS = _BLOCKS | _PLAYERS | _STYLES.keys() | {"a", "br", "hr", "img", "li", "td", "th"}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "p": {"class"},
    **{player: {"src"} for player in _PLAYERS},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCRIPT_OR_STYLE = re.compile(r"(<(?:script|style)\b[^<>]*>|</(?:script|style)\s*>)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LINE_END = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|tr|h[1-6]|blockquote)\s*>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
"""All but single spaces, which most are."""
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_ATTRIBUTE = re.compile(r"<attribute\b[^>]*>(?:\s*</attribute>)?", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"<[a-zA-Z/!]")
_NAMED_TAG = re.compile(r"</?([a-zA-Z][^\s/<>]*)[^<>]*>")
# HTML's own tags besides those that are read. Any other tag is removed before the sanitizer sees it: it takes
# `<text>` and `<list>` for parts of SVG and MathML and drops the paragraphs in them. So are tags such as
# `<noscript>`, whose contents it would take for text.
_KNOWN = re.compile(
    r"abbr|acronym|address|applet|area|article|aside|b|base|basefont|bdi|bdo|big|body|button|canvas|caption|"
    r"center|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|dir|dl|dt|em|embed|fieldset|"
    r"figcaption|figure|font|footer|form|frame|frameset|head|header|hgroup|html|i|input|ins|kbd|label|legend|"
    r"link|main|map|mark|marquee|menu|meta|meter|nav|nobr|object|optgroup|option|"
    r"output|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|small|span|"
    r"strike|strong|style|sub|summary|sup|tbody|template|tfoot|thead|time|track|tt|u|var|wbr",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br ?/?>")
_TEXT = r"(?:[^<>&\x00-\x08\x0b\x0e-\x1f\x7f]++|&(?:amp|lt|gt|quot|#39);|<br ?/?>)*+"
_PARAGRAPH = re.compile(rf'<p(?: class="(?P<class>no-margin)")?>(?P<text>{_TEXT})</p>')
_PARAGRAPHS_ALONE = re.compile(rf'(?:<p(?: class="no-margin")?>{_TEXT}</p>[ \t\r\n]*+)++')
_ATTRIBUTE_SEPARATORS = re.compile(r"[\s/\"']+")
_LINK = re.compile(r"<a\s[^<>]*?\bhref\s*=\s*[\"']?((?:https?://|mailto:|tel:)[^\s\"'<>]+)[^<>]*>", re.IGNORECASE)


def from_body(body: str) -> tuple[str, tuple[Attachment, ...]]:
    """Convert a body to plain text and the pictures pasted into it, as `read_body` does."""
    text, pictures, _ = read_body(body)
    return text, pictures


@lru_cache(maxsize=2000)
def read_body(body: str) -> tuple[str, tuple[Attachment, ...], Spans]:
    """Convert a body to text, the pictures pasted into it, and the text's styles and links.

    Links become `label (address)`, quotes start with `> `, list items with `- ` or their number. Paragraphs are
    separated by an empty line, or by none with the class `no-margin`. Nothing executable or remote is followed. Of a
    body that would take long (the limits above), and of one without anything visible, only text, line breaks and link
    addresses are kept.
    """
    body = replace_surrogates(body)
    if not _LOOKS_LIKE_HTML.search(body):
        return unescape_entities(body).strip(), (), ()
    if len(body) <= MAX_PARAGRAPHS and _PARAGRAPHS_ALONE.fullmatch(body):
        return _from_paragraphs(body) or _text_only(body), (), ()
    return (_text_only(body), (), ()) if _is_expensive(body) else _from_markup(body)


def _from_markup(body: str) -> tuple[str, tuple[Attachment, ...], Spans]:
    body = _NAMED_TAG.sub(_known_tag, body)
    reader = _Reader()
    reader.feed(nh3.clean(body, tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None))
    reader.close()
    pictures, text = tuple(reader.pictures), reader.text()
    return text or ("" if pictures else _text_only(body)), pictures, reader.spans(text)


def _from_paragraphs(body: str) -> str:
    """As `_from_markup`, for a body of paragraphs and line breaks alone, as most are: it needs no sanitizer."""
    if body.count("<") == 2:
        return _with_single_spaces(html.unescape(body[body.index(">") + 1 : body.rindex("<")])).lstrip(" ").rstrip()
    reader = _Reader()
    for paragraph in _PARAGRAPH.finditer(body):
        reader.handle_starttag("p", [("class", paragraph["class"])])
        first, *rest = _BREAK.split(paragraph["text"])
        reader.handle_data(html.unescape(first))
        for line in rest:
            reader.handle_starttag("br", [])
            reader.handle_data(html.unescape(line))
        reader.handle_endtag("p")
    return reader.text()


def _with_single_spaces(text: str) -> str:
    # Most texts are so already, which is seen in a tenth of the time.
    return text if text.isprintable() and "  " not in text else _SPACES.sub(" ", text)


def from_macro(body_text: str, body: str) -> str:
    """Convert a macro to plain text with its placeholders as `{{key|fallback:"…"}}`, from either of its two forms.

    body_text: Intercom's plain form, its fallbacks entity-encoded. body: HTML with `<attribute key default/>`.
    """
    if body_text.strip():
        return _PLACEHOLDER.sub(lambda found: unescape_entities(found.group()), replace_surrogates(body_text)).strip()
    return from_body(_ATTRIBUTE.sub(_as_placeholder, body))[0]


def file_name(url: str) -> str:
    """The last segment of a link's path; "" where it has none."""
    try:
        return PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:
        return ""


def _known_tag(tag: re.Match[str]) -> str:
    return tag.group() if tag[1].lower() in _TAGS or _KNOWN.fullmatch(tag[1]) else ""


def _is_expensive(body: str) -> bool:
    """Whether a body exceeds the limits. Attributes are overcounted: a tag is taken to end at the last `>` before the
    next `<`, because a quoted `>` may stand in the middle."""
    pieces = body.split("<")
    if len(pieces) - 1 > MAX_TAGS or body.count("&") > MAX_ENTITIES:
        return True
    ends = ((piece, piece.rfind(">")) for piece in pieces[1:])
    marks = (len(_ATTRIBUTE_SEPARATORS.findall(piece, 0, end if end >= 0 else len(piece))) for piece, end in ends)
    return sum(count * count for count in marks) > MAX_ATTRIBUTES**2


def _text_only(body: str) -> str:
    """Text, line breaks and link addresses, each in one pass over the body, whatever the markup."""
    is_inside, pieces_kept = False, []
    for piece in _SCRIPT_OR_STYLE.split(body):
        if _SCRIPT_OR_STYLE.fullmatch(piece):
            is_inside = not piece.startswith("</")
        elif not is_inside:
            pieces_kept.append(piece)
    linked = _LINK.sub(r" (\1) ", _LINE_END.sub("\n", "".join(pieces_kept)))
    lines = _ANY_TAG.sub("", linked)
    return re.sub(r"\n\s*\n+", "\n\n", unescape_entities(lines)).strip()


def _as_placeholder(element: re.Match[str]) -> str:
    given = dict(re.findall(r"""(key|default)\s*=\s*["']([^"']*)["']""", element.group()))
    fallback = f'|fallback:"{given["default"]}"' if given.get("default") else ""
    return f"{{{{{given.get('key', '')}{fallback}}}}}"


class _Reader(HTMLParser):
    """Builds lines of text from one sanitized body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[Attachment] = []
        self._lines: list[str] = []
        self._line = ""
        self._gap = False
        self._marker = ""
        self._quotes = 0
        self._pre = 0
        self._lists: list[int | None] = []
        self._address = ""
        self._label = ""
        # How often each style is open.
        self._open = Counter[SpanKind]()
        # Of the line that is written, and of the lines before: number of the line, and a part of it.
        self._line_spans: list[Span] = []
        self._spans: list[tuple[int, Span]] = []
        self._link_start: int | None = None

    def text(self) -> str:
        self._end_line()
        return "\n".join(line.rstrip() for line in self._lines).strip("\n")

    def spans(self, text: str) -> Spans:
        """The styles and links of `text`, as `text` returned it."""
        if not self._spans:
            return ()
        starts, at = [], 0
        for line in self._lines:
            starts.append(at)
            at += len(line.rstrip()) + 1
        whole = "\n".join(line.rstrip() for line in self._lines)
        skipped = len(whole) - len(whole.lstrip("\n"))
        moved = (
            replace(span, start=span.start + starts[line] - skipped, end=span.end + starts[line] - skipped)
            for line, span in self._spans
        )
        return formatting.normalize(text, moved)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _STYLES:
            self._open[_STYLES[tag]] += 1
        if tag in _BLOCKS:
            self._block(tag, given)
        elif tag == "li":
            self._item()
        elif tag == "br":
            self._break()
        elif tag == "hr":
            self._end_line()
            self._write("---")
            self._end_line()
        elif tag == "a":
            self._address, self._label = _absolute_address(given.get("href", "")), ""
            self._link_start = None
        elif tag == "img":
            self._picture(given)
        elif tag in _PLAYERS and (address := _absolute_address(given.get("src", ""))):
            self._write(f" {address} ")
        elif tag in ("td", "th") and self._line:
            self._write(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag == "pre":
            self._pre = max(self._pre - 1, 0)
        elif tag in ("ul", "ol") and self._lists:
            self._end_line()
            self._lists.pop()
        if tag in _BLOCKS or tag == "li":
            self._end_line()
            self._marker = ""
        if tag in _STYLES:
            self._open[_STYLES[tag]] -= 1
        if tag == "blockquote":
            self._quotes = max(self._quotes - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._address:
            self._label += data
        if not self._pre:
            self._write(_with_single_spaces(data))
            return
        first, *rest = data.split("\n")
        self._write(first)
        for line in rest:
            self._break()
            self._write(line)

    def _block(self, tag: str, given: Mapping[str, str]) -> None:
        self._end_line()
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
        spaced = tag == "p" and "no-margin" not in given.get("class", "").split()
        if (spaced or tag == "blockquote") and not self._lists and self._lines:
            self._gap = True

    def _item(self) -> None:
        self._end_line()
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        indent = "  " * (min(len(self._lists), _DEEPEST_LIST) - 1)
        self._marker = f"{indent}- " if number is None else f"{indent}{number}. "

    def _write(self, text: str) -> None:
        if not self._line and not self._pre:
            text = text.lstrip(" ")
        if not text:
            return
        if not self._line:
            if self._gap and self._lines and self._lines[-1].strip("> "):
                self._lines.append("")
            self._gap = False
            self._line, self._marker = self._marker, ""
        elif self._line.endswith(" ") and not self._pre:
            text = text.lstrip(" ")
        start, end = len(self._line), len(self._line) + len(text)
        self._line_spans += [Span(kind, start, end) for kind, often in self._open.items() if often > 0]
        if self._address and self._link_start is None:
            self._link_start = start + len(text) - len(text.lstrip(" "))
        self._line += text

    def _end_line(self) -> None:
        if self._line:
            quoted = "> " * min(self._quotes, _DEEPEST_QUOTE)
            for span in self._line_spans:
                moved = replace(span, start=span.start + len(quoted), end=span.end + len(quoted))
                self._spans.append((len(self._lines), moved))
            self._lines.append(quoted + self._line)
        self._line, self._line_spans, self._link_start = "", [], None

    def _break(self) -> None:
        if self._line:
            self._end_line()
        else:
            self._lines.append("")

    def _end_link(self) -> None:
        address, label, start = self._address, self._label.strip(), self._link_start
        self._address, self._label, self._link_start = "", "", None
        if not address:
            return
        bare = re.sub(r"^(mailto:|tel:|https?://)", "", address).rstrip("/")
        if not label:
            self._write(f" {address} ")
        elif re.sub(r"^(mailto:|tel:|https?://)", "", label).rstrip("/") != bare:
            self._write(f" ({address})")
        if label and start is not None:
            self._line_spans.append(Span(SpanKind.LINK, start, len(self._line), address))

    def _picture(self, given: Mapping[str, str]) -> None:
        url, alt = given.get("src", ""), given.get("alt", "").strip()
        if not url.casefold().startswith(("http://", "https://")):
            self._write(f"[{alt or 'image'}]")
            return
        name = alt or file_name(url) or "image"
        width, height = _pixels(given.get("width", "")), _pixels(given.get("height", ""))
        self.pictures.append(Attachment(name, url, width_px=width, height_px=height, inline=True))


def _absolute_address(address: str) -> str:
    """An absolute address with one of the kept schemes; "" for any other."""
    address = address.strip()
    address = f"https:{address}" if address.startswith("//") else address
    return address if address.partition(":")[0].lower() in _SCHEMES else ""


def _pixels(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else None
