"""Small parts of the customer's screens: the look of an app's head, a photo to send."""

from __future__ import annotations

import base64
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

Json = dict[str, Any]


def head_style(color: str) -> str:
    """Style sheet of an app's head line, white on `color`."""
    return (
        f"QFrame#head {{ background: {color}; border-radius: 6px; }} QFrame#head QLabel {{ color: #ffffff; }}"
        "QFrame#head QLabel#title { font-weight: bold; }"
        "QFrame#head QPushButton { background: transparent; color: #ffffff; border: 1px solid #ffffff; }"
        "QFrame#head QPushButton:checked { background: #8c1d18; }"
    )


def photo() -> Json:
    """A photo for the demo, drawn on the spot, as the control API takes files."""
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, 0, 240)
    sky.setColorAt(0, QColor("#c9dcf5"))
    sky.setColorAt(1, QColor("#f2e6d0"))
    painter.fillRect(image.rect(), sky)
    painter.fillRect(90, 100, 140, 100, QColor("#b98a55"))
    painter.fillRect(90, 100, 140, 22, QColor("#a37443"))
    painter.fillRect(152, 100, 16, 100, QColor("#d8b98e"))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The stub asks for bytes, the binding for str.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return {
        "name": "parcel.png",
        "content_type": "image/png",
        "data": base64.b64encode(bytes(data.data())).decode("ascii"),
    }
