"""Has the actions of a saved reply carried out once the reply has been accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from desktop.domain.model.command_reason import CommandReason
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, CarryOutActions, ConversationChange, Failed
from desktop.engine.protocols import Engine
from desktop.engine.views import DueActions
from desktop.text.screens.writing import saved_replies as texts
from desktop.ui.widgets.connection_line import OFFLINE_STATES

ShowAnswer = Callable[[Sequence[ConversationChange], Callable[[int], str], Answer], None]
"""Says what became of changes; gets the sentence for a number of them that were made."""


class AfterSending:
    """Looks for actions that are due whenever something about a reply or the connection has changed."""

    def __init__(self, engine: Engine, show_answer: ShowAnswer) -> None:
        self._engine, self._show_answer = engine, show_answer
        # Draft ids of those that are being carried out, and of those that were said to wait.
        self._under_way: set[str] = set()
        self._waiting: set[str] = set()

    def on_changes(self, changes: Changes) -> None:
        """Have carried out what is due by now."""
        is_news = changes.threads or changes.undecided or changes.connection
        if is_news and self._engine.queries.connection().state not in OFFLINE_STATES:
            self._engine.tasks.start(self._engine.queries.due_actions(), "read due actions", self._run)

    def _run(self, due: tuple[DueActions, ...]) -> None:
        for one in due:
            if one.draft_id not in self._under_way:
                self._under_way.add(one.draft_id)
                self._engine.command_handler.submit(CarryOutActions(one.draft_id), partial(self._on_answer, one))

    def _on_answer(self, due: DueActions, answer: Answer) -> None:
        self._under_way.discard(due.draft_id)
        waits = isinstance(answer, Failed) and answer.reason.code == CommandReason.ACTIONS_WAIT
        if not waits or due.draft_id not in self._waiting:
            self._show_answer(due.changes, texts.ACTIONS_DONE, answer)
        if waits:
            self._waiting.add(due.draft_id)
