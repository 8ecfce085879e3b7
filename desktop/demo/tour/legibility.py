"""Checks that Qt renders text. Without a font it draws boxes or nothing, without an error."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

LETTERS = "AEMWaeimos"


def can_render_letters(font: QFont) -> bool:
    """Return whether letters look different from each other.

    Call it before icon fonts are loaded: without any other font, Qt takes letters from these.
    """
    return are_all_different([_render(letter, font) for letter in LETTERS])


def are_all_different(pictures: Sequence[QImage]) -> bool:
    """Return whether no two pictures are equal."""
    return len({bytes(picture.constBits()) for picture in pictures}) == len(pictures)


def shows_text(picture: QPixmap, window: QWidget, at: QPoint) -> bool:
    """Return whether any label of `window` is visible in its picture. at: position of the window in the picture."""
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text().strip()]
    rects = (QRect(label.mapTo(window, QPoint(0, 0)) + at, label.size()) for label in labels)
    return any(not _is_one_color(picture.copy(rect).toImage()) for rect in rects)


def _render(letter: str, font: QFont) -> QImage:
    image = QImage(QSize(64, 64), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(font)
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return image


def _is_one_color(image: QImage) -> bool:
    plain = image.copy()
    plain.fill(image.pixelColor(0, 0))
    return image == plain
