"""Forecast line: where the reply would arrive, as glyphs and one sentence, always visible above the composer."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply, RouteSituation, forecast
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.domain.reach import Certainty, Situation
from desktop.ui.look import icons
from desktop.ui.look.ring import RingStage, ring_stage
from desktop.ui.look.theme import CHANNEL_STYLES, GAP, RADIUS, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import words
from desktop.ui.wording.forecast import sentence

_SURENESS_WORDS = {
    Certainty.SURE: "arrives {place}",
    Certainty.UNPROVEN: "should arrive {place}, not proven yet",
    Certainty.UNCERTAIN: "may or may not arrive {place}",
}
_VERDICT_LOOKS = {
    Verdict.CLEAR: ("fa6s.circle-check", "ok", "panel", "border", "text"),
    Verdict.NOTICE: ("fa6s.circle-info", "notice_text", "notice", "notice_edge", "notice_text"),
    Verdict.WARN: ("fa6s.triangle-exclamation", "warn_text", "warn", "warn_edge", "warn_text"),
    Verdict.BLOCKED: ("fa6s.ban", "danger", "warn", "danger", "warn_text"),
}
"""Glyph, its colour, surface, edge and text of each verdict, by role in `ThemeColors`."""


ASK = "Ask on WhatsApp…"
_NARROW = 75
"""Below so many letters of width, the sentence needs the room of the button's words."""


class ForecastLine(QFrame):
    """Judges and tells; judged again on every tick, so that a closing window shows without a key being pressed.

    Signals:
        judged: reaches, warnings or verdict are different now. arg: the new Forecast.
        go_there: the agent wants to answer where the customer is. arg: that conversation's id.
        ask_pressed: ask the customer to write on WhatsApp.
    """

    judged = Signal(object)
    go_there = Signal(str)
    ask_pressed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._situation: RouteSituation | None = None
        self._name, self._reply = "", Reply()
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
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 2, GAP - 2, GAP, GAP - 2)
        row.setSpacing(GAP)
        row.addWidget(self._verdict)
        row.addWidget(self._reach_icons)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._ask)
        row.addWidget(self._go)
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

    def judge(self, situation: RouteSituation, customer_name: str, reply: Reply) -> Forecast:
        """Show what would happen if `reply` were sent now, in a conversation or on a way past Intercom."""
        if self._situation is None or _wanted(situation) is not _wanted(self._situation):
            # Nothing of what is shown was said of this place.
            self.forecast = None
        self._situation, self._name, self._reply = situation, customer_name, reply
        self.show()
        return self._judge(situation, self._ticker.now())

    def offer_ask(self, offer: bool) -> None:
        """Whether asking the customer to write on WhatsApp would help."""
        self._ask.setVisible(offer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_ask()

    def _fit_ask(self) -> None:
        is_narrow = self.width() < _NARROW * self.fontMetrics().averageCharWidth()
        self._ask.setText("" if is_narrow else ASK)
        icon = CHANNEL_STYLES[ChannelKind.WHATSAPP].icon
        color = self._theme.channel_color(ChannelKind.WHATSAPP)
        self._ask.setIcon(icons.icon(icon, color) if is_narrow else QIcon())
        side = round(self.fontMetrics().height() * 0.95)
        self._ask.setIconSize(QSize(side, side))

    def _judge(self, situation: RouteSituation, now: datetime) -> Forecast:
        before, self.forecast = self.forecast, forecast(situation, self._reply, now)
        said = sentence(self.forecast, situation, self._name, now, self._reply)
        if said != self._sentence.text():
            self._sentence.setText(said)
            self.setAccessibleName(f"Forecast: {said}")
        stage_before, self._stage = self._stage, self._countdown_ring_stage(situation, now)
        if self.forecast == before and self._stage is not stage_before:
            self._apply_theme()
        if self.forecast != before:
            self._reach_icons.show_reaches(self.forecast, None if self._reply.internal else _wanted(situation))
            self._go.setVisible(WarningCode.CUSTOMER_IS_ELSEWHERE in self.forecast.warnings and bool(self._elsewhere))
            self._apply_theme()
            # Only when the outcome changed, never for a running countdown.
            announce(self, said)
            self.judged.emit(self.forecast)
        return self.forecast

    @property
    def _elsewhere(self) -> str:
        """The conversation she wrote in last, "" if there is none or if Intercom is not the way."""
        newest = self._situation.newest_anywhere if isinstance(self._situation, Situation) else None
        return newest.entry.conversation_id if newest is not None else ""

    def _apply_theme(self) -> None:
        if self.forecast is None:
            return
        icon, color, _, _, text = self._look(self.forecast)
        size = self.fontMetrics().height()
        self._verdict.setPixmap(icons.pixmap(icon, self._theme.color(color), size, self.devicePixelRatioF()))
        self._verdict.setToolTip(f"Verdict: {self.forecast.verdict.word}")
        self._verdict.setAccessibleName(f"Verdict: {self.forecast.verdict.word}")
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color(text))
        self._sentence.setPalette(palette)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.forecast is None:
            return
        _, _, surface, edge, _ = self._look(self.forecast)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(edge), 1))
        painter.setBrush(self._theme.color(surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _countdown_ring_stage(self, situation: RouteSituation, now: datetime) -> RingStage:
        """Of the window that a reply needs; a note needs none."""
        return RingStage.ABSENT if self._reply.internal else ring_stage(situation.window, now)

    def _look(self, judged: Forecast) -> tuple[str, str, str, str, str]:
        """Amber as the deadline nears, with the countdown above the thread; what is worse keeps its own look."""
        near = self._stage in (RingStage.SOON, RingStage.CLOSING) and judged.verdict in (Verdict.CLEAR, Verdict.NOTICE)
        return (self._stage.icon, *_VERDICT_LOOKS[Verdict.WARN][1:]) if near else _VERDICT_LOOKS[judged.verdict]

    def _on_go(self) -> None:
        if self._elsewhere:
            self.go_there.emit(self._elsewhere)

    def _on_ticked(self, now: datetime) -> None:
        if self._situation is not None:
            self._judge(self._situation, now)

    def _on_theme_changed(self) -> None:
        self._apply_theme()
        self._fit_ask()
        self._reach_icons.updateGeometry()
        self._reach_icons.update()


class ReachIcons(QWidget):
    """A glyph a place: plain where it surely arrives, with a question mark where that is open, struck out where the
    mirrored channel is not reached."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._places: list[tuple[ChannelKind, Certainty | None]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_reaches(self, judged: Forecast, wanted: ChannelKind | None) -> None:
        """wanted: the channel that is struck out where it is not reached; None for none."""
        places: list[tuple[ChannelKind, Certainty | None]] = [(r.channel, r.certainty) for r in judged.reaches]
        if wanted is not None and wanted not in {channel for channel, _ in places}:
            places.insert(0, (wanted, None))
        self._places = places
        told = "; ".join(_told(channel, certainty) for channel, certainty in places)
        self.setToolTip(told[:1].upper() + told[1:])
        self.setAccessibleName(told)
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
                self._strike(painter, x, size)
            elif certainty is not Certainty.SURE:
                self._question(painter, x, size)

    def _strike(self, painter: QPainter, x: int, size: int) -> None:
        painter.setPen(QPen(self._theme.color("danger"), 2.2))
        painter.drawLine(x, size + 2, x + size, 2)

    def _question(self, painter: QPainter, x: int, size: int) -> None:
        badge = QRectF(x + size * 0.5, size * 0.45 + 2, size * 0.62, size * 0.62)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colors.text))
        painter.drawEllipse(badge)
        painter.setPen(self._theme.color("surface"))
        font = self._theme.font(delta=-3, bold=True)
        font.setPixelSize(max(7, round(size * 0.5)))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "?")


def _wanted(situation: RouteSituation) -> ChannelKind | None:
    """The channel this is about: that of the way, or the one the conversation mirrors."""
    if isinstance(situation, DirectSituation):
        return situation.route.channel
    mapping = situation.mapping
    return mapping.channel if mapping is not None and mapping.is_known else None


def _told(channel: ChannelKind, certainty: Certainty | None) -> str:
    place = words.place(channel)
    return f"does not arrive {place}" if certainty is None else _SURENESS_WORDS[certainty].format(place=place)
