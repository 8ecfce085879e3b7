"""Text body: wrapped words of a message, laid out once, with links, selection and the text's own direction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextLayout, QTextOption

from desktop.ui.thread.media import link_targets
from desktop.ui.thread.media.link_targets import Lead
from desktop.ui.wording import thread

CUT_AT = 4000
"""Code points shown before "show all": longer texts cost more to measure than anybody reads at a glance."""

LINES_AT = 150
STEP, LINES_STEP = 16_000, 1_000
"""What each wish for more adds, in code points and lines."""

_MOST_MARKS = 4
_MARKS = re.compile(
    rf"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{_MOST_MARKS}}})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"“”]+", re.IGNORECASE)
_AFTER_LINK = ".,;:!?)]}'’"
_LINE_SEPARATOR = "\u2028"
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Link:
    """start, end: UTF-16 units in the laid-out text."""

    start: int
    end: int
    lead: Lead

    @property
    def address(self) -> str:
        return self.lead.address


@dataclass(frozen=True, slots=True)
class TextBody:
    """Lines placed for one inner width. width: of the widest line. Positions count UTF-16 units, as Qt does."""

    layout: QTextLayout
    width: float
    height: float
    links: tuple[Link, ...]
    right_to_left: bool

    def settle(self, width: float) -> None:
        """Give the body its final width, once: right-to-left lines then end at its right edge."""
        if self.right_to_left:
            for at in range(self.layout.lineCount()):
                line = self.layout.lineAt(at)
                line.setPosition(QPointF(width - line.naturalTextWidth(), line.y()))

    def position_at(self, point: QPointF) -> int:
        """The place between two letters nearest to `point`, relative to the body's corner."""
        if point.y() < 0:
            return 0
        for at in range(self.layout.lineCount()):
            line = self.layout.lineAt(at)
            if point.y() < line.y() + line.height():
                return line.xToCursor(point.x())
        return self.end

    def link_at(self, point: QPointF) -> str | None:
        """The address under `point`; None beside the words of a line, too."""
        lead = self.lead_at(point)
        return lead.address if lead is not None else None

    def lead_at(self, point: QPointF) -> Lead | None:
        """As `link_at`, with what the words say of it."""
        for at in range(self.layout.lineCount()):
            line = self.layout.lineAt(at)
            if line.y() <= point.y() < line.y() + line.height() and line.naturalTextRect().contains(point):
                place = line.xToCursor(point.x(), line.CursorPosition.CursorOnCharacter)
                return next((link.lead for link in self.links if link.start <= place < link.end), None)
        return None

    @property
    def end(self) -> int:
        return utf16_length(self.layout.text())

    def cut_out(self, start: int, end: int) -> str:
        units = self.layout.text().encode("utf-16-le", "surrogatepass")[2 * start : 2 * end]
        return units.decode("utf-16-le", "replace").replace(_LINE_SEPARATOR, "\n")

    def word_around(self, position: int) -> tuple[int, int]:
        """Start and end of the run without spaces around a position."""
        text = self.layout.text()
        start = end = len(self.cut_out(0, position))
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        return utf16_length(text[:start]), utf16_length(text[:end])


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def lay_out(text: str, font: QFont, width: float, link_color: QColor | None = None) -> TextBody:
    """Wrap `text` at `width`. link_color: colour of web addresses; None when they are not to be live."""
    shown = _MARKS.sub(r"\1", _LINE_SEPARATOR.join(text.splitlines()))
    right_to_left = thread.is_right_to_left(shown)
    layout = QTextLayout(shown, font)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    links = _links(shown) if link_color is not None else ()
    if links and link_color is not None:
        layout.setFormats([_format(link, link_color) for link in links])
    layout.beginLayout()
    y = widest = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return TextBody(layout, min(widest, width), y, links, right_to_left)


def folded(text: str, steps: int) -> str:
    """The beginning of a text: as much as is shown after so many wishes for more. All of it where that is enough."""
    most, lines = (STEP * steps, LINES_STEP * steps) if steps else (CUT_AT, LINES_AT)
    shown = text[:most]
    ends = list(islice(_LINE_END.finditer(shown), lines))
    return shown[: ends[-1].start()] if len(ends) == lines else shown


def _links(text: str) -> tuple[Link, ...]:
    """Positions are counted on from link to link: a text may hold thousands of them."""
    links: list[Link] = []
    passed = units = 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_AFTER_LINK)
        before = text[passed : found.start()]
        start = units + utf16_length(before)
        end = start + utf16_length(address)
        # What stands in brackets behind a link's own words is its address.
        own = before[1:] if before.startswith(")") else text[max(0, found.start() - 300) : found.start()]
        line = own.rpartition(_LINE_SEPARATOR)[2]
        named = link_targets.named_before(line) if line.endswith("(") else ""
        links.append(Link(start, end, Lead(address, named)))
        passed, units = found.start() + len(address), end
    return tuple(links)


def _format(link: Link, color: QColor) -> QTextLayout.FormatRange:
    style = QTextCharFormat()
    style.setForeground(color)
    style.setFontUnderline(True)
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = link.start, link.end - link.start, style
    return found
