"""Changes of conversations that the agent makes: asked of Intercom, stored from its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import assert_never

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import Conversation, ConversationState
from desktop.domain.model.reason import Reason, make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import (
    Answer,
    AssignConversation,
    AssignToTeam,
    ChangeSeveral,
    CloseConversation,
    ConversationChange,
    Done,
    Failed,
    PartlyDone,
    ReopenConversation,
    SetPriority,
    SnoozeConversation,
    TagConversation,
    UntagConversation,
)
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.reader import Reader
from desktop.ports import ConversationGateway, ProviderError, StateChange, WorkspaceTag
from desktop.store import conversations, settings
from desktop.store.core.database import Store

AT_ONCE = 4
"""Of several changes, so many are asked for at a time."""


class ConversationChanges:
    """Carries out changes of conversations. wake: try again to reach Intercom."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        feed: Feed,
        connection: ConnectionMonitor,
        reader: Reader,
        wake: Callable[[], None],
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._feed = feed
        self._connection = connection
        self._reader = reader
        self._wake = wake

    async def make_all(self, changes: tuple[ConversationChange, ...]) -> Answer:
        """Those of one conversation are made in their order."""
        slots, turns = asyncio.Semaphore(AT_ONCE), {c.conversation_id: asyncio.Lock() for c in changes}

        async def make(change: ConversationChange) -> Done | Failed:
            async with turns[change.conversation_id], slots:
                return await self.make(change)

        answers = await asyncio.gather(*(make(change) for change in changes))
        undone = tuple(a.undo for a in reversed(answers) if isinstance(a, Done) and a.undo is not None)
        undo = ChangeSeveral(tuple(u for u in undone if not isinstance(u, ChangeSeveral))) if undone else None
        failed = tuple((c, a.reason) for c, a in zip(changes, answers, strict=True) if isinstance(a, Failed))
        if not failed:
            return Done(undo=undo)
        if len({reason for _, reason in failed}) == 1 and len(failed) == len(changes):
            return Failed(failed[0][1])
        return PartlyDone(failed, undo)

    async def make(self, change: ConversationChange) -> Done | Failed:
        """Raises only the store's errors."""
        if self._connection.is_offline:
            self._wake()
            return _failed(CommandReason.CHANGE_NEEDS_CONNECTION)
        account = await self._store.read(settings.account)
        if account is None:
            return _failed(CommandReason.NOT_CONNECTED_YET)
        before = await self._store.read(conversations.load_without_entries, change.conversation_id)
        undo = None if before is None else undo_of(change, before)
        try:
            refusal = await self._ask(change, account.teammate.id)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return Failed(error.reason)
        return Done(undo=undo) if refusal is None else Failed(refusal)

    async def _ask(self, change: ConversationChange, me: str) -> Reason | None:
        """Returns why it cannot be asked for. Raises ProviderError."""
        conversation_id, gateway, store = change.conversation_id, self._gateway, self._reader.store_newer
        match change:
            case CloseConversation():
                await store(await gateway.change(conversation_id, StateChange.CLOSE, me))
            case ReopenConversation():
                await store(await gateway.change(conversation_id, StateChange.OPEN, me))
            case SnoozeConversation(_, until):
                await store(await gateway.change(conversation_id, StateChange.SNOOZE, me, until=until))
            case AssignConversation(_, teammate_id):
                await store(await gateway.change(conversation_id, StateChange.ASSIGN, me, value=teammate_id))
            case AssignToTeam(_, team_id):
                await store(await gateway.change(conversation_id, StateChange.ASSIGN_TEAM, me, value=team_id))
            case TagConversation(_, name):
                if not name.strip():
                    return make_reason(CommandReason.NO_TAG_NAME)
                await gateway.tag(conversation_id, (await self._tag_of(name) or await self._create(name)).id, me)
                await self._read(conversation_id)
            case UntagConversation(_, name):
                tag = await self._tag_of(name)
                if tag is None:
                    return make_reason(CommandReason.TAG_GONE, tag=name)
                await gateway.untag(conversation_id, tag.id, me)
                await self._read(conversation_id)
            case SetPriority(_, priority):
                await gateway.set_priority(conversation_id, priority, me)
                await self._read(conversation_id)
            case _:
                assert_never(change)
        return None

    async def _read(self, conversation_id: str) -> None:
        """Of these changes, Intercom's answer does not hold the conversation."""
        self._reader.invalidate(conversation_id)
        await self._reader.conversation(conversation_id, background=False)

    async def _tag_of(self, name: str) -> WorkspaceTag | None:
        """The workspace's tag of this name. A list that lacks it may be old."""
        known = _find(await self._store.read(settings.tags), name)
        if known is None:
            listed = await self._gateway.tags()
            await self._save_tags(tuple(listed))
            known = _find(tuple(listed), name)
        return known

    async def _create(self, name: str) -> WorkspaceTag:
        tag = await self._gateway.create_tag(name.strip())
        known = await self._store.read(settings.tags)
        await self._save_tags((*(t for t in known if t.id != tag.id), tag))
        return tag

    async def _save_tags(self, tags: tuple[WorkspaceTag, ...]) -> None:
        self._feed.publish(Changes(settings=await self._store.write(settings.save, "tags", tags)))


def undo_of(change: ConversationChange, before: Conversation) -> ConversationChange | None:
    """What brings back the state before the change; None where it changes nothing."""
    conversation_id, names = before.id, {tag.key: tag.name for tag in before.tags}
    match change:
        case CloseConversation() | ReopenConversation() | SnoozeConversation():
            return _undo_of_state(change, before)
        case AssignConversation(_, teammate_id):
            previous = before.assignee_id or ""
            return AssignConversation(conversation_id, previous) if previous != teammate_id else None
        case AssignToTeam(_, team_id):
            previous = before.team_id or ""
            return AssignToTeam(conversation_id, previous) if previous != team_id else None
        case TagConversation(_, name):
            return UntagConversation(conversation_id, name) if _key(name) not in names else None
        case UntagConversation(_, name):
            return TagConversation(conversation_id, names[_key(name)]) if _key(name) in names else None
        case SetPriority(_, priority):
            return SetPriority(conversation_id, before.priority) if priority is not before.priority else None
        case _:
            assert_never(change)


def _undo_of_state(
    change: CloseConversation | ReopenConversation | SnoozeConversation, before: Conversation
) -> ConversationChange | None:
    until = before.snoozed_until
    if before.state is ConversationState.SNOOZED and until is not None:
        is_same = isinstance(change, SnoozeConversation) and change.until == until
        return None if is_same else SnoozeConversation(before.id, until)
    if before.state is ConversationState.CLOSED:
        return None if isinstance(change, CloseConversation) else CloseConversation(before.id)
    return None if isinstance(change, ReopenConversation) else ReopenConversation(before.id)


def _find(tags: tuple[WorkspaceTag, ...], name: str) -> WorkspaceTag | None:
    return next((tag for tag in tags if tag.key == _key(name)), None)


def _key(name: str) -> str:
    return name.strip().casefold()


def _failed(code: CommandReason) -> Failed:
    return Failed(make_reason(code))
