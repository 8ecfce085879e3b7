"""The formatting of a text: bold, italic, code, links and lists.

A text is complete without its formatting, which only says how parts of it look: the items of a list begin with `- ` or
their number, and what a link leads to follows it in brackets. So matching, limits, counters and channels that know no
formatting use the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from desktop.domain.model.frozen import frozen


class SpanKind(StrEnum):
    """How a part of a text looks. `LINK`, `BULLETS` and `NUMBERS` are read with what belongs to them in the text."""

    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    LINK = "link"
    BULLETS = "bullets"
    NUMBERS = "numbers"


STYLES = (SpanKind.BOLD, SpanKind.ITALIC, SpanKind.CODE)
LISTS = (SpanKind.BULLETS, SpanKind.NUMBERS)

_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"]+", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#][^\s<>\"]*)?")
_EMAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_NOT_SHOWN = re.compile(r"^(?:mailto:|tel:|https?://)")
_MARKERS = {SpanKind.BULLETS: re.compile(r"- (?=\S)"), SpanKind.NUMBERS: re.compile(r"(\d{1,4})\. (?=\S)")}


@frozen
class Span:
    """A part of a text that looks different. start, end: code points.

    value: the address of a link. A list covers its lines, their markers included.
    """

    kind: SpanKind
    start: int
    end: int
    value: str = ""


Spans = tuple[Span, ...]


def link_address(typed: str) -> str:
    """The address that somebody means: with a scheme, or a host or an email address; "" for anything else."""
    typed = typed.strip()
    if _SCHEME.fullmatch(typed):
        return typed
    if _EMAIL.fullmatch(typed):
        return f"mailto:{typed}"
    return f"https://{typed}" if _HOST.fullmatch(typed) else ""


def link_text(label: str, address: str) -> str:
    """What a link is in the text: its label, followed by the address unless the label says it."""
    return label if _shown(label) == _shown(address) else f"{label} ({address})"


def label_of(text: str, link: Span) -> str:
    """The label of a link of the text."""
    return text[link.start : label_end(text, link)]


def label_end(text: str, link: Span) -> int:
    """Where the label of a link ends in the text."""
    whole, address = text[link.start : link.end], f" ({link.value})"
    return link.end - len(address) if whole.endswith(address) and len(whole) > len(address) else link.end


def _shown(address: str) -> str:
    return _NOT_SHOWN.sub("", address.strip()).rstrip("/")


def marker_length(line: str, kind: SpanKind) -> int:
    """The length of the marker that a line of a list begins with; 0 for none."""
    found = _MARKERS[kind].match(line)
    return found.end() if found else 0


def normalize(text: str, spans: Iterable[Span]) -> Spans:
    """The same formatting in one form only, ordered, without what the text does not bear out: spans outside of it, of
    white space alone, links whose text or address is none, and lines of a list without a marker or out of order.
    """
    spans = [replace(s, start=max(s.start, 0), end=min(s.end, len(text))) for s in spans]
    normal = [span for kind in STYLES for span in _merged(text, [s for s in spans if s.kind is kind])]
    links: list[Span] = []
    for span in sorted((s for s in spans if s.kind is SpanKind.LINK), key=lambda s: (s.start, s.end)):
        if (not links or span.start >= links[-1].end) and _is_link(text, span):
            links.append(span)
    lists = [s for s in spans if s.kind in LISTS]
    listed = list(_runs_of_items(text, lists)) if lists else []
    return tuple(sorted([*normal, *links, *listed], key=lambda s: (s.start, -s.end, s.kind)))


def _merged(text: str, spans: list[Span]) -> Iterator[Span]:
    """Spans of one kind, joined where only white space is between them, and without any at their ends."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if span.start >= span.end:
            continue
        last = joined[-1] if joined else None
        between = text[last.end : span.start] if last is not None else ""
        if last is not None and not between.strip():
            joined[-1] = replace(last, end=max(last.end, span.end))
        else:
            joined.append(replace(span, value=""))
    for span in joined:
        part = text[span.start : span.end]
        start = span.start + len(part) - len(part.lstrip())
        end = span.end - len(part) + len(part.rstrip())
        if start < end:
            yield replace(span, start=start, end=end)


def _is_link(text: str, span: Span) -> bool:
    whole = text[span.start : span.end]
    if not whole.strip() or len(whole.splitlines()) > 1 or whole != whole.strip() or not _SCHEME.fullmatch(span.value):
        return False
    return whole == link_text(label_of(text, span), span.value)


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, without its line feed."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _runs_of_items(text: str, lists: list[Span]) -> Iterator[Span]:
    """Lists of neighbouring lines. The numbers of a list count up from 1: others are text."""
    run: Span | None = None
    count = 0
    for start, end in lines_of(text):
        kind = next((s.kind for s in lists if s.start <= start < s.end or s.start == start == s.end), None)
        marker = _MARKERS[kind].match(text, start, end) if kind is not None else None
        is_item = kind is not None and marker is not None
        goes_on = is_item and run is not None and run.kind is kind and run.end + 1 == start
        number = count + 1 if goes_on else 1
        if is_item and kind is SpanKind.NUMBERS and marker is not None and int(marker[1]) != number:
            is_item = goes_on = False
        if run is not None and not goes_on:
            yield run
            run = None
        if is_item and kind is not None:
            count = number
            run = Span(kind, run.start if run is not None else start, end)
    if run is not None:
        yield run


Block = tuple[SpanKind | None, int, int]
"""Neighbouring lines of one kind: a list, code that takes whole lines, or None for other text; start and end."""


def blocks(text: str, spans: Spans) -> list[Block]:
    """The text's lines as blocks, in order. spans: normal."""
    found: list[Block] = []
    for start, end in lines_of(text):
        kind = next((s.kind for s in spans if s.kind in LISTS and s.start <= start <= end <= s.end), None)
        if kind is None and _is_code(text, spans, start, end):
            kind = SpanKind.CODE
        if found and found[-1][0] is kind and not (kind in LISTS and _begins(spans, start)):
            found[-1] = (kind, found[-1][1], end)
        else:
            found.append((kind, start, end))
    return found


def _begins(spans: Spans, start: int) -> bool:
    return any(s.kind in LISTS and s.start == start for s in spans)


def _is_code(text: str, spans: Spans, start: int, end: int) -> bool:
    line = text[start:end]
    if not line.strip():
        return any(s.kind is SpanKind.CODE and s.start < start and end < s.end for s in spans)
    start, end = start + len(line) - len(line.lstrip()), end - len(line) + len(line.rstrip())
    return any(s.kind is SpanKind.CODE and s.start <= start and end <= s.end for s in spans)


def clip(text: str, spans: Iterable[Span], start: int, end: int) -> Spans:
    """The formatting of a part of the text, counted from that part's beginning."""
    moved = (replace(s, start=s.start - start, end=s.end - start) for s in spans if s.start < end and start < s.end)
    return normalize(text[start:end], moved)


def carry_over(text: str, spans: Spans, other: str) -> tuple[Spans, bool]:
    """The formatting of a text for another that says the same, such as its translation; and whether that is all of it.

    Line by line: lists stay lists, and what fills a line fills it again. A part of a line keeps its style only where
    both lines have the same words for it once: a number, a name, an address.
    """
    if text == other or not spans:
        return spans, True
    lines, other_lines = [*lines_of(text)], [*lines_of(other)]
    if len(lines) != len(other_lines):
        return (), False
    found: list[Span] = []
    is_all = True
    for line, other_line in zip(lines, other_lines, strict=True):
        listed = next((s.kind for s in spans if s.kind in LISTS and s.start <= line[0] <= line[1] <= s.end), None)
        for span in (s for s in spans if s.start < line[1] and line[0] < s.end):
            part = (max(span.start, line[0]), min(span.end, line[1]))
            place = _place_in(text, line, part, other, other_line, listed)
            is_all &= place is not None
            if place is not None:
                found.append(replace(span, start=place[0], end=place[1]))
    carried = normalize(other, found)
    return carried, is_all and all(_is_within(span, carried) for span in found)


def _place_in(
    text: str,
    line: tuple[int, int],
    part: tuple[int, int],
    other: str,
    other_line: tuple[int, int],
    listed: SpanKind | None,
) -> tuple[int, int] | None:
    """Where a part of a line is in a line of another text; None if nobody can tell. listed: the list of the line."""
    if part == line:
        return other_line
    bounds, other_bounds = _content(text, line, listed), _content(other, other_line, listed)
    if part[0] <= bounds[0] and bounds[1] <= part[1]:
        return other_bounds
    words = text[part[0] : part[1]]
    if text.count(words, *line) == other.count(words, *other_line) == 1:
        start = other.index(words, *other_line)
        return start, start + len(words)
    return None


def _content(text: str, line: tuple[int, int], listed: SpanKind | None) -> tuple[int, int]:
    """A line without the marker of a list and white space at its ends."""
    words = text[line[0] : line[1]]
    start = marker_length(words, listed) if listed is not None else 0
    start += len(words[start:]) - len(words[start:].lstrip())
    return line[0] + start, line[0] + max(start, len(words.rstrip()))


def _is_within(span: Span, spans: Spans) -> bool:
    return any(s.kind is span.kind and s.start <= span.start and span.end <= s.end for s in spans)


def styles_without_code(spans: Spans) -> Spans:
    """Bold, italic and code, for channels where code has no other style: code wins."""
    code = [s for s in spans if s.kind is SpanKind.CODE]
    cut = [part for s in spans if s.kind in (SpanKind.BOLD, SpanKind.ITALIC) for part in _outside(s, code)]
    return tuple(sorted([*code, *cut], key=lambda s: (s.start, -s.end, s.kind)))


def _outside(span: Span, others: Iterable[Span]) -> list[Span]:
    """The parts of a span that are in none of the others, which are in order."""
    parts, at = [], span.start
    for other in others:
        if other.start < span.end and at < other.end:
            parts.append(replace(span, start=at, end=max(at, other.start)))
            at = other.end
    parts.append(replace(span, start=min(at, span.end), end=span.end))
    return [part for part in parts if part.start < part.end]


def without_addresses(text: str, spans: Spans) -> str:
    """The text with its links as their labels alone: providers may write an address in another way."""
    pieces, at = [], 0
    for link in (s for s in spans if s.kind is SpanKind.LINK):
        pieces += [text[at : label_end(text, link)]]
        at = link.end
    return "".join([*pieces, text[at:]])
