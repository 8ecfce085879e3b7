"""Icons of Font Awesome by name and color, drawn from qtawesome's font files at first use and cached.

Its code is left alone: it imports Qt once more through a wrapper of its own, a third of the time that a start takes.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPalette,
    QPixmap,
    QRawFont,
    QTransform,
)
from PySide6.QtWidgets import QApplication

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.text_direction import is_mirrored
from desktop.ui.look.theme import CHANNEL_STYLES, Theme

_STYLES = {"fa6": "regular", "fa6s": "solid", "fa6b": "brands"}
"""Font Awesome's own name of a font, by the prefix of its icons."""
_GLYPH_SHARE = 0.875
"""Height of the font as a part of the icon's height: the glyphs are as large as their font, but some are wider."""
_POINTING = frozenset(
    f"fa6s.{name}"
    for name in (
        "arrow-up-right-from-square",
        "book-open",
        "chevron-left",
        "chevron-right",
        "circle-question",
        "file-export",
        "forward-step",
        "list-check",
        "list-ol",
        "list-ul",
        "paper-plane",
        "question",
        "reply",
        "rotate-left",
        "share-from-square",
    )
)
"""Those that point along a line of text or stand at its start, and the question mark: turned around where lines run
from right to left. Clocks, what plays sounds, and signs of others stay as they are.
"""


class _Font:
    """One of the fonts, and the characters of its icons."""

    def __init__(self, style: str) -> None:
        package = find_spec("qtawesome")
        assert package is not None
        assert package.submodule_search_locations is not None
        fonts = Path(next(iter(package.submodule_search_locations)), "fonts")
        (file,) = fonts.glob(f"fontawesome6-{style}-webfont-[0-9]*.ttf")
        (names,) = fonts.glob(f"fontawesome6-{style}-webfont-charmap-*.json")
        # Outlines at one size serve all others.
        self._font = QRawFont(str(file), 100, QFont.HintingPreference.PreferNoHinting)
        self._codes: dict[str, str] = json.loads(names.read_text("ascii"))

    def outline(self, name: str) -> QPainterPath:
        """The icon's outline around (0, 0), for a font of one pixel; KeyError for an unknown name."""
        font = self._font
        (glyph,) = font.glyphIndexesForString(chr(int(self._codes[name], 16)))
        (advance,) = font.advancesForGlyphIndexes([glyph])
        path = font.pathForGlyph(glyph).translated(-advance.x() / 2, (font.ascent() - font.descent()) / 2)
        return QTransform.fromScale(1 / font.pixelSize(), 1 / font.pixelSize()).map(path)


class _Engine(QIconEngine):
    """Paints an icon of the font at any size; a disabled one in the palette's color of disabled text."""

    def __init__(self, name: str, color: QColor) -> None:
        super().__init__()
        self._name, self._color = name, color

    def clone(self) -> Self:
        return type(self)(self._name, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        is_disabled = mode is QIcon.Mode.Disabled
        color = QApplication.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        color = color if is_disabled else self._color
        _paint(painter, QRectF(rect), self._name, color, is_turned=_is_turned(self._name))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():
            # A button without room asks for one.
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


@cache
def _font(prefix: str) -> _Font:
    return _Font(_STYLES[prefix])


@cache
def _outline(name: str) -> QPainterPath:
    prefix, _, icon = name.partition(".")
    return _font(prefix).outline(icon)


def _is_turned(name: str) -> bool:
    return name in _POINTING and is_mirrored()


def _paint(painter: QPainter, rect: QRectF, name: str, color: QColor, *, is_turned: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(rect.center()))
    font_px = round(_GLYPH_SHARE * rect.height())
    painter.scale(-font_px if is_turned else font_px, font_px)
    painter.fillPath(_outline(name), color)
    painter.restore()


@lru_cache(maxsize=256)
def _icon(name: str, rgba: int) -> QIcon:
    return QIcon(_Engine(name, QColor.fromRgba(rgba)))


@lru_cache(maxsize=512)
def _pixmap(name: str, rgba: int, size: int, ratio: float, is_turned: bool) -> QPixmap:
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _paint(painter, QRectF(0, 0, side, side), name, QColor.fromRgba(rgba), is_turned=is_turned)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, color: QColor) -> QIcon:
    """Return an icon for buttons and menus. name: a qtawesome name such as `fa6s.paper-plane`.

    One that points is turned around where the application is laid out from right to left.
    """
    return _icon(name, color.rgba())


def pixmap(name: str, color: QColor, size: int, ratio: float) -> QPixmap:
    """Return a pixmap for painting. size: in device-independent pixels. ratio: the device pixel ratio."""
    return _pixmap(name, color.rgba(), size, ratio, _is_turned(name))


def channel_pixmap(channel: ChannelKind, theme: Theme, size: int, ratio: float) -> QPixmap:
    """Return the pixmap of a channel's icon in the channel's color."""
    return pixmap(CHANNEL_STYLES[channel].icon, theme.channel_color(channel), size, ratio)
