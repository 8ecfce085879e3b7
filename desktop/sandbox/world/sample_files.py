"""Small valid files for customers to send."""

from __future__ import annotations

import struct
import zlib

from desktop.sandbox.model.people import File


def make_png(width: int, height: int, colour: tuple[int, int, int] = (64, 120, 160), name: str = "photo.png") -> File:
    """Create a PNG with a vertical gradient."""
    rows = bytearray()
    for y in range(height):
        shade = 0.6 + 0.4 * y / height
        rows += b"\x00" + bytes(int(c * shade) for c in colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head)
    data += _chunk(b"IDAT", zlib.compress(bytes(rows))) + _chunk(b"IEND", b"")
    return File(name, "image/png", data)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def make_pdf(name: str = "invoice.pdf") -> File:
    """Create a minimal PDF that most readers open."""
    page = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return File(name, "application/pdf", page)
