"""Warning sheet: what a reply would not do, why, and the ways out; a sheet over the composer, never a system box."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.facts import ChannelKind
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.warning import Verdict, WarningCode
from desktop.engine.commands import SendReply
from desktop.engine.views import ThreadView
from desktop.ui import icons
from desktop.ui.forecast_words import warnings_told
from desktop.ui.overlay import Overlay
from desktop.ui.theme import GAP, PAD, Theme
from desktop.ui.ways_out import better_conversation, go_words, send_words

_MOST_PREVIEW_CHARS = 600
_TEMPLATE_NEEDS = "Needs a connected WhatsApp account"


class WarningSheet(Overlay):
    """Takes the keyboard with the focus on itself, and gives Enter nothing to send with.

    Signals:
        send_anyway: the agent sends knowingly. arg: frozenset of the codes accepted for this reply.
        go_to: answer in another conversation instead. arg: its id.
        reply_in_intercom: hand over to Intercom's inbox.
        kept: nothing is sent, the draft stays (also Escape).
    """

    send_anyway = Signal(object)
    go_to = Signal(str)
    reply_in_intercom = Signal()
    kept = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._codes: frozenset[WarningCode] = frozenset()
        self._other = ""
        self._build()
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def choices(self) -> list[QPushButton]:
        """The buttons on offer, most helpful first."""
        return [b for b in (self._template, self._go, self._inbox, self._send, self._keep) if not b.isHidden()]

    def ask(
        self,
        view: ThreadView,
        command: SendReply,
        reply: Reply,
        judged: Forecast,
        codes: tuple[WarningCode, ...],
        now: datetime,
    ) -> None:
        """Show why `command` was not sent. codes: the warnings not accepted yet, worst first."""
        situation = view.situations[command.conversation_id]
        self._codes = command.acknowledged | frozenset(codes)
        told = warnings_told(codes, judged, situation, view.name, now, reply)
        title, text = told[0] if told else ("Please look again", "The forecast has changed since you pressed Send.")
        self._title.setText(title)
        self._why.setText("\n\n".join([text, *(f"{t}. {w}" for t, w in told[1:])]))
        self._preview.setText(_preview(command))
        self._offer(view, command, judged, now)
        self.setAccessibleName(f"{title}. {self._why.text()}")
        self.rise()

    def dismiss(self) -> None:
        """Close without sending."""
        if self.is_open:
            self.hide()
            self.kept.emit()

    def stops(self) -> list[QWidget]:
        return list(self.choices)

    # Inside.

    def _offer(self, view: ThreadView, command: SendReply, judged: Forecast, now: datetime) -> None:
        situation = view.situations[command.conversation_id]
        mapping = situation.mapping
        on_whatsapp = mapping is not None and mapping.channel in (ChannelKind.WHATSAPP, ChannelKind.UNKNOWN)
        self._template.setVisible(on_whatsapp)
        other = better_conversation(view, command.conversation_id, judged, now)
        self._other = other.id if other is not None else ""
        self._go.setVisible(other is not None)
        if other is not None:
            self._go.setText(go_words(other))
        self._send.setVisible(judged.verdict < Verdict.BLOCKED)
        self._send.setText(send_words(judged))

    def cover(self) -> None:
        width = min(self.width() - 2 * PAD, 620)
        self._told.setFixedWidth(width - 2 * PAD - 4)
        wanted = self._texts.heightForWidth(width - 2 * PAD - 4)
        room = self.height() - 2 * PAD
        self._card.setFixedWidth(width)
        rest = sum(b.sizeHint().height() + GAP - 2 for b in self.choices) + 2 * PAD + 2 * GAP
        self._body.setFixedHeight(max(40, min(wanted, room - rest)))
        self._card.adjustSize()
        at = QPoint((self.width() - width) // 2, max(PAD, self.height() - self._card.height() - PAD))
        self._card.move(at)

    def _build(self) -> None:
        self._card = QFrame(self)
        self._card.setObjectName("sheet")
        self._sign = QLabel()
        self._title = _words()
        self._why = _words()
        as_sent = QLabel("As it would be sent")
        as_sent.setObjectName("muted")
        self._preview = _words()
        self._preview.setObjectName("preview")
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        told = self._told = QWidget()
        told.setObjectName("told")
        texts = self._texts = QVBoxLayout(told)
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(GAP)
        texts.addLayout(head)
        for widget in (self._why, as_sent, self._preview):
            texts.addWidget(widget)
        self._body = QScrollArea()
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self._body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body.setWidget(told)
        self._body.setWidgetResizable(True)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP - 2)
        column.addWidget(self._body)
        column.addSpacing(GAP)
        self._build_choices(column)

    def _build_choices(self, column: QVBoxLayout) -> None:
        self._template = _Choice("Send template…  (not connected yet)")
        self._template.setEnabled(False)
        self._template.setToolTip(_TEMPLATE_NEEDS)
        self._template.setAccessibleDescription(_TEMPLATE_NEEDS)
        self._go = _Choice("Go to her other conversation")
        self._inbox = _Choice("Reply in Intercom")
        self._inbox.setToolTip("Opens the conversation in Intercom's inbox; your text is on the clipboard")
        self._send = _Choice("Send anyway", enter_presses=False)
        self._keep = _Choice("Keep draft")
        self._keep.setToolTip("Escape")
        for choice in (self._template, self._go, self._inbox, self._send, self._keep):
            column.addWidget(choice)
        self._go.clicked.connect(self._on_go)
        self._inbox.clicked.connect(self._on_inbox)
        self._send.clicked.connect(self._on_send)
        self._keep.clicked.connect(self.dismiss)

    def _on_go(self) -> None:
        self.hide()
        self.go_to.emit(self._other)

    def _on_inbox(self) -> None:
        self.hide()
        self.reply_in_intercom.emit()

    def _on_send(self) -> None:
        self.hide()
        self.send_anyway.emit(self._codes)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self._card.setStyleSheet(
            f"QFrame#sheet {{ background: {tokens.surface}; border: 1px solid {tokens.warn_edge};"
            f" border-radius: 10px; }}"
            f"QScrollArea, QWidget#told {{ background: transparent; }}"
            f"QLabel#preview {{ background: {tokens.bubble_out}; color: {tokens.bubble_out_text};"
            f" border-radius: 8px; padding: 8px 10px; }}"
            f"QPushButton {{ text-align: left; }}"
        )
        self._title.setFont(self._theme.font(delta=2, bold=True))
        palette = QPalette(self._title.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour("warn_text"))
        self._title.setPalette(palette)
        size = round(self.fontMetrics().height() * 1.3)
        glyph = icons.pixmap(
            "fa6s.triangle-exclamation", self._theme.colour("warn_text"), size, self.devicePixelRatioF()
        )
        self._sign.setPixmap(glyph)
        if self.is_open:
            self.cover()


class _Choice(QPushButton):
    """A way out. Some desktops press the focused button on Enter: never the one that sends."""

    def __init__(self, text: str, *, enter_presses: bool = True) -> None:
        super().__init__(text)
        self._enter_presses = enter_presses
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._enter_presses and not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        super().keyPressEvent(event)


def _preview(command: SendReply) -> str:
    text = command.text.strip()
    if len(text) > _MOST_PREVIEW_CHARS:
        text = f"{text[:_MOST_PREVIEW_CHARS].rstrip()} …"
    files = ", ".join(f.name for f in command.files)
    return "\n".join(part for part in (text, f"Files: {files}" if files else "") if part)


def _words() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
