"""How the selected row of a list looks, wherever a style sheet or a delegate of ours paints it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.ui.look.theme import Theme, ThemeColors

_RADIUS = 6


def row_style(colors: ThemeColors, *, padding: str, kind: str = "QListWidget") -> str:
    """Return a style sheet for the rows of a list. padding: within the edge of a pixel that each row has.

    The selected row has an edge that is seen: its ground is too much like that of the others.
    """
    return (
        f"{kind}::item {{ padding: {padding}; border: 1px solid transparent; border-radius: {_RADIUS - 1}px; }}"
        f"{kind}::item:selected {{ background: {colors.selected}; color: {colors.text};"
        f" border-color: {colors.outline}; }}"
    )


def paint_row_ground(
    painter: QPainter, box: QRect, theme: Theme, *, selected: bool, hovered: bool, focused: bool
) -> None:
    """Paint what is behind the text of a row, and its edge."""
    if not (selected or hovered or focused):
        return
    edge = theme.color("accent" if focused else "outline") if selected or focused else Qt.PenStyle.NoPen
    painter.setPen(edge)
    painter.setBrush(theme.color("selected" if selected else "hover") if selected or hovered else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
