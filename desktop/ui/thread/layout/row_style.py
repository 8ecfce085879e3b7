"""Look: the fonts, pens and colours that rows of the timeline are painted with, made once for each theme."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen, QStaticText, QTextOption

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.theme import CHANNEL_STYLES, Theme
from desktop.ui.wording import thread


class Look:
    """generation: grows with each theme change, so that layouts made for an older look are told apart."""

    def __init__(self, theme: Theme, generation: int) -> None:
        self.generation = generation
        self.body = theme.font()
        self.small = theme.font(delta=-1)
        self.strong = theme.font(delta=-1, bold=True)
        self.small_metrics = QFontMetricsF(self.small)
        self.strong_metrics = QFontMetricsF(self.strong)
        self.icon = round(self.small_metrics.height() * 0.85)
        self._theme = theme
        # Names, channel words and times repeat all over a thread.
        self._widths: dict[tuple[str, bool], float] = {}
        self._statics: dict[tuple[str, bool], QStaticText] = {}
        self._colors: dict[str, QColor] = {}
        self._pens: dict[tuple[str, Qt.PenStyle], QPen] = {}
        self._brushes: dict[tuple[str, bool], QBrush] = {}

    def metrics(self, font: QFont) -> QFontMetricsF:
        return self.strong_metrics if font is self.strong else self.small_metrics

    def words_width(self, words: str, font: QFont) -> float:
        """font: `small` or `strong`."""
        key = (words, font is self.strong)
        if key not in self._widths:
            self._widths[key] = self.metrics(font).horizontalAdvance(words)
        return self._widths[key]

    def static(self, words: str, font: QFont) -> QStaticText:
        """Unwrapped words in their own direction, ready to be drawn. font: `small` or `strong`."""
        key = (words, font is self.strong)
        if key not in self._statics:
            self._statics[key] = _static(words)
        return self._statics[key]

    def color(self, role: str) -> QColor:
        """By a role of the theme, or `channel:<word>`."""
        found = self._colors.get(role)
        if found is None:
            channel = role.removeprefix("channel:")
            own = channel == role
            found = self._theme.color(role) if own else self._theme.channel_color(ChannelKind(channel))
            self._colors[role] = found
        return found

    def pen(self, role: str, line: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """Dotted lines are drawn twice as wide, or nobody sees the dots."""
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


def _static(words: str) -> QStaticText:
    static = QStaticText(words)
    static.setTextFormat(Qt.TextFormat.PlainText)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    right_to_left = thread.is_right_to_left(words)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
    static.setTextOption(option)
    return static


def channel_color_role(channel: ChannelKind) -> str:
    return f"channel:{channel}"


def channel_icon(channel: ChannelKind) -> str:
    return CHANNEL_STYLES[channel].icon
