"""Identity in the main window: a person's word and its way back, choosing whom to join, forgetting after a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.identity.customer import Word
from desktop.engine.commands import (
    Answer,
    Command,
    DecideIdentity,
    Failed,
    ForgetCustomer,
    MarkSolved,
    PinMapping,
    SetMessageChannel,
)
from desktop.engine.views import CustomerRow, ThreadView
from desktop.text.channels import channel_name
from desktop.ui.look.theme import CHANNEL_STYLES, Theme
from desktop.ui.widgets.command_palette import Palette, PaletteEntry
from desktop.ui.widgets.confirm_sheet import Question
from desktop.ui.widgets.toast import Toast
from desktop.ui.wording import thread, words


class WhoIsWho(QObject):
    """chooser: the palette in which the other customer is chosen.

    Signals:
        forgotten: nothing of this customer is here any more. arg: the customer's id.
    """

    forgotten = Signal(str)

    def __init__(
        self, submit: Callable[..., Any], theme: Theme, question: Question, bar: Toast, window: QWidget
    ) -> None:
        """submit: `engine.command_handler.submit`."""
        super().__init__(window)
        self._submit, self._question, self._bar = submit, question, bar
        self.chooser = Palette(theme, window, "Who is the same customer?")
        self._rows: tuple[CustomerRow, ...] = ()
        self._view: ThreadView | None = None
        self._contact = ""
        self.chooser.chosen.connect(self._on_chosen)

    def show_rows(self, rows: Iterable[CustomerRow]) -> None:
        self._rows = tuple(rows)

    def show(self, view: ThreadView | None) -> None:
        """The customer who is on the screen now."""
        self._view = view

    def pin(self, wish: PinMapping) -> None:
        """The agent's word on what a conversation mirrors; its way back is the word before it, or none."""
        before = self._view.workspace.pins.get(wish.conversation_id) if self._view is not None else None
        undo = PinMapping(wish.conversation_id, before.channel if before else None, forget=before is None)
        if wish.forget:
            told = "What the evidence says counts again."
        elif wish.channel is None:
            told = "This conversation counts as the Messenger's own."
        else:
            told = f"This conversation counts as {words.channel(wish.channel)}."
        self.say(wish, undo, told)

    def mark_solved(self, wish: MarkSolved) -> None:
        """The agent's word that a reported problem is over."""
        self.say(wish, MarkSolved(wish.fact_id, solved=False), "Solved. Replies are no longer warned of this report.")

    def set_message_channel(self, wish: SetMessageChannel) -> None:
        """The agent's word on where one message came from; its way back is the word before it, or none."""
        said = self._view.workspace.message_channels if self._view is not None else {}
        before = said.get((wish.conversation_id, wish.entry_id))
        undo = SetMessageChannel(wish.conversation_id, wish.entry_id, before)
        if wish.channel is None:
            told = "The channel of this message is no longer set by hand."
        else:
            told = f"This message counts as {channel_name(wish.channel)}."
        self.say(wish, undo, told)

    def say(self, wish: Command, undo: Command, told: str) -> None:
        """Submit the agent's word; once it is taken, tell so and offer the way back."""

        def answered(answer: Answer) -> None:
            if isinstance(answer, Failed):
                self._bar.tell(answer.sentence)
            else:
                self._bar.tell(told, "Undo", partial(self._submit, undo, self._on_undone))

        self._submit(wish, answered)

    def choose(self, contact_id: str = "") -> None:
        """Choose the customer who is the same as the one that is shown. contact_id: of hers, "" for any."""
        view = self._view
        if view is None or not view.thread.contacts:
            return
        self._contact = contact_id or view.thread.contacts[0].id
        others = (r for r in self._rows if r.customer_id != view.customer_id)
        self.chooser.open_with(
            PaletteEntry(
                "customer",
                row.customer_id,
                thread.called(row.name),
                row.last_text or words.channel(row.last_channel),
                CHANNEL_STYLES[row.last_channel].icon,
            )
            for row in others
        )

    def ask_to_forget(self, customer_id: str = "") -> None:
        view = self._view
        if view is None:
            return
        name, whom = thread.called(view.name), customer_id or view.customer_id
        self._question.ask(
            f"Forget {name}?",
            f"Everything of {name} leaves this computer: messages, drafts, numbers and what was said of them. Intercom "
            f"keeps what it has, and {name} comes back here when something new is written. This cannot be undone.",
            "Forget for good",
            partial(self._submit, ForgetCustomer(whom), partial(self._on_forgotten, whom)),
        )

    def _on_chosen(self, entry: PaletteEntry) -> None:
        word = Word(self._contact, entry.key, same=True)
        here = thread.called(self._view.name) if self._view is not None else "they"
        told = f"{here} and {entry.title} are one customer now."
        self.say(DecideIdentity((word,)), DecideIdentity(revoked=(word,)), told)

    def _on_undone(self, answer: Answer) -> None:
        self._bar.tell(answer.sentence if isinstance(answer, Failed) else "Undone.")

    def _on_forgotten(self, customer_id: str, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._bar.tell(answer.sentence)
            return
        self.forgotten.emit(customer_id)
        self._bar.tell("Nothing of this customer is here any more.")
