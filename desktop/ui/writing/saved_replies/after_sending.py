"""Carries out the actions of a saved reply once the reply has been accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    Answer,
    AssignConversation,
    AssignToTeam,
    CloseConversation,
    ConversationChange,
    Done,
    ForgetActions,
    SnoozeConversation,
    TagConversation,
)
from desktop.engine.protocols import Engine
from desktop.engine.views import DueActions
from desktop.text.screens.writing import saved_replies as texts

_ORDER = [*ActionKind]
"""Assigning opens a conversation that is closed or snoozed, so that comes last."""
SubmitChanges = Callable[[Sequence[ConversationChange], Callable[[int], str]], None]
"""Submits changes of conversations together, with the sentence for a number of them that were made."""


class AfterSending:
    """Looks for actions that are due whenever something about a reply has changed."""

    def __init__(self, engine: Engine, submit_changes: SubmitChanges, now: Callable[[], datetime]) -> None:
        self._engine, self._submit_changes, self._now = engine, submit_changes, now
        # Until the store has forgotten them too.
        self._begun: set[str] = set()

    def on_changes(self, changes: Changes) -> None:
        """Carry out what is due by now."""
        if changes.threads or changes.undecided:
            self._engine.tasks.start(self._engine.queries.due_actions(), "read due actions", self._run)

    def _run(self, due: tuple[DueActions, ...]) -> None:
        for one in due:
            if one.draft_id not in self._begun:
                self._begun.add(one.draft_id)
                # Before they are asked for: an agent may do otherwise meanwhile, and they must not come a second time.
                forget = ForgetActions(one.draft_id)
                self._engine.command_handler.submit(forget, partial(self._on_forgotten, one))

    def _on_forgotten(self, due: DueActions, answer: Answer) -> None:
        if isinstance(answer, Done):
            ordered = sorted(due.actions, key=lambda action: _ORDER.index(action.kind))
            changes = [_change(action, due.conversation_id, self._now()) for action in ordered]
            self._submit_changes(changes, texts.ACTIONS_DONE)


def _change(action: SnippetAction, conversation_id: str, now: datetime) -> ConversationChange:
    match action.kind:
        case ActionKind.ASSIGN:
            return AssignConversation(conversation_id, action.value)
        case ActionKind.ASSIGN_TEAM:
            return AssignToTeam(conversation_id, action.value)
        case ActionKind.TAG:
            return TagConversation(conversation_id, action.value)
        case ActionKind.SNOOZE:
            return SnoozeConversation(conversation_id, now + timedelta(hours=int(action.value)))
        case ActionKind.CLOSE:
            return CloseConversation(conversation_id)
    assert_never(action.kind)
