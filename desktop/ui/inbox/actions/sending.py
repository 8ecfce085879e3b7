"""Submits the composer's reply and shows the answer: sent, refused with a reason, or the warning sheet; offers the text
of a reply that did not arrive in another way.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from desktop.domain.direct import Route
from desktop.domain.forecast import Reply
from desktop.domain.history.thread import Message
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.warning import Acknowledgement
from desktop.engine.commands import Answer, Command, Done, Failed, NeedsConsent, SendDirect, SendReaction, SendReply
from desktop.engine.protocols import Submit
from desktop.engine.views import ThreadView
from desktop.text.names import first_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import inbox as texts
from desktop.text.thread import messages as message_texts
from desktop.ui.composer.alternatives import best_direct_route, whatsapp_question
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.warning_sheet import WarningSheet
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast


class SendActions(QObject):
    """Connects the composer and the warning sheet with the command handler.

    Signals:
        show_requested: the agent wants to see a reply that was not sent. args: customer id, conversation id.
        scheduled: a reply waits for its time. args: the command, the customer's name.
        conversation_requested: write in this conversation. arg: its id.
        template_requested: send a template with this text as a value. args: conversation id, the text.
        text_brought: the text of `bring_text` is in the draft.
    """

    show_requested = Signal(str, str)
    conversation_requested = Signal(str)
    template_requested = Signal(str, str)
    scheduled = Signal(object, str)
    text_brought = Signal()

    def __init__(
        self,
        submit: Submit,
        composer: Composer,
        sheet: WarningSheet,
        toast: Toast,
        ticker: Ticker,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._submit, self._composer, self._sheet, self._toast, self._ticker = submit, composer, sheet, toast, ticker
        self._view: ThreadView | None = None
        # Of the reply that the sheet asks about.
        self._schedule: Schedule | None = None
        # Conversation and text that waits until its draft is shown.
        self._brought = ("", "")
        composer.send_requested.connect(self._on_send)
        composer.draft_changed.connect(self._on_draft_changed)
        # What its Undo takes back is then another change, or one of another draft.
        composer.text_field.textChanged.connect(self._hide_undo)
        composer.draft_shown.connect(self._hide_undo)
        # Queued: the composer emits it while it is still loading the draft.
        composer.draft_shown.connect(self._add_brought, Qt.ConnectionType.QueuedConnection)
        sheet.send_anyway.connect(self._on_send_anyway)
        sheet.route_wanted.connect(self._on_route_wanted)
        sheet.kept.connect(composer.focus_text)
        sheet.ask_wanted.connect(self.ask_for_whatsapp)
        composer.ask_wanted.connect(self.ask_for_whatsapp)

    def show(self, view: ThreadView | None) -> None:
        """Set the thread on the screen."""
        self._view = view

    def ask_for_whatsapp(self) -> None:
        """Append the question whether the customer would write on WhatsApp to the draft, without sending it."""
        view, conversation_id = self._view, self._composer.conversation_id
        if view is None or conversation_id is None:
            return
        self._composer.set_internal(False)
        had_text = bool(self._composer.text.strip())
        if self._composer.append_text(whatsapp_question(view, conversation_id)) and had_text:
            self._toast.show_message(texts.ADDED_TO_DRAFT(), texts.UNDO(), self._composer.undo)
        self._composer.focus_text()

    def bring_text(self, conversation_id: str, text: str) -> None:
        """Append a text that was written elsewhere to the reply of this conversation, as soon as that is shown."""
        self._brought = conversation_id, text
        self._add_brought()

    def _add_brought(self) -> None:
        conversation_id, text = self._brought
        if text and self._composer.conversation_id == conversation_id:
            self._brought = ("", "")
            self._composer.set_internal(False)
            if self._composer.append_text(text) or text in self._composer.text:
                self.text_brought.emit()
            # In the list, where the keyboard would be, letters are commands.
            self._composer.focus_text()

    def _hide_undo(self) -> None:
        if self._toast.text == texts.ADDED_TO_DRAFT():
            self._toast.hide()

    def send_again(self, message: Message, action: str) -> None:
        """Offer the text of a reply that did not arrive, without sending it. action: `template`, or `direct` for the
        direct route on which it would arrive best.
        """
        view, conversation_id = self._view, message.entry.conversation_id
        if view is None:
            return
        self.conversation_requested.emit(conversation_id)
        if action == "template":
            self.template_requested.emit(conversation_id, message.entry.text)
            return
        route = best_direct_route(view, conversation_id, message.entry.text, self._ticker.now())
        if route is None:
            self._toast.show_message(texts.NO_DIRECT_ROUTE(name=first_name(view.name)))
            return
        self._composer.set_internal(False)
        if self._composer.has_content:
            self._toast.show_message(texts.DRAFT_IN_THE_WAY())
        elif self._composer.append_text(message.entry.text):
            self._composer.choose_route(route)
        self._composer.focus_text()

    def react(self, command: SendReaction) -> None:
        """React to a message, and say what became of it."""
        self._submit(command, partial(self._on_reacted, command.emoji))

    def _on_reacted(self, emoji: str, answer: Answer) -> None:
        is_done = isinstance(answer, Done)
        self._toast.show_message(message_texts.reacted(emoji)) if is_done else self.on_plain_answer(answer)

    def on_plain_answer(self, answer: Answer) -> None:
        """Show an answer that matters only if the command failed."""
        if isinstance(answer, Failed):
            self._toast.show_message(describe(answer.reason))
        elif isinstance(answer, NeedsConsent):
            self._toast.show_message(texts.FORECAST_CHANGED())

    def _on_draft_changed(self, command: Command) -> None:
        self._submit(command, self.on_plain_answer)

    def _on_send_anyway(self, accepts: Acknowledgement, route: Route | None) -> None:
        # The same warning codes mean something else on another route.
        self._composer.send(accepts if self._composer.route == route else frozenset(), self._schedule)

    def _on_route_wanted(self, route: Route | None) -> None:
        self._composer.choose_route(route)
        self._composer.focus_text()

    def _on_send(self, command: SendReply | SendDirect) -> None:
        # Bound now, since the agent may have gone to another customer by the time the answer comes.
        self._submit(command, partial(self._on_answer, command, self._composer.reply(), self._view))

    def _on_answer(
        self, command: SendReply | SendDirect, reply: Reply, view: ThreadView | None, answer: Answer
    ) -> None:
        is_shown = self._composer.draft_id == command.draft_id
        match answer:
            case Done():
                self._composer.sent(command.draft_id)
                self._hide_undo()
                if command.schedule is not None:
                    self.scheduled.emit(command, view.name if view is not None else "")
            case Failed(reason):
                sentence = describe(reason)
                self._composer.refused(sentence if is_shown else "", command.draft_id)
                if not is_shown:
                    self._show_not_sent(command, view, sentence)
            case NeedsConsent(forecast, warned):
                self._composer.refused("", command.draft_id)
                if is_shown and view is not None:
                    self._schedule = command.schedule
                    self._sheet.ask(view, command, reply, forecast, warned, self._ticker.now())
                else:
                    self._show_not_sent(command, view, texts.NEEDS_DECISION())

    def _show_not_sent(self, command: SendReply | SendDirect, view: ThreadView | None, why: str) -> None:
        name = view.name if view is not None else ""
        text = texts.REPLY_NOT_SENT(name=first_name(name), reason=why)
        show = partial(self.show_requested.emit, command.customer_id, command.conversation_id)
        self._toast.show_message(text, texts.SHOW(), show)
