"""Submits commands that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from desktop.engine.commands import (
    Answer,
    ChangeSeveral,
    Command,
    ConversationChange,
    Done,
    Failed,
    PartlyDone,
    UndoChanges,
)
from desktop.engine.protocols import Submit
from desktop.text.reasons.describe import describe
from desktop.text.screens import inbox as texts
from desktop.ui.widgets.toast import Toast


class UndoableCommands:
    """Submits commands, shows the outcome in the toast, and offers Undo as long as the toast is shown."""

    def __init__(self, submit: Submit, toast: Toast) -> None:
        self._submit, self._toast = submit, toast

    def submit(self, command: Command, undo: Command | None, done_text: str) -> None:
        """undo: the command of the Undo button, None for no button. done_text: shown when `command` is done."""
        self._submit(command, partial(self._on_answer, undo, done_text))

    def submit_changes(self, changes: Sequence[ConversationChange], done_text: Callable[[int], str]) -> None:
        """Submit changes of conversations together; one Undo takes back all that were taken.

        done_text: for the number of changes that were taken.
        """
        if len(changes) == 1:
            self._submit(changes[0], partial(self.show_changes, changes, done_text))
        elif changes:
            self._toast.show_message(texts.CHANGING_SEVERAL(len(changes)))
            self._submit(ChangeSeveral(tuple(changes)), partial(self.show_changes, changes, done_text))

    def _on_answer(self, undo: Command | None, done_text: str, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._toast.show_message(describe(answer.reason))
        elif undo is None:
            self._toast.show_message(done_text)
        else:
            self._toast.show_message(done_text, texts.UNDO(), partial(self.submit, undo, None, texts.UNDONE()))

    def show_changes(
        self, changes: Sequence[ConversationChange], done_text: Callable[[int], str], answer: Answer
    ) -> None:
        """Show the answer to several changes, with an Undo for those that were taken. done_text: as above."""
        if isinstance(answer, PartlyDone):
            failed = [change for change, _ in answer.failed]
            made = [change for change in changes if change not in failed]
            done, reason = done_text(len(made)), describe(answer.failed[0][1])
            self._show_undoable(made, answer.undo, texts.PARTLY_DONE(len(failed), done=done, reason=reason))
        elif isinstance(answer, Done):
            self._show_undoable(changes, answer.undo, done_text(len(changes)))
        else:
            self._on_answer(None, "", answer)

    def _show_undoable(
        self, made: Sequence[ConversationChange], undo: ConversationChange | ChangeSeveral | None, sentence: str
    ) -> None:
        if undo is None:
            self._toast.show_message(sentence)
        else:
            on_undo = partial(self._submit, UndoChanges(tuple(made), undo), self._on_undone)
            self._toast.show_message(sentence, texts.UNDO(), on_undo)

    def _on_undone(self, answer: Answer) -> None:
        if isinstance(answer, PartlyDone):
            reason = describe(answer.failed[0][1])
            self._toast.show_message(texts.PARTLY_DONE(len(answer.failed), done=texts.UNDONE(), reason=reason))
        else:
            self._on_answer(None, texts.UNDONE(), answer)
