"""Door: the one way in. Carries out commands and answers each; nothing the agent does goes any other way."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from desktop.domain.identity.phone import REGIONS
from desktop.domain.learning.relay import RelayEvidence
from desktop.domain.model.facts import Conversation
from desktop.domain.model.workspace import Pin
from desktop.engine import identity
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import (
    Answer,
    AssignConversation,
    CancelFirstSync,
    ChooseTeammate,
    CloseConversation,
    Command,
    DecideIdentity,
    Done,
    EditPending,
    Failed,
    FocusCustomer,
    ForgetCustomer,
    MarkSeen,
    MarkSolved,
    PinMapping,
    RefreshTemplates,
    ReopenConversation,
    ResolvePending,
    SaveDraft,
    SendDirect,
    SendReply,
    SetBridgeChannels,
    SetBridgeCodes,
    SetBridgeTaggers,
    SetMessageChannel,
    SetNoticePatterns,
    SetOtherCodes,
    SetPhoneRegion,
    SetRelay,
    SetRetentionDays,
    SnoozeConversation,
    SyncNow,
)
from desktop.engine.connection_monitor import ConnectionMonitor
from desktop.engine.outbox import steps
from desktop.engine.outbox import worker as engine_outbox
from desktop.engine.sync import learning
from desktop.engine.sync.ingest import Facts, refresh_customers
from desktop.engine.sync.open_conversation import OpenConversation
from desktop.engine.sync.poller import Poller
from desktop.engine.sync.reader import Reader
from desktop.engine.tasks import Tasks
from desktop.engine.templates import Templates
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, StateChange
from desktop.store import contacts, conversations, entries, settings, summaries
from desktop.store.core.copies import CopyKind
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.evidence import contrary_facts

log = logging.getLogger(__name__)

StateCommand = CloseConversation | ReopenConversation | SnoozeConversation | AssignConversation


class CommandHandler:
    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        tasks: Tasks,
        connection: ConnectionMonitor,
        reader: Reader,
        poller: Poller,
        open_conversation: OpenConversation,
        outbox: engine_outbox.Outbox,
        templates: Templates,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._tasks = tasks
        self._connection = connection
        self._reader = reader
        self._poller = poller
        self._open_conversation = open_conversation
        self._outbox = outbox
        self._templates = templates
        self._closed = False

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None:
        """Carry the command out beside the screen; `then` gets the answer, unless everything is closing."""
        self._tasks.start(self.do(command), type(command).__name__, then)

    def close(self) -> None:
        """Take no more commands."""
        self._closed = True

    async def do(self, command: Command) -> Answer:
        """The command boundary: never raises but for cancellation; with `Failed`, nothing was changed."""
        if self._closed:
            return Failed("Reachline is closing.")
        try:
            return await self._do(command)
        except ProviderError as error:
            self._connection.signed_out(error)
            return Failed(error.sentence)
        except KnownError as cause:
            return Failed(cause.sentence)
        except Exception:
            log.exception("command %s broke", type(command).__name__)
            return Failed("Something in Reachline broke, and this was not done.")

    async def _do(self, command: Command) -> Answer:
        match command:
            case SaveDraft():
                return self._told(await self._store.write(steps.save_draft, command))
            case SendReply() | SendDirect():
                runtime_state = replace(self._outbox.runtime_state(), is_offline=self._connection.is_offline)
                return self._sent(await self._store.write(steps.queue_reply, command, runtime_state))
            case ResolvePending():
                runtime_state = replace(self._outbox.runtime_state(), is_offline=self._connection.is_offline)
                return self._sent(await self._store.write(steps.resolve_pending, command, runtime_state))
            case EditPending():
                return self._told(
                    await self._store.write(steps.edit_pending, command, self._clock.now(), uuid.uuid4().hex)
                )
            case CloseConversation() | ReopenConversation() | SnoozeConversation() | AssignConversation():
                return await self._change_state(command)
            case MarkSeen(customer_id):
                return await self._mark_seen(customer_id)
            case PinMapping(conversation_id, channel, forget):
                pin = None if forget else Pin(channel)
                self._feed.publish(await self._store.write(_pin, conversation_id, pin, self._clock.now()))
                return Done()
            case SetRelay(channel, relay, proof, about):
                evidence = RelayEvidence(channel, relay, proof, self._clock.now(), about)
                await self._store.write(settings.save_relay, evidence)
                return await self._everything_anew()
            case ChooseTeammate(teammate_id):
                self._feed.publish(Changes(settings=await self._store.write(settings.save_me, teammate_id)))
                return Done()
            case SetBridgeCodes(codes):
                await self._store.write(settings.save_chosen_codes, codes)
                return await self._everything_anew()
            case SetOtherCodes(codes):
                await self._store.write(settings.save_other_codes, codes)
                return await self._everything_anew()
            case SetBridgeChannels(channels):
                await self._store.write(settings.save_bridge_channels, channels)
                return await self._everything_anew()
            case SetBridgeTaggers(ids):
                await self._store.write(settings.save_bridge_taggers, ids)
                return await self._everything_anew()
            case SetMessageChannel():
                self._feed.publish(await self._store.write(_say_channel, command, self._clock.now()))
                return Done()
            case MarkSolved():
                changes = await self._store.write(_mark_solved, command, self._clock.now())
                if changes is None:
                    return Failed("What was reported is no longer here, so nothing was changed.")
                self._feed.publish(changes)
                return Done()
            case SetNoticePatterns(patterns):
                for pattern in patterns:
                    try:
                        re.compile(pattern)
                    except re.error as fault:
                        return Failed(f"“{pattern}” is not a regular expression: {fault}.")
                await self._store.write(settings.save_notice_patterns, patterns)
                return await self._everything_anew()
            case RefreshTemplates(key, again):
                error = await self._templates.refresh(key, again=again)
                return Failed(error) if error else Done()
            case DecideIdentity(words, revoked):
                try:
                    self._feed.publish(
                        await self._store.write(identity.save_decisions, words, revoked, self._clock.now())
                    )
                except LookupError:
                    return Failed("One of these contacts is no longer here, so nothing was changed.")
                except ValueError:
                    return Failed("These are one contact already.")
                return Done()
            case SetPhoneRegion(region):
                if region and region not in REGIONS:
                    return Failed(f"“{region}” is no country's code. Choose one such as IE or US.")
                self._feed.publish(await self._store.write(identity.save_phone_region, region, self._clock.now()))
                return Done()
            case SetRetentionDays(days):
                if days < 1:
                    return Failed("Words stay for one day at least.")
                self._feed.publish(Changes(settings=await self._store.write(settings.save_retention_days, days)))
                return Done()
            case ForgetCustomer(customer_id):
                # First: where one cannot be erased, the agent can ask again.
                for kind in CopyKind:
                    await self._store.erase_copies(kind)
                changes = await self._store.write(identity.forget_customer, customer_id)
                if changes is None:
                    return Failed("A reply to this customer is still on its way or waits for you. Settle it first.")
                # Else she would be read again within seconds.
                self._open_conversation.look_at(None, visible=True)
                self._feed.publish(changes)
                return Done()
            case FocusCustomer():
                return await self._look_at(command)
            case SyncNow():
                self._poller.wake()
                self._outbox.wake()
                return Done()
            case CancelFirstSync():
                self._poller.cancel_first_sync()
                return Done()
            case _:
                assert_never(command)

    def _told(self, step: steps.Step) -> Answer:
        self._feed.publish(step.changes)
        return step.answer

    def _sent(self, step: steps.Step) -> Answer:
        answer = self._told(step)
        if isinstance(answer, Done):
            self._outbox.wake()
        return answer

    async def _change_state(self, command: StateCommand) -> Answer:
        account = await self._store.read(settings.account)
        if account is None:
            return Failed("Reachline has not reached Intercom yet. Try again in a moment.")
        me, conversation_id = account.teammate.id, command.conversation_id
        match command:
            case CloseConversation():
                answer = await self._gateway.change(conversation_id, StateChange.CLOSE, me)
            case ReopenConversation():
                answer = await self._gateway.change(conversation_id, StateChange.OPEN, me)
            case SnoozeConversation(_, until):
                answer = await self._gateway.change(conversation_id, StateChange.SNOOZE, me, until=until)
            case AssignConversation(_, teammate_id):
                answer = await self._gateway.change(conversation_id, StateChange.ASSIGN, me, value=teammate_id)
            case _:
                assert_never(command)
        await self._changed(answer)
        return Done()

    async def _mark_seen(self, customer_id: str) -> Answer:
        """Here at once; at Intercom in passing, because colleagues count on it but nobody waits for it."""
        whose, unread, changes = await self._store.write(_see, customer_id)
        self._feed.publish(changes)
        if unread:
            self._tasks.start(self._mark_read(unread), f"mark read {whose}")
        return Done()

    async def _mark_read(self, conversation_ids: tuple[str, ...]) -> None:
        account = await self._store.read(settings.account)
        if account is None:
            return
        for conversation_id in conversation_ids:
            try:
                answer = await self._gateway.change(conversation_id, StateChange.MARK_READ, account.teammate.id)
            except ProviderError as error:
                log.info("conversation %s not marked read: %s", conversation_id, error.kind)
                self._connection.signed_out(error)
                if error.kind is ProviderErrorKind.OFFLINE:
                    return
            else:
                await self._changed(answer)

    async def _changed(self, answer: Conversation) -> None:
        self._reader.invalidate(answer.id)
        await self._reader.store_facts(Facts((answer,)))

    async def _look_at(self, command: FocusCustomer) -> Answer:
        conversation_id = command.conversation_id
        if conversation_id is None and command.customer_id is not None:
            conversation_id = await self._store.read(_conversation_to_watch, command.customer_id)
        self._open_conversation.look_at(conversation_id, command.visible)
        return Done()

    async def _everything_anew(self) -> Answer:
        """What everything rests on has changed."""
        self._feed.publish(Changes(settings=True))
        await self._store.write(learning.learn_workspace, self._clock.now())
        await learning.refresh_outdated(self._store, self._feed, self._clock)
        return Done()


def _pin(db: Database, conversation_id: str, pin: Pin | None, now: datetime) -> Changes:
    if not settings.save_pin(db, conversation_id, pin):
        return Changes()
    return refresh_customers(db, _whose(db, conversation_id), now) | Changes(settings=True)


def _say_channel(db: Database, said: SetMessageChannel, now: datetime) -> Changes:
    if not settings.save_message_channel(db, said.conversation_id, said.entry_id, said.channel):
        return Changes()
    return refresh_customers(db, _whose(db, said.conversation_id), now) | Changes(settings=True)


def _mark_solved(db: Database, said: MarkSolved, now: datetime) -> Changes | None:
    """None for a fact that is not here."""
    fact, account = contrary_facts.load(db, said.fact_id), settings.account(db)
    if fact is None:
        return None
    if not contrary_facts.mark_solved(db, fact.id, said.solved, account.teammate.id if account else "", now):
        return Changes()
    concerned = _whose(db, fact.conversation_id) | contrary_facts.customers_at(db, fact.customer_address)
    # A whole account's trouble stands in the threads of others as well.
    return refresh_customers(db, concerned, now) | Changes(settings=True)


def _whose(db: Database, conversation_id: str) -> frozenset[str]:
    customer_id = conversations.customer_of(db, conversation_id)
    return frozenset() if customer_id is None else frozenset({customer_id})


def _see(db: Database, customer_id: str) -> tuple[str, tuple[str, ...], Changes]:
    """Whose thread was seen, which of her conversations the team has not read, and what changed."""
    customer_id = contacts.resolve_customer(db, customer_id)
    newest = entries.newest_at(db, customer_id)
    if newest is None or not summaries.mark_seen(db, customer_id, newest):
        return customer_id, (), Changes()
    changes = Changes(customers=frozenset({customer_id}), threads=frozenset({customer_id}))
    return customer_id, conversations.unread_of(db, customer_id), changes


def _conversation_to_watch(db: Database, customer_id: str) -> str | None:
    return conversations.newest_open(db, contacts.resolve_customer(db, customer_id))
