"""Whether words can be read in what Qt draws: without a font it draws boxes or nothing, and says nothing of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

LETTERS = "AEMWaeimos"


def has_letters(font: QFont) -> bool:
    """Whether its letters look different from each other. Ask before fonts of icons are loaded: where there is no
    other font, Qt takes letters from one of these."""
    return differ([_drawn(letter, font) for letter in LETTERS])


def differ(pictures: Sequence[QImage]) -> bool:
    """Whether no two of them are alike."""
    return len({bytes(picture.constBits()) for picture in pictures}) == len(pictures)


def shows_words(picture: QPixmap, window: QWidget, at: QPoint) -> bool:
    """Whether any text of `window` left a trace in its picture. at: of the window in the picture, in its own units."""
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text().strip()]
    places = (QRect(label.mapTo(window, QPoint(0, 0)) + at, label.size()) for label in labels)
    return any(not _is_one_color(picture.copy(place).toImage()) for place in places)


def _drawn(letter: str, font: QFont) -> QImage:
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
