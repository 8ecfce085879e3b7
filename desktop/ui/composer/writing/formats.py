"""Formatting in the document of a text field: as formats of its characters and blocks.

A link is shown as its label alone. The markers of a list are part of the text here too, so that they can be edited;
what makes a line an item is its block. Qt counts positions in UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import msgspec
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextListFormat,
)

from desktop.domain.model import formatting
from desktop.domain.model.formatting import LISTS, STYLES, Span, SpanKind, Spans

_LIST = QTextFormat.Property.UserProperty.value + 51
_CODE = QTextFormat.Property.UserProperty.value + 52
_KEEP = QTextCursor.MoveMode.KeepAnchor
_PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u2028": "\n", "\u2029": "\n", "\ufdd0": "\n", "\ufdd1": "\n"})
"""What a document has in the place of spaces and line ends."""

_CODE_OF_PAGES = ["monospace"]
"""The font that Qt gives to `<code>` and its like. Pages that name fonts themselves name more than one."""

MAX_PASTED_CHARS = 200_000
"""Longer HTML is pasted as plain text."""

_DECIMAL_LISTS = (
    QTextListFormat.Style.ListDecimal,
    QTextListFormat.Style.ListLowerAlpha,
    QTextListFormat.Style.ListUpperAlpha,
    QTextListFormat.Style.ListLowerRoman,
    QTextListFormat.Style.ListUpperRoman,
)


class Look(msgspec.Struct, frozen=True):
    """How a run of characters looks. address: of a link; "" for none."""

    kinds: frozenset[SpanKind] = frozenset()
    address: str = ""


PLAIN = Look()


class FormatColors(msgspec.Struct, frozen=True):
    """The colors of links and of code's background."""

    link: QColor
    code: QColor


def look_of(found: QTextCharFormat) -> Look:
    """What a character format means."""
    kinds = set()
    if found.fontWeight() >= QFont.Weight.DemiBold:
        kinds.add(SpanKind.BOLD)
    if found.fontItalic():
        kinds.add(SpanKind.ITALIC)
    if found.boolProperty(_CODE) or found.fontFamilies() == _CODE_OF_PAGES:
        kinds.add(SpanKind.CODE)
    return Look(frozenset(kinds), formatting.link_address(found.anchorHref()) if found.isAnchor() else "")


def char_format(look: Look, colors: FormatColors) -> QTextCharFormat:
    """The character format of a look."""
    made = QTextCharFormat()
    if SpanKind.BOLD in look.kinds:
        made.setFontWeight(QFont.Weight.Bold)
    if SpanKind.ITALIC in look.kinds:
        made.setFontItalic(True)
    if SpanKind.CODE in look.kinds:
        made.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        made.setBackground(colors.code)
        made.setProperty(_CODE, True)
    if look.address:
        made.setAnchor(True)
        made.setAnchorHref(look.address)
        made.setForeground(colors.link)
        made.setFontUnderline(True)
    return made


# --- reading and writing ----------------------------------------------------------------------------------------------


def read(document: QTextDocument) -> tuple[str, Spans]:
    """The document's text, complete without its formatting, and its formatting."""
    writer = _Writer()
    block = document.begin()
    while block.isValid():
        kind = list_kind(block)
        writer.write_line([(text.translate(_PLAIN_SPACES), look) for text, look in _runs(block)], kind)
        block = block.next()
    return writer.result()


def read_html(html: str) -> tuple[str, Spans]:
    """The text of a page, with the formatting that is kept. Nothing that it names is loaded."""
    document = _Inert()
    document.setHtml(html)
    writer = _Writer()
    block, numbers = document.begin(), dict[int, int]()
    while block.isValid():
        runs = [(text.translate(_PLAIN_SPACES).replace("\ufffc", ""), look) for text, look in _runs(block)]
        kind = None
        listed = block.textList()
        if listed is not None and any(text.strip() for text, _ in runs):
            kind = SpanKind.NUMBERS if listed.format().style() in _DECIMAL_LISTS else SpanKind.BULLETS
            number = numbers[listed.objectIndex()] = numbers.get(listed.objectIndex(), 0) + 1
            runs = [(marker(kind, number), PLAIN), *_left_stripped(runs)]
        writer.write_line(runs, kind)
        block = block.next()
    return writer.result()


class _Inert(QTextDocument):
    def loadResource(self, _kind: int, _name: object) -> object:
        return None


def _left_stripped(runs: list[tuple[str, Look]]) -> list[tuple[str, Look]]:
    while runs and not runs[0][0].strip():
        runs = runs[1:]
    return [(runs[0][0].lstrip(), runs[0][1]), *runs[1:]] if runs else []


def _runs(block: QTextBlock) -> Iterator[tuple[str, Look]]:
    at = block.begin()
    while not at.atEnd():
        fragment = at.fragment()
        yield fragment.text(), look_of(fragment.charFormat())
        at += 1


class _Writer:
    """Builds a text and its formatting from lines of runs."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[Span] = []
        self._length = 0
        self._is_first = True

    def result(self) -> tuple[str, Spans]:
        text = "".join(self._pieces)
        return text, formatting.normalize(text, self._spans)

    def write_line(self, runs: list[tuple[str, Look]], kind: SpanKind | None) -> None:
        if not self._is_first:
            self._write("\n", frozenset())
        self._is_first = False
        start, at = self._length, 0
        while at < len(runs):
            address = runs[at][1].address
            upto = next((i for i in range(at, len(runs)) if runs[i][1].address != address), len(runs))
            label = "".join(text for text, _ in runs[at:upto])
            if address and label.strip() and "\n" not in label:
                self._write_link(runs[at:upto], label, address, runs[upto][1] if upto < len(runs) else PLAIN)
            else:
                for text, look in runs[at:upto]:
                    self._write(text, look.kinds)
            at = upto
        if kind is not None:
            self._spans.append(Span(kind, start, self._length))

    def _write_link(self, runs: list[tuple[str, Look]], label: str, address: str, following: Look) -> None:
        begin, end = len(label) - len(label.lstrip()), len(label.rstrip())
        tail, start = formatting.link_text(label.strip(), address)[end - begin :], self._length + begin
        passed = 0
        for text, look in runs:
            # Spaces at the ends of the label are no part of the link.
            inside = text[: max(end - passed, 0)]
            self._write(inside, look.kinds)
            if passed < end <= passed + len(text):
                self._write(tail, look.kinds & following.kinds)
                self._spans.append(Span(SpanKind.LINK, start, self._length, address))
            self._write(text[len(inside) :], look.kinds)
            passed += len(text)

    def _write(self, text: str, kinds: Iterable[SpanKind]) -> None:
        self._spans += [Span(kind, self._length, self._length + len(text)) for kind in kinds if text]
        self._pieces.append(text)
        self._length += len(text)


def insert(cursor: QTextCursor, text: str, spans: Spans, colors: FormatColors) -> None:
    """Insert a text with its formatting, as one step to undo."""
    cursor.beginEditBlock()
    if cursor.hasSelection():
        cursor.removeSelectedText()
    first = cursor.block().blockNumber()
    starts_line = cursor.atBlockStart()
    for number, (start, end) in enumerate(formatting.lines_of(text)):
        if number:
            cursor.insertBlock(QTextBlockFormat())
        for part, look in _parts(text, spans, start, end):
            cursor.insertText(part, char_format(look, colors))
        kind = next((s.kind for s in spans if s.kind in LISTS and s.start <= start <= end <= s.end), None)
        if kind is not None and (starts_line or cursor.block().blockNumber() > first):
            set_list_kind(cursor.block(), kind)
    cursor.endEditBlock()


def _parts(text: str, spans: Spans, start: int, end: int) -> Iterator[tuple[str, Look]]:
    """A line as runs of one look each, its links without their addresses."""
    inside = [s for s in spans if s.kind not in LISTS and s.start < end and start < s.end]
    links = [s for s in inside if s.kind is SpanKind.LINK]
    ends = {
        start,
        end,
        *(at for s in inside for at in (s.start, s.end)),
        *(formatting.label_end(text, s) for s in links),
    }
    cuts = sorted(at for at in ends if start <= at <= end)
    for begin, upto in pairwise(cuts):
        link = next((s for s in links if s.start <= begin < s.end), None)
        if link is not None and begin >= formatting.label_end(text, link):
            continue
        kinds = frozenset(s.kind for s in inside if s.kind in STYLES and s.start <= begin and upto <= s.end)
        yield text[begin:upto], Look(kinds, link.value if link is not None else "")


# --- changing ---------------------------------------------------------------------------------------------------------


def looks_in(cursor: QTextCursor) -> list[tuple[int, int, Look]]:
    """Start, end and look of each run of the selection, without white space at the ends of lines."""
    document, found = cursor.document(), []
    block = document.findBlock(cursor.selectionStart())
    while block.isValid() and block.position() < cursor.selectionEnd():
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            start = max(fragment.position(), cursor.selectionStart())
            end = min(fragment.position() + fragment.length(), cursor.selectionEnd())
            if start < end:
                found.append((start, end, look_of(fragment.charFormat())))
            at += 1
        block = block.next()
    return found


def change_looks(cursor: QTextCursor, change: Callable[[Look], Look], colors: FormatColors) -> None:
    """Change the look of each run of the selection, as one step to undo."""
    runs = looks_in(cursor)
    changing = QTextCursor(cursor.document())
    changing.beginEditBlock()
    for start, end, look in runs:
        changed = change(look)
        if changed != look:
            changing.setPosition(start)
            changing.setPosition(end, _KEEP)
            changing.setCharFormat(char_format(changed, colors))
    changing.endEditBlock()


def with_kind(look: Look, kind: SpanKind, *, on: bool) -> Look:
    return msgspec.structs.replace(look, kinds=look.kinds | {kind} if on else look.kinds - {kind})


def repaint(document: QTextDocument, colors: FormatColors) -> None:
    """Give links and code the colors of another theme, without a step to undo."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    colored = [run for run in looks_in(cursor) if run[2].address or SpanKind.CODE in run[2].kinds]
    if not colored:
        return
    for start, end, look in colored:
        cursor.setPosition(start)
        cursor.setPosition(end, _KEEP)
        cursor.joinPreviousEditBlock()
        cursor.setCharFormat(char_format(look, colors))
        cursor.endEditBlock()


# --- lists ------------------------------------------------------------------------------------------------------------


def marker(kind: SpanKind, number: int = 1) -> str:
    """What an item of a list begins with."""
    return "- " if kind is SpanKind.BULLETS else f"{number}. "


def list_kind(block: QTextBlock) -> SpanKind | None:
    """Of which list a line is an item; None for a line that has no marker any more."""
    value = block.blockFormat().property(_LIST)
    kind = SpanKind(value) if value else None
    if kind is None or not marker_length(block.text(), kind):
        return None
    return kind


def marker_length(line: str, kind: SpanKind) -> int:
    """As `formatting.marker_length`, also of an item without text."""
    return formatting.marker_length(f"{line}x", kind)


def set_list_kind(block: QTextBlock, kind: SpanKind | None) -> None:
    """Make a line an item of a list, or plain text. Its marker is not touched."""
    changed = QTextBlockFormat()
    if kind is not None:
        changed.setProperty(_LIST, str(kind))
    QTextCursor(block).setBlockFormat(changed)


def renumber(cursor: QTextCursor) -> None:
    """Count the items of numbered lists from 1 on. cursor: joins the edit that made it necessary."""
    block, number = cursor.document().begin(), 0
    while block.isValid():
        number = number + 1 if list_kind(block) is SpanKind.NUMBERS else 0
        wanted = marker(SpanKind.NUMBERS, number)
        if number and not block.text().startswith(wanted):
            cursor.setPosition(block.position())
            cursor.setPosition(block.position() + marker_length(block.text(), SpanKind.NUMBERS), _KEEP)
            cursor.insertText(wanted, QTextCharFormat())
        block = block.next()
