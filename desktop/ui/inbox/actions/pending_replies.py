"""Actions on a pending reply: send, edit, cancel, confirm its arrival, or answer in another conversation."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from desktop.domain.direct import Route
from desktop.domain.forecast import Reply, find_route_situation
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning
from desktop.engine.commands import Answer, Done, EditPending, Failed, NeedsConsent, ResolvePending
from desktop.engine.protocols import Submit
from desktop.engine.views import PendingReply, ThreadView
from desktop.text.forecast.alternatives import send_label
from desktop.text.forecast.warnings import warning_texts
from desktop.text.reasons.describe import describe
from desktop.text.screens import inbox as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.inbox.scheduling.actions import ScheduleActions
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread import pending_reply
from desktop.ui.thread.pending_reply import OutgoingText
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast


class PendingReplyActions(QObject):
    """Carries out what the agent chooses in a pending reply's bubble.

    Signals:
        edit_started: a reply is a draft again. args: customer id, conversation id, whether it is a note.
        conversation_requested: the text is in the composer and should be sent in another conversation. arg: its id.
    """

    edit_started = Signal(str, str, bool)
    conversation_requested = Signal(str)
    _restored = Signal(str)

    def __init__(
        self,
        submit: Submit,
        composer: Composer,
        question: ConfirmSheet,
        toast: Toast,
        ticker: Ticker,
        scheduling: ScheduleActions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._submit, self._composer, self._question = submit, composer, question
        self._scheduling = scheduling
        scheduling.edit_requested.connect(self._edit)
        self._toast, self._ticker = toast, ticker
        self._view: ThreadView | None = None
        self._asked_about: PendingReply | None = None
        # Cancelled and not restored, newest last: customer id and reply.
        self._cancelled: list[tuple[str, PendingReply]] = []
        # Conversation that a restored draft belongs to -> conversation it should be sent in.
        self._targets: dict[str, str] = {}
        # Conversation that a restored draft belongs to -> the direct route its reply had.
        self._routes: dict[str, Route] = {}
        composer.draft_started.connect(self._on_writing_began)
        # Queued: the composer emits `draft_started` while it is still loading the draft.
        self._restored.connect(self._move_restored, Qt.ConnectionType.QueuedConnection)

    def show(self, view: ThreadView | None) -> None:
        """Set the thread on the screen; closes a question about a reply that is gone or has changed its state."""
        self._view = view
        asked = self._asked_about
        if asked is not None:
            now = self._pending(asked.draft_id)
            if now is None or now.state is not asked.state:
                self._asked_about = None
                self._question.dismiss()

    def act(self, draft_id: str, action: str, shown: OutgoingText) -> None:
        """action: one of `ui.thread.pending_reply.KEYS`. shown: what the agent saw; sending accepts its warnings."""
        view, pending = self._view, self._pending(draft_id)
        if view is None or pending is None:
            return
        if action == "send" and pending.state is State.UNCONFIRMED:
            title, text = pending_reply.resend_question(view, pending.route)
            self._asked_about = pending
            self._question.ask(title, text, texts.SEND_AGAIN(), partial(self._send, pending, shown))
        elif action == "send":
            self._send(pending, shown)
        elif action == "cancel":
            self._submit(ResolvePending(draft_id, cancel=True), partial(self._on_cancelled, view.customer_id, pending))
        elif action == "arrived":
            self._submit(ResolvePending(draft_id, arrived=True), self._on_plain_answer)
        elif action == "time":
            self._scheduling.choose_time(pending, shown)
        elif action == "edit":
            self._edit(view.customer_id, pending)
        elif action == "go":
            self._edit(view.customer_id, pending, shown.elsewhere)

    def _pending(self, draft_id: str) -> PendingReply | None:
        pending_replies = self._view.pending_replies if self._view is not None else ()
        return next((p for p in pending_replies if p.draft_id == draft_id), None)

    def _send(self, pending: PendingReply, shown: OutgoingText) -> None:
        command = ResolvePending(pending.draft_id, send=True, acknowledged=shown.accepts)
        self._submit(command, partial(self._on_sent, pending, shown.warned))

    def _on_sent(self, pending: PendingReply, accepted: tuple[ForecastWarning, ...], answer: Answer) -> None:
        view = self._view
        situation = None
        if view is not None:
            conversation = view.situations.get(pending.conversation_id)
            situation = find_route_situation(view.thread, conversation, view.direct_routes, pending.route)
        if isinstance(answer, NeedsConsent) and view is not None and situation is not None:
            reply = Reply(pending.text, internal=pending.internal, template=pending.template)
            now = self._ticker.now()
            warnings = warning_texts([w.code for w in answer.warned], answer.forecast, situation, view.name, now, reply)
            title, why = pending_reply.join_warnings(warnings) if warnings else (texts.SITUATION_CHANGED(), "")
            again = partial(self._send, pending, OutgoingText("", warned=(*accepted, *answer.warned)))
            self._asked_about = pending
            self._question.ask(title, why, send_label(answer.forecast, pending.route), again)
        else:
            self._on_plain_answer(answer)

    def _on_cancelled(self, customer_id: str, pending: PendingReply, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._toast.show_message(describe(answer.reason))
        else:
            is_unsure = pending.state is State.UNCONFIRMED
            done_text = texts.CANCELLED_UNCONFIRMED() if is_unsure else texts.CANCELLED()
            self._cancelled.append((customer_id, pending))
            if pending.state is State.SCHEDULED:
                self._scheduling.on_cancelled(pending)
                return
            self._toast.show_message(done_text, texts.UNDO(), self.restore_cancelled)

    def restore_cancelled(self) -> None:
        """Undo the last cancelling: the reply becomes a draft again."""
        if self._cancelled:
            self._edit(*self._cancelled[-1])
        else:
            self._toast.show_message(texts.NOTHING_CANCELLED())

    def _edit(self, customer_id: str, pending: PendingReply, target: str = "") -> None:
        # The engine must know the composer's present text, or it could not tell which draft to restore beside it.
        self._composer.flush()
        self._submit(EditPending(pending.draft_id), partial(self._on_edited, customer_id, pending, target))

    def _on_edited(self, customer_id: str, pending: PendingReply, target: str, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._toast.show_message(
                describe(answer.reason), texts.TRY_AGAIN(), partial(self._edit, customer_id, pending, target)
            )
            return
        if target:
            self._targets[pending.conversation_id] = target
        elif pending.route is not None:
            self._routes[pending.conversation_id] = pending.route
        self._cancelled = [(c, p) for c, p in self._cancelled if p.draft_id != pending.draft_id]
        self.edit_started.emit(customer_id, pending.conversation_id, pending.internal)

    def _on_writing_began(self, conversation_id: str) -> None:
        if conversation_id in self._targets or conversation_id in self._routes:
            self._restored.emit(conversation_id)

    def _move_restored(self, conversation_id: str) -> None:
        target, route = self._targets.pop(conversation_id, ""), self._routes.pop(conversation_id, None)
        if self._composer.conversation_id != conversation_id:
            return
        if target:
            self.conversation_requested.emit(target)
        elif route is not None:
            self._composer.choose_route(route)

    def _on_plain_answer(self, answer: Answer) -> None:
        if isinstance(answer, NeedsConsent):
            self._toast.show_message(texts.FORECAST_CHANGED())
        elif isinstance(answer, Failed):
            self._toast.show_message(describe(answer.reason))
        elif isinstance(answer, Done) and answer.remark:
            self._toast.show_message(describe(answer.remark))
