"""Formatting as the signs that WhatsApp reads in a text."""

from __future__ import annotations

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.formatting import STYLES, Span, SpanKind, Spans, blocks, lines_of
from desktop.domain.model.frozen import frozen

_SIGNS = {SpanKind.BOLD: "*", SpanKind.ITALIC: "_", SpanKind.CODE: "`"}
_BLOCK_SIGN = "```"


@frozen
class MarkedText:
    """A text with WhatsApp's signs. left_out: styles that have no signs somewhere, because they would not show."""

    text: str
    left_out: frozenset[SpanKind] = frozenset()


def text_on(channel: ChannelKind, text: str, spans: Spans) -> str:
    """The text as it is sent directly on a channel; only WhatsApp has its formatting in the text."""
    return mark_for_whatsapp(text, spans).text if spans and channel is ChannelKind.WHATSAPP else text


def mark_for_whatsapp(text: str, spans: Spans) -> MarkedText:
    """Write styles as WhatsApp reads them: `*bold*`, `_italic_`, code between backticks. Lists and links are as in the
    text.

    Signs count on one line, next to a word and not inside one (WhatsApp Help Center, "How to format your messages").
    Where they would not, or where the text itself has the sign, the text stays without.
    """
    left_out: set[SpanKind] = set()
    pieces: list[str] = []
    for kind, start, end in blocks(text, spans):
        part = text[start:end]
        if kind is SpanKind.CODE and "\n" in part:
            if "`" in part:
                left_out.add(kind)
                pieces.append(part)
            else:
                pieces.append(f"{_BLOCK_SIGN}{part}{_BLOCK_SIGN}")
            left_out |= {s.kind for s in spans if s.kind in (SpanKind.BOLD, SpanKind.ITALIC) and _meet(s, start, end)}
            continue
        lines = [(start + at, start + upto) for at, upto in lines_of(part)]
        pieces.append("\n".join(_marked(text, spans, at, upto, STYLES[::-1], left_out) for at, upto in lines))
    return MarkedText("\n".join(pieces), frozenset(left_out))


def _meet(span: Span, start: int, end: int) -> bool:
    return span.start < end and start < span.end


def _marked(text: str, spans: Spans, start: int, end: int, kinds: tuple[SpanKind, ...], left_out: set[SpanKind]) -> str:
    """A part of a line. kinds: from the outermost on."""
    if not kinds:
        return text[start:end]
    kind, inner = kinds[0], kinds[1:]
    pieces, at = [], start
    for span in (s for s in spans if s.kind is kind and _meet(s, start, end)):
        begin, upto = max(span.start, start), min(span.end, end)
        part = text[begin:upto]
        begin, upto = begin + len(part) - len(part.lstrip()), upto - len(part) + len(part.rstrip())
        if begin >= upto:
            continue
        pieces.append(_marked(text, spans, at, begin, inner, left_out))
        sign = _SIGNS[kind]
        if sign in text[begin:upto] or _is_word(text, begin - 1) or _is_word(text, upto):
            left_out.add(kind)
            pieces.append(_marked(text, spans, begin, upto, inner, left_out))
        elif kind is SpanKind.CODE:
            # Signs in code are text.
            left_out |= {s.kind for s in spans if s.kind in inner and _meet(s, begin, upto)}
            pieces.append(f"{sign}{text[begin:upto]}{sign}")
        else:
            pieces.append(f"{sign}{_marked(text, spans, begin, upto, inner, left_out)}{sign}")
        at = upto
    return "".join([*pieces, _marked(text, spans, at, end, inner, left_out)])


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalnum()
