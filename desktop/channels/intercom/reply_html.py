"""Converts text and its formatting to the HTML that Intercom accepts in a reply or note."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from desktop.channels.shared.loose_json import replace_surrogates
from desktop.domain.model import formatting
from desktop.domain.model.formatting import SpanKind, Spans

_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_STYLE_TAGS = {SpanKind.BOLD: "b", SpanKind.ITALIC: "i", SpanKind.CODE: "code"}


def to_body(text: str, spans: Spans = (), *, is_forwarded: bool = False) -> str:
    """Convert text and its formatting to a comment's `body`: escaped, a paragraph between empty lines, `<br>` for a
    line break, and lists and code that takes whole lines as blocks. `html.read_body` reads the same text back.

    is_forwarded: as in `ConversationReply`.
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    if not whole.strip():
        return ""
    spans = formatting.normalize(whole, spans) if spans and whole == text else ()
    if is_forwarded:
        styles = tuple(s for s in spans if s.kind in formatting.STYLES)
        return replace_surrogates("".join(_paragraphs(whole, styles, 0, len(whole))))
    body = "".join(_block(whole, spans, *block) for block in formatting.blocks(whole, spans))
    return replace_surrogates(body)


def _block(text: str, spans: Spans, kind: SpanKind | None, start: int, end: int) -> str:
    if kind is None:
        return "".join(_paragraphs(text, spans, start, end))
    if kind is SpanKind.CODE:
        return f"<pre><code>{_escaped(text[start:end])}</code></pre>"
    items = []
    for at, upto in formatting.lines_of(text[start:end]):
        marker = formatting.marker_length(text[start + at : start + upto], kind)
        items.append(f"<li>{_inline(text, spans, start + at + marker, start + upto)}</li>")
    tag = "ul" if kind is SpanKind.BULLETS else "ol"
    return f"<{tag}>{''.join(items)}</{tag}>"


def _paragraphs(text: str, spans: Spans, start: int, end: int) -> Iterator[str]:
    part = text[start:end]
    at, last = len(part) - len(part.lstrip("\n")), len(part.rstrip("\n"))
    if at >= last:
        return
    for gap in [*_EMPTY_LINE.finditer(part, at, last), None]:
        upto = last if gap is None else gap.start()
        yield f"<p>{_inline(text, spans, start + at, start + upto).replace(chr(10), '<br>')}</p>"
        at = upto if gap is None else gap.end()


def _inline(text: str, spans: Spans, start: int, end: int) -> str:
    """A part of the text with its links and styles. No link and no list crosses its ends."""
    pieces, at = [], start
    for link in (s for s in spans if s.kind is SpanKind.LINK and start <= s.start and s.end <= end):
        label = _styled(text, spans, link.start, formatting.label_end(text, link))
        address = html.escape(link.value)
        pieces += [_styled(text, spans, at, link.start), f'<a href="{address}">{label}</a>']
        at = link.end
    return "".join([*pieces, _styled(text, spans, at, end)])


def _styled(text: str, spans: Spans, start: int, end: int) -> str:
    inside = [s for s in spans if s.kind in _STYLE_TAGS and s.start < end and start < s.end]
    ends = sorted({start, end, *(at for s in inside for at in (s.start, s.end) if start < at < end)})
    pieces = []
    for begin, upto in pairwise(ends):
        tags = [_STYLE_TAGS[s.kind] for s in inside if s.start <= begin and upto <= s.end]
        opening, closing = "".join(f"<{t}>" for t in tags), "".join(f"</{t}>" for t in reversed(tags))
        pieces.append(f"{opening}{_escaped(text[begin:upto])}{closing}")
    return "".join(pieces)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
