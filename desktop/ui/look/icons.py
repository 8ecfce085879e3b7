"""Icons: glyphs by name and colour, loaded on first use and kept."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.theme import CHANNEL_LOOKS, Theme


@lru_cache(maxsize=256)
def _icon(name: str, rgba: int) -> QIcon:
    # Imported here: its fonts cost time at start-up, and a window without icons must still come up at once.
    import qtawesome

    found: QIcon = qtawesome.icon(name, color=QColor.fromRgba(rgba))
    return found


@lru_cache(maxsize=512)
def _pixmap(name: str, rgba: int, size: int, ratio: float) -> QPixmap:
    pixmap = _icon(name, rgba).pixmap(_icon(name, rgba).actualSize(QSize(round(size * ratio), round(size * ratio))))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, colour: QColor) -> QIcon:
    """For buttons and menus. name: a qtawesome name such as `fa6s.paper-plane`."""
    return _icon(name, colour.rgba())


def pixmap(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """For painting. size: device-independent pixels; ratio: the device's."""
    return _pixmap(name, colour.rgba(), size, ratio)


def channel_pixmap(channel: ChannelKind, theme: Theme, size: int, ratio: float) -> QPixmap:
    return pixmap(CHANNEL_LOOKS[channel].glyph, theme.channel_colour(channel), size, ratio)
