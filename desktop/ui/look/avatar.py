"""A customer's avatar: their initials on a circle in a color of their own."""

from __future__ import annotations

import zlib
from functools import lru_cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from desktop.ui.look.theme import Theme

_HUES = 12
_INITIALS_SHARE = 0.39
"""Height of the letters as a part of the circle's diameter."""


def paint_avatar(painter: QPainter, box: QRect, customer_id: str, letters: str, theme: Theme) -> None:
    """Paint a circle that fills `box`, with the customer's initials."""
    ground, ink = avatar_colors(customer_id, dark=theme.colors.dark)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(box)
    font = theme.font(bold=True)
    # The circle grows less than the text.
    font.setPixelSize(round(box.height() * _INITIALS_SHARE))
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letters)


@lru_cache(maxsize=1024)
def avatar_colors(customer_id: str, *, dark: bool) -> tuple[QColor, QColor]:
    """Return the colors of the circle and of the letters, with 4.5:1 contrast. They stay the same for a customer."""
    hue = zlib.crc32(customer_id.encode()) % _HUES / _HUES
    if dark:
        return QColor.fromHslF(hue, 0.32, 0.27), QColor.fromHslF(hue, 0.55, 0.88)
    return QColor.fromHslF(hue, 0.50, 0.87), QColor.fromHslF(hue, 0.65, 0.22)
