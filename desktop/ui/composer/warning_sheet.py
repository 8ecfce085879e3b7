"""Warning sheet: what a reply would not do, why, and the ways out; a sheet over the composer, never a system box."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply, route_situation
from desktop.domain.model.warning import Acknowledgement, ForecastWarning
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.ui.composer.warning_choices import ASK_KEYS, Choices
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.wording.alternatives import route_of
from desktop.ui.wording.forecast import warnings_told

_MOST_PREVIEW_CHARS = 600


class WarningSheet(Overlay):
    """Takes the keyboard with the focus on itself, and gives Enter nothing to send with.

    Signals:
        send_anyway: the agent sends knowingly. args: the Acknowledgement for this reply, and the route it
            was asked about (None for Intercom), since what was accepted holds for no other.
        template_wanted: send a template instead.
        connect_wanted: connect an account that has templates.
        go_to: answer in another conversation instead. arg: its id.
        route_wanted: send it another way, which still has to be done. arg: Route, or None for Intercom.
        ask_wanted: add the question whether the customer would write on WhatsApp to the draft.
        reply_in_intercom: hand over to Intercom's inbox.
        kept: nothing is sent, the draft stays (also Escape).
    """

    send_anyway = Signal(object, object)
    template_wanted = Signal()
    connect_wanted = Signal()
    route_wanted = Signal(object)
    go_to = Signal(str)
    ask_wanted = Signal()
    reply_in_intercom = Signal()
    kept = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._accepts: Acknowledgement = frozenset()
        self._route: Route | None = None
        self._build()
        self._connect()
        # Not a letter alone: whoever goes on typing when the sheet appears means their text.
        ask = QShortcut(QKeySequence(ASK_KEYS), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        ask.activated.connect(self._on_ask_pressed)
        self._follow_theme()

    @property
    def choices(self) -> list[QPushButton]:
        """The buttons on offer, most helpful first."""
        return self._choices.on_offer

    def set_has_whatsapp_account(self, has: bool) -> None:
        """Whether an account is connected that WhatsApp templates could be sent with."""
        self._choices.has_whatsapp_account = has

    def ask(
        self,
        view: ThreadView,
        command: SendReply | SendDirect,
        reply: Reply,
        judged: Forecast,
        warned: tuple[ForecastWarning, ...],
        now: datetime,
    ) -> None:
        """Show why `command` was not sent. warned: the warnings not accepted yet, worst first."""
        self._accepts, self._route = (
            command.acknowledged | {a for w in warned for a in w.acknowledgement},
            route_of(command),
        )
        conversation = view.situations[command.conversation_id]
        situation = route_situation(view.thread, conversation, view.direct_routes, self._route)
        codes = [w.code for w in warned]
        told = warnings_told(codes, judged, situation, view.name, now, reply) if situation is not None else []
        title, text = told[0] if told else ("Please look again", "The forecast has changed since you pressed Send.")
        self._title.setText(title)
        self._why.setText("\n\n".join([text, *(f"{t}. {w}" for t, w in told[1:])]))
        self._preview.setText(_preview(command))
        self._choices.offer(view, command, reply, judged, now)
        self.setAccessibleName(f"{title}. {self._why.text()}")
        self.show_popup()

    def dismiss(self) -> None:
        """Close without sending."""
        if self.is_open:
            self.hide()
            self.kept.emit()

    def tab_order(self) -> list[QWidget]:
        return list(self.choices)

    # Inside.

    def _on_ask_pressed(self) -> None:
        if not self._choices.ask.isHidden():
            self._choices.ask.click()

    def layout_contents(self) -> None:
        width = min(self.width() - 2 * PAD, 620)
        self._told.setFixedWidth(width - 2 * PAD - 4)
        for label in self._told.findChildren(QLabel):
            # Before the first showing it does not know its padding yet.
            label.ensurePolished()
        self._texts.activate()
        wanted = self._texts.heightForWidth(width - 2 * PAD - 4)
        room = self.height() - 2 * PAD
        self._card.setFixedWidth(width)
        rest = sum(b.sizeHint().height() + GAP - 2 for b in self.choices) + 2 * PAD + 2 * GAP
        self._body.setFixedHeight(max(40, min(wanted, room - rest)))
        self._card.adjustSize()
        at = QPoint((self.width() - width) // 2, max(PAD, self.height() - self._card.height() - PAD))
        self._card.move(at)

    def _build(self) -> None:
        self._sign = Label()
        self._title = Heading(self._theme, size_delta_pt=2)
        self._why = Paragraph()
        as_sent = Label("As it would be sent")
        as_sent.setObjectName("muted")
        self._preview = Label()
        self._preview.setWordWrap(True)
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
        self._choices = Choices(column)

    def _connect(self) -> None:
        choices = self._choices
        choices.template.clicked.connect(self._on_template)
        choices.go.clicked.connect(self._on_go)
        choices.switch.clicked.connect(self._on_switch)
        choices.ask.clicked.connect(self._on_ask)
        choices.inbox.clicked.connect(self._on_inbox)
        choices.send.clicked.connect(self._on_send)
        choices.keep.clicked.connect(self.dismiss)

    def _on_template(self) -> None:
        self.hide()
        (self.template_wanted if self._choices.has_templates else self.connect_wanted).emit()

    def _on_go(self) -> None:
        self.hide()
        self.go_to.emit(self._choices.elsewhere)

    def _on_switch(self) -> None:
        self.hide()
        self.route_wanted.emit(self._choices.other_route)

    def _on_ask(self) -> None:
        self.hide()
        self.ask_wanted.emit()

    def _on_inbox(self) -> None:
        self.hide()
        self.reply_in_intercom.emit()

    def _on_send(self) -> None:
        self.hide()
        self.send_anyway.emit(self._accepts, self._route)

    def _card_border(self) -> str:
        return self._theme.colors.warn_edge

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QScrollArea, QWidget#told {{ background: transparent; }}"
            f"QLabel#preview {{ background: {colors.bubble_out}; color: {colors.bubble_out_text};"
            f" border-radius: 8px; padding: 8px 10px; }}"
            f"QPushButton {{ text-align: left; }}"
        )

    def _apply_theme(self) -> None:
        palette = QPalette(self._title.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color("warn_text"))
        self._title.setPalette(palette)
        size = round(self.fontMetrics().height() * 1.3)
        icon = icons.pixmap("fa6s.triangle-exclamation", self._theme.color("warn_text"), size, self.devicePixelRatioF())
        self._sign.setPixmap(icon)
        super()._apply_theme()


def _preview(command: SendReply | SendDirect) -> str:
    text = command.text.strip()
    if len(text) > _MOST_PREVIEW_CHARS:
        text = f"{text[:_MOST_PREVIEW_CHARS].rstrip()} …"
    files = ", ".join(f.name for f in command.files)
    return "\n".join(part for part in (text, f"Files: {files}" if files else "") if part)
