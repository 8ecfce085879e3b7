"""A font in which every letter is the same block, a little wider than letters of DejaVu Sans are on average.

Texts take the same room on every machine, and the mirror of a line of text is the line itself.
"""

from __future__ import annotations

import struct
from itertools import product

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

FAMILY = "Blocks of the tests"
_EM, _REGULAR, _BOLD, _TOP, _ASCENT, _DESCENT = 1000, 525, 600, 620, 930, 240
"""In the usual size, and in twice that, letters are whole pixels wide."""
_OVERHANG = 40
"""Letters meet, wherever their rounding puts them."""


def install_block_font() -> QFont:
    """Add the font to the application once, and return it in the usual size."""
    if FAMILY not in QFontDatabase.families():
        # Qt would draw a bold or italic face that is missing in a way that can't be mirrored.
        for bold, italic in product((False, True), repeat=2):
            file = QByteArray(_font_file(bold=bold, italic=italic))
            assert QFontDatabase.addApplicationFontFromData(file) != -1
    return QFontDatabase.font(FAMILY, "Regular", 10)


def _font_file(*, bold: bool, italic: bool) -> bytes:
    """Return a TrueType font."""
    advance = _BOLD if bold else _REGULAR
    glyph = _glyph(advance)
    tables = {
        b"OS/2": _os2(advance, bold=bold, italic=italic),
        b"cmap": _cmap(),
        b"glyf": glyph * 2,
        b"head": _head(advance, bold=bold, italic=italic),
        b"hhea": struct.pack(
            ">4s3hH3h3h4hhH", _ONE, _ASCENT, -_DESCENT, 0, advance, 0, 0, advance, 1, 0, 0, *[0] * 5, 2
        ),
        b"hmtx": struct.pack(">HhHh", advance, -_OVERHANG, advance, -_OVERHANG),
        b"loca": struct.pack(">3I", 0, len(glyph), 2 * len(glyph)),
        b"maxp": struct.pack(">4s14H", _ONE, 2, 4, 1, 0, 0, 1, *[0] * 8),
        b"name": _name(bold=bold, italic=italic),
        b"post": struct.pack(">4sIhhI4I", b"\0\3\0\0", 0, -100, 50, 1, 0, 0, 0, 0),
    }
    head = struct.pack(">4s4H", _ONE, len(tables), 128, 3, len(tables) * 16 - 128)
    directory, body, offset = b"", b"", len(head) + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4s3I", tag, _checksum(table), offset + len(body), len(table))
        body += _padded(table)
    return head + directory + body


_ONE = b"\0\1\0\0"


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)


def _checksum(table: bytes) -> int:
    return sum(struct.unpack(f">{len(_padded(table)) // 4}I", _padded(table))) & 0xFFFFFFFF


def _glyph(advance: int) -> bytes:
    square = ((-_OVERHANG, 0), (-_OVERHANG, _TOP), (advance + _OVERHANG, _TOP), (advance + _OVERHANG, 0))
    xs, ys = zip(*square, strict=True)
    steps = [b - a for values in (xs, ys) for a, b in zip((0, *values), values, strict=False)]
    header = struct.pack(">5h", 1, -_OVERHANG, 0, advance + _OVERHANG, _TOP)
    return _padded(header + struct.pack(">HH4B8h", 3, 0, 1, 1, 1, 1, *steps))


def _cmap() -> bytes:
    """Every character is glyph 1 (format 13: many to one)."""
    table = struct.pack(">HHIII3I", 13, 0, 28, 0, 1, 0, 0x10FFFF, 1)
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _head(advance: int, *, bold: bool, italic: bool) -> bytes:
    dates = struct.pack(">qq", 0, 0)
    style = bold | italic << 1
    return (
        struct.pack(">4s4s2I2H", _ONE, _ONE, 0, 0x5F0F3CF5, 0, _EM)
        + dates
        + struct.pack(">4hHHhhh", -_OVERHANG, 0, advance + _OVERHANG, _TOP, style, 6, 2, 1, 0)
    )


def _os2(advance: int, *, bold: bool, italic: bool) -> bytes:
    """It claims every script."""
    everything = 0xFFFFFFFF
    selection = (0x20 if bold else 0) | (1 if italic else 0) or 0x40
    return (
        struct.pack(">HhHHH", 4, advance, 700 if bold else 400, 5, 0)
        + struct.pack(">11h", 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0)
        + bytes(10)
        + struct.pack(">4I4sHHH", *[everything] * 4, b"TEST", selection, 32, 0xFFFF)
        + struct.pack(">3hHH", _ASCENT, -_DESCENT, 0, _ASCENT, _DESCENT)
        + struct.pack(">2I2h3H", everything, everything, _TOP, _TOP, 0, 32, 1)
    )


def _name(*, bold: bool, italic: bool) -> bytes:
    style = " ".join([*(["Bold"] if bold else []), *(["Italic"] if italic else [])]) or "Regular"
    names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"{FAMILY}-{style}".replace(" ", "")}
    records, text = b"", b""
    for number, name in names.items():
        encoded = name.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(encoded), len(text))
        text += encoded
    return struct.pack(">3H", 0, len(names), 6 + len(records)) + records + text
