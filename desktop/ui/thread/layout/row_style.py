"""Fonts, pens and brushes for timeline rows, cached for each theme."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen, QStaticText, QTextOption

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.text_direction import is_right_to_left
from desktop.ui.look.theme import CHANNEL_STYLES, Theme


class RowStyle:
    """generation: increases with each theme change, so that older layouts are recognized as outdated."""

    def __init__(self, theme: Theme, generation: int) -> None:
        self.generation = generation
        self.body = theme.font()
        self.small = theme.font(delta=-1)
        self.bold = theme.font(delta=-1, bold=True)
        self.body_metrics = QFontMetricsF(self.body)
        self.small_metrics = QFontMetricsF(self.small)
        self.bold_metrics = QFontMetricsF(self.bold)
        self.icon = round(self.small_metrics.height() * 0.85)
        self._theme = theme
        # Names, channels and times repeat throughout a thread.
        self._widths: dict[tuple[str, bool], float] = {}
        self._statics: dict[tuple[str, bool], QStaticText] = {}
        self._colors: dict[str, QColor] = {}
        self._pens: dict[tuple[str, Qt.PenStyle], QPen] = {}
        self._brushes: dict[tuple[str, bool], QBrush] = {}

    def metrics(self, font: QFont) -> QFontMetricsF:
        """font: `small` or `bold`."""
        return self.bold_metrics if font is self.bold else self.small_metrics

    def text_width(self, text: str, font: QFont) -> float:
        """font: `small` or `bold`."""
        key = (text, font is self.bold)
        if key not in self._widths:
            self._widths[key] = self.metrics(font).horizontalAdvance(text)
        return self._widths[key]

    def static_text(self, text: str, font: QFont) -> QStaticText:
        """Return text without wrapping, prepared for drawing in its own direction. font: `small` or `bold`."""
        key = (text, font is self.bold)
        if key not in self._statics:
            self._statics[key] = _static_text(text)
        return self._statics[key]

    def color(self, role: str) -> QColor:
        """role: a color role of the theme, or `channel:<kind>` (see `channel_color_role`)."""
        if role not in self._colors:
            channel = role.removeprefix("channel:")
            is_theme_role = channel == role
            color = self._theme.color(role) if is_theme_role else self._theme.channel_color(ChannelKind(channel))
            self._colors[role] = color
        return self._colors[role]

    def pen(self, role: str, line: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """Return a pen of width 1, or 2 for dotted lines, whose dots would be invisible."""
        key = (role, line)
        if key not in self._pens:
            self._pens[key] = QPen(self.color(role), 2 if line is Qt.PenStyle.DotLine else 1, line)
        return self._pens[key]

    def brush(self, role: str, *, hatched: bool = False) -> QBrush:
        key = (role, hatched)
        if key not in self._brushes:
            style = Qt.BrushStyle.BDiagPattern if hatched else Qt.BrushStyle.SolidPattern
            self._brushes[key] = QBrush(self.color(role), style)
        return self._brushes[key]


def _static_text(text: str) -> QStaticText:
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    right_to_left = is_right_to_left(text)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
    static.setTextOption(option)
    return static


def channel_color_role(channel: ChannelKind) -> str:
    """Return the role of a channel's color, for `RowStyle.color`."""
    return f"channel:{channel}"


def channel_icon(channel: ChannelKind) -> str:
    """Return the qtawesome name of a channel's icon."""
    return CHANNEL_STYLES[channel].icon
