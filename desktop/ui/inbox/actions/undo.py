"""Submits commands that can be undone."""

from __future__ import annotations

from functools import partial

from desktop.engine.commands import Answer, Command, Failed
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

    def _on_answer(self, undo: Command | None, done_text: str, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._toast.show_message(describe(answer.reason))
        elif undo is None:
            self._toast.show_message(done_text)
        else:
            self._toast.show_message(done_text, texts.UNDO(), partial(self.submit, undo, None, texts.UNDONE()))
