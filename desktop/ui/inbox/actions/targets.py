"""The conversations that an action is for: of the thread on the screen, or of rows of the customer list."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from desktop.domain.history.thread import Chat
from desktop.domain.model.facts import ConversationState, Priority
from desktop.engine.views import CustomerRow, ThreadView
from desktop.text.names import full_name
from desktop.text.thread.pane import conversation_label


class Target(msgspec.Struct, frozen=True):
    """A conversation as the screen shows it.

    label: its subject or day. assignee_ids, team_ids: "" stands for nobody, or no team.
    """

    conversation_id: str
    customer_id: str
    label: str
    state: ConversationState
    assignee_ids: frozenset[str] = frozenset()
    team_ids: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.NONE


def target_of_chat(view: ThreadView, chat: Chat) -> Target:
    conversation = chat.conversation
    return Target(
        chat.id,
        view.customer_id,
        conversation_label(chat),
        conversation.state,
        frozenset({conversation.assignee_id or ""}),
        frozenset({conversation.team_id or ""}),
        tuple(tag.name for tag in conversation.tags),
        conversation.priority,
    )


def targets_of_rows(rows: Iterable[CustomerRow]) -> list[Target]:
    """Every conversation that an action on these rows concerns."""
    return [
        Target(
            conversation_id,
            row.customer_id,
            full_name(row.name),
            row.state,
            row.assignee_ids,
            row.team_ids,
            row.tags,
            row.priority,
        )
        for row in rows
        for conversation_id in row.conversation_ids
    ]
