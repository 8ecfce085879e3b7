"""Echoes: what the agent does about a reply that is not through yet: send on, edit, take back, go elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from desktop.domain.direct import Route
from desktop.domain.direct_reach import direct_situation
from desktop.domain.forecast import Reply
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import Warned
from desktop.engine.commands import Answer, Done, EditPending, Failed, NeedsConsent, ResolvePending
from desktop.engine.views import PendingReply, ThreadView
from desktop.ui.composer.composer import Composer
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.confirm_sheet import Question
from desktop.ui.widgets.toast import Toast
from desktop.ui.wording import pending_reply
from desktop.ui.wording.alternatives import send_words
from desktop.ui.wording.forecast import AnySituation, warnings_told
from desktop.ui.wording.pending_reply import OutgoingText


class PendingReplyActions(QObject):
    """Signals:
    edit_began: a reply is a draft again. args: whose it is, its conversation, whether it is a note.
    go_to: the words are to be answered with in another conversation, and stand in the composer. arg: its id.
    """

    edit_began = Signal(str, str, bool)
    go_to = Signal(str)
    _restored = Signal(str)

    def __init__(
        self,
        submit: Callable[..., Any],
        composer: Composer,
        question: Question,
        bar: Toast,
        ticker: Ticker,
        parent: QObject,
    ) -> None:
        """submit: `engine.command_handler.submit`."""
        super().__init__(parent)
        self._submit, self._composer, self._question = submit, composer, question
        self._bar, self._ticker = bar, ticker
        self._view: ThreadView | None = None
        self._asked_about: PendingReply | None = None
        # What was taken back and not brought back, newest last: customer id and reply.
        self._taken: list[tuple[str, PendingReply]] = []
        # Conversation a draft comes back to -> conversation it is wanted in.
        self._bound_for: dict[str, str] = {}
        # Conversation a draft comes back to -> the way past Intercom it was on.
        self._on_route: dict[str, Route] = {}
        composer.writing_began.connect(self._on_writing_began)
        # Queued: the composer is still taking the words in when it says that they are there.
        self._restored.connect(self._bring, Qt.ConnectionType.QueuedConnection)

    def show(self, view: ThreadView | None) -> None:
        """The thread that is on the screen now. A question about a reply that is not there any more, or not as it
        was, goes away."""
        self._view = view
        asked = self._asked_about
        if asked is not None:
            now = self._pending(asked.draft_id)
            if now is None or now.state is not asked.state:
                self._asked_about = None
                self._question.dismiss()

    def answer(self, draft_id: str, action: str, told: OutgoingText) -> None:
        """action: one of `echo_words.KEYS`. told: what the agent saw; its warnings are accepted by sending."""
        view, pending = self._view, self._pending(draft_id)
        if view is None or pending is None:
            return
        if action == "send" and pending.state is State.UNCONFIRMED:
            title, text = pending_reply.second_time(view, pending.route)
            self._asked_about = pending
            self._question.ask(title, text, "Send it again", partial(self._send, pending, told))
        elif action == "send":
            self._send(pending, told)
        elif action == "cancel":
            self._submit(ResolvePending(draft_id, cancel=True), partial(self._on_taken_back, view.customer_id, pending))
        elif action == "arrived":
            self._submit(ResolvePending(draft_id, arrived=True), self._on_plain_answer)
        elif action == "edit":
            self._edit(view.customer_id, pending)
        elif action == "go":
            self._edit(view.customer_id, pending, told.elsewhere)

    def _pending(self, draft_id: str) -> PendingReply | None:
        pending_replies = self._view.pending_replies if self._view is not None else ()
        return next((e for e in pending_replies if e.draft_id == draft_id), None)

    def _send(self, pending: PendingReply, told: OutgoingText) -> None:
        command = ResolvePending(pending.draft_id, send=True, acknowledged=told.accepts)
        self._submit(command, partial(self._on_sent, pending, told.warned))

    def _on_sent(self, pending: PendingReply, accepted: tuple[Warned, ...], answer: Answer) -> None:
        view = self._view
        situation = _situation(pending, view) if view is not None else None
        if isinstance(answer, NeedsConsent) and view is not None and situation is not None:
            reply = Reply(pending.text, internal=pending.internal, template=pending.template)
            now = self._ticker.now()
            told = warnings_told([w.code for w in answer.warned], answer.forecast, situation, view.name, now, reply)
            title, text = told[0] if told else ("Things have changed", "")
            why = " ".join([text, *(f"{t}. {w}" for t, w in told[1:])])
            again = partial(self._send, pending, OutgoingText("", warned=(*accepted, *answer.warned)))
            self._asked_about = pending
            self._question.ask(title, why, send_words(answer.forecast, pending.route), again)
        else:
            self._on_plain_answer(answer)

    def _on_taken_back(self, customer_id: str, pending: PendingReply, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._bar.tell(answer.sentence)
        else:
            said = (
                "Taken back. It may have arrived all the same." if pending.state is State.UNCONFIRMED else "Taken back."
            )
            self._taken.append((customer_id, pending))
            self._bar.tell(said, "Undo", self.bring_back)

    def bring_back(self) -> None:
        """Undo the last taking back; its words are a draft again."""
        if self._taken:
            self._edit(*self._taken[-1])
        else:
            self._bar.tell("Nothing was taken back.")

    def _edit(self, customer_id: str, pending: PendingReply, elsewhere: str = "") -> None:
        # What is in the composer now must be known below, or the words would have no place to come back to.
        self._composer.flush()
        self._submit(EditPending(pending.draft_id), partial(self._on_edited, customer_id, pending, elsewhere))

    def _on_edited(self, customer_id: str, pending: PendingReply, elsewhere: str, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._bar.tell(answer.sentence, "Try again", partial(self._edit, customer_id, pending, elsewhere))
            return
        if elsewhere:
            self._bound_for[pending.conversation_id] = elsewhere
        elif pending.route is not None:
            self._on_route[pending.conversation_id] = pending.route
        self._taken = [(c, e) for c, e in self._taken if e.draft_id != pending.draft_id]
        self.edit_began.emit(customer_id, pending.conversation_id, pending.internal)

    def _on_writing_began(self, conversation_id: str) -> None:
        if conversation_id in self._bound_for or conversation_id in self._on_route:
            self._restored.emit(conversation_id)

    def _bring(self, conversation_id: str) -> None:
        elsewhere, route = self._bound_for.pop(conversation_id, ""), self._on_route.pop(conversation_id, None)
        if self._composer.conversation_id != conversation_id:
            return
        if elsewhere:
            self.go_to.emit(elsewhere)
        elif route is not None:
            self._composer.choose_route(route)

    def _on_plain_answer(self, answer: Answer) -> None:
        if isinstance(answer, Done | Failed) and answer.sentence:
            self._bar.tell(answer.sentence)


def _situation(pending: PendingReply, view: ThreadView) -> AnySituation | None:
    """How things stand where it is to go."""
    conversation = view.situations.get(pending.conversation_id)
    direct_route = next((w for w in view.direct_routes if w.route == pending.route), None)
    return (
        conversation
        if conversation is None or direct_route is None
        else direct_situation(view.thread, direct_route, conversation)
    )
