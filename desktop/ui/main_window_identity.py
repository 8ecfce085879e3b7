"""Identity in the main window: a person's word and its way back, choosing whom to join, forgetting after a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from desktop.domain.identity import Word
from desktop.engine.commands import Answer, Failed, ForgetCustomer, SayWhoIsWho
from desktop.engine.views import CustomerRow, ThreadView
from desktop.ui import thread_words
from desktop.ui.main_window_bar import NoticeBar
from desktop.ui.palette import Palette, PaletteEntry
from desktop.ui.question import Question
from desktop.ui.theme import CHANNEL_LOOKS


class WhoIsWho(QObject):
    def __init__(
        self, submit: Callable[..., Any], chooser: Palette, question: Question, bar: NoticeBar, parent: QObject
    ) -> None:
        """submit: `engine.door.submit`. chooser: a palette of its own, for customers only."""
        super().__init__(parent)
        self._submit, self._chooser, self._question, self._bar = submit, chooser, question, bar
        self._rows: tuple[CustomerRow, ...] = ()
        self._view: ThreadView | None = None
        self._contact = ""
        chooser.chosen.connect(self._on_chosen)

    def show(self, rows: Iterable[CustomerRow], view: ThreadView | None) -> None:
        self._rows, self._view = tuple(rows), view

    def say(self, wish: SayWhoIsWho, undo: SayWhoIsWho, told: str) -> None:
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
        self._chooser.open_with(
            PaletteEntry(
                "customer",
                row.customer_id,
                thread_words.called(row.name),
                f"the same customer as {thread_words.called(view.name)}",
                CHANNEL_LOOKS[row.last_channel].glyph,
            )
            for row in others
        )

    def ask_to_forget(self, customer_id: str = "") -> None:
        view = self._view
        if view is None:
            return
        name = thread_words.called(view.name)
        self._question.ask(
            f"Forget {name}?",
            f"Everything of {name} leaves this computer: messages, drafts, numbers and what was said of them. Intercom "
            f"keeps what it has, and {name} comes back here when something new is written. This cannot be undone.",
            "Forget for good",
            partial(self._submit, ForgetCustomer(customer_id or view.customer_id), self._on_forgotten),
        )

    def _on_chosen(self, entry: PaletteEntry) -> None:
        word = Word(self._contact, entry.key, same=True)
        self.say(SayWhoIsWho((word,)), SayWhoIsWho(take_back=(word,)), f"{entry.title} is the same customer now.")

    def _on_undone(self, answer: Answer) -> None:
        self._bar.tell(answer.sentence if isinstance(answer, Failed) else "Undone.")

    def _on_forgotten(self, answer: Answer) -> None:
        self._bar.tell(answer.sentence if isinstance(answer, Failed) else "Nothing of this customer is here any more.")
