"""The sheet that starts a conversation: to whom, on which channel, what, and what will happen."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QStackedWidget, QWidget

from desktop.domain.content.template import Template
from desktop.domain.direct import Route
from desktop.domain.forecast.new_conversation import Beginning
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.warning import Verdict
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, StartConversation
from desktop.engine.views import FoundRecipients, RecipientView
from desktop.text.catalog import strip_isolates
from desktop.text.names import display_name
from desktop.text.reasons.describe import describe
from desktop.text.screens.writing import new_conversation as texts
from desktop.ui.composer.writing.sms_counter import SmsCounter
from desktop.ui.customers.new_conversation.attempt import StartAttempt
from desktop.ui.customers.new_conversation.options import ChannelOption, channel_options
from desktop.ui.customers.new_conversation.recipient_field import RecipientField
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.form import sentences
from desktop.ui.templates.sending.sheet import SendSheet
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Heading, Label, Paragraph

_MAX_WIDTH, _MAX_HEIGHT, _LEAST_HEIGHT, _LIST_WIDTH = 1000, 860, 440, 340


class NewConversationSheet(SendSheet):
    """What is written stays until it was sent, also for another recipient or channel. It requests StartConversation;
    `show_answer` unlocks it.

    Signals:
        search_here, search_at_intercom: look for recipients. arg: the text.
        recipient_wanted: load what is known of somebody. args: contact id, address.
        go_requested: show where the person is talking already. args: customer id, conversation id, and the text that
            was written, which stays here until `forget_text`; "" for none.
    """

    search_here = Signal(str)
    search_at_intercom = Signal(str)
    recipient_wanted = Signal(str, str)
    go_requested = Signal(str, str, str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(theme, ticker, parent)
        self._view: RecipientView | None = None
        self._options: tuple[ChannelOption, ...] = ()
        self._attempt = StartAttempt()
        self._sending: StartConversation | None = None
        self._build()
        self._connect()
        self._follow_theme()
        self._show_options(None)

    @property
    def option(self) -> ChannelOption | None:
        """The channel and account that are chosen."""
        index = self.channel.currentIndex()
        return self._options[index] if 0 <= index < len(self._options) else None

    @property
    def channels(self) -> list[str]:
        """The labels of the channels and accounts."""
        return [option.label for option in self._options]

    def choose_channel(self, label: str) -> None:
        """Act as if the agent chose the channel with this label."""
        self.channel.setCurrentIndex(self.channels.index(label))
        self._show_option()

    def open_for(self, contact_id: str = "", address: str = "") -> None:
        """Open for a contact or an address, or to choose somebody. What was written before is still there."""
        self._draft_id = self._draft_id or uuid4().hex
        self.bar.show_error("")
        self.show_popup()
        if contact_id or address:
            self.choose(contact_id, address)
        elif self._view is None:
            self.recipient.reset(self.recipient.edit.text())
            self.recipient.edit.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self._focus_text()
        self._update_forecast()

    def continue_from(self, former: NewConversationSheet) -> None:
        """Take over what was written in another sheet and not sent, and to whom."""
        self._draft_id, self._fillings, self._lists = former._draft_id, former._fillings, former._lists
        self.text.setPlainText(former.text.toPlainText())
        self._subject.setText(former._subject.text())
        self._name.setText(former._name.text())
        if former._view is not None:
            self.show_recipient(former._view)
            self._show_options(former.option)

    def choose(self, contact_id: str, address: str) -> None:
        """Show somebody as soon as they are loaded."""
        self._view, self._options = None, ()
        self.recipient.show_chosen(address, texts.LOADING())
        self._show_options(None)
        self.recipient.change.setFocus(Qt.FocusReason.OtherFocusReason)
        self.recipient_wanted.emit(contact_id, address)

    def show_recipient(self, view: RecipientView) -> None:
        """Show whom the message goes to, and the channels."""
        previous = self.option
        self._view, self._attempt = view, StartAttempt()
        contact, number = view.recipient.contact, view.recipient.number
        shown = number.shown if number is not None and number.shown else contact.phone or contact.email
        known = texts.CHOSEN(name=display_name(contact.name), address=shown) if contact.name and shown else shown
        remark = describe(view.error) if view.error else "" if view.recipient.is_known else texts.NEW_NUMBER()
        self.recipient.show_chosen(known or display_name(contact.name), remark)
        self._name_row.setVisible(not view.recipient.is_known)
        self._show_options(previous)
        if self.is_open:
            self._focus_text()

    def show_here(self, found: FoundRecipients) -> None:
        self.recipient.show_here(found)

    def show_elsewhere(self, found: FoundRecipients) -> None:
        self.recipient.show_elsewhere(found)

    def show_answer(self, answer: Answer, draft_id: str) -> None:
        """Unlock; close after a message that is on its way."""
        sent, self._sending = self._sending, None
        if draft_id != self._draft_id:
            return
        if isinstance(answer, Done):
            self._forget(sent)
            self.hide()
            return
        if isinstance(answer, Failed):
            self.bar.show_error(describe(answer.reason))
        if isinstance(answer, NeedsConsent):
            self._attempt.require(answer.warned)
            self.bar.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._update_forecast()

    def forget_text(self) -> None:
        """Begin anew: what was written is a draft elsewhere."""
        self.text.clear()
        self._subject.clear()

    def tab_order(self) -> list[QWidget]:
        head = [*self.recipient.tab_order(), self._name, self.channel, self._connect_account, self._subject]
        template = [*self.template_list.tab_order(), *self.editor.fields.tab_order()]
        return [w for w in [*head, self.text, *template, self._go, *self.bar.tab_order()] if w.isVisibleTo(self)]

    def layout_contents(self) -> None:
        # Nothing is written before somebody is chosen.
        self._place(_MAX_WIDTH, _MAX_HEIGHT if self.option is not None else _LEAST_HEIGHT, _LIST_WIDTH)

    def _template_route(self) -> Route | None:
        option = self.option
        if option is None or option.direct is None or not option.needs_template:
            return None
        return option.direct.route

    # --- what is shown ---------------------------------------------------------------------------------------------

    def _show_options(self, previous: ChannelOption | None) -> None:
        view = self._view
        self._options = channel_options(view) if view is not None else ()
        self.channel.clear()
        self.channel.addItems([option.label for option in self._options])
        same = [i for i, o in enumerate(self._options) if previous is not None and _is_same(o, previous)]
        self.channel.setCurrentIndex(same[0] if same else 0 if self._options else -1)
        self._channel_row.setVisible(bool(self._options))
        self._nothing.setVisible(view is not None and not self._options)
        if view is not None and not self._options:
            self._no_channel.setText(texts.NO_CHANNEL(name=self._called()))
        self._show_option()

    def _show_option(self) -> None:
        """Show what the chosen channel needs."""
        option = self.option
        needs_template = option is not None and option.needs_template
        self._subject_row.setVisible(option is not None and option.channel is ChannelKind.EMAIL)
        self._stack.setVisible(option is not None)
        self._stack.setCurrentIndex(1 if needs_template else 0)
        self._attempt = StartAttempt()
        self.bar.show_error("")
        if needs_template and option is not None and option.direct is not None:
            self.template_list.reset(self._fillings.last(self._filling_key()))
            self._choose_template(None)
            self._show_list()
            self.templates_wanted.emit(option.direct.route.key)
        else:
            self._filling = None
            self._update_forecast()
        if self.is_open:
            self.layout_contents()

    def _choose_template(self, template: Template | None) -> None:
        contact = self._contact()
        self._filling = None
        if template is not None and contact is not None:
            self._filling = self._fillings.open(self._filling_key(), template, (contact,))
        self.editor.show_filling(self._filling, self.text.toPlainText())
        self._update_forecast()

    def _contact(self) -> Contact | None:
        return self._view.recipient.contact if self._view is not None else None

    def _filling_key(self) -> str:
        contact = self._contact()
        return (contact.id or contact.phone) if contact is not None else ""

    def _called(self) -> str:
        """Whom the sentences speak of."""
        contact = self._contact()
        if contact is None:
            return ""
        number = self._view.recipient.number if self._view is not None else None
        typed = self._name.text().strip()
        return contact.name.strip() or typed or (number.shown if number is not None else "") or contact.email

    def _beginning(self, option: ChannelOption, draft_id: str) -> Beginning:
        filled = self._filling.filled if self._filling is not None else None
        text = self.text.toPlainText()
        if option.needs_template:
            text = filled.text if filled is not None and filled.can_be_sent else ""
        template = self._filling.template if self._filling is not None else None
        subject = self._subject.text() if option.channel is ChannelKind.EMAIL else ""
        return Beginning(option.channel, option.direct, text, subject, template, draft_id, self._offline)

    def _update_forecast(self) -> None:
        """Show what would happen on Send now, and whether it can be pressed."""
        view, option = self._view, self.option
        is_sending = self._sending is not None
        for widget in (self.recipient, self.channel, self.text, self._subject, self._name, self.template_list):
            widget.setEnabled(not is_sending)
        self.editor.fields.set_locked(is_sending)
        self._counter.setVisible(False)
        if view is None or option is None:
            self._go.setVisible(False)
            self.bar.show_nothing()
            self.bar.set_send_button(texts.SEND(), enabled=False)
            self.bar.show_forecast("", Verdict.CLEAR, "", "" if view is not None else texts.CHOOSE_RECIPIENT_FIRST())
            return
        if option.channel is ChannelKind.SMS:
            self._counter.count(self.text.toPlainText(), by_bridge=False)
        attempt = self._attempt
        attempt.update(view, self._beginning(option, ""), self._called(), self._ticker.now())
        obstacle = "" if is_sending else self._obstacle(option)
        self.bar.show_forecast(attempt.forecast, attempt.verdict, attempt.seen, obstacle)
        self.bar.ask("" if obstacle else attempt.question)
        self._go.setVisible(attempt.talk is not None)
        label = texts.SEND_TEMPLATE() if option.needs_template else texts.SEND()
        label = texts.SENDING() if is_sending else texts.SEND_ANYWAY() if attempt.question else label
        self.bar.set_send_button(label, enabled=not is_sending and not obstacle)

    def _obstacle(self, option: ChannelOption) -> str:
        """Why it cannot be sent; "" if it can."""
        if option.needs_template:
            if self._filling is None:
                return texts.CHOOSE_TEMPLATE()
            missing = sentences.obstacle(self._filling)
            if missing:
                return missing
        elif not self.text.toPlainText().strip():
            return texts.WRITE_FIRST()
        elif option.channel is ChannelKind.EMAIL and not self._subject.text().strip():
            return texts.SUBJECT_FIRST()
        if self._attempt.verdict is Verdict.BLOCKED:
            return self._attempt.forecast
        return ""

    def _forget(self, sent: StartConversation | None) -> None:
        """Begin anew after a message was sent."""
        if sent is not None and sent.template is not None:
            self._fillings.remove(self._filling_key(), sent.template.template)
        elif sent is not None:
            self.forget_text()
        self._draft_id, self._view, self._options, self._filling = "", None, (), None
        self._name.clear()
        self._name_row.hide()
        self.recipient.reset()
        self._show_options(None)

    # --- the agent -------------------------------------------------------------------------------------------------

    def _focus_text(self) -> None:
        option = self.option
        target: QWidget = self._connect_account
        if option is not None:
            target = self.template_list.filters.search if option.needs_template else self.text
            if option.channel is ChannelKind.EMAIL and not self._subject.text():
                target = self._subject
        if target.isVisibleTo(self):
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_cleared(self) -> None:
        self._view = None
        self._name_row.hide()
        self._show_options(None)
        self.search_here.emit(self.recipient.edit.text())

    def _on_go(self) -> None:
        talk = self._attempt.talk
        if talk is not None:
            is_written = self.option is not None and not self.option.needs_template
            self.hide()
            self._forget(None)
            self.go_requested.emit(*talk, self.text.toPlainText().strip() if is_written else "")

    def _on_send(self) -> None:
        self._update_forecast()
        option = self.option
        if option is None or self._view is None or self._sending is not None or not self.bar.send.isEnabled():
            return
        self._attempt.update(self._view, self._beginning(option, self._draft_id), self._called(), self._ticker.now())
        if self._attempt.confirm():
            self._send(option, self._view)
        else:
            self.bar.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._update_forecast()

    def _send(self, option: ChannelOption, view: RecipientView) -> None:
        filled = self._filling.filled if option.needs_template and self._filling is not None else None
        command = StartConversation(
            self._draft_id,
            option.channel,
            self.text.toPlainText() if filled is None else filled.text,
            contact_id=view.recipient.contact.id,
            address=view.address,
            name=self._name.text().strip(),
            route=option.direct.route if option.direct is not None else None,
            subject=self._subject.text().strip() if option.channel is ChannelKind.EMAIL else "",
            template=filled,
            acknowledged=self._attempt.accepted,
        )
        self._sending = command
        self.bar.show_error("")
        self.send_requested.emit(command)

    # --- making ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(texts.TITLE())
        title = Heading(self._theme, texts.TITLE(), size_delta_pt=3)
        self.recipient = RecipientField(self._theme)
        self._name = QLineEdit()
        self._name.setPlaceholderText(texts.NAME_HINT())
        self._name_row = _labelled(texts.NAME(), self._name)
        self._name_row.hide()
        self.channel = DropDown(self._theme, texts.CHOOSE_CHANNEL(), min_chars=16)
        self._channel_row = _labelled(texts.CHOOSE_CHANNEL(), self.channel)
        self._no_channel = Paragraph(muted=True)
        self._nothing = QWidget()
        layouts.column(
            self._no_channel, layouts.row(self._connect_account, "stretch"), parent=self._nothing, spacing=GAP
        )
        self._nothing.hide()
        self._subject = QLineEdit()
        self._subject_row = _labelled(texts.SUBJECT(), self._subject)
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(texts.MESSAGE_HINT())
        self.text.setAccessibleName(texts.MESSAGE())
        self.text.setTabChangesFocus(True)
        self._counter = SmsCounter(self._theme)
        writing = QWidget()
        layouts.column(self.text, self._counter, parent=writing, spacing=GAP - 2).setStretchFactor(self.text, 1)
        template = QWidget()
        layouts.row(self.template_list, self.editor, parent=template, spacing=PAD).setStretchFactor(self.editor, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(writing)
        self._stack.addWidget(template)
        self._go = push_button(texts.GO_THERE(), self._on_go)
        self._go.hide()
        go_row = layouts.row(self._go, "stretch")
        filler = QWidget()
        items = (title, self.recipient, self._name_row, self._channel_row, self._nothing, self._subject_row)
        column = layouts.column(
            *items,
            self._stack,
            filler,
            go_row,
            self.bar,
            parent=self._card,
            spacing=GAP + 2,
            margins=(PAD + 2, PAD, PAD + 2, PAD),
        )
        column.setStretchFactor(self._stack, 20)
        column.setStretchFactor(filler, 1)

    def _connect(self) -> None:
        self.recipient.typed.connect(self.search_here)
        self.recipient.paused.connect(self.search_at_intercom)
        self.recipient.chosen.connect(self.choose)
        self.recipient.cleared.connect(self._on_cleared)
        self.channel.activated.connect(self._show_option)
        self.template_list.chosen.connect(self._choose_template)
        self.text.textChanged.connect(self._on_edited)
        self._subject.textChanged.connect(self._on_edited)
        self._name.textChanged.connect(self._update_forecast)


def _labelled(label: str, field: QWidget) -> QWidget:
    """A row with a label before a field."""
    row, before = QWidget(), Label(label)
    before.setObjectName("muted")
    before.setBuddy(field)
    field.setAccessibleName(strip_isolates(label))
    layouts.row(before, field, parent=row).setStretchFactor(field, 1)
    return row


def _is_same(one: ChannelOption, other: ChannelOption) -> bool:
    """Whether two options are the same account, for whatever recipient."""
    keys = [None if o.direct is None else o.direct.route.key for o in (one, other)]
    return one.channel is other.channel and keys[0] == keys[1]
