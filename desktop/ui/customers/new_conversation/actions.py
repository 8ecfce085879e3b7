"""Starting a conversation: the sheet is built when first opened, gets what it asks for, and its message is sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.channel import ChannelKey
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Done, Failed, RefreshTemplates, StartConversation
from desktop.engine.protocols import Engine
from desktop.engine.views import ConnectionView, RecipientView
from desktop.text.names import first_name
from desktop.text.reasons.describe import describe
from desktop.text.screens.writing import new_conversation as texts
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    # Imported when the sheet is first opened.
    from desktop.ui.customers.new_conversation.sheet import NewConversationSheet


class NewConversationActions(QObject):
    """Signals:
    place_requested: show where a message is, or where somebody is talking. args: customer id, conversation id ("" for
        none yet), draft id of the message ("" for none).
    text_offered: what was written for somebody who is shown now, and was not sent. args: conversation id, the text.
    accounts_requested: no account can send, and the agent wants to connect one.
    """

    place_requested = Signal(str, str, str)
    text_offered = Signal(str, str)
    accounts_requested = Signal()

    def __init__(self, engine: Engine, theme: Theme, ticker: Ticker, toast: Toast, window: QWidget) -> None:
        super().__init__(window)
        self._engine, self._toast = engine, toast
        self._theme, self._ticker, self._window = theme, ticker, window
        self._sheet: NewConversationSheet | None = None
        self._connection: ConnectionView | None = None
        self._asked_for = ("", "")
        self._text = ""

    @property
    def sheet(self) -> NewConversationSheet:
        """The sheet; the first access builds it."""
        if self._sheet is None:
            from desktop.ui.customers.new_conversation.sheet import NewConversationSheet

            sheet = self._sheet = NewConversationSheet(self._theme, self._ticker, self._window)
            sheet.search_here.connect(self._on_search_here)
            sheet.search_at_intercom.connect(self._on_search_at_intercom)
            sheet.recipient_wanted.connect(self._on_recipient_wanted)
            sheet.templates_wanted.connect(self._on_templates_wanted)
            sheet.refresh_requested.connect(self._on_refresh)
            sheet.send_requested.connect(self._on_send)
            sheet.go_requested.connect(self._on_go)
            sheet.accounts_wanted.connect(self.accounts_requested)
            if self._connection is not None:
                sheet.set_connection(self._connection)
        return self._sheet

    def continue_from(self, former: NewConversationActions) -> None:
        """Take over what was written in another window and not sent."""
        if former._sheet is not None:
            self._asked_for = former._asked_for
            self.sheet.continue_from(former._sheet)

    def open(self, contact_id: str = "", address: str = "") -> None:
        """Open the sheet, for a contact or an address where one is given."""
        self.sheet.open_for(contact_id, address)

    def show_connection(self, connection: ConnectionView) -> None:
        self._connection = connection
        if self._sheet is not None:
            self._sheet.set_connection(connection)

    def on_changes(self, changes: Changes) -> None:
        if changes.templates and self._sheet is not None and self._sheet.key is not None:
            self._load_templates(self._sheet.key)

    def _on_search_here(self, text: str) -> None:
        self._text = text
        found = self._engine.recipients.find_here(text)
        self._engine.tasks.start(found, "find recipients", partial(self._if_current, text, self.sheet.show_here))

    def _on_search_at_intercom(self, text: str) -> None:
        found = self._engine.recipients.find_at_intercom(text)
        then = partial(self._if_current, text, self.sheet.show_elsewhere)
        self._engine.tasks.start(found, "find recipients at Intercom", then)

    def _if_current(self, text: str, show: object, found: object) -> None:
        if text == self._text and callable(show):
            show(found)

    def _on_recipient_wanted(self, contact_id: str, address: str) -> None:
        self._asked_for = contact_id, address
        view = self._engine.recipients.open(contact_id, address)
        self._engine.tasks.start(view, "open recipient", partial(self._on_recipient, (contact_id, address)))

    def _on_recipient(self, asked_for: tuple[str, str], view: RecipientView) -> None:
        if asked_for == self._asked_for:
            self.sheet.show_recipient(view)

    def _on_templates_wanted(self, key: ChannelKey) -> None:
        """Show the stored templates at once; newer ones come with a change."""
        self._load_templates(key)
        self._engine.command_handler.submit(RefreshTemplates(key))

    def _on_refresh(self, key: ChannelKey) -> None:
        self._engine.command_handler.submit(RefreshTemplates(key, again=True))

    def _load_templates(self, key: ChannelKey) -> None:
        self._engine.tasks.start(self._engine.queries.templates(key), "read templates", self.sheet.show_templates)

    def _on_send(self, command: StartConversation) -> None:
        self._engine.command_handler.submit(command, partial(self._on_answer, command))

    def _on_answer(self, command: StartConversation, answer: Answer) -> None:
        is_shown = self.sheet.is_open and self.sheet.draft_id == command.draft_id
        # Also after Escape: a message that was sent must not come up again.
        self.sheet.show_answer(answer, command.draft_id)
        if isinstance(answer, Done):
            if is_shown:
                self._show(answer.customer_id, answer.conversation_id, command.draft_id)
        elif not is_shown:
            why = describe(answer.reason) if isinstance(answer, Failed) else texts.NEEDS_DECISION()
            name = first_name(command.name or command.address)
            self._toast.show_message(texts.NOT_STARTED(name=name, reason=why), texts.SHOW(), self.open)

    def forget_text(self) -> None:
        """What was offered is a draft now."""
        self.sheet.forget_text()

    def _on_go(self, customer_id: str, conversation_id: str, text: str) -> None:
        self._show(customer_id, conversation_id, "")
        if text:
            self.text_offered.emit(conversation_id, text)

    def _show(self, customer_id: str, conversation_id: str, draft_id: str) -> None:
        self.place_requested.emit(customer_id, conversation_id, draft_id)
