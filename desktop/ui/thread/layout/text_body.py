"""The wrapped text of a message, laid out once, with its links and its own text direction."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from operator import itemgetter

import msgspec
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QTextCharFormat, QTextLayout, QTextOption

from desktop.domain.model.formatting import STYLES, Span, SpanKind, Spans
from desktop.text.catalog import strip_isolates
from desktop.ui.look.text_direction import has_direction, is_right_to_left
from desktop.ui.thread.media import link_targets
from desktop.ui.thread.media.link_targets import LinkTarget

MAX_CHARS, MAX_LINES = 4000, 150
"""Code points and lines shown at first: laying out longer texts takes too long."""
EXPANDED_CHARS, EXPANDED_LINES = 16_000, 1_000
"""Code points and lines that each "show more" adds."""

_MAX_MARKS = 4
_MARKS = re.compile(
    rf"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{_MAX_MARKS}}})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"“”\u200e]+", re.IGNORECASE)
_AFTER_LINK = ".,;:!?)]}'’"
_PHONE = re.compile(r"(?:\+|\b00?(?=\d))[\d().\-/ ]{6,}\d")
# The blocks of Hebrew, Arabic and their neighbours, and of their presentation forms.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_MARK = "\u200e"
"""Unicode's left-to-right mark, which can't be seen."""
_LINE_SEPARATOR = "\u2028"
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


class Link(msgspec.Struct, frozen=True):
    """start, end: UTF-16 units in the laid-out text."""

    start: int
    end: int
    target: LinkTarget

    @property
    def address(self) -> str:
        return self.target.address


class TextBody(msgspec.Struct, frozen=True):
    """A text wrapped for one width. width: of the widest line. Positions are in UTF-16 code units, as in Qt.

    has_direction: False for a text without letters, which stands where the layout around it begins.
    """

    layout: QTextLayout
    width: float
    height: float
    links: tuple[Link, ...]
    is_right_to_left: bool
    has_direction: bool

    def set_final_width(self, width: float) -> None:
        """Move right-to-left lines to the right edge. Call once, when the width of the bubble is known."""
        if self.is_right_to_left:
            for at in range(self.layout.lineCount()):
                line = self.layout.lineAt(at)
                line.setPosition(QPointF(width - line.naturalTextWidth(), line.y()))

    def position_at(self, point: QPointF) -> int:
        """Return the cursor position nearest to `point` (relative to the top left corner)."""
        if point.y() < 0:
            return 0
        for at in range(self.layout.lineCount()):
            line = self.layout.lineAt(at)
            if point.y() < line.y() + line.height():
                return line.xToCursor(point.x())
        return self.end

    def target_at(self, point: QPointF) -> LinkTarget | None:
        """Return the link under `point`; None beside the text of a line too."""
        for at in range(self.layout.lineCount()):
            line = self.layout.lineAt(at)
            if line.y() <= point.y() < line.y() + line.height() and line.naturalTextRect().contains(point):
                position = line.xToCursor(point.x(), line.CursorPosition.CursorOnCharacter)
                return next((link.target for link in self.links if link.start <= position < link.end), None)
        return None

    @property
    def end(self) -> int:
        """The position after the last character."""
        return utf16_length(self.layout.text())

    def substring(self, start: int, end: int) -> str:
        """Return the text between two positions, with line feeds, and without the invisible marks of directions."""
        units = self.layout.text().encode("utf-16-le", "surrogatepass")[2 * start : 2 * end]
        return strip_isolates(units.decode("utf-16-le", "replace").replace(_LINE_SEPARATOR, "\n").replace(_MARK, ""))

    def word_bounds(self, position: int) -> tuple[int, int]:
        """Return start and end of the run without whitespace around a position."""
        text = self.layout.text()
        start = end = len(self.substring(0, position))
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        return utf16_length(text[:start]), utf16_length(text[:end])


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, in which Qt counts positions."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def lay_out(text: str, font: QFont, width: float, link_color: QColor | None = None, spans: Spans = ()) -> TextBody:
    """Wrap `text` at `width`. link_color: color of web addresses; None leaves them plain text. spans: its formatting,
    of which styles are shown; the addresses of links are in the text.
    """
    shown = _MARKS.sub(r"\1", _LINE_SEPARATOR.join(text.splitlines()))
    styles = [s for s in spans if s.kind in STYLES] if len(shown) == len(text) else []
    right_to_left, has_letters = is_right_to_left(shown), has_direction(shown)
    if _RIGHT_TO_LEFT.search(shown):
        shown, styles = _with_marks(shown, styles)
    layout = QTextLayout(shown, font)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    links = _links(shown) if link_color is not None else ()
    if links or styles:
        layout.setFormats(list(_formats(shown, links, link_color, styles)))
    layout.beginLayout()
    y = widest = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return TextBody(layout, min(widest, width), y, links, right_to_left, has_letters)


def _with_marks(text: str, styles: Sequence[Span]) -> tuple[str, list[Span]]:
    """Put a mark on both sides of addresses and phone numbers: beside letters that are written from right to left, an
    address loses its last stroke to the other end, and the groups of a number change places.

    Returns the text, and the styles moved with it.
    """
    ends = [(m.start(), m.end()) for m in _PHONE.finditer(text)]
    ends += [(m.start(), m.start() + len(m.group().rstrip(_AFTER_LINK))) for m in _LINK.finditer(text)]
    marked, places, passed = "", [], 0
    for start, end in sorted(ends):
        if start >= passed:
            marked += text[passed:start] + _MARK + text[start:end] + _MARK
            places += [start, end]
            passed = end

    def moved(at: int) -> int:
        return at + bisect_left(places, at)

    return marked + text[passed:], [replace(s, start=moved(s.start), end=moved(s.end)) for s in styles]


def truncated(text: str, steps: int) -> str:
    """Return the beginning of a text. steps: how often the agent asked for more."""
    chars, lines = (EXPANDED_CHARS * steps, EXPANDED_LINES * steps) if steps else (MAX_CHARS, MAX_LINES)
    shown = text[:chars]
    ends = list(islice(_LINE_END.finditer(shown), lines))
    return shown[: ends[-1].start()] if len(ends) == lines else shown


def _links(text: str) -> tuple[Link, ...]:
    """Positions are counted from link to link, since a text may hold thousands of them."""
    links: list[Link] = []
    passed = units = 0
    for match in _LINK.finditer(text):
        address = match.group().rstrip(_AFTER_LINK)
        before = text[passed : match.start()]
        start = units + utf16_length(before)
        end = start + utf16_length(address)
        # "text (address)" is how a link with a text of its own arrives.
        before = before.removeprefix(_MARK)
        own_text = before[1:] if before.startswith(")") else text[max(0, match.start() - 300) : match.start()]
        line = own_text.rpartition(_LINE_SEPARATOR)[2].removesuffix(_MARK)
        claimed_host = link_targets.host_in_text(line) if line.endswith("(") else ""
        links.append(Link(start, end, LinkTarget(address, claimed_host)))
        passed, units = match.start() + len(address), end
    return tuple(links)


def _formats(
    text: str, links: Sequence[Link], link_color: QColor | None, styles: Sequence[Span]
) -> Iterator[QTextLayout.FormatRange]:
    """One format for each part of the text that looks different: where formats meet, Qt applies one of them."""
    changes: list[tuple[int, int, SpanKind | None]] = []
    for link in links:
        changes += [(link.start, 1, None), (link.end, -1, None)]
    for span in styles:
        changes += [(utf16_length(text[:at]), by, span.kind) for at, by in ((span.start, 1), (span.end, -1))]
    changes.sort(key=itemgetter(0))
    open_kinds, start = Counter[SpanKind | None](), 0
    for at, by, kind in changes:
        kinds = frozenset(k for k, often in open_kinds.items() if often)
        if kinds and at > start:
            format_range = QTextLayout.FormatRange()
            format_range.start, format_range.length = start, at - start
            format_range.format = _format(kinds, link_color)
            yield format_range
        open_kinds[kind] += by
        start = at


def _format(kinds: frozenset[SpanKind | None], link_color: QColor | None) -> QTextCharFormat:
    """kinds: with None for a link."""
    style = QTextCharFormat()
    if None in kinds and link_color is not None:
        style.setForeground(link_color)
        style.setFontUnderline(True)
    if SpanKind.BOLD in kinds:
        style.setFontWeight(QFont.Weight.Bold)
    if SpanKind.ITALIC in kinds:
        style.setFontItalic(True)
    if SpanKind.CODE in kinds:
        style.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
    return style
