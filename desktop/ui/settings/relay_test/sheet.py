"""A guided test: a reply to the agent's own phone shows whether the bridge forwards replies made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.forecast import Reply
from desktop.domain.history.thread import Author
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import Acknowledgement, WarningCode
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, SendReply, SetRelay
from desktop.engine.protocols import Submit
from desktop.engine.views import CustomerRow, ThreadView
from desktop.text.forecast.warnings import warning_texts
from desktop.text.formats import ago, span
from desktop.text.names import channel_label, display_name, place
from desktop.text.reasons.describe import describe
from desktop.text.screens import settings as texts
from desktop.text.screens.customers import last_line
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.settings.relay_test.page import TESTABLE_CHANNELS
from desktop.ui.settings.relay_test.step_sheet import StepSheet

RECENT = timedelta(minutes=10)
"""A customer who wrote this recently may be the agent's own phone."""
EXPECTED = frozenset({WarningCode.RELAY_UNPROVEN, WarningCode.RELAY_REFUSED, WarningCode.SAME_TEXT_JUST_SENT})
"""Warnings that the test is about; they are accepted without asking."""


class RelayTestSheet(StepSheet):
    """Asks for the result only once Intercom has the test reply; "not sure" changes nothing.

    Signals:
        recent_wanted: the customers who wrote within `RECENT` have to be loaded and kept up to date (`show_rows`).
        customer_chosen: the thread of this customer has to be loaded and kept up to date. arg: customer id.
    """

    recent_wanted = Signal()
    customer_chosen = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, submit: Submit, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._ticker, self._submit = ticker, submit
        self._rows: tuple[CustomerRow, ...] = ()
        self._view: ThreadView | None = None
        self._channel: ChannelKind | None = None
        self._customer_id = ""
        self._conversation_id = ""
        self._draft_id = ""
        self._test_replies_before = 0
        self._awaits_rows = False
        self._step: Callable[[], None] = self._choose_channel
        self.entry_chosen.connect(self._on_entry_chosen)
        ticker.ticked.connect(self._on_ticked)

    def open_for(self, channel: ChannelKind | None) -> None:
        """channel: None asks the agent for one first."""
        self._channel, self._customer_id, self._conversation_id, self._draft_id = channel, "", "", ""
        self.show_popup()
        self._go_to(self._choose_channel if channel is None else self._write_first)

    def show_rows(self, rows: Iterable[CustomerRow]) -> None:
        """rows: customers who wrote within `RECENT`, newest activity first."""
        self._rows = tuple(rows)
        if self.needs_recent:
            self._step()
            if self._awaits_rows:
                self.focus_content()
        self._awaits_rows = False

    def show_thread(self, view: ThreadView | None) -> None:
        """A thread other than that of the chosen customer is ignored."""
        if view is not None and view.customer_id == self._customer_id:
            self._view = view
            if self.is_open and self._step in (self._confirm, self._ask):
                self._step()

    @property
    def needs_recent(self) -> bool:
        return self.is_open and self._step == self._write_first

    # Steps.

    def _go_to(self, step: Callable[[], None]) -> None:
        self._step = step
        step()
        self.focus_content()
        self._awaits_rows = self.needs_recent
        if self._awaits_rows:
            self.recent_wanted.emit()

    def _choose_channel(self) -> None:
        self.show_page(
            texts.CHOOSE_CHANNEL(),
            texts.CHOOSE_CHANNEL_ABOUT(),
            [(channel_label(c), c.value) for c in TESTABLE_CHANNELS],
        )

    def _write_first(self) -> None:
        """Lists the customers who wrote within `RECENT`, newest first."""
        assert self._channel is not None
        on_channel, now = place(self._channel), self._ticker.now()
        recent = [r for r in self._rows if r.last_channel is self._channel and _wrote_recently(r, now)]
        self.show_page(
            texts.WRITE_FIRST(place=on_channel),
            texts.WRITE_FIRST_ABOUT(place=on_channel),
            [(_describe(r, now), r.customer_id) for r in recent],
            empty=texts.NOBODY_WROTE(place=on_channel, span=span(RECENT, after_preposition=True)),
        )

    def _confirm(self) -> None:
        """The thread may not have been loaded yet."""
        assert self._channel is not None
        chats = self._view.thread.chats if self._view is not None else ()
        chat = next((c for c in chats if c.mapping is not None and c.mapping.channel is self._channel), None)
        self._conversation_id = chat.id if chat is not None else ""
        name = display_name(self._view.name) if self._view is not None else "…"
        self.show_page(
            texts.SEND_TEST(),
            texts.TEST_MESSAGE(name=name, text=texts.TEST_REPLY()),
            buttons=[(texts.SEND_REPLY(), self._send), (texts.CHOOSE_AGAIN(), self._choose_again)],
        )
        self.set_button_enabled(texts.SEND_REPLY(), chat is not None)

    def _ask(self) -> None:
        """Asks for the result once Intercom has the reply, and until then says why it does not."""
        assert self._channel is not None
        state = self._waiting_state()
        if state is not None:
            self.show_page(texts.NOT_SENT_YET(), texts.WAITING[state]())
            return
        self.show_page(
            texts.DID_IT_ARRIVE(place=place(self._channel)),
            texts.DID_IT_ARRIVE_ABOUT(),
            buttons=[
                (texts.IT_ARRIVED(), self._yes),
                (texts.IT_DID_NOT_ARRIVE(), self._no),
                (texts.NOT_SURE(), self._not_sure),
            ],
        )

    def _finish(self, title: str, text: str) -> None:
        self._step = self._stay
        self.show_page(title, text, buttons=[(texts.CLOSE(), self.dismiss)], can_cancel=False)
        self.focus_content()

    def _stay(self) -> None:
        """The step of the last page: nothing updates it."""

    # What buttons do.

    def _choose_again(self) -> None:
        self._go_to(self._write_first)

    def _send(self) -> None:
        self._draft_id, self._test_replies_before = uuid4().hex, self._count_test_replies()
        self._submit_test(frozenset())

    def _submit_test(self, acknowledged: Acknowledgement) -> None:
        command = SendReply(
            self._draft_id, self._customer_id, self._conversation_id, texts.TEST_REPLY(), acknowledged=acknowledged
        )
        self._submit(command, partial(self._on_sent, command))

    def _on_sent(self, command: SendReply, answer: Answer) -> None:
        if isinstance(answer, Done):
            self._go_to(self._ask)
        elif isinstance(answer, Failed):
            self._finish(texts.NOT_SENT(), describe(answer.reason))
        elif isinstance(answer, NeedsConsent) and not command.acknowledged and not _unexpected(answer):
            self._submit_test(frozenset(a for w in answer.warned for a in w.acknowledgement))
        elif isinstance(answer, NeedsConsent) and self._view is not None:
            situation = self._view.situations[self._conversation_id]
            now, reply = self._ticker.now(), Reply(texts.TEST_REPLY())
            warnings = warning_texts(_unexpected(answer), answer.forecast, situation, self._view.name, now, reply)
            self._finish(texts.CANNOT_TEST(), "\n\n".join(warning.paragraph for warning in warnings))

    def _yes(self) -> None:
        self._conclude(Relay.PROVEN)

    def _no(self) -> None:
        self._conclude(Relay.REFUSED)

    def _not_sure(self) -> None:
        assert self._channel is not None
        self._finish(texts.NOTHING_CHANGED(), texts.NOTHING_CHANGED_ABOUT(place=place(self._channel)))

    def _conclude(self, relay: Relay) -> None:
        assert self._channel is not None
        conclusion = texts.CONCLUSIONS[relay](place=place(self._channel))

        def show_answer(answer: Answer) -> None:
            if isinstance(answer, Failed):
                self._finish(texts.NOT_SAVED(), describe(answer.reason))
            else:
                self._finish(texts.THANK_YOU(), conclusion)

        proof = RelayProof.GUIDED_TEST
        self._submit(SetRelay(self._channel, relay, proof, self._conversation_id), show_answer)

    def _on_entry_chosen(self, key: str) -> None:
        if self._step == self._choose_channel:
            self._channel = ChannelKind(key)
            self._go_to(self._write_first)
        elif self._step == self._write_first:
            self._customer_id, self._view = key, None
            self._go_to(self._confirm)
            self.customer_chosen.emit(key)

    def _waiting_state(self) -> State | None:
        """State of the test reply; None once Intercom has it."""
        view = self._view
        pending = (
            next((e for e in view.pending_replies if e.draft_id == self._draft_id), None) if view is not None else None
        )
        if pending is not None:
            return None if pending.state is State.ACCEPTED else pending.state
        return None if self._count_test_replies() > self._test_replies_before else State.QUEUED

    def _count_test_replies(self) -> int:
        """Count the test replies in the conversation: an earlier test left one as well."""
        messages = self._view.thread.loaded if self._view is not None else ()
        test_reply = texts.TEST_REPLY().split()
        return sum(
            m.author is not Author.CUSTOMER
            and m.entry.conversation_id == self._conversation_id
            and m.entry.text.split() == test_reply
            for m in messages
        )

    def _on_ticked(self, _now: datetime) -> None:
        if self.is_open and self._step == self._write_first:
            self._step()


def _unexpected(answer: NeedsConsent) -> list[WarningCode]:
    return [w.code for w in answer.warned if w.code not in EXPECTED]


def _describe(row: CustomerRow, now: datetime) -> str:
    name, text = display_name(row.name), last_line(row)
    return texts.CUSTOMER_WROTE(name=name, ago=ago(row.last_at, now), text=text)


def _wrote_recently(row: CustomerRow, now: datetime) -> bool:
    return not row.last_from_us and now - row.last_at <= RECENT
