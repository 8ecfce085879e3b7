"""The size of a picture in pixels, read from the first bytes of its file without decoding it.

Formats: PNG (W3C, section 11.2.1), GIF89a (section 18), JPEG (ITU-T T.81, B.2.2), WebP (RFC 9649, section 2).
"""

from __future__ import annotations

_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers; C4, C8 and CC between them are tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def picture_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) as stored; None for another format, a truncated header, or no pixels.

    Never raises. Reads the headers only, so its time does not grow with the pixels.
    """
    found: tuple[int, int] | None = None
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        found = _big(data[16:20], 4), _big(data[20:24], 4)
    elif data[:6] in (b"GIF87a", b"GIF89a"):
        found = _little(data[6:8], 2), _little(data[8:10], 2)
    elif data[:2] == b"\xff\xd8":
        found = _jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = _webp(data)
    return found if found is not None and min(found) > 0 else None


def _big(piece: bytes, length: int) -> int:
    return int.from_bytes(piece, "big") if len(piece) == length else 0


def _little(piece: bytes, length: int) -> int:
    return int.from_bytes(piece, "little") if len(piece) == length else 0


def is_progressive_jpeg(data: bytes) -> bool:
    """Whether it is a JPEG that comes in several passes, which takes memory for all of its pixels to decode."""
    at = _jpeg_frame(data) if data[:2] == b"\xff\xd8" else None
    return at is not None and data[at + 1] in _JPEG_PROGRESSIVE


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = _jpeg_frame(data)
    return None if at is None else (_big(data[at + 7 : at + 9], 2), _big(data[at + 5 : at + 7], 2))


def _jpeg_frame(data: bytes) -> int | None:
    """Skip from segment to segment, each with its length, to the first frame."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        elif marker in _JPEG_FRAMES:
            return at
        else:
            # A length that is too short leads into its own bytes, which are no marker.
            at += 2 + _big(data[at + 2 : at + 4], 2)
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    """Lossy, lossless or extended; each stores the size differently."""
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        # The two highest bits say how to scale.
        return _little(data[26:28], 2) & 0x3FFF, _little(data[28:30], 2) & 0x3FFF
    if kind == b"VP8L" and data[20:21] == b"\x2f" and len(data) >= 25:
        bits = _little(data[21:25], 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X" and len(data) >= 30:
        return _little(data[24:27], 3) + 1, _little(data[27:30], 3) + 1
    return None
