"""Carries out the actions of a saved reply once the reply has been accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.domain.model.outgoing import State
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    AssignConversation,
    AssignToTeam,
    CloseConversation,
    ConversationChange,
    SnoozeConversation,
    TagConversation,
)
from desktop.engine.protocols import Engine
from desktop.text.screens.writing import saved_replies as texts

_ORDER = [*ActionKind]
"""Assigning opens a conversation that is closed or snoozed, so that comes last."""
SubmitChanges = Callable[[Sequence[ConversationChange], Callable[[int], str]], None]
"""Submits changes of conversations together, with the sentence for a number of them that were made."""


class AfterSending:
    """Remembers the actions of replies that are on their way. Those of a reply that is cancelled or edited are dropped,
    and so are all when the program ends.
    """

    def __init__(self, engine: Engine, submit_changes: SubmitChanges, now: Callable[[], datetime]) -> None:
        self._engine, self._submit_changes, self._now = engine, submit_changes, now
        self._waiting: dict[str, tuple[str, str, tuple[SnippetAction, ...]]] = {}

    def add(self, draft_id: str, customer_id: str, conversation_id: str, actions: tuple[SnippetAction, ...]) -> None:
        """Carry out these when the reply is accepted, or at once if it is already."""
        self._waiting[draft_id] = customer_id, conversation_id, actions
        self._ask(draft_id)

    def on_changes(self, changes: Changes) -> None:
        """Look whether a reply has been accepted."""
        for draft_id, (customer_id, _, _) in tuple(self._waiting.items()):
            if customer_id in changes.threads:
                self._ask(draft_id)

    def _ask(self, draft_id: str) -> None:
        state = self._engine.queries.reply_state(draft_id)
        self._engine.tasks.start(state, "read the state of a reply", partial(self._on_state, draft_id))

    def _on_state(self, draft_id: str, state: State | None) -> None:
        if draft_id not in self._waiting or state not in (State.ACCEPTED, State.CANCELLED, None):
            return
        _, conversation_id, actions = self._waiting.pop(draft_id)
        if state is State.ACCEPTED:
            ordered = sorted(actions, key=lambda action: _ORDER.index(action.kind))
            changes = [_change(action, conversation_id, self._now()) for action in ordered]
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
