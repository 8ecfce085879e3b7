"""Small valid files for customers to send: drawn here, or kept in the folder `files`.

The three voice notes and the sound of the video are the notes 392, 440, 494, 523 and 587 Hz, 0.8 s each.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from desktop.sandbox.model.people import File

_FOLDER = Path(__file__).with_name("files")
_KEPT = {
    # Stored on its side, with EXIF orientation 6, as phones do.
    "picture": ("damaged-parcel.jpg", "image/jpeg"),
    "animation": ("courier.gif", "image/gif"),
    "voice_note": ("voice-note.ogg", "audio/ogg"),
    "voice_note_m4a": ("voice-note.m4a", "audio/mp4"),
    "voice_note_amr": ("voice-note.amr", "audio/amr"),
    "video": ("courier.mp4", "video/mp4"),
}
SAMPLES = (*_KEPT, "document")
"""Kinds of files that `sample` knows."""


def sample(kind: str) -> File:
    """A new file of a kind. Raises ValueError for one that is not in `SAMPLES`."""
    if kind == "document":
        return make_pdf()
    if kind not in _KEPT:
        raise ValueError(f"a sample is one of {', '.join(SAMPLES)}")
    name, content_type = _KEPT[kind]
    return File(name, content_type, (_FOLDER / name).read_bytes())


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
