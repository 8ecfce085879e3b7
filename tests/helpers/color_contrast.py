"""The contrast of two colors, as the Web Content Accessibility Guidelines define it."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QColor


@cache
def luminance(color: str | int) -> float:
    """color: a name, or red, green and blue in one number."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    c = QColor(color) if isinstance(color, str) else QColor.fromRgb(color)
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF())


def contrast(a: str | int, b: str | int) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)
