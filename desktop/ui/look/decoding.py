"""Decodes customers' pictures with bounds on formats, pixels and memory. For any thread."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from desktop.domain.content.picture_size import is_progressive_jpeg
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.ports.reasons import MediaReason

ALLOCATION_LIMIT_MB = 64
"""Of one decoded picture. Qt's own limit is 256."""
MAX_PIXELS = ALLOCATION_LIMIT_MB * 250_000
MAX_PIXELS_SCALED = 200_000_000
"""Of a JPEG that is scaled while it is decoded: one of 192 million pixels takes 13 MB."""
MAX_SIDE_PX = 30_000
_BEGINNINGS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
_SWAPS_SIDES = QImageIOHandler.Transformation.TransformationRotate90


class DecodedPicture(msgspec.Struct, frozen=True):
    """image: turned as its EXIF says; None with the reason why not. full_size: width and
    height of the whole picture, turned."""

    image: QImage | None
    reason: Reason = NO_REASON
    full_size: tuple[int, int] = (0, 0)
    is_animated: bool = False


def picture_format(data: bytes) -> str:
    """The format by the first bytes: `jpeg`, `png`, `gif` or `webp`; "" for everything else, such as SVG."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((name for beginning, name in _BEGINNINGS if data.startswith(beginning)), "")


def decode_picture(data: bytes, box: QSize) -> DecodedPicture:
    """Decode the first frame no larger than `box`, in the picture's proportions and never enlarged."""
    found = picture_format(data)
    if not found:
        return DecodedPicture(None, make_reason(MediaReason.UNREADABLE))
    QImageReader.setAllocationLimit(ALLOCATION_LIMIT_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(found.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    stored = reader.size()
    if not stored.isValid() or stored.isEmpty():
        return DecodedPicture(None, make_reason(MediaReason.UNREADABLE))
    is_scaled = found == "jpeg" and not is_progressive_jpeg(data)
    max_pixels = MAX_PIXELS_SCALED if is_scaled else MAX_PIXELS
    if stored.width() * stored.height() > max_pixels or max(stored.width(), stored.height()) > MAX_SIDE_PX:
        return DecodedPicture(None, make_reason(MediaReason.TOO_MANY_PIXELS))
    is_turned = bool(reader.transformation() & _SWAPS_SIDES)
    target = box.transposed() if is_turned else box
    if stored.width() > target.width() or stored.height() > target.height():
        scaled = stored.scaled(target, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(scaled.expandedTo(QSize(1, 1)))
    is_animated = reader.supportsAnimation() and reader.imageCount() != 1
    image = reader.read()
    whole = stored.transposed() if is_turned else stored
    full_size = whole.width(), whole.height()
    if image.isNull():
        return DecodedPicture(None, make_reason(MediaReason.UNREADABLE), full_size)
    return DecodedPicture(image, NO_REASON, full_size, is_animated)
