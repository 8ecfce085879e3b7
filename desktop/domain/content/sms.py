"""Counts the parts of a text message (SMS), which determine its cost."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from desktop.domain.model.frozen import frozen

# 3GPP TS 23.038: the default alphabet without its escape code, and the table behind that code.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    """The encoding of a text message, which decides how much fits into a part."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


# Units in a single-part text, and in each part of a longer one, whose header takes the rest.
_SIZES = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@frozen
class Segments:
    """The size of a text. units: septets (GSM-7) or UTF-16 units (UCS-2). left: units still free in the last part."""

    encoding: Encoding
    units: int
    parts: int
    left: int


def count_segments(text: str) -> Segments:
    """Split a text into parts of 160/153 GSM-7 septets or 70/67 UTF-16 units. No character is split over two parts.

    An empty text has no part.
    """
    encoding = Encoding.UCS2 if non_gsm_characters(text) else Encoding.GSM7
    single, multi = _SIZES[encoding]
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    if units <= single:
        return Segments(encoding, units, 1 if text else 0, single - units)
    parts, used = _pack(widths, multi)
    return Segments(encoding, units, parts, multi - used)


def non_gsm_characters(text: str) -> tuple[str, ...]:
    """The characters that GSM-7 does not have, each once, in order; one is enough to make the text UCS-2."""
    return tuple(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def _pack(widths: Iterable[int], size: int) -> tuple[int, int]:
    """The number of parts, and the units used in the last one."""
    parts, used = 1, 0
    for width in widths:
        if used + width > size:
            parts, used = parts + 1, 0
        used += width
    return parts, used
