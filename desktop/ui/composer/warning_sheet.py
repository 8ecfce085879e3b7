"""The sheet that warns before a reply is sent, with the alternatives."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply, find_route_situation
from desktop.domain.model.warning import Acknowledgement, ForecastWarning
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.forecast.warnings import WarningText, spoken_title
from desktop.text.formats import whole_words
from desktop.text.screens import composer as texts
from desktop.text.thread.scheduling import scheduled_warning_texts, your_reply
from desktop.ui.composer.alternatives import route_of
from desktop.ui.composer.warning_choices import ASK_SHORTCUT, WarningChoiceButton, WarningChoices
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.scroll_area import scroll_area

_WIDTH = 620
_MAX_PREVIEW_CHARS = 600
_BORDER_PX = 1
_MIN_TEXT_LINES = 9
"""With less room than this for what will happen, why, and the preview, the choices give up their second line."""


class WarningSheet(Overlay):
    """Opens with the focus on itself, so that Enter sends nothing.

    Signals:
        send_anyway: the agent accepts the warnings. args: the Acknowledgement, and the route that it holds for
            (None for Intercom).
        template_wanted: send a template instead.
        connect_wanted: connect an account that has templates.
        go_to: answer in another conversation instead. arg: conversation id.
        route_wanted: choose another route, without sending. arg: Route, or None for Intercom.
        ask_wanted: add to the draft the question whether the customer would write on WhatsApp.
        reply_in_intercom: hand the draft over to Intercom's inbox.
        kept: the sheet was closed without sending (also by Escape).
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
        self._acknowledged: Acknowledgement = frozenset()
        self._route: Route | None = None
        self._is_built = self._has_whatsapp_account = False
        # Not a letter alone: an agent who goes on typing when the sheet appears means the text.
        ask = QShortcut(QKeySequence(ASK_SHORTCUT), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        ask.activated.connect(self._on_ask_pressed)

    @property
    def choices(self) -> list[WarningChoiceButton]:
        """The visible buttons, most helpful first."""
        return self._choices.visible_buttons if self._is_built else []

    def set_has_whatsapp_account(self, has: bool) -> None:
        """has: an account is connected that can send WhatsApp templates."""
        self._has_whatsapp_account = has

    def ask(
        self,
        view: ThreadView,
        command: SendReply | SendDirect,
        reply: Reply,
        forecast: Forecast,
        warned: tuple[ForecastWarning, ...],
        now: datetime,
    ) -> None:
        """Show why `command` was not sent. warned: the warnings that are not accepted yet, worst first."""
        if not self._is_built:
            self._build()
        self._acknowledged, self._route = (
            command.acknowledged | {a for w in warned for a in w.acknowledgement},
            route_of(command),
        )
        conversation = view.situations[command.conversation_id]
        situation = find_route_situation(view.thread, conversation, view.direct_routes, self._route)
        codes = [w.code for w in warned]
        schedule = command.schedule

        def title_and_why() -> tuple[str, str]:
            found = (
                scheduled_warning_texts(codes, forecast, situation, view.name, now, reply, schedule)
                if situation is not None
                else []
            )
            first, *more = found or [WarningText(texts.LOOK_AGAIN(), texts.LOOK_AGAIN_WHY())]
            return first.title, "\n\n".join([first.text, *(w.paragraph for w in more)])

        title, why = title_and_why()
        with whole_words():
            _, spoken_why = title_and_why()
        self._title.setText(title)
        self._why.setText(why, spoken_why)
        self._as_sent.setText(texts.PREVIEW() if schedule is None else your_reply(schedule, view.name, now))
        self._preview.setText(_preview(command))
        self._choices.has_whatsapp_account = self._has_whatsapp_account
        self._choices.show_choices(view, command, reply, forecast, now)
        self.setAccessibleName(strip_isolates(texts.SHEET_NAME(title=spoken_title(title), text=spoken_why)))
        self.show_popup()

    def dismiss(self) -> None:
        """Close without sending."""
        if self.is_open:
            self.hide()
            self.kept.emit()

    def tab_order(self) -> list[QWidget]:
        return list(self.choices)

    def _on_ask_pressed(self) -> None:
        if not self._choices.ask.isHidden():
            self._choices.ask.click()

    def layout_contents(self) -> None:
        width = min(self.width() - 2 * PAD, round(_WIDTH * max(1.0, self._theme.text_scale)))
        bar_width = self._body.verticalScrollBar().sizeHint().width()
        for beside in (0, bar_width):
            wanted_height = self._set_text_width(width - 2 * (PAD + _BORDER_PX) - beside)
            room = self._fit_choices(width - 2 * PAD, wanted_height)
            if room >= wanted_height:
                break
        self._card.setFixedWidth(width)
        self._body.setFixedHeight(max(40, min(wanted_height, room)))
        column = self._card.layout()
        assert column is not None
        column.activate()
        self._card.resize(width, column.totalHeightForWidth(width))
        position = QPoint((self.width() - width) // 2, max(PAD, self.height() - self._card.height() - PAD))
        self._card.move(position)

    def _set_text_width(self, width: int) -> int:
        """Lay out what will happen, why, and the preview; return how high they are."""
        self._text_area.setFixedWidth(width)
        for label in self._text_area.findChildren(QLabel):
            # A label knows its padding only after it was polished.
            label.ensurePolished()
        self._texts.activate()
        height = self._texts.heightForWidth(width)
        # A scroll area gives wrapped labels no more than the height of their first lines.
        self._text_area.setFixedHeight(height)
        return height

    def _fit_choices(self, width: int, wanted_height: int) -> int:
        """Let the choices give up their second line if the texts need it; return the height that is left for these."""
        room = 0
        for compact in (False, True):
            for choice in self.choices:
                choice.set_compact(compact)
            buttons_height = sum(b.heightForWidth(width) + GAP - 2 for b in self.choices)
            room = self.height() - 4 * PAD - 3 * GAP - buttons_height
            if room >= min(wanted_height, _MIN_TEXT_LINES * self.fontMetrics().lineSpacing()):
                break
        return room

    def _build(self) -> None:
        """When it is first needed: on most days that is long after the start."""
        self._is_built = True
        self._icon = Label()
        self._title = Heading(self._theme, size_delta_pt=2)
        self._why = Paragraph(can_shrink=True)
        self._as_sent = Paragraph(muted=True)
        self._preview = Paragraph(can_shrink=True)
        self._preview.setObjectName("preview")
        head = layouts.row()
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        self._text_area = QWidget()
        self._text_area.setObjectName("texts")
        self._texts = layouts.column(head, self._why, self._as_sent, self._preview, parent=self._text_area)
        self._body = scroll_area(self._text_area)
        column = layouts.column(self._body, parent=self._card, spacing=GAP - 2, margins=PAD)
        column.addSpacing(GAP)
        choices = self._choices = WarningChoices(column)
        choices.template.clicked.connect(self._on_template)
        choices.go.clicked.connect(self._on_go)
        choices.switch.clicked.connect(self._on_switch)
        choices.ask.clicked.connect(self._on_ask)
        choices.inbox.clicked.connect(self._on_inbox)
        choices.send.clicked.connect(self._on_send)
        choices.keep.clicked.connect(self.dismiss)
        self._follow_theme()

    def _on_template(self) -> None:
        self.leave((self.template_wanted if self._choices.has_templates else self.connect_wanted).emit)

    def _on_go(self) -> None:
        self.hide()
        self.go_to.emit(self._choices.other_conversation_id)

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
        self.send_anyway.emit(self._acknowledged, self._route)

    def _card_border(self) -> str:
        return self._theme.colors.warn_edge

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QScrollArea, QWidget#texts {{ background: transparent; }}"
            f"QLabel#preview {{ background: {colors.bubble_out}; color: {colors.bubble_out_text};"
            f" border-radius: 8px; padding: 8px 10px; }}"
            f"QPushButton#quiet {{ border-color: transparent; padding: 0; }}"
            f"QLabel#title {{ font-weight: bold; }}"
            f"QPushButton#quiet QLabel#title {{ font-weight: normal; }}"
            f"QLabel#does, QPushButton#quiet QLabel, QPushButton QLabel:disabled {{ color: {colors.muted}; }}"
            f"QPushButton#primary QLabel {{ color: {colors.on_accent}; }}"
        )

    def _apply_theme(self) -> None:
        self._title.set_text_color(self._theme.color("warn_text"))
        size = round(self.fontMetrics().height() * 1.3)
        icon = icons.pixmap("fa6s.triangle-exclamation", self._theme.color("warn_text"), size, self.devicePixelRatioF())
        self._icon.setPixmap(icon)
        super()._apply_theme()


def _preview(command: SendReply | SendDirect) -> str:
    text = command.text.strip()
    if len(text) > _MAX_PREVIEW_CHARS:
        text = f"{text[:_MAX_PREVIEW_CHARS].rstrip()} …"
    files = ", ".join(f.name for f in command.files)
    return "\n".join(part for part in (text, texts.PREVIEW_FILES(names=files) if files else "") if part)
