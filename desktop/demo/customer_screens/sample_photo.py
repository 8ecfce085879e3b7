"""A sample photo that the customer can send."""

from __future__ import annotations

import base64

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from desktop.demo.sandbox_control import Json


def sample_photo() -> Json:
    """Draw a photo and return it in the format of the control API."""
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
    # The type stub asks for bytes, the binding for str.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return {
        "name": "parcel.png",
        "content_type": "image/png",
        "data": base64.b64encode(bytes(data.data())).decode("ascii"),
    }
