"""The program's icon, with a count on it where there is something to see."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from desktop import RESOURCES

_FOLDER = RESOURCES / "icons"
_SIZES = (16, 32, 48, 128, 256)
_LARGEST = 99
_BADGE, _DIGITS = QColor("#d92d20"), QColor("#ffffff")


@lru_cache(maxsize=16)
def app_icon(count: int = 0) -> QIcon:
    """The icon in all its sizes. count: what stands on it; nothing for 0."""
    icon = QIcon()
    for size in _SIZES:
        file = str(_FOLDER / f"reachline-{size}.png")
        if count <= 0:
            icon.addFile(file)
        else:
            icon.addPixmap(_with_badge(QPixmap(file), count))
    return icon


def _with_badge(pixmap: QPixmap, count: int) -> QPixmap:
    """A round mark in the corner. In the smallest size digits could not be read: there it is a dot."""
    if pixmap.isNull():
        return pixmap
    side = pixmap.width()
    digits = str(count) if count <= _LARGEST else f"{_LARGEST}+"
    is_dot = side < 20
    height = side * (0.5 if is_dot else 0.58)
    width = height if is_dot else height * max(1.0, 0.45 + 0.4 * len(digits))
    badge = QRectF(side - width, 0, width, height)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BADGE)
    painter.drawRoundedRect(badge, height / 2, height / 2)
    if not is_dot:
        font = QFont()
        font.setPixelSize(max(round(height * 0.72), 1))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(_DIGITS)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, digits)
    painter.end()
    return pixmap
