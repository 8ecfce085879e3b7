"""Reacts to a customer's message through the account of ours that lists it. Never repeats a request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from weakref import WeakValueDictionary

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_direct_reach, find_direct_situation
from desktop.domain.history.reactions import find_reaction_route
from desktop.domain.history.thread import Message, Thread
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import MessageKey
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.domain.model.warning import WarningCode
from desktop.domain.model.workspace import Workspace
from desktop.domain.reach import Certainty, find_situation
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.commands import Answer, Done, Failed, SendReaction, failed
from desktop.engine.outbox.direct_sender import ACCOUNT_ERRORS
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.sync.thread_loader import load_thread
from desktop.engine.views import THREAD_PAGE
from desktop.ports import Accepted, NotSent, OutcomeUnknown, Refused
from desktop.store import conversations, settings
from desktop.store.core.database import Database, Store
from desktop.store.evidence import message_changes
from desktop.store.outgoing import sent_reactions
from desktop.store.outgoing.sent_reactions import SentReaction
from desktop.store.search import messages

_REFUSALS: Mapping[WarningCode, CommandReason] = {
    WarningCode.WINDOW_CLOSED: CommandReason.REACTION_WINDOW_CLOSED,
    WarningCode.WINDOW_UNKNOWN: CommandReason.REACTION_WINDOW_UNKNOWN,
    WarningCode.CHANNEL_REFUSED_LATELY: CommandReason.REACTION_REFUSED_LATELY,
}


class Reacting:
    """Carries out `SendReaction`, on the loop's thread. A reaction opens no window and proves nothing."""

    def __init__(self, store: Store, feed: Feed, channels: Channels) -> None:
        self._store = store
        self._feed = feed
        self._channels = channels
        self._turns: WeakValueDictionary[MessageKey, asyncio.Lock] = WeakValueDictionary()

    async def react(self, command: SendReaction, state: RuntimeState) -> Answer:
        """Raises only the store's errors."""
        key = command.conversation_id, command.entry_id
        async with self._turns.setdefault(key, asyncio.Lock()):
            found = await self._store.read(_find, key, state)
            if found is None:
                return failed(CommandReason.MESSAGE_GONE)
            thread, workspace, message = found
            route = find_reaction_route(message, self._channels.direct_routes(thread))
            if isinstance(route, Reason):
                return Failed(route)
            if command.emoji and command.emoji not in route.capabilities.reactions:
                return failed(CommandReason.REACTION_NOT_TAKEN, channel=route.route.channel)
            refusal = _why_not_now(thread, workspace, message, route, state)
            return Failed(refusal) if refusal else await self._send(message, route, command.emoji)

    async def _send(self, message: Message, route: DirectRoute, emoji: str) -> Answer:
        account, listed, key = route.route.key, message.provider_message, message.key
        channel = self._channels.get(account)
        if channel is None or listed is None:
            return failed(CommandReason.REACTION_NO_ACCOUNT)
        before = await self._store.read(sent_reactions.load, key)
        # Stored first: if the program ends before the answer, it may have been sent.
        await self._store.write(sent_reactions.save, key, SentReaction(before.emoji, emoji))
        self._channels.count_calls(account)
        outcome = await channel.react(listed.customer_address, listed.remote_id, emoji)
        answer: Answer = Done()
        after = SentReaction(before.emoji, emoji)
        match outcome:
            case Accepted():
                self._channels.record_use(account)
                after = SentReaction(emoji)
            case Refused(kind, reason):
                if kind in ACCOUNT_ERRORS:
                    self._channels.record_use(account, reason)
                after, answer = before, Failed(reason)
            case NotSent(reason):
                self._channels.record_use(account, reason)
                after, answer = before, Failed(reason)
            case OutcomeUnknown():
                answer = failed(CommandReason.REACTION_UNCONFIRMED, provider=account.provider.display_name)
        customers = await self._store.write(_save, key, after)
        self._feed.publish(Changes(threads=customers))
        return answer


def _find(db: Database, key: MessageKey, state: RuntimeState) -> tuple[Thread, Workspace, Message] | None:
    customer_id, depth = conversations.customer_of(db, key[0]), messages.depth(db, *key)
    if customer_id is None or depth is None:
        return None
    workspace = settings.load(db)
    thread = load_thread(db, customer_id, workspace, state.now, max(depth, THREAD_PAGE), {key[0]})
    message = next((m for m in thread.loaded if m.key == key), None)
    return None if message is None or _is_deleted(db, message) else (thread, workspace, message)


def _is_deleted(db: Database, message: Message) -> bool:
    """The thread that decisions rest on does not say so."""
    listed = message.provider_message
    return listed is not None and message_changes.of_messages(db, [listed]).get(listed.id, "") is None


def _why_not_now(
    thread: Thread, workspace: Workspace, message: Message, route: DirectRoute, state: RuntimeState
) -> Reason:
    """A reaction arrives where a free text would."""
    here = find_situation(thread, message.entry.conversation_id, workspace, is_clock_known=state.is_clock_known)
    reaches, warnings = find_direct_reach(find_direct_situation(thread, route, here), state.now, template=False)
    if any(r.certainty is not Certainty.UNCERTAIN for r in reaches):
        return NO_REASON
    codes = {w.code for w in warnings}
    reason = next((r for code, r in _REFUSALS.items() if code in codes), CommandReason.REACTION_REFUSED_LATELY)
    return make_reason(reason, channel=route.route.channel)


def _save(db: Database, key: MessageKey, reaction: SentReaction) -> frozenset[str]:
    sent_reactions.save(db, key, reaction)
    return conversations.customers_of(db, key[0])
