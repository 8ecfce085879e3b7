"""The line above the composer that says where the reply would arrive."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply, RouteSituation, compute_forecast
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.domain.reach import Certainty, Situation
from desktop.ui.look import icons
from desktop.ui.look.ring import RingStage, ring_stage
from desktop.ui.look.theme import CHANNEL_STYLES, GAP, RADIUS, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import words
from desktop.ui.wording.forecast import sentence

_SURENESS_WORDS = {
    Certainty.SURE: "arrives {place}",
    Certainty.UNPROVEN: "should arrive {place}, not proven yet",
    Certainty.UNCERTAIN: "may or may not arrive {place}",
}
_VERDICT_STYLES = {
    Verdict.CLEAR: ("fa6s.circle-check", "ok", "panel", "border", "text"),
    Verdict.NOTICE: ("fa6s.circle-info", "notice_text", "notice", "notice_edge", "notice_text"),
    Verdict.WARN: ("fa6s.triangle-exclamation", "warn_text", "warn", "warn_edge", "warn_text"),
    Verdict.BLOCKED: ("fa6s.ban", "danger", "warn", "danger", "warn_text"),
}
"""Glyph, its colour, surface, edge and text of each verdict, by role in `ThemeColors`."""


ASK = "Ask on WhatsApp…"
_NARROW_CHARACTERS = 75
"""Below this width the button shows an icon instead of its text."""


class ForecastLine(QFrame):
    """Computes the forecast again on every tick, so that a closing window shows without any input.

    Signals:
        forecast_changed: reaches, warnings or verdict have changed. arg: Forecast.
        go_there: the agent wants to answer where the customer wrote last. arg: conversation id.
        ask_pressed: the agent wants to ask the customer to write on WhatsApp.
    """

    forecast_changed = Signal(object)
    go_there = Signal(str)
    ask_pressed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._situation: RouteSituation | None = None
        self._customer_name, self._reply = "", Reply()
        self.forecast: Forecast | None = None
        self._stage = RingStage.ABSENT
        self._verdict = Label(parent=self)
        self._reach_icons = ReachIcons(theme, self)
        self._sentence = Label(parent=self)
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._go = QPushButton("Go there", self)
        self._go.setAccessibleName("Go to the conversation the customer wrote in last")
        self._go.clicked.connect(self._on_go)
        self._ask = QPushButton(ASK, self)
        self._ask.setAccessibleName("Ask to continue on WhatsApp")
        self._ask.setToolTip("Adds a question to your draft: would the customer write on WhatsApp? (Ctrl+Shift+W)")
        self._ask.clicked.connect(self.ask_pressed)
        self._ask.hide()
        items = (self._verdict, self._reach_icons, self._sentence, self._ask, self._go)
        row = layouts.row(*items, parent=self, margins=(GAP + 2, GAP - 2, GAP, GAP - 2))
        row.setStretchFactor(self._sentence, 1)
        ticker.ticked.connect(self._on_ticked)
        theme.changed.connect(self._on_theme_changed)
        self.show_nothing()

    @property
    def text(self) -> str:
        return self._sentence.text()

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

    def set_ask_visible(self, visible: bool) -> None:
        """Show the button that asks the customer to write on WhatsApp."""
        self._ask.setVisible(visible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_ask_button()

    def _update_ask_button(self) -> None:
        is_narrow = self.width() < _NARROW_CHARACTERS * self.fontMetrics().averageCharWidth()
        self._ask.setText("" if is_narrow else ASK)
        icon = CHANNEL_STYLES[ChannelKind.WHATSAPP].icon
        color = self._theme.channel_color(ChannelKind.WHATSAPP)
        self._ask.setIcon(icons.icon(icon, color) if is_narrow else QIcon())
        side = round(self.fontMetrics().height() * 0.95)
        self._ask.setIconSize(QSize(side, side))

    def _update(self, situation: RouteSituation, now: datetime) -> Forecast:
        previous, self.forecast = self.forecast, compute_forecast(situation, self._reply, now)
        text = sentence(self.forecast, situation, self._customer_name, now, self._reply)
        if text != self._sentence.text():
            self._sentence.setText(text)
            self.setAccessibleName(f"Forecast: {text}")
        previous_stage, self._stage = self._stage, self._countdown_ring_stage(situation, now)
        if self.forecast == previous and self._stage is not previous_stage:
            self._apply_theme()
        if self.forecast != previous:
            self._reach_icons.show_reaches(self.forecast, None if self._reply.internal else _target_channel(situation))
            self._go.setVisible(
                WarningCode.CUSTOMER_IS_ELSEWHERE in self.forecast.warnings and bool(self._newest_conversation_id)
            )
            self._apply_theme()
            # Only if the forecast has changed, not for every second of a countdown.
            announce(self, text)
            self.forecast_changed.emit(self.forecast)
        return self.forecast

    @property
    def _newest_conversation_id(self) -> str:
        """The conversation the customer wrote in last; "" if there is none, or on a direct route."""
        newest = self._situation.newest_anywhere if isinstance(self._situation, Situation) else None
        return newest.entry.conversation_id if newest is not None else ""

    def _apply_theme(self) -> None:
        if self.forecast is None:
            return
        icon, color, _, _, text = self._style(self.forecast)
        size = self.fontMetrics().height()
        self._verdict.setPixmap(icons.pixmap(icon, self._theme.color(color), size, self.devicePixelRatioF()))
        self._verdict.setToolTip(f"Verdict: {self.forecast.verdict.word}")
        self._verdict.setAccessibleName(f"Verdict: {self.forecast.verdict.word}")
        self._sentence.set_text_color(self._theme.color(text))
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

    def _on_go(self) -> None:
        if self._newest_conversation_id:
            self.go_there.emit(self._newest_conversation_id)

    def _on_ticked(self, now: datetime) -> None:
        if self._situation is not None:
            self._update(self._situation, now)

    def _on_theme_changed(self) -> None:
        self._apply_theme()
        self._update_ask_button()
        self._reach_icons.updateGeometry()
        self._reach_icons.update()


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
        text = "; ".join(_reach_text(channel, certainty) for channel, certainty in places)
        self.setToolTip(text[:1].upper() + text[1:])
        self.setAccessibleName(text)
        self.setVisible(bool(places))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = self._size()
        return QSize(len(self._places) * (size + GAP), size + 4)

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
                self._draw_strike(painter, x, size)
            elif certainty is not Certainty.SURE:
                self._draw_question_mark(painter, x, size)

    def _draw_strike(self, painter: QPainter, x: int, size: int) -> None:
        painter.setPen(QPen(self._theme.color("danger"), 2.2))
        painter.drawLine(x, size + 2, x + size, 2)

    def _draw_question_mark(self, painter: QPainter, x: int, size: int) -> None:
        badge = QRectF(x + size * 0.5, size * 0.45 + 2, size * 0.62, size * 0.62)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colors.text))
        painter.drawEllipse(badge)
        painter.setPen(self._theme.color("surface"))
        font = self._theme.font(delta=-3, bold=True)
        font.setPixelSize(max(7, round(size * 0.5)))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "?")


def _target_channel(situation: RouteSituation) -> ChannelKind | None:
    """Return the channel of the direct route, or the one that the conversation mirrors."""
    if isinstance(situation, DirectSituation):
        return situation.route.channel
    mapping = situation.mapping
    return mapping.channel if mapping is not None and mapping.is_known else None


def _reach_text(channel: ChannelKind, certainty: Certainty | None) -> str:
    place = words.place(channel)
    return f"does not arrive {place}" if certainty is None else _SURENESS_WORDS[certainty].format(place=place)
