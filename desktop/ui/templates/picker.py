"""The sheet that chooses, fills in and sends a template."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.content.template import Template
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.facts import Contact
from desktop.domain.model.outgoing import Schedule
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, SendDirect
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.names import channel_label, first_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import templates as texts
from desktop.text.thread import scheduling
from desktop.ui.commands.table import BY_NAME
from desktop.ui.composer.alternatives import template_routes
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.choosing.sender_menu import SenderMenu
from desktop.ui.templates.form.filling import contacts_for_route, template_id
from desktop.ui.templates.sending.attempt import SendAttempt
from desktop.ui.templates.sending.sheet import SendSheet
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import upper_corner
from desktop.ui.widgets.labels import Heading, Paragraph

_MAX_WIDTH, _MAX_HEIGHT, _LIST_WIDTH = 1080, 860, 380


class TemplatePicker(SendSheet):
    """Keeps the values for each customer and template until it was sent or the main window closes. It requests
    SendDirect, with a new id whenever it opens; `show_answer`, `sent` or `refused` unlocks it.

    Signals:
        later_requested: the agent wants to choose when it is sent; then call `schedule`. arg: global position, the
            upper outer corner of the button.
        dismissed: closed without sending.
    """

    later_requested = Signal(QPoint)
    dismissed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(theme, ticker, parent, has_later=True)
        self._later_key = QKeySequence(BY_NAME["send_later"].keys[0])
        self._view: ThreadView | None = None
        self._conversation_id, self._text, self._me_id = "", "", ""
        self._attempt: SendAttempt | None = None
        self._seen_upto = 0
        # What the agent chose; asked about, it is kept until something else is changed.
        self._schedule: Schedule | None = None
        self._sending: dict[str, SendDirect] = {}
        self._build()
        self._connect()
        self._follow_theme()

    @property
    def title(self) -> str:
        return f"{self._title.text()}\n{self._recipient.text()}"

    @property
    def placeholder(self) -> str:
        """The text in place of the preview while no template is chosen."""
        return self._placeholder.text()

    def continue_from(self, former: TemplatePicker) -> None:
        """Take over what was filled in in another picker."""
        self._fillings, self._lists = former._fillings, former._lists

    def open_for(self, view: ThreadView, conversation_id: str, text: str = "", me_id: str = "") -> None:
        """Open for a conversation; does nothing if the view has no such conversation.

        text: the composer's text, offered as a value. me_id: the agent's teammate id.
        """
        if conversation_id not in view.situations:
            return
        self._view, self._conversation_id, self._text, self._me_id = view, conversation_id, text, me_id
        self._draft_id, self._seen_upto = uuid4().hex, view.newest_arrival
        self._schedule = None
        self.bar.show_error("")
        previous = self.sender_menu.direct_route
        keeps = previous is not None and not self._leads_to_other_contact(previous)
        self._show_routes(keep=previous if keeps else None)
        self.show_popup()
        self._show_account(self._fillings.last(view.customer_id))
        first: QWidget = self.template_list.filters.search
        if self.sender_menu.direct_route is None:
            first = self.sender_menu.box if self.sender_menu.labels else self._connect_account
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_view(self, view: ThreadView) -> None:
        """Update from a newer view of the same customer; the values stay."""
        if not self.is_open or self._view is None or view.customer_id != self._view.customer_id:
            return
        if self._conversation_id not in view.situations:
            return
        previous, self._view = self.sender_menu.direct_route, view
        self._show_routes(keep=previous)
        current = self.sender_menu.direct_route
        if previous is None or current is None or current.route != previous.route:
            self._show_account(None)
            self.bar.show_error(texts.NUMBER_GONE() if previous is not None else "")
        else:
            self._update_forecast()

    def show_answer(self, answer: Answer, draft_id: str | None = None) -> None:
        match answer:
            case Done():
                self.sent(draft_id)
            case Failed(reason):
                self.refused(describe(reason), draft_id)
            case NeedsConsent(_, warned):
                self.refused("", draft_id)
                if self._attempt is not None and draft_id in (None, self._draft_id):
                    self._attempt.require(warned)
                    self._ask()

    def sent(self, draft_id: str | None = None) -> None:
        """Delete the values of the template that was sent, and close."""
        command = self._sending.pop(draft_id or self._draft_id, None)
        if command is not None and command.template is not None:
            self._fillings.remove(command.customer_id, command.template.template)
        if self.is_open and draft_id in (None, self._draft_id):
            self._update_lock()
            self.hide()

    def refused(self, sentence: str, draft_id: str | None = None) -> None:
        """Unlock after nothing was sent. sentence: why, "" shows nothing."""
        self._sending.pop(draft_id or self._draft_id, None)
        if draft_id in (None, self._draft_id):
            self._update_lock()
            self.bar.show_error(sentence)
            self._update_forecast()

    def dismiss(self) -> None:
        if self.is_open:
            self.hide()
            self.dismissed.emit()

    def tab_order(self) -> list[QWidget]:
        choosing = [*self.sender_menu.tab_order(), *self.template_list.tab_order(), self._connect_account]
        return [w for w in [*choosing, *self.editor.fields.tab_order(), *self.bar.tab_order()] if w.isVisibleTo(self)]

    def layout_contents(self) -> None:
        self._place(_MAX_WIDTH, _MAX_HEIGHT, _LIST_WIDTH)

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._is_later_key(event):
            # Else the window's own shortcut takes the key, which does nothing below a sheet.
            event.accept()
            return True
        return super().event(event)

    def _is_later_key(self, event: QKeyEvent) -> bool:
        pressed = QKeySequence(event.keyCombination())
        return self._later_key.matches(pressed) is QKeySequence.SequenceMatch.ExactMatch

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_later_key(event):
            event.accept()
            self._on_later()
        else:
            super().keyPressEvent(event)

    def _template_route(self) -> Route | None:
        direct_route = self.sender_menu.direct_route
        return direct_route.route if direct_route is not None else None

    def _show_routes(self, keep: DirectRoute | None) -> None:
        view = self._view
        direct_routes = template_routes(view, self._conversation_id) if view is not None else ()
        self.sender_menu.show_routes(direct_routes, keep)
        self._connect_account.setVisible(not direct_routes)

    def _leads_to_other_contact(self, direct_route: DirectRoute) -> bool:
        """Whether the route leads to another contact than the conversation's."""
        direct_routes = template_routes(self._view, self._conversation_id) if self._view is not None else ()
        return any(w.route == direct_route.route and w.owner for w in direct_routes)

    def _contacts(self) -> tuple[Contact, ...]:
        """Return the contacts whose values may be offered, the recipient first."""
        view, direct_route = self._view, self.sender_menu.direct_route
        if view is None:
            return ()
        chat = next((c for c in view.thread.chats if c.id == self._conversation_id), None)
        contact_ids = chat.conversation.contact_ids if chat is not None else ()
        return contacts_for_route(direct_route, contact_ids, view.thread.contacts)

    def _show_account(self, wanted: tuple[str, str, str] | None) -> None:
        """Show the templates of the chosen sender and request them. wanted: the one to select."""
        view, direct_route = self._view, self.sender_menu.direct_route
        if view is None:
            return
        name = self._contacts()[0].name.strip() if self._contacts() else ""
        name = name or view.name.strip()
        self._title.setText(texts.SEND_TO(name=name) if name else texts.SEND_TO_CUSTOMER())
        recipient = ""
        if direct_route is not None:
            channel = channel_label(direct_route.route.channel)
            recipient = texts.RECIPIENT(number=direct_route.route.to, channel=channel)
        self._recipient.setText(recipient)
        self.setAccessibleName(strip_isolates(self.title))
        self._choose(None)
        self.template_list.setVisible(direct_route is not None)
        self.template_list.reset(wanted)
        if direct_route is None:
            reason = texts.OTHER_NUMBERS_ONLY if self.sender_menu.labels else texts.NO_ACCOUNT
            self._choose(None, reason(name=first_name(name)))
            return
        self._show_list()
        self.templates_wanted.emit(direct_route.route.key)

    def _choose(self, template: Template | None, placeholder: str = "") -> None:
        """Open a template in the editor with its stored values.

        placeholder: shown without a template; "" asks to choose one.
        """
        view, direct_route = self._view, self.sender_menu.direct_route
        previous = self._filling
        if template is None or view is None or direct_route is None:
            self._filling = self._attempt = None
        else:
            self._filling = self._fillings.open(view.customer_id, template, self._contacts())
            if self._attempt is None or previous is not self._filling:
                self._attempt, self._schedule = SendAttempt(), None
                self.bar.show_error("")
        self._placeholder.setText("" if self._filling is not None else placeholder or texts.CHOOSE())
        self.editor.show_filling(self._filling, self._text)
        self._stack.setCurrentIndex(1 if self._filling is not None else 0)
        self._update_lock()
        self._update_forecast()

    def _update_forecast(self) -> None:
        """Show what would happen on Send now, and whether it can be pressed."""
        view, direct_route, filling, attempt = self._view, self.sender_menu.direct_route, self._filling, self._attempt
        self.bar.setVisible(True)
        if view is None or direct_route is None or filling is None or attempt is None:
            self.bar.show_nothing()
            return
        attempt.update(
            view,
            direct_route,
            filling,
            self._conversation_id,
            now=self._ticker.now(),
            seen_upto=self._seen_upto,
            author_id=self._me_id,
            offline=self._offline,
        )
        is_sending = self._draft_id in self._sending
        obstacle = "" if is_sending else attempt.obstacle
        self.bar.show_forecast(attempt.forecast, attempt.verdict, attempt.remark, obstacle)
        self.bar.ask(attempt.question)
        asks = scheduling.SCHEDULE_ANYWAY() if self._schedule is not None and attempt.is_asking else attempt.send_label
        text = texts.SENDING() if is_sending else asks or texts.SEND()
        self.bar.set_send_button(text, enabled=not is_sending and not attempt.obstacle)

    def _update_lock(self) -> None:
        is_sending = self._draft_id in self._sending
        self.template_list.setEnabled(not is_sending)
        self.sender_menu.setEnabled(not is_sending)
        self.editor.fields.set_locked(is_sending)

    def _on_route_chosen(self, _route: DirectRoute) -> None:
        self._show_account(template_id(self._filling.template) if self._filling is not None else None)

    def _on_chosen(self, template: Template | None) -> None:
        previous = self._filling.template if self._filling is not None else None
        if template is None and previous is not None and not self.template_list.contains(previous):
            self._choose(None, self.template_list.absence_reason(previous))
        else:
            self._choose(template)

    def _on_edited(self) -> None:
        self._schedule = None
        super()._on_edited()

    def _on_send(self) -> None:
        self._update_forecast()
        attempt = self._attempt
        if attempt is None or self._draft_id in self._sending:
            return
        if attempt.obstacle:
            self.editor.fields.focus_field()
        elif attempt.confirm():
            self._send(attempt)
        else:
            self._ask()

    def _on_later(self) -> None:
        self._update_forecast()
        if self._attempt is None or self._draft_id in self._sending:
            return
        if self._attempt.obstacle:
            self.editor.fields.focus_field()
        else:
            self.later_requested.emit(upper_corner(self.bar.later))

    def schedule(self, schedule: Schedule) -> None:
        """Request that the template is sent then. The engine says what speaks against that time."""
        self._update_forecast()
        if self.is_open and self._attempt is not None and self._draft_id not in self._sending:
            self._schedule = schedule
            self._send(self._attempt)

    def _ask(self) -> None:
        self._update_forecast()
        self.bar.send.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _send(self, attempt: SendAttempt) -> None:
        view, direct_route, filling = self._view, self.sender_menu.direct_route, self._filling
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
            schedule=self._schedule,
        )
        self._sending[self._draft_id] = command
        self.bar.show_error("")
        self._update_lock()
        self._update_forecast()
        self.send_requested.emit(command)

    def _build(self) -> None:
        self._title = Heading(self._theme, size_delta_pt=3)
        self._recipient, self._placeholder = Paragraph(muted=True), Paragraph(muted=True)
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sender_menu = SenderMenu(self._theme)
        empty = QWidget()
        connect_row = layouts.row("stretch", self._connect_account, "stretch")
        layouts.column("stretch", self._placeholder, connect_row, "stretch", parent=empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.editor)
        head = layouts.row(spacing=2 * PAD)
        head.addLayout(layouts.column(self._title, self._recipient, spacing=2), 1)
        head.addWidget(self.sender_menu, 1)
        right = layouts.column(self._stack, self.bar)
        right.setStretchFactor(self._stack, 1)
        body = layouts.row(self.template_list, right, spacing=PAD + 2)
        body.setStretchFactor(right, 1)
        column = layouts.column(head, body, parent=self._card, spacing=PAD, margins=(PAD + 2, PAD, PAD + 2, PAD))
        column.setStretchFactor(body, 1)

    def _connect(self) -> None:
        self.sender_menu.chosen.connect(self._on_route_chosen)
        self.template_list.chosen.connect(self._on_chosen)
        self.bar.later_pressed.connect(self._on_later)
