"""Changes that the agent made and no provider has confirmed yet, laid over what the provider last said.

They are for the eye alone: no decision on origin, mapping or reach rests on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from desktop.domain.history.thread import Chat, Thread
from desktop.domain.model.facts import Conversation, ConversationState, Priority, Tag
from desktop.domain.model.frozen import frozen


class ChangedFact(StrEnum):
    """What of a conversation is changed."""

    STATE = "state"
    ASSIGNEE = "assignee"
    TEAM = "team"
    TAG = "tag"
    UNTAG = "untag"
    PRIORITY = "priority"


@frozen
class UnconfirmedChange:
    """One change of one conversation.

    value: by `fact`, a state, an id ("" for nobody), the name of a tag or a priority. until: of a snooze.
    """

    conversation_id: str
    fact: ChangedFact
    value: str
    until: datetime | None = None


def lay_over(conversation: Conversation, changes: Iterable[UnconfirmedChange]) -> Conversation:
    """The conversation as it will be. changes: of this one, oldest first."""
    for change in changes:
        conversation = _changed(conversation, change)
    return conversation


def lay_over_thread(thread: Thread, changes: Iterable[UnconfirmedChange]) -> Thread:
    """The thread with its conversations as they will be; the same object where nothing changes."""
    by_id: dict[str, list[UnconfirmedChange]] = {}
    for change in changes:
        by_id.setdefault(change.conversation_id, []).append(change)
    if not by_id:
        return thread

    def changed(chat: Chat) -> Chat:
        return replace(chat, conversation=lay_over(chat.conversation, by_id[chat.id])) if chat.id in by_id else chat

    return replace(thread, chats=tuple(changed(chat) for chat in thread.chats))


def _changed(conversation: Conversation, change: UnconfirmedChange) -> Conversation:
    match change.fact:
        case ChangedFact.STATE:
            return replace(conversation, state=ConversationState(change.value), snoozed_until=change.until)
        case ChangedFact.ASSIGNEE:
            return replace(conversation, assignee_id=change.value or None)
        case ChangedFact.TEAM:
            return replace(conversation, team_id=change.value or None)
        case ChangedFact.PRIORITY:
            return replace(conversation, priority=Priority(change.value))
        case ChangedFact.TAG | ChangedFact.UNTAG:
            tag = Tag(change.value)
            others = tuple(t for t in conversation.tags if t.key != tag.key)
            if change.fact is ChangedFact.UNTAG:
                return replace(conversation, tags=others)
            return conversation if len(others) < len(conversation.tags) else replace(conversation, tags=(*others, tag))
        case _:
            assert_never(change.fact)
