"""Compares a screen that is laid out from left to right with the same screen laid out from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import product
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBitmap, QColor, QImage, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget
from screen_texts import room_of

from desktop.ui.composer.attachments import THUMBNAIL, AttachmentRow
from desktop.ui.composer.writing.rich_label import RichLabel
from desktop.ui.look import icons, text_direction
from desktop.ui.thread.layout import text_body
from desktop.ui.thread.media.viewer import PictureView
from desktop.ui.thread.timeline import text_selection, thread_media

TOLERANCE_PX = 1
"""Of the place of a widget in its window, and of what is painted in its widget."""
_LEAST_DIFFERENCE = 72
"""Of the brightness of a pixel: less is how an edge falls between two of them."""
_LEAST_SPOT = 12
"""Of the larger side of a spot in pixels; a line that is cut off may have a letter more from one side."""
_APART_PX = 4
"""Spots that are nearer are one."""
_TEXT_FIELDS = QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, RichLabel, PictureView
"""What is in them is not mirrored: letters in the direction of their language, and pictures."""


@contextmanager
def mirrorable_looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let all look the same from both sides that is not for us to mirror: letters, and the shapes of icons.

    The font of the tests is. A text that begins with a letter is taken for one in the direction of the screen.
    """
    with monkeypatch.context() as patch:
        patch.setattr(icons, "_POINTING", _Everything())
        letters = SimpleNamespace(bidirectional=lambda _: "R" if text_direction.is_mirrored() else "L")
        patch.setattr(text_direction, "unicodedata", letters)
        # A word of another direction than its line stays where its letters are.
        patch.setattr(text_body, "_links", lambda _: ())
        patch.setattr(text_selection, "find_ranges", lambda *_, **__: ())
        patch.setattr(thread_media, "_paint_picture", lambda painter, rect, *_: painter.fillRect(rect, _NO_PICTURE))
        patch.setattr(AttachmentRow, "_thumbnail", lambda *_: _plain_thumbnail())
        yield


_NO_PICTURE = QColor("gray")


def _plain_thumbnail() -> QPixmap:
    pixmap = QPixmap(THUMBNAIL)
    pixmap.fill(_NO_PICTURE)
    return pixmap


class _Everything:
    def __contains__(self, _name: object) -> bool:
        return True


@dataclass
class Snapshot:
    """A screen from one side. boxes: of every visible widget in the order of the tree, in the coordinates of `frame`,
    with what it is. hidden: where it is not compared as a picture.
    """

    frame: QRect
    place: QRect
    boxes: list[tuple[str, QRect]]
    image: QImage
    hidden: QRegion
    is_menu: bool


def take_snapshot(screen: QWidget, frame: QWidget) -> Snapshot:
    """frame: the window in which all is mirrored; that of a popup is the one that opened it."""
    window = screen.window()
    corner = window.mapToGlobal(QPoint()) - frame.mapToGlobal(QPoint())
    boxes, hidden = [], QRegion()
    for widget in _shown(window):
        box = QRect(widget.mapTo(window, QPoint()) if widget is not window else QPoint(), widget.size())
        boxes.append((f"{room_of(widget)} {type(widget).__name__} {_text(widget)!r}", box.translated(corner)))
        if isinstance(widget, _TEXT_FIELDS):
            hidden += QRegion(box)
    place, image = QRect(corner, window.size()), window.grab().toImage()
    return Snapshot(frame.rect(), place, boxes, image, hidden, isinstance(window, QMenu))


def _shown(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    if isinstance(widget, _TEXT_FIELDS):
        return
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            yield from _shown(child)


def _text(widget: QWidget) -> str:
    text = "" if isinstance(widget, _TEXT_FIELDS) else widget.property("text")
    return str(text or widget.objectName())[:40]


def differences(one: Snapshot, other: Snapshot, scale: float) -> list[str]:
    """Return what is not where the mirror of `one` has it. scale: of the text."""
    if [name for name, _ in one.boxes] != [name for name, _ in other.boxes]:
        return [f"other widgets: {sorted({n for n, _ in one.boxes} ^ {n for n, _ in other.boxes})}"]
    width = one.frame.width()
    found = [
        f"{name}: {_numbers(box)} for {_numbers(_mirror(width, before))}"
        for (name, before), (_, box) in zip(one.boxes, other.boxes, strict=True)
        if not _is_near(_mirror(width, before), box)
    ]
    if found or one.is_menu:
        # Qt puts the keys in a menu a little farther from its edge on the one side than on the other.
        return found
    return [f"painted otherwise: {_numbers(spot)} {_what_is_at(other, spot)}" for spot in _spots(one, other, scale)]


def _what_is_at(snapshot: Snapshot, spot: QRect) -> str:
    """The last widget of the tree that is there."""
    at = spot.center() + snapshot.place.topLeft()
    return next((name for name, box in reversed(snapshot.boxes) if box.contains(at)), "")


def _mirror(width: int, box: QRect) -> QRect:
    return QRect(width - box.x() - box.width(), box.y(), box.width(), box.height())


def _is_near(one: QRect, other: QRect) -> bool:
    pairs = zip(one.getCoords(), other.getCoords(), strict=True)
    return all(abs(a - b) <= TOLERANCE_PX for a, b in pairs)


def _numbers(box: QRect) -> str:
    return f"{box.x()},{box.y()} {box.width()}x{box.height()}"


def _spots(one: Snapshot, other: Snapshot, scale: float) -> list[QRect]:
    """Where the pictures differ by more than the tolerance."""
    mirrored = one.image.flipped(Qt.Orientation.Horizontal)
    hidden = other.hidden
    for box in one.hidden:
        hidden += QRegion(_mirror(one.image.width(), box))
    missing = (_not_near(mirrored, other.image) + _not_near(other.image, mirrored)) - hidden
    # At the edge there may be nothing beyond.
    missing &= other.image.rect().adjusted(TOLERANCE_PX, 0, -TOLERANCE_PX, 0)
    spots: list[QRect] = []
    for box in missing:
        around = box.adjusted(-_APART_PX, -_APART_PX, _APART_PX, _APART_PX)
        near = [spot for spot in spots if spot.intersects(around)]
        spots = [spot for spot in spots if spot not in near]
        spots.append(reduce(QRect.united, near, QRect(box)))
    return [spot for spot in spots if max(spot.width(), spot.height()) >= _LEAST_SPOT * scale]


def _not_near(one: QImage, other: QImage) -> QRegion:
    """The pixels of `one` that no pixel of `other` near them is like."""
    one, other = (image.convertToFormat(QImage.Format.Format_RGB32) for image in (one, other))
    least = QImage(one.size(), QImage.Format.Format_RGB32)
    least.fill(Qt.GlobalColor.white)
    reach = range(-2 * TOLERANCE_PX, 2 * TOLERANCE_PX + 1)
    for x, y in product(reach, reach):
        difference = QImage(one)
        _combine(difference, other, QPainter.CompositionMode.CompositionMode_Difference, x, y)
        _combine(least, difference, QPainter.CompositionMode.CompositionMode_Darken, 0, 0)
    gray = least.convertToFormat(QImage.Format.Format_Grayscale8)
    # Set pixels are black.
    marks = bytes(0 if value >= _LEAST_DIFFERENCE else 255 for value in range(256))
    marked = bytes(gray.constBits()).translate(marks)
    image = QImage(marked, gray.width(), gray.height(), gray.bytesPerLine(), QImage.Format.Format_Grayscale8)
    return QRegion(QBitmap.fromImage(image, Qt.ImageConversionFlag.ThresholdDither))


def _combine(image: QImage, other: QImage, mode: QPainter.CompositionMode, x: int, y: int) -> None:
    painter = QPainter(image)
    painter.setCompositionMode(mode)
    painter.drawImage(x, y, other)
    painter.end()
