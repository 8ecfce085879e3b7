"""Changes of conversations that the agent makes: shown at once, asked of Intercom, stored from its answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain
from typing import assert_never
from weakref import WeakValueDictionary

import msgspec

from desktop.domain.history.unconfirmed import ChangedFact, UnconfirmedChange, lay_over
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
    failed,
)
from desktop.engine.outbox.conversation.workspace_tags import WorkspaceTags, tag_key
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import refresh_conversation, refresh_customers
from desktop.engine.sync.reader import Reader
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, StateChange
from desktop.ports.reasons import ProviderReason
from desktop.store import conversations, settings
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import conversation_changes

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Of several changes, so many are asked for at a time."""


_LEAVES_OUTCOME_OPEN = frozenset(
    {
        ProviderErrorKind.BUSY,
        ProviderErrorKind.TIMED_OUT,
        ProviderErrorKind.BAD_ANSWER,
        ProviderErrorKind.TOO_LARGE,
        ProviderErrorKind.UNKNOWN,
    }
)


class _TagGone(Exception):
    """The workspace has no tag of this name."""


class ConversationChanges:
    """Carries out changes of conversations. wake: try again to reach Intercom."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        connection: ConnectionMonitor,
        reader: Reader,
        tags: WorkspaceTags,
        wake: Callable[[], None],
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._connection = connection
        self._reader = reader
        self._tags = tags
        self._wake = wake
        # Intercom is to get the changes of one conversation in the agent's order.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def make_all(self, changes: tuple[ConversationChange, ...]) -> Answer:
        """Those of one conversation are made in their order."""
        return _summed_up(changes, await self._make(changes))

    async def undo(self, made: Iterable[ConversationChange], undo: ConversationChange | ChangeSeveral) -> Answer:
        """Take back what was made, where it is still so. Answers as `make_all`."""
        changes = undo.changes if isinstance(undo, ChangeSeveral) else (undo,)
        outdated = await self._store.read(_changed_since, tuple(made), changes)
        answers = iter(await self._make(tuple(c for c in changes if c.conversation_id not in outdated)))
        refusal = failed(CommandReason.CHANGED_SINCE)
        return _summed_up(changes, [refusal if c.conversation_id in outdated else next(answers) for c in changes])

    async def make(self, change: ConversationChange) -> Done | Failed:
        """Show it at once, and take it back if Intercom refuses it. Raises only the store's errors."""
        [answer] = await self._make((change,))
        return answer

    async def _make(self, changes: tuple[ConversationChange, ...]) -> list[Done | Failed]:
        if self._connection.is_offline:
            self._wake()
            return [failed(CommandReason.CHANGE_NEEDS_CONNECTION) for _ in changes]
        account = await self._store.read(settings.account)
        if account is None:
            return [failed(CommandReason.NOT_CONNECTED_YET) for _ in changes]
        begun, shown = await self._store.write(_begin, changes, self._clock.now())
        self._feed.publish(shown)
        slots, me = asyncio.Semaphore(AT_ONCE), account.teammate.id
        return await asyncio.gather(*(self._finish(c, b, me, slots) for c, b in zip(changes, begun, strict=True)))

    async def _finish(
        self, change: ConversationChange, begun: _Begun, me: str, slots: asyncio.Semaphore
    ) -> Done | Failed:
        try:
            async with self._turns.setdefault(change.conversation_id, asyncio.Lock()), slots:
                refusal = await self._ask_or_explain(change, begun.change_id, me)
        except Exception:
            await self._take_back(change, begun)
            raise
        if refusal is None:
            return Done(undo=begun.undo)
        await self._take_back(change, begun)
        return Failed(refusal)

    async def _take_back(self, change: ConversationChange, begun: _Begun) -> None:
        if begun.change_id is not None:
            self._feed.publish(await self._store.write(_take_back, begun.change_id, change, self._clock.now()))

    async def recover(self) -> None:
        """Forget what an earlier run was about to change: the next reading shows what came of it."""
        self._feed.publish(await self._store.write(_forget_all, self._clock.now()))

    async def _ask_or_explain(self, change: ConversationChange, change_id: int | None, me: str) -> Reason | None:
        """Returns why it was not made."""
        if isinstance(change, TagConversation | UntagConversation) and not change.name.strip():
            return make_reason(CommandReason.NO_TAG_NAME)
        try:
            answer = await self._ask(change, me)
        except _TagGone as gone:
            return make_reason(CommandReason.TAG_GONE, tag=str(gone))
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return await self._look_up(change, change_id, error) if may_be_made(error) else error.reason
        # What was asked for before does not have the change.
        self._reader.invalidate(change.conversation_id)
        await self._store.write(conversation_changes.mark_accepted, change_id)
        if answer is not None:
            await self._reader.store_newer(answer)
            return None
        try:
            await self._reader.conversation(change.conversation_id, background=False)
        except ProviderError as error:
            # It is shown as changed until a sync round reads it.
            log.info("changed conversation %s not read: %s", change.conversation_id, error.kind)
            self._connection.check_signed_out(error)
        return None

    async def _look_up(self, change: ConversationChange, change_id: int | None, error: ProviderError) -> Reason | None:
        """Ask Intercom what came of a change that it did not answer. Returns as `_ask_or_explain`."""
        self._reader.invalidate(change.conversation_id)
        try:
            await self._reader.conversation(change.conversation_id, background=False)
        except ProviderError:
            return make_reason(CommandReason.CHANGE_UNCONFIRMED)
        found = await self._store.read(conversations.load_without_entries, change.conversation_id)
        if found is None or undo_of(change, found) is not None:
            return error.reason
        await self._store.write(conversation_changes.remove, change_id)
        return None

    async def _ask(self, change: ConversationChange, me: str) -> Conversation | None:
        """Returns the conversation where Intercom answers with it. Raises ProviderError, and _TagGone."""
        conversation_id, gateway = change.conversation_id, self._gateway
        match change:
            case CloseConversation():
                return await gateway.change(conversation_id, StateChange.CLOSE, me)
            case ReopenConversation():
                return await gateway.change(conversation_id, StateChange.OPEN, me)
            case SnoozeConversation(_, until):
                return await gateway.change(conversation_id, StateChange.SNOOZE, me, until=until)
            case AssignConversation(_, teammate_id):
                return await gateway.change(conversation_id, StateChange.ASSIGN, me, value=teammate_id)
            case AssignToTeam(_, team_id):
                return await gateway.change(conversation_id, StateChange.ASSIGN_TEAM, me, value=team_id)
            case TagConversation(_, name):
                await self._tag(conversation_id, name, me)
            case UntagConversation(_, name):
                await self._untag(conversation_id, name, me)
            case SetPriority(_, priority):
                await gateway.set_priority(conversation_id, priority, me)
            case _:
                assert_never(change)
        return None

    async def _tag(self, conversation_id: str, name: str, me: str) -> None:
        tag = await self._tags.find_or_create(name)
        try:
            await self._gateway.tag(conversation_id, tag.id, me)
        except ProviderError as error:
            if error.kind is not ProviderErrorKind.GONE or await self._tags.is_listed(tag):
                raise
            await self._gateway.tag(conversation_id, (await self._tags.create(name)).id, me)

    async def _untag(self, conversation_id: str, name: str, me: str) -> None:
        tag = await self._tags.find(name)
        if tag is None:
            raise _TagGone(name)
        try:
            await self._gateway.untag(conversation_id, tag.id, me)
        except ProviderError as error:
            if error.kind is not ProviderErrorKind.GONE or await self._tags.is_listed(tag):
                raise
            raise _TagGone(name) from None


def _summed_up(changes: tuple[ConversationChange, ...], answers: list[Done | Failed]) -> Answer:
    """One answer to several changes."""
    undo = _joined([a.undo for a in reversed(answers) if isinstance(a, Done) and a.undo is not None])
    refused = tuple((c, a.reason) for c, a in zip(changes, answers, strict=True) if isinstance(a, Failed))
    if not refused:
        return Done(undo=undo)
    if len({reason for _, reason in refused}) == 1 and len(refused) == len(changes):
        return Failed(refused[0][1])
    return PartlyDone(refused, undo)


def _changed_since(
    db: Database, made: tuple[ConversationChange, ...], undo: tuple[ConversationChange, ...]
) -> frozenset[str]:
    """The conversations that somebody has changed after us, to something else than what they were before."""

    def would_change(change: ConversationChange) -> bool:
        stored = conversations.load_without_entries(db, change.conversation_id)
        if stored is None:
            return False
        unconfirmed = conversation_changes.of_conversation(db, change.conversation_id)
        return undo_of(change, lay_over(stored, unconfirmed)) is not None

    still_to_undo = {c.conversation_id for c in undo if would_change(c)}
    return frozenset(c.conversation_id for c in made if would_change(c)) & still_to_undo


class _Begun(msgspec.Struct, frozen=True):
    """change_id: None where nothing is shown otherwise than before."""

    change_id: int | None = None
    undo: ConversationChange | ChangeSeveral | None = None


def _begin(db: Database, changes: Iterable[ConversationChange], now: datetime) -> tuple[list[_Begun], Changes]:
    """Store what is to be shown until Intercom answers."""
    begun, touched = [], set[str]()
    for change in changes:
        stored = conversations.load_without_entries(db, change.conversation_id)
        unconfirmed = conversation_changes.of_conversation(db, change.conversation_id)
        undo = undo_of(change, lay_over(stored, unconfirmed)) if stored is not None else None
        begun.append(_Begun(conversation_changes.add(db, _unconfirmed(change)), undo) if undo is not None else _Begun())
        if undo is not None:
            touched |= conversations.customers_of(db, change.conversation_id)
    return begun, refresh_customers(db, touched, now)


def _take_back(db: Database, change_id: int, change: ConversationChange, now: datetime) -> Changes:
    conversation_changes.remove(db, change_id)
    return refresh_conversation(db, change.conversation_id, now)


def _forget_all(db: Database, now: datetime) -> Changes:
    changed = conversation_changes.clear(db)
    return refresh_customers(db, frozenset().union(*(conversations.customers_of(db, c) for c in changed)), now)


def _unconfirmed(change: ConversationChange) -> UnconfirmedChange:
    conversation_id = change.conversation_id
    match change:
        case CloseConversation():
            return UnconfirmedChange(conversation_id, ChangedFact.STATE, ConversationState.CLOSED)
        case ReopenConversation():
            return UnconfirmedChange(conversation_id, ChangedFact.STATE, ConversationState.OPEN)
        case SnoozeConversation(_, until):
            return UnconfirmedChange(conversation_id, ChangedFact.STATE, ConversationState.SNOOZED, until)
        case AssignConversation(_, teammate_id):
            return UnconfirmedChange(conversation_id, ChangedFact.ASSIGNEE, teammate_id)
        case AssignToTeam(_, team_id):
            return UnconfirmedChange(conversation_id, ChangedFact.TEAM, team_id)
        case TagConversation(_, name):
            return UnconfirmedChange(conversation_id, ChangedFact.TAG, name.strip())
        case UntagConversation(_, name):
            return UnconfirmedChange(conversation_id, ChangedFact.UNTAG, name)
        case SetPriority(_, priority):
            return UnconfirmedChange(conversation_id, ChangedFact.PRIORITY, priority)
        case _:
            assert_never(change)


def may_be_made(error: ProviderError) -> bool:
    """Whether Intercom may have made a change all the same."""
    return error.kind in _LEAVES_OUTCOME_OPEN or error.reason.code == ProviderReason.CONNECTION_BROKE


def undo_of(change: ConversationChange, before: Conversation) -> ConversationChange | ChangeSeveral | None:
    """What brings back the state before the change; None where it changes nothing."""
    names = {tag.key: tag.name for tag in before.tags}
    match change:
        case CloseConversation() | ReopenConversation() | SnoozeConversation():
            return _undo_of_state(change, before)
        case AssignConversation(conversation_id, teammate_id):
            previous = before.assignee_id or ""
            is_same = previous == teammate_id
            return None if is_same else _and_state(AssignConversation(conversation_id, previous), before)
        case AssignToTeam(conversation_id, team_id):
            previous = before.team_id or ""
            return None if previous == team_id else _and_state(AssignToTeam(conversation_id, previous), before)
        case TagConversation(conversation_id, name):
            is_new = bool(tag_key(name)) and tag_key(name) not in names
            return UntagConversation(conversation_id, name) if is_new else None
        case UntagConversation(conversation_id, name):
            return TagConversation(conversation_id, names[tag_key(name)]) if tag_key(name) in names else None
        case SetPriority(conversation_id, priority):
            return SetPriority(conversation_id, before.priority) if priority is not before.priority else None
        case _:
            assert_never(change)


def _and_state(undo: ConversationChange, before: Conversation) -> ConversationChange | ChangeSeveral:
    """Assigning opens a conversation (Intercom reference, 8.3)."""
    state = _undo_of_state(ReopenConversation(before.id), before)
    return undo if state is None else ChangeSeveral((undo, state))


def _undo_of_state(
    change: CloseConversation | ReopenConversation | SnoozeConversation, before: Conversation
) -> ConversationChange | None:
    until = before.snoozed_until
    if before.state is ConversationState.SNOOZED and until is not None:
        # Intercom's times are whole seconds.
        is_same = isinstance(change, SnoozeConversation) and int(change.until.timestamp()) == int(until.timestamp())
        return None if is_same else SnoozeConversation(before.id, until)
    if before.state is ConversationState.CLOSED:
        return None if isinstance(change, CloseConversation) else CloseConversation(before.id)
    return None if isinstance(change, ReopenConversation) else ReopenConversation(before.id)


def _joined(undone: Iterable[ConversationChange | ChangeSeveral]) -> ChangeSeveral | None:
    each = [u.changes if isinstance(u, ChangeSeveral) else (u,) for u in undone]
    return ChangeSeveral(tuple(chain.from_iterable(each))) if each else None
