"""The line above the composer that says where the reply would arrive."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QSizePolicy, QWidget

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply, RouteSituation, compute_forecast
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict
from desktop.domain.reach import Certainty
from desktop.text.catalog import strip_isolates
from desktop.text.forecast.context import make_context
from desktop.text.forecast.line import LineText, forecast_line, reach_icon_text
from desktop.text.formats import whole_words
from desktop.text.screens import composer as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.composer.alternatives import LineAction
from desktop.ui.look import icons
from desktop.ui.look.ring import RingStage, ring_stage
from desktop.ui.look.theme import GAP, LEAST_TARGET, RADIUS, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.screen_reader.roles import Role

_VERDICT_STYLES = {
    Verdict.CLEAR: ("fa6s.circle-check", "ok", "panel", "outline", "text"),
    Verdict.NOTICE: ("fa6s.circle-info", "notice_text", "notice", "notice_edge", "notice_text"),
    Verdict.WARN: ("fa6s.triangle-exclamation", "warn_text", "warn", "warn_edge", "warn_text"),
    Verdict.BLOCKED: ("fa6s.ban", "danger", "warn", "danger", "warn_text"),
}
"""Glyph, its colour, surface, edge and text of each verdict, by role in `ThemeColors`."""

_NARROW_CHARACTERS = 75
"""Below this width the link stands below the sentence, unless both fit into one line."""
_LEAST_ROWS, _MOST_ROWS, _MOST_SHARE = 2, 4, 0.1
"""Of a sentence before it is shortened, and how much of the height of the window they may take."""
_VERDICT_NAMES = {
    Verdict.CLEAR: texts.VERDICT_CLEAR,
    Verdict.NOTICE: texts.VERDICT_NOTICE,
    Verdict.WARN: texts.VERDICT_WARN,
    Verdict.BLOCKED: texts.VERDICT_BLOCKED,
}
_ACTIONS = {
    LineAction.QUOTE: (texts.QUOTE_IT, texts.QUOTE_IT_TOOLTIP),
    LineAction.GO: (texts.GO_THERE, texts.GO_THERE_TOOLTIP),
    LineAction.TEMPLATE: (texts.SEND_TEMPLATE, texts.SEND_TEMPLATE_TOOLTIP),
    LineAction.TEST: (texts.TEST, texts.TEST_TOOLTIP),
    LineAction.ASK: (texts.ASK_ON_WHATSAPP, texts.ASK_ON_WHATSAPP_TOOLTIP),
}
"""Text and tooltip of the link."""


class ForecastLine(QFrame):
    """Computes the forecast again on every tick, so that a closing window shows without any input.

    Signals:
        forecast_changed: reaches, warnings or verdict have changed. arg: Forecast.
        action_pressed: the agent follows the link. arg: LineAction.
    """

    accessible_role = Role.TEXT

    forecast_changed = Signal(object)
    action_pressed = Signal(object)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._situation: RouteSituation | None = None
        self._customer_name, self._reply = "", Reply()
        self.forecast: Forecast | None = None
        self._stage = RingStage.ABSENT
        self._spoken = LineText("")
        self._verdict = Label(parent=self)
        self._reach_icons = ReachIcons(theme, self)
        self._sentence = FittingLabel()
        self.action: LineAction | None = None
        self._link = QPushButton(self)
        self._link.setCursor(Qt.CursorShape.PointingHandCursor)
        self._link.clicked.connect(self._on_link)
        self._link.hide()
        self._texts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._texts.setSpacing(GAP - 2)
        self._texts.addWidget(self._sentence, 1)
        self._texts.addWidget(self._link, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        items = (self._verdict, self._reach_icons, self._texts)
        layouts.row(*items, parent=self, margins=(GAP + 2, GAP // 2, GAP, GAP // 2)).setStretchFactor(self._texts, 1)
        ticker.ticked.connect(self._on_ticked)
        theme.changed.connect(self._on_theme_changed)
        self.show_nothing()

    def accessible_parts(self) -> list[QWidget]:
        """Its name says what the others show."""
        return [] if self._link.isHidden() else [self._link]

    @property
    def text(self) -> str:
        """All that it has to say; where there is little room it shows less."""
        return self._sentence.line.whole

    def show_nothing(self) -> None:
        self._situation = None
        self.forecast = None
        self.hide()

    def show_forecast(self, situation: RouteSituation, customer_name: str, reply: Reply) -> Forecast:
        """Show what would happen if `reply` were sent now."""
        if self._situation is None or _target_channel(situation) is not _target_channel(self._situation):
            # The forecast shown is about another channel.
            self.forecast = None
        self._situation, self._customer_name, self._reply = situation, customer_name, reply
        self.show()
        return self._update(situation, self._ticker.now())

    def show_action(self, action: LineAction | None) -> None:
        """Show the link to an action; None for no link."""
        self.action = action
        self._link.setVisible(action is not None)
        if action is not None:
            label, tooltip = _ACTIONS[action]
            self._link.setText(label())
            asks = action is LineAction.ASK
            shown = tooltip(keys=shown_keys(BY_NAME["ask_whatsapp"].keys[0])) if asks else tooltip()
            self._link.setToolTip(shown)
            self._link.setAccessibleDescription(strip_isolates(shown))
        self._place_link()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_link()

    def _place_link(self) -> None:
        metrics, directions = self.fontMetrics(), QBoxLayout.Direction
        needed = metrics.horizontalAdvance(self._sentence.line.what) + GAP + self._link.sizeHint().width()
        is_narrow = (
            self.width() < _NARROW_CHARACTERS * metrics.averageCharWidth() and needed > self._texts.geometry().width()
        )
        self._texts.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def _update(self, situation: RouteSituation, now: datetime) -> Forecast:
        previous, self.forecast = self.forecast, compute_forecast(situation, self._reply, now)
        context = make_context(self.forecast, situation, self._customer_name, now, self._reply)
        self._sentence.show_line(forecast_line(context))
        with whole_words():
            spoken = forecast_line(context)
        if spoken != self._spoken:
            self._spoken = spoken
            self.setAccessibleName(strip_isolates(texts.FORECAST(text=spoken.whole)))
        self._place_link()
        previous_stage, self._stage = self._stage, self._countdown_ring_stage(situation, now)
        if self.forecast == previous and self._stage is not previous_stage:
            self._apply_theme()
        if self.forecast != previous:
            self._reach_icons.show_reaches(self.forecast, None if self._reply.internal else _target_channel(situation))
            self._apply_theme()
            # Only if the forecast has changed, not for every second of a countdown.
            announce(self, self._spoken_change(previous, self.forecast))
            self.forecast_changed.emit(self.forecast)
        return self.forecast

    def _spoken_change(self, before: Forecast | None, now: Forecast) -> str:
        """What a screen reader says: all of it, or that a channel has been lost while the agent was here."""
        reached = {reach.channel for reach in now.reaches} - {ChannelKind.EMAIL}
        if before is None or reached != {ChannelKind.MESSENGER} or not _lost(before, now) - {ChannelKind.EMAIL}:
            return self._spoken.whole
        return " ".join(filter(None, (texts.ONLY_MESSENGER_NOW(), self._spoken.more, self._spoken.why)))

    def _apply_theme(self) -> None:
        if self.forecast is None:
            return
        icon, color, _, _, text = self._style(self.forecast)
        size = self.fontMetrics().height()
        self._verdict.setPixmap(icons.pixmap(icon, self._theme.color(color), size, self.devicePixelRatioF()))
        self._verdict.setToolTip(_VERDICT_NAMES[self.forecast.verdict]())
        self._sentence.set_text_color(self._theme.color(text))
        self._style_link()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.forecast is None:
            return
        _, _, surface, edge, _ = self._style(self.forecast)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(edge), 1))
        painter.setBrush(self._theme.color(surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _countdown_ring_stage(self, situation: RouteSituation, now: datetime) -> RingStage:
        """Stage of the window that the reply needs; a note needs none."""
        return RingStage.ABSENT if self._reply.internal else ring_stage(situation.window, now)

    def _style(self, forecast: Forecast) -> tuple[str, str, str, str, str]:
        """Return the style of the verdict, or that of a warning while the window is about to close."""
        is_closing = self._stage in (RingStage.SOON, RingStage.CLOSING) and forecast.verdict in (
            Verdict.CLEAR,
            Verdict.NOTICE,
        )
        return (
            (self._stage.icon, *_VERDICT_STYLES[Verdict.WARN][1:]) if is_closing else _VERDICT_STYLES[forecast.verdict]
        )

    def _style_link(self) -> None:
        colors = self._theme.colors
        sheet = (
            f"QPushButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px;"
            f" padding: 3px 4px; min-height: {LEAST_TARGET - 8}px;"
            f" color: {colors.accent}; text-decoration: underline; }}"
            f"QPushButton:focus {{ border-color: {colors.accent}; }}"
        )
        if sheet != self._link.styleSheet():
            self._link.setStyleSheet(sheet)

    def _on_link(self) -> None:
        if self.action is not None:
            self.action_pressed.emit(self.action)

    def _on_ticked(self, now: datetime) -> None:
        if self._situation is not None:
            self._update(self._situation, now)

    def _on_theme_changed(self) -> None:
        self._apply_theme()
        self._reach_icons.updateGeometry()
        self._reach_icons.update()


class FittingLabel(Paragraph):
    """Shows what a line says, and why where all of it fits into one row; less behind its first sentence where that
    would take the room of the thread; what colleagues do where it takes no row of its own. The tooltip has the whole.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = LineText("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_line(self, line: LineText) -> None:
        if line != self.line:
            self.line = line
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        whole = self.line.whole
        if self.fontMetrics().horizontalAdvance(whole) < self.width():
            text = whole
        else:
            text = self.line.what if self._is_short(self.line.what) else self._shortened()
            if self._height(self.line.what_and_beside) == self._height(text):
                text = self.line.what_and_beside
        if text != self.text():
            self.setText(text)
        self.setToolTip("" if text == whole else whole)

    def _shortened(self) -> str:
        """Its first sentence, and what fits behind it."""
        words = self.line.more.split()
        while words and not self._is_short(f"{self.line.first} {' '.join(words)} …"):
            words.pop()
        return " ".join((self.line.first, *words, "…"))

    def _is_short(self, text: str) -> bool:
        line = self.fontMetrics().lineSpacing()
        rows = min(max(round(self.window().height() * _MOST_SHARE / line), _LEAST_ROWS), _MOST_ROWS)
        return not self.line.more or self._height(text) <= rows * line

    def _height(self, text: str) -> int:
        room = QRect(0, 0, self.width(), 0)
        return self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()


class ReachIcons(QWidget):
    """An icon for each channel: plain if the reply surely arrives, with a question mark if that is not certain, struck
    out if the channel is not reached."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._places: list[tuple[ChannelKind, Certainty | None]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_reaches(self, forecast: Forecast, target: ChannelKind | None) -> None:
        """target: the channel that is shown struck out if it is not reached; None for none."""
        places: list[tuple[ChannelKind, Certainty | None]] = [(r.channel, r.certainty) for r in forecast.reaches]
        if target is not None and target not in {channel for channel, _ in places}:
            places.insert(0, (target, None))
        self._places = places
        self.setToolTip("\n".join(reach_icon_text(channel, certainty) for channel, certainty in places))
        self.setVisible(bool(places))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = self._size()
        # The question mark reaches a little beyond its icon.
        return QSize(len(self._places) * (size + GAP) - GAP + round(size * 0.15), size + 4)

    def _size(self) -> int:
        return round(self.fontMetrics().height() * 1.15)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, ratio = self._size(), self.devicePixelRatioF()
        right_to_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for number, (channel, certainty) in enumerate(self._places):
            x = number * (size + GAP)
            x = self.width() - x - size if right_to_left else x
            painter.setOpacity(1.0 if certainty in (Certainty.SURE, Certainty.UNPROVEN) else 0.65)
            painter.drawPixmap(x, 2, icons.channel_pixmap(channel, self._theme, size, ratio))
            painter.setOpacity(1.0)
            if certainty is None:
                self._draw_strike(painter, x, size, mirrored=right_to_left)
            elif certainty is not Certainty.SURE:
                self._draw_question_mark(painter, x, size, mirrored=right_to_left)

    def _draw_strike(self, painter: QPainter, x: int, size: int, *, mirrored: bool) -> None:
        start, end = (x + size, x) if mirrored else (x, x + size)
        painter.setPen(QPen(self._theme.color("danger"), 2.2))
        painter.drawLine(start, size + 2, end, 2)

    def _draw_question_mark(self, painter: QPainter, x: int, size: int, *, mirrored: bool) -> None:
        badge = QRectF(x + size * (-0.12 if mirrored else 0.5), size * 0.45 + 2, size * 0.62, size * 0.62)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colors.text))
        painter.drawEllipse(badge)
        painter.setPen(self._theme.color("surface"))
        font = self._theme.font(delta=-3, bold=True)
        font.setPixelSize(max(7, round(size * 0.5)))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "؟" if mirrored else "?")


def _lost(before: Forecast, now: Forecast) -> set[ChannelKind]:
    """The channels that a reply doesn't reach any more."""
    return {reach.channel for reach in before.reaches} - {reach.channel for reach in now.reaches}


def _target_channel(situation: RouteSituation) -> ChannelKind | None:
    """Return the channel of the direct route, or the one that the conversation mirrors."""
    if isinstance(situation, DirectSituation):
        return situation.route.channel
    mapping = situation.mapping
    return mapping.channel if mapping is not None and mapping.is_known else None
