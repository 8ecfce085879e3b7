"""Template picker: a sheet with the templates on one side, and the chosen one, filled in and judged, on the other."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.content.template import Template
from desktop.domain.direct import DirectRoute
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import Contact
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, SendDirect
from desktop.engine.views import ConnectionView, TemplatesView, ThreadView
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.attempt import Attempt
from desktop.ui.templates.choosing import offer
from desktop.ui.templates.choosing.sender_menu import NumberPicker
from desktop.ui.templates.choosing.template_list import Choice
from desktop.ui.templates.editor import Desk
from desktop.ui.templates.form.filling import Filling, FillingBook, contacts_behind, template_id
from desktop.ui.templates.send_bar import SEND, SendBar
from desktop.ui.widgets.connection_line import OFFLINE_STATES
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.wording import words
from desktop.ui.wording.alternatives import template_routes

_NO_WAY = "No connected account can send {name} a template. It takes a WhatsApp account, and their number."
_OTHERS_ONLY = "No WhatsApp number of {name} is known. Choose above whom to write to."
_WIDEST, _HIGHEST = 1080, 860


class TemplatePicker(Overlay):
    """What is filled in is kept for the same customer and template until it was sent or the window closes.

    Signals:
        send_requested: arg: SendDirect. Until `answered`, `sent` or `refused` is called nothing can be changed.
        templates_wanted: this account's templates are on the screen now: read them, and ask for newer ones unless they
            are fresh. arg: ChannelKey.
        refresh_requested: the agent wants them asked for again, even fresh ones. arg: ChannelKey.
        accounts_wanted: an account is to be connected; the picker is closed by then.
        dismissed: closed without sending.
    """

    send_requested = Signal(object)
    templates_wanted = Signal(object)
    refresh_requested = Signal(object)
    accounts_wanted = Signal()
    dismissed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._ticker = ticker
        self._book = FillingBook()
        self._lists: dict[ChannelKey, TemplatesView] = {}
        self._view: ThreadView | None = None
        self._conversation_id, self._text, self._me_id = "", "", ""
        self._offline = False
        self._filling: Filling | None = None
        self._attempt: Attempt | None = None
        self._seen_upto = 0
        self._draft_id = ""
        self._under_way: dict[str, SendDirect] = {}
        self._build()
        self._connect()
        self._follow_theme()

    @property
    def key(self) -> ChannelKey | None:
        """The account whose templates are on the screen; None while closed."""
        direct_route = self.number.direct_route
        return direct_route.route.key if self.is_open and direct_route is not None else None

    @property
    def draft_id(self) -> str:
        """Of what would be sent from this opening."""
        return self._draft_id

    @property
    def title(self) -> str:
        return f"{self._title.text()}\n{self._whom.text()}"

    @property
    def placeholder(self) -> str:
        """What stands where the preview would be, while no template is chosen."""
        return self._nothing.text()

    def open_for(self, view: ThreadView, conversation_id: str, text: str = "", me_id: str = "") -> None:
        """text: what the agent wanted to say, offered as a value. me_id: our teammate. Does nothing for a conversation
        that the view does not hold."""
        if conversation_id not in view.situations:
            return
        self._view, self._conversation_id, self._text, self._me_id = view, conversation_id, text, me_id
        self._draft_id, self._seen_upto = uuid4().hex, view.newest_arrival
        self.bar.show_error("")
        before = self.number.direct_route
        self._show_routes(keep=before if before is not None and not self._is_anothers(before) else None)
        self.show_popup()
        self._show_account(self._book.last(view.customer_id))
        first: QWidget = self.choice.filters.search
        if self.number.direct_route is None:
            first = self.number.box if self.number.said else self._connect_account
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_view(self, view: ThreadView) -> None:
        """Newer facts about the same customer; what is filled in stays."""
        if not self.is_open or self._view is None or view.customer_id != self._view.customer_id:
            return
        if self._conversation_id not in view.situations:
            return
        before, self._view = self.number.direct_route, view
        self._show_routes(keep=before)
        after = self.number.direct_route
        if before is None or after is None or after.route != before.route:
            self._show_account(None)
            self.bar.show_error("The number that was chosen is not connected any more." if before is not None else "")
        else:
            self._judge()

    def show_templates(self, view: TemplatesView) -> None:
        """Of any account; drawn if it is the one on the screen."""
        self._lists[view.key] = view
        if view.key == self.key:
            self._show_list()

    def set_connection(self, connection: ConnectionView) -> None:
        self._offline = connection.state in OFFLINE_STATES
        self._judge()

    # What the engine answered.

    def answered(self, answer: Answer, draft_id: str | None = None) -> None:
        match answer:
            case Done():
                self.sent(draft_id)
            case Failed(sentence):
                self.refused(sentence, draft_id)
            case NeedsConsent(_, warned):
                self.refused("", draft_id)
                if self._attempt is not None and draft_id in (None, self._draft_id):
                    self._attempt.demand(warned)
                    self._ask()

    def sent(self, draft_id: str | None = None) -> None:
        """It is on its way: what was filled in is forgotten, and the picker closes."""
        done = self._under_way.pop(draft_id or self._draft_id, None)
        if done is not None and done.template is not None:
            self._book.forget(done.customer_id, done.template.template)
        if self.is_open and draft_id in (None, self._draft_id):
            self._lock()
            self.hide()

    def refused(self, sentence: str, draft_id: str | None = None) -> None:
        """Nothing was sent and nothing is lost. sentence: why, "" to say nothing."""
        self._under_way.pop(draft_id or self._draft_id, None)
        if draft_id in (None, self._draft_id):
            self._lock()
            self.bar.show_error(sentence)
            self._judge()

    # The sheet.

    def dismiss(self) -> None:
        if self.is_open:
            self.hide()
            self.dismissed.emit()

    def tab_order(self) -> list[QWidget]:
        left = [*self.number.tab_order(), *self.choice.tab_order(), self._connect_account]
        return [w for w in [*left, *self.desk.fields.tab_order(), *self.bar.tab_order()] if w.isVisibleTo(self)]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 1.6)
        width = min(self.width() - 2 * PAD, round(_WIDEST * scale))
        height = min(self.height() - 2 * PAD, round(_HIGHEST * scale))
        self.center_card(width, height)
        self.choice.setFixedWidth(round(min(width * 0.4, 380 * scale)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and with_control:
            event.accept()
            if not event.isAutoRepeat():
                self._on_send_key()
            return
        super().keyPressEvent(event)

    # What is shown.

    def _show_routes(self, keep: DirectRoute | None) -> None:
        view = self._view
        direct_routes = template_routes(view, self._conversation_id) if view is not None else ()
        self.number.show_routes(direct_routes, keep)
        self._connect_account.setVisible(not direct_routes)

    def _is_anothers(self, direct_route: DirectRoute) -> bool:
        """Whether it leads to another contact than the conversation's."""
        direct_routes = template_routes(self._view, self._conversation_id) if self._view is not None else ()
        return any(w.route == direct_route.route and w.owner for w in direct_routes)

    def _contacts(self) -> tuple[Contact, ...]:
        """Whose values may be offered, the one that is written to first."""
        view, direct_route = self._view, self.number.direct_route
        if view is None:
            return ()
        chat = next((c for c in view.thread.chats if c.id == self._conversation_id), None)
        here = chat.conversation.contact_ids if chat is not None else ()
        return contacts_behind(direct_route, here, view.thread.contacts)

    def _show_account(self, wanted: tuple[str, str, str] | None) -> None:
        """The chosen number's templates, as far as they are known, and ask for them. wanted: the one to choose."""
        view, direct_route = self._view, self.number.direct_route
        if view is None:
            return
        name = self._contacts()[0].name.strip() if self._contacts() else ""
        name = name or view.name.strip() or words.first_name("")
        self._title.setText(f"Send a template to {name}")
        self._whom.setText(
            f"\u2066{direct_route.route.to}\u2069 {words.place(direct_route.route.channel)}"
            if direct_route is not None
            else ""
        )
        self.setAccessibleName(self.title)
        self._choose(None)
        self.choice.setVisible(direct_route is not None)
        self.choice.begin(wanted)
        if direct_route is None:
            why = _OTHERS_ONLY if self.number.said else _NO_WAY
            self._choose(None, why.format(name=words.first_name(name)))
            return
        self._show_list()
        self.templates_wanted.emit(direct_route.route.key)

    def _show_list(self) -> None:
        direct_route = self.number.direct_route
        if direct_route is not None:
            view = self._lists.get(direct_route.route.key) or TemplatesView(direct_route.route.key)
            self.choice.show_listing(view, offer.listing(view, direct_route.route))

    def _choose(self, template: Template | None, why_none: str = "Choose a template.") -> None:
        """Put this template on the desk, with what was filled in before."""
        view, direct_route = self._view, self.number.direct_route
        before = self._filling
        if template is None or view is None or direct_route is None:
            self._filling = self._attempt = None
        else:
            self._filling = self._book.open(view.customer_id, template, self._contacts())
            if self._attempt is None or before is not self._filling:
                self._attempt = Attempt()
                self.bar.show_error("")
        self._nothing.setText(why_none if self._filling is None else "")
        self.desk.show_filling(self._filling, self._text)
        self._sides.setCurrentIndex(1 if self._filling is not None else 0)
        self._lock()
        self._judge()

    def _judge(self) -> None:
        """What would happen on Send now, and whether that can be pressed."""
        view, direct_route, filling, attempt = self._view, self.number.direct_route, self._filling, self._attempt
        self.bar.setVisible(True)
        if view is None or direct_route is None or filling is None or attempt is None:
            self.bar.show_nothing()
            return
        attempt.judge(
            view,
            direct_route,
            filling,
            self._conversation_id,
            now=self._ticker.now(),
            seen_upto=self._seen_upto,
            author_id=self._me_id,
            offline=self._offline,
        )
        waits = self._draft_id in self._under_way
        self.bar.tell(attempt.forecast, attempt.verdict, attempt.remark, "" if waits else attempt.hindrance)
        self.bar.ask(attempt.question)
        self.bar.offer("Sending…" if waits else attempt.send_words or SEND, allowed=not waits and not attempt.hindrance)

    def _lock(self) -> None:
        waits = self._draft_id in self._under_way
        self.choice.setEnabled(not waits)
        self.number.setEnabled(not waits)
        self.desk.fields.lock(waits)

    # What the agent does.

    def _on_way_chosen(self, _way: DirectRoute) -> None:
        self._show_account(template_id(self._filling.template) if self._filling is not None else None)

    def _on_chosen(self, template: Template | None) -> None:
        before = self._filling.template if self._filling is not None else None
        if template is None and before is not None and not self.choice.offers(before):
            self._choose(None, self.choice.why_absent(before))
        else:
            self._choose(template)

    def _on_taken(self) -> None:
        if not self.desk.fields.lead_keyboard() and self.bar.send.isEnabled():
            self.bar.send.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_values_changed(self) -> None:
        self.bar.show_error("")
        self._judge()

    def _on_past_end(self) -> None:
        (self.bar.send if self.bar.send.isEnabled() else self.bar.cancel).setFocus(Qt.FocusReason.TabFocusReason)

    def _on_refresh(self) -> None:
        if self.key is not None:
            self.refresh_requested.emit(self.key)

    def _on_connect_account(self) -> None:
        self.hide()
        self.accounts_wanted.emit()

    def _on_ticked(self, _now: datetime) -> None:
        if self.is_open:
            self._judge()

    def _on_send_key(self) -> None:
        """Ctrl+Enter sends, but never accepts a warning: that takes the button."""
        if self._attempt is not None and self._attempt.is_asking:
            self.bar.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._on_send()

    def _on_send(self) -> None:
        self._judge()
        attempt = self._attempt
        if attempt is None or self._draft_id in self._under_way:
            return
        if attempt.hindrance:
            self.desk.fields.lead_keyboard()
        elif attempt.press():
            self._send(attempt)
        else:
            self._ask()

    def _ask(self) -> None:
        self._judge()
        self.bar.send.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _send(self, attempt: Attempt) -> None:
        view, direct_route, filling = self._view, self.number.direct_route, self._filling
        if view is None or direct_route is None or filling is None:
            return
        filled = filling.filled
        command = SendDirect(
            self._draft_id,
            view.customer_id,
            self._conversation_id,
            direct_route.route,
            filled.text,
            template=filled,
            acknowledged=attempt.accepted,
            seen_upto=self._seen_upto,
        )
        self._under_way[self._draft_id] = command
        self.bar.show_error("")
        self._lock()
        self._judge()
        self.send_requested.emit(command)

    # How it is made.

    def _build(self) -> None:
        self._title = Heading(self._theme, size_delta_pt=3)
        self._whom, self._nothing = Paragraph(muted=True), Paragraph(muted=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number = NumberPicker(self._theme)
        self.choice = Choice(self._theme, self._ticker)
        self.desk = Desk(self._theme)
        self.bar = SendBar(self._theme)
        self._connect_account = QPushButton("Connect an account…")
        self._connect_account.setAutoDefault(False)
        nothing = QWidget()
        empty = QVBoxLayout(nothing)
        empty.addStretch(1)
        empty.addWidget(self._nothing)
        empty.addWidget(self._connect_account, 0, Qt.AlignmentFlag.AlignHCenter)
        empty.addStretch(1)
        self._sides = QStackedWidget()
        self._sides.addWidget(nothing)
        self._sides.addWidget(self.desk)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._title)
        names.addWidget(self._whom)
        head = QHBoxLayout()
        head.setSpacing(2 * PAD)
        head.addLayout(names, 1)
        head.addWidget(self.number, 1)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self._sides, 1)
        right.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(PAD + 2)
        row.addWidget(self.choice)
        row.addLayout(right, 1)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(PAD + 2, PAD, PAD + 2, PAD)
        column.setSpacing(PAD)
        column.addLayout(head)
        column.addLayout(row, 1)

    def _connect(self) -> None:
        self.number.chosen.connect(self._on_way_chosen)
        self.choice.chosen.connect(self._on_chosen)
        self.choice.taken.connect(self._on_taken)
        self.choice.refresh_pressed.connect(self._on_refresh)
        self.desk.fields.changed.connect(self._on_values_changed)
        self.desk.fields.send_pressed.connect(self._on_send_key)
        self.desk.fields.past_end.connect(self._on_past_end)
        self.bar.pressed.connect(self._on_send)
        self.bar.cancelled.connect(self.dismiss)
        self._connect_account.clicked.connect(self._on_connect_account)
        self._ticker.ticked.connect(self._on_ticked)

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.border}; border-radius: 6px;"
            f" outline: none; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
        )
