"""Sending: from Send to the engine's door and back: emptied, refused with a sentence, or asked for consent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.direct import Route
from desktop.domain.forecast import Reply
from desktop.domain.model.warning import Acknowledgement
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.warning_sheet import WarningSheet
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast
from desktop.ui.wording import words
from desktop.ui.wording.alternatives import whatsapp_question


class Sending(QObject):
    """Stands between composer, warning sheet and door.

    Signals:
        show_requested: the agent wants to see a reply that was not sent. args: customer id, conversation id.
    """

    show_requested = Signal(str, str)

    def __init__(
        self,
        submit: Callable[..., Any],
        composer: Composer,
        sheet: WarningSheet,
        bar: Toast,
        ticker: Ticker,
        parent: QObject,
    ) -> None:
        """submit: `engine.command_handler.submit`."""
        super().__init__(parent)
        self._submit, self._composer, self._sheet, self._bar, self._ticker = submit, composer, sheet, bar, ticker
        self._view: ThreadView | None = None
        composer.send_requested.connect(self._on_send)
        composer.draft_changed.connect(self._submit_plainly)
        sheet.send_anyway.connect(self._on_send_anyway)
        sheet.route_wanted.connect(self._on_route_wanted)
        sheet.kept.connect(composer.focus_text)
        sheet.ask_wanted.connect(self.ask_for_whatsapp)
        composer.ask_wanted.connect(self.ask_for_whatsapp)

    def show(self, view: ThreadView | None) -> None:
        """The thread that is on the screen now."""
        self._view = view

    def ask_for_whatsapp(self) -> None:
        """Add the question whether the customer would write on WhatsApp to the reply; nothing is sent."""
        view, conversation_id = self._view, self._composer.conversation_id
        if view is None or conversation_id is None:
            return
        self._composer.set_internal(False)
        had_text = bool(self._composer.text.strip())
        if self._composer.add(whatsapp_question(view, conversation_id)) and had_text:
            self._bar.tell("Added below your draft. Nothing was sent.", "Undo", self._composer.undo)
        self._composer.focus_text()

    def on_plain_answer(self, answer: Answer) -> None:
        """For commands whose only news is that they failed."""
        if isinstance(answer, Failed):
            self._bar.tell(answer.sentence)
        elif isinstance(answer, NeedsConsent):
            self._bar.tell("Not sent: the forecast has changed meanwhile. See what it says now, and decide again.")

    def _submit_plainly(self, command: object) -> None:
        self._submit(command, self.on_plain_answer)

    def _on_send_anyway(self, accepts: Acknowledgement, route: Route | None) -> None:
        # On another way the same warnings would say something else.
        self._composer.send(accepts if self._composer.route == route else frozenset())

    def _on_route_wanted(self, route: Route | None) -> None:
        self._composer.choose_route(route)
        self._composer.focus_text()

    def _on_send(self, command: SendReply | SendDirect) -> None:
        # What was judged is kept, since the agent may be elsewhere by the time the answer comes.
        self._submit(command, partial(self._on_answer, command, self._composer.reply(), self._view))

    def _on_answer(
        self, command: SendReply | SendDirect, reply: Reply, view: ThreadView | None, answer: Answer
    ) -> None:
        still_here = self._composer.draft_id == command.draft_id
        match answer:
            case Done():
                self._composer.sent(command.draft_id)
            case Failed(sentence):
                self._composer.refused(sentence if still_here else "", command.draft_id)
                if not still_here:
                    self._tell_not_sent(command, view, sentence)
            case NeedsConsent(forecast, warned):
                self._composer.refused("", command.draft_id)
                if still_here and view is not None:
                    self._sheet.ask(view, command, reply, forecast, warned, self._ticker.now())
                else:
                    self._tell_not_sent(command, view, "It needs your decision.")

    def _tell_not_sent(self, command: SendReply | SendDirect, view: ThreadView | None, why: str) -> None:
        name = words.first_name(view.name if view is not None else "")
        back = partial(self.show_requested.emit, command.customer_id, command.conversation_id)
        self._bar.tell(f"Your reply to {name} was not sent. {why}", "Show", back)
