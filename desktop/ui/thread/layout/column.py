"""Column: stacks lines, paragraphs and files from top to bottom and finds out how wide they want to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont

from desktop.ui.thread.layout.bubble_layout import Edge, Frame, Icon, Line, Paragraph, Piece
from desktop.ui.thread.layout.row_style import Look
from desktop.ui.thread.layout.text_body import TextBody

ICON_GAP = 4.0
ITEM_GAP = 10.0
LINE_GAP = 4.0
CHIP_PAD = 8.0


@dataclass(frozen=True, slots=True)
class Item:
    """A glyph, words, and a mark behind them, never torn apart. Any of the three may be missing."""

    words: str = ""
    color_role: str = "muted"
    icon: str = ""
    icon_color_role: str = ""
    mark: str = ""
    mark_color_role: str = ""
    strong: bool = False
    boxed: bool = False
    tip: str = ""
    action: str = ""


Place = Callable[[float, float, float], None]
"""Called with left, top and the column's final width."""


_LONGEST = 400


def _shortened(words: str) -> str:
    """Before it is measured; the end stays, because files have their kind there."""
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST // 2]}…{words[-_LONGEST // 2 :]}"


class Column:
    """Blocks are measured as they are added and placed by `place`, when the final width is known."""

    def __init__(self, look: Look, most: float) -> None:
        """most: widest a block may be."""
        self.look = look
        self.most = most
        self.width = 0.0
        self.height = 0.0
        self.frames: list[Frame] = []
        self.pieces: list[Piece] = []
        self._blocks: list[tuple[float, Place]] = []

    def add(self, width: float, height: float, place: Place, gap: float = LINE_GAP) -> None:
        top = self.height + (gap if self._blocks else 0.0)
        self._blocks.append((top, place))
        self.height = top + height
        self.width = max(self.width, min(width, self.most))

    def place(self, left: float, top: float, width: float) -> None:
        for offset, place in self._blocks:
            place(left, top + offset, width)

    # --- blocks ---------------------------------------------------------------------------------------------------

    def items(self, items: Sequence[Item], gap: float = LINE_GAP) -> None:
        """Side by side, wrapping between items; an item wider than the column is cut short."""
        items = [replace(i, words=_shortened(i.words)) if len(i.words) > _LONGEST else i for i in items]
        line: list[tuple[Item, float]] = []
        used = 0.0
        for item in items:
            width = min(self._item_width(item), self.most)
            if line and used + ITEM_GAP + width > self.most:
                self._item_line(line, used, gap)
                line, used = [], 0.0
            used += (ITEM_GAP if line else 0.0) + width
            line.append((item, width))
        if line:
            self._item_line(line, used, gap)

    def paragraph(
        self,
        body: TextBody,
        color_role: str,
        *,
        selectable: bool = False,
        icon: str = "",
        icon_color_role: str = "",
        tip: str = "",
        action: str = "",
    ) -> None:
        """glyph: stands before the first line; the words hang beside it. Lay `body` out `hang` narrower then."""
        hang = self.hang if icon else 0.0

        def place(left: float, top: float, width: float) -> None:
            body.settle(width - hang)
            if icon:
                self._icon(
                    left, top, self.look.small_metrics.height(), icon, icon_color_role or color_role, tip, action
                )
            rect = QRectF(left + hang, top, width - hang, body.height)
            self.pieces.append(Paragraph(rect, body, color_role, selectable, tip, action))

        self.add(body.width + hang, body.height, place)

    @property
    def hang(self) -> float:
        """Room for a glyph before a paragraph."""
        return self.look.icon + ICON_GAP + 2

    # --- items ----------------------------------------------------------------------------------------------------

    def _font(self, item: Item) -> QFont:
        return self.look.strong if item.strong else self.look.small

    def _item_width(self, item: Item) -> float:
        words = self.look.words_width(item.words, self._font(item)) + 1 if item.words else 0.0
        icon_count = bool(item.icon) + bool(item.mark)
        gaps = max(0, icon_count + bool(item.words) - 1)
        return words + icon_count * self.look.icon + gaps * ICON_GAP + (2 * CHIP_PAD if item.boxed else 0.0)

    def _item_line(self, line: Sequence[tuple[Item, float]], used: float, gap: float) -> None:
        boxed = any(item.boxed for item, _ in line)
        height = self.look.strong_metrics.height() + (CHIP_PAD if boxed else 0.0)

        def place(left: float, top: float, _width: float) -> None:
            for item, width in line:
                self._item(item, left, top, width, height)
                left += width + ITEM_GAP

        self.add(used, height, place, gap)

    def _item(self, item: Item, left: float, top: float, width: float, height: float) -> None:
        right = left + width
        if item.boxed:
            self.frames.append(Frame(QRectF(left, top, width, height), "surface", Edge.SOLID, radius=6))
            left, right = left + CHIP_PAD, right - CHIP_PAD
        if item.icon:
            self._icon(left, top, height, item.icon, item.icon_color_role or item.color_role, item.tip, item.action)
            left += self.look.icon + ICON_GAP
        if item.mark:
            right -= self.look.icon + (ICON_GAP if item.words else 0)
        if item.words:
            font = self._font(item)
            self.line(item.words, font, item.color_role, QRectF(left, top, right - left, height), item.tip, item.action)
        if item.mark:
            mark_left = right + (ICON_GAP if item.words else 0)
            self._icon(
                mark_left, top, height, item.mark, item.mark_color_role or item.color_role, item.tip, item.action
            )

    def _icon(self, left: float, top: float, height: float, name: str, color_role: str, tip: str, action: str) -> None:
        size = self.look.icon
        rect = QRectF(left, top + (height - size) // 2, size, size)
        self.pieces.append(Icon(rect, name, color_role, tip, action))

    def line(self, words: str, font: QFont, color_role: str, box: QRectF, tip: str = "", action: str = "") -> None:
        """Words on one line inside `box`, cut in the middle where they do not fit, centred in its height."""
        metrics, shown = self.look.metrics(font), words
        if self.look.words_width(words, font) > box.width() + 0.5:
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, box.width())
        height = metrics.height()
        rect = QRectF(box.left(), box.top() + (box.height() - height) / 2, box.width(), height)
        self.pieces.append(Line(rect, self.look.static(shown, font), font, color_role, tip, action))

    def box(self, rect: QRectF, fill: str) -> None:
        self.frames.append(Frame(rect, fill, Edge.SOLID, radius=6))

    def icon_in(self, rect: QRectF, name: str, color_role: str, tip: str, action: str) -> None:
        """A glyph as large as `rect` is high, in its middle."""
        size = rect.height()
        corner = QPointF(rect.center().x() - size / 2, rect.top())
        self.pieces.append(Icon(QRectF(corner.x(), corner.y(), size, size), name, color_role, tip, action))
