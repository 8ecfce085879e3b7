"""Icons of the icon font by name and color, loaded at first use and cached."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.theme import CHANNEL_STYLES, Theme


@lru_cache(maxsize=256)
def _icon(name: str, rgba: int) -> QIcon:
    # Imported here: loading its fonts takes time, and the window must not wait for that at start-up.
    import qtawesome

    loaded: QIcon = qtawesome.icon(name, color=QColor.fromRgba(rgba))
    return loaded


@lru_cache(maxsize=512)
def _pixmap(name: str, rgba: int, size: int, ratio: float) -> QPixmap:
    pixmap = _icon(name, rgba).pixmap(_icon(name, rgba).actualSize(QSize(round(size * ratio), round(size * ratio))))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, color: QColor) -> QIcon:
    """Return an icon for buttons and menus. name: a qtawesome name such as `fa6s.paper-plane`."""
    return _icon(name, color.rgba())


def pixmap(name: str, color: QColor, size: int, ratio: float) -> QPixmap:
    """Return a pixmap for painting. size: in device-independent pixels. ratio: the device pixel ratio."""
    return _pixmap(name, color.rgba(), size, ratio)


def channel_pixmap(channel: ChannelKind, theme: Theme, size: int, ratio: float) -> QPixmap:
    """Return the pixmap of a channel's icon in the channel's color."""
    return pixmap(CHANNEL_STYLES[channel].icon, theme.channel_color(channel), size, ratio)
