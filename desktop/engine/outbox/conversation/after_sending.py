"""Does with a conversation what was to be done once a reply in it is accepted: the actions of saved replies.

They stay stored until Intercom has answered, so neither a crash nor an outage loses any. Later than at once they are
done only if nobody else has written or changed anything since the reply: it may be wrong by then to close it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import Role
from desktop.engine.commands import (
    Answer,
    AssignConversation,
    AssignToTeam,
    CloseConversation,
    ConversationChange,
    Failed,
    PartlyDone,
    SnoozeConversation,
    TagConversation,
    failed,
)
from desktop.engine.outbox.conversation.changes import ConversationChanges
from desktop.engine.sync.reader import Reader
from desktop.engine.views import DueActions
from desktop.ports import Clock, ProviderError, ProviderErrorKind
from desktop.ports.reasons import ProviderReason
from desktop.store import entries
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import after_sending, outbox
from desktop.store.outgoing.outbox import OutgoingReply

AT_ONCE = timedelta(minutes=1)
"""After a reply was claimed: what is done within this follows it, as the agent decided."""

_ORDER = [*ActionKind]
"""Assigning opens a conversation that is closed or snoozed, so that comes last."""
_WILL_PASS = frozenset(
    {
        *(CommandReason.CHANGE_NEEDS_CONNECTION, CommandReason.NOT_CONNECTED_YET, CommandReason.CHANGE_UNCONFIRMED),
        *(ProviderReason.CONNECTION_BROKE, ProviderReason.CONNECT_TIMED_OUT, ProviderReason.PROXY_SILENT),
        *(ProviderReason.INTERCEPTED, ProviderReason.UNTRUSTED_CERTIFICATE),
        *(ProviderErrorKind.OFFLINE, ProviderErrorKind.TIMED_OUT, ProviderErrorKind.BUSY, ProviderErrorKind.THROTTLED),
        *(ProviderErrorKind.BAD_ANSWER, ProviderErrorKind.UNKNOWN),
    }
)
"""Asking a second time does no harm: these changes name what shall be, not what shall become different."""


class AfterSending:
    """Carries out actions, those of one reply at a time."""

    def __init__(self, store: Store, clock: Clock, reader: Reader, changes: ConversationChanges) -> None:
        self._store, self._clock, self._reader, self._changes = store, clock, reader, changes
        self._turn = asyncio.Lock()

    async def carry_out(self, draft_id: str) -> Answer:
        """What fails for a reason that will pass stays stored, and is due again after a while."""
        async with self._turn:
            begun = await self._store.write(_begin, draft_id, self._clock.now())
            if begun is None:
                return failed(CommandReason.REPLY_GONE)
            reply, changes = begun
            if self._clock.now() - (reply.claimed_at or reply.queued_at) > AT_ONCE:
                try:
                    await self._reader.conversation(reply.conversation_id, background=False)
                except ProviderError:
                    return failed(CommandReason.ACTIONS_WAIT)
                if await self._store.write(_drop_if_outdated, reply):
                    return failed(CommandReason.ACTIONS_OUTDATED)
            answer = await self._changes.make_all(tuple(changes))
            left = [changes[change] for change in _left(answer, changes)]
            await self._store.write(after_sending.keep_only, draft_id, tuple(left))
            return failed(CommandReason.ACTIONS_WAIT) if len(left) == len(changes) else answer


def load_due(db: Database, now: datetime) -> tuple[DueActions, ...]:
    """Those of replies that are accepted. Those that are being carried out are left out for a while."""
    found = []
    for stored in after_sending.due(db, now):
        reply = outbox.load(db, stored.draft_id)
        if reply is not None:
            found.append(DueActions(stored.draft_id, tuple(_changes(stored.actions, reply, now))))
    return tuple(found)


def _begin(
    db: Database, draft_id: str, now: datetime
) -> tuple[OutgoingReply, dict[ConversationChange, SnippetAction]] | None:
    """The reply and what is to be done, now marked as begun; None if nothing is to be done."""
    reply = outbox.load(db, draft_id)
    if reply is None or all(due.draft_id != draft_id for due in after_sending.due(db, now)):
        return None
    after_sending.mark_tried(db, draft_id, now)
    return reply, _changes(after_sending.load(db, draft_id), reply, now)


def _drop_if_outdated(db: Database, reply: OutgoingReply) -> bool:
    since = entries.known_after(db, reply.conversation_id, reply.known_upto or 0)
    is_outdated = any(e.role is Role.CUSTOMER or e.author_id not in ("", reply.author_id) for e in since)
    if is_outdated:
        after_sending.delete(db, reply.draft_id)
    return is_outdated


def _left(answer: Answer, changes: Iterable[ConversationChange]) -> list[ConversationChange]:
    """The changes that were not made for a reason that will pass."""
    if isinstance(answer, Failed):
        return [*changes] if answer.reason.code in _WILL_PASS else []
    refused = answer.failed if isinstance(answer, PartlyDone) else ()
    return [change for change, reason in refused if reason.code in _WILL_PASS]


def _changes(
    actions: tuple[SnippetAction, ...], reply: OutgoingReply, now: datetime
) -> dict[ConversationChange, SnippetAction]:
    """In the order in which they are to be made. A snooze counts from the reply."""
    changes: dict[ConversationChange, SnippetAction] = {}
    for action in sorted(actions, key=lambda action: _ORDER.index(action.kind)):
        if action.kind is ActionKind.SNOOZE:
            until = (reply.claimed_at or now) + timedelta(hours=int(action.value))
            if until > now:
                changes[SnoozeConversation(reply.conversation_id, until)] = action
        else:
            changes[_change(action, reply.conversation_id)] = action
    return changes


def _change(action: SnippetAction, conversation_id: str) -> ConversationChange:
    match action.kind:
        case ActionKind.ASSIGN:
            return AssignConversation(conversation_id, action.value)
        case ActionKind.ASSIGN_TEAM:
            return AssignToTeam(conversation_id, action.value)
        case ActionKind.TAG:
            return TagConversation(conversation_id, action.value)
        case ActionKind.CLOSE:
            return CloseConversation(conversation_id)
        case ActionKind.SNOOZE:
            raise ValueError("it needs a time")
    assert_never(action.kind)
