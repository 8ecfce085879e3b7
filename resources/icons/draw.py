"""Draws reachline.svg in the sizes that systems ask for: PNG (Linux), ICO (Windows), ICNS (macOS).

QT_QPA_PLATFORM=offscreen python resources/icons/draw.py
"""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).parent
PNG = (16, 32, 48, 128, 256)
ICO = (16, 24, 32, 48, 64, 256)
# The sizes of a complete set, 16 to 512 points, and each for displays with twice the pixels.
ICNS = {
    **{b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512},
    **{b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512, b"ic10": 1024},
}


def drawn(size: int) -> bytes:
    """PNG, size x size pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(FOLDER / "reachline.svg")).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def ico() -> bytes:
    """Header, one 16-byte entry per picture, the pictures as PNG (Windows Vista and later)."""
    pictures = [(size, drawn(size)) for size in ICO]
    at = 6 + 16 * len(pictures)
    entries = b""
    for size, picture in pictures:
        edge = size % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(picture for _, picture in pictures)


def icns() -> bytes:
    """Header, then per picture its kind, length and PNG."""
    parts = [kind + struct.pack(">I", len(png) + 8) + png for kind, size in ICNS.items() for png in (drawn(size),)]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


if __name__ == "__main__":
    application = QGuiApplication([])
    for size in PNG:
        (FOLDER / f"reachline-{size}.png").write_bytes(drawn(size))
    (FOLDER / "reachline.ico").write_bytes(ico())
    (FOLDER / "reachline.icns").write_bytes(icns())
