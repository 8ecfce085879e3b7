"""Stacks the lines, paragraphs and files of a bubble and determines its width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont

from desktop.ui.look.theme import LEAST_TARGET
from desktop.ui.thread.layout.bubble_layout import Edge, Frame, Icon, Line, Paragraph, Piece, Tip
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.layout.text_body import TextBody

ICON_GAP = 4.0
ITEM_GAP = 10.0
LINE_GAP = 4.0
CHIP_PAD = 8.0


class Item(msgspec.Struct, frozen=True):
    """An icon, a text and a status icon after it, kept on one line. Each may be missing."""

    text: str = ""
    color_role: str = "muted"
    icon: str = ""
    icon_color_role: str = ""
    status_icon: str = ""
    status_icon_color_role: str = ""
    bold: bool = False
    is_boxed: bool = False
    tip: Tip = ""
    action: str = ""


PlaceBlock = Callable[[float, float, float], None]
"""Adds a block's frames and pieces. Args: left, top, final width of the column."""

_MAX_ITEM_CHARS = 400


def _shortened(item: Item) -> Item:
    """Cut a long text in the middle before it is measured; the end of a file name shows its type."""
    half = _MAX_ITEM_CHARS // 2
    is_short = len(item.text) <= _MAX_ITEM_CHARS
    return item if is_short else replace(item, text=f"{item.text[:half]}…{item.text[-half:]}")


class Column:
    """Collects blocks, measured as they are added; `place` lays them out when the final width is known."""

    def __init__(self, style: RowStyle, most: float) -> None:
        self.style = style
        self.max_width = most
        self.width = 0.0
        self.height = 0.0
        self.frames: list[Frame] = []
        self.pieces: list[Piece] = []
        self._blocks: list[tuple[float, PlaceBlock]] = []

    def add(self, width: float, height: float, place: PlaceBlock, gap: float = LINE_GAP) -> None:
        """Append a block. place: adds its frames and pieces when the final width is known."""
        top = self.height + (gap if self._blocks else 0.0)
        self._blocks.append((top, place))
        self.height = top + height
        self.width = max(self.width, min(width, self.max_width))

    def place(self, left: float, top: float, width: float) -> None:
        """Lay all blocks out at their final position and width, once."""
        # They hold the column; let go of, all of it is freed at once instead of waiting for the collector.
        blocks, self._blocks = self._blocks, []
        for offset, place in blocks:
            place(left, top + offset, width)

    # --- blocks ---------------------------------------------------------------------------------------------------

    def add_items(self, items: Sequence[Item], gap: float = LINE_GAP) -> None:
        """Add items side by side, wrapping between items; an item wider than the column is elided."""
        line: list[tuple[Item, float]] = []
        used = 0.0
        for item in map(_shortened, items):
            width = min(self._item_width(item), self.max_width)
            if line and used + ITEM_GAP + width > self.max_width:
                self._add_item_line(line, used, gap)
                line, used = [], 0.0
            used += (ITEM_GAP if line else 0.0) + width
            line.append((item, width))
        if line:
            self._add_item_line(line, used, gap)

    def add_paragraph(
        self,
        body: TextBody,
        color_role: str,
        *,
        selectable: bool = False,
        icon: str = "",
        icon_color_role: str = "",
        tip: Tip = "",
        action: str = "",
    ) -> None:
        """Add wrapped text. icon: before its first line; `body` must be laid out narrower by `icon_indent` then."""
        indent = self.icon_indent if icon else 0.0

        def place(left: float, top: float, width: float) -> None:
            body.set_final_width(width - indent)
            if icon:
                self._add_icon(
                    left, top, self.style.small_metrics.height(), icon, icon_color_role or color_role, tip, action
                )
            rect = QRectF(left + indent, top, width - indent, body.height)
            self.pieces.append(Paragraph(rect, body, color_role, selectable, tip, action))

        self.add(body.width + indent, body.height, place)

    @property
    def icon_indent(self) -> float:
        """Width of a paragraph's icon with its gap."""
        return self.style.icon + ICON_GAP + 2

    # --- items ----------------------------------------------------------------------------------------------------

    def _font(self, item: Item) -> QFont:
        return self.style.bold if item.bold else self.style.small

    def _item_width(self, item: Item) -> float:
        text_width = self.style.text_width(item.text, self._font(item)) + 1 if item.text else 0.0
        icon_count = bool(item.icon) + bool(item.status_icon)
        gaps = max(0, icon_count + bool(item.text) - 1)
        return text_width + icon_count * self.style.icon + gaps * ICON_GAP + (2 * CHIP_PAD if item.is_boxed else 0.0)

    def _add_item_line(self, line: Sequence[tuple[Item, float]], used: float, gap: float) -> None:
        is_boxed = any(item.is_boxed for item, _ in line)
        height = float(self.style.bold_metrics.height())
        if is_boxed:
            height = max(height + CHIP_PAD, LEAST_TARGET)

        def place(left: float, top: float, _width: float) -> None:
            for item, width in line:
                self._place_item(item, left, top, width, height)
                left += width + ITEM_GAP

        self.add(used, height, place, gap)

    def _place_item(self, item: Item, left: float, top: float, width: float, height: float) -> None:
        right = left + width
        if item.is_boxed:
            self.frames.append(Frame(QRectF(left, top, width, height), "surface", Edge.SOLID, radius=6))
            left, right = left + CHIP_PAD, right - CHIP_PAD
        if item.icon:
            self._add_icon(left, top, height, item.icon, item.icon_color_role or item.color_role, item.tip, item.action)
            left += self.style.icon + ICON_GAP
        if item.status_icon:
            right -= self.style.icon + (ICON_GAP if item.text else 0)
        if item.text:
            font = self._font(item)
            self.add_line(
                item.text, font, item.color_role, QRectF(left, top, right - left, height), item.tip, item.action
            )
        if item.status_icon:
            status_left = right + (ICON_GAP if item.text else 0)
            self._add_icon(
                status_left,
                top,
                height,
                item.status_icon,
                item.status_icon_color_role or item.color_role,
                item.tip,
                item.action,
            )

    def _add_icon(
        self, left: float, top: float, height: float, name: str, color_role: str, tip: Tip, action: str
    ) -> None:
        size = self.style.icon
        rect = QRectF(left, top + (height - size) // 2, size, size)
        self.pieces.append(Icon(rect, name, color_role, tip, action))

    def add_line(self, text: str, font: QFont, color_role: str, box: QRectF, tip: Tip = "", action: str = "") -> None:
        """Add one line, elided in the middle to fit the width of `box` and centered vertically in it."""
        metrics, shown = self.style.metrics(font), text
        if self.style.text_width(text, font) > box.width() + 0.5:
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        height = metrics.height()
        rect = QRectF(box.left(), box.top() + (box.height() - height) / 2, box.width(), height)
        self.pieces.append(Line(rect, self.style.static_text(shown, font), font, color_role, tip, action))

    def add_box(self, rect: QRectF, fill: str) -> None:
        """Add a frame with rounded corners."""
        self.frames.append(Frame(rect, fill, Edge.SOLID, radius=6))

    def add_centered_icon(self, rect: QRectF, name: str, color_role: str, tip: Tip, action: str) -> None:
        """Add an icon as large as `rect` is high, in its center."""
        size = rect.height()
        corner = QPointF(rect.center().x() - size / 2, rect.top())
        self.pieces.append(Icon(QRectF(corner.x(), corner.y(), size, size), name, color_role, tip, action))
