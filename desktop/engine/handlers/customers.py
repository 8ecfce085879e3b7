"""Carries out what the agent says about a customer, their conversations and single messages."""

from __future__ import annotations

import logging
from datetime import datetime

from desktop.domain.history.report_events import ReportEvent
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.workspace import Pin
from desktop.engine.accounts.translation.translations import change_translation
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import (
    Answer,
    CustomerCommand,
    DecideIdentity,
    Done,
    ForgetCustomer,
    MarkReportsDone,
    MarkSeen,
    MarkSolved,
    MarkUnread,
    PinMapping,
    SetCustomerLanguage,
    SetMessageChannel,
    ShowTranslation,
    TranslateCustomer,
    failed,
)
from desktop.engine.customer import identity
from desktop.engine.customer.contact_changes import ContactChanges
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import decide_again, refresh_customers
from desktop.engine.sync.media import Media
from desktop.engine.sync.open_conversation import OpenConversation
from desktop.engine.sync.reader import Reader
from desktop.engine.tasks import Tasks
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, StateChange
from desktop.store import contacts, conversations, customer_rows, entries, settings
from desktop.store.core.copies import CopyKind
from desktop.store.core.database import Database, Store
from desktop.store.evidence import contrary_facts
from desktop.store.history import reports

log = logging.getLogger(__name__)


class CustomerHandler:
    """Nothing of it changes at Intercom, except that a conversation counts as read. Loop's thread."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        tasks: Tasks,
        connection: ConnectionMonitor,
        reader: Reader,
        open_conversation: OpenConversation,
        contact_changes: ContactChanges,
        media: Media,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._tasks = tasks
        self._connection = connection
        self._reader = reader
        self._open_conversation = open_conversation
        self._contact_changes = contact_changes
        self._media = media

    async def carry_out(self, command: CustomerCommand) -> Answer:
        write, now = self._store.write, self._clock.now()
        match command:
            case MarkSeen(customer_id):
                return await self._mark_seen(customer_id)
            case MarkUnread(customer_id):
                return self._publish(await write(_mark_unread, customer_id))
            case ShowTranslation() | SetCustomerLanguage() | TranslateCustomer():
                return self._publish(await write(change_translation, command))
            case PinMapping(conversation_id, channel, forget):
                return self._publish(await write(_pin, conversation_id, None if forget else Pin(channel), now))
            case SetMessageChannel():
                return self._publish(await write(_save_message_channel, command, now))
            case MarkSolved():
                changes = await write(_mark_solved, command, now)
                return failed(CommandReason.FACT_GONE) if changes is None else self._publish(changes)
            case MarkReportsDone(events, is_done):
                return self._publish(await write(_mark_reports_done, events, is_done, now))
            case DecideIdentity(decisions, revoked):
                try:
                    return self._publish(await write(identity.save_decisions, decisions, revoked, now))
                except LookupError:
                    return failed(CommandReason.CONTACT_GONE)
                except ValueError:
                    return failed(CommandReason.SAME_CONTACT)
            case ForgetCustomer(customer_id):
                return await self._forget_customer(customer_id)

    def _publish(self, changes: Changes) -> Answer:
        self._feed.publish(changes)
        return Done()

    async def _forget_customer(self, customer_id: str) -> Answer:
        # The copies first: where one cannot be erased, the agent can ask again.
        for kind in CopyKind:
            await self._store.erase_copies(kind)
        changes = await self._store.write(identity.forget_customer, customer_id)
        if changes is None:
            return failed(CommandReason.UNSETTLED_REPLY)
        await self._media.sweep()
        self._contact_changes.forget_all()
        # Otherwise the open conversation would be read again within seconds.
        self._open_conversation.watch(None, visible=True)
        return self._publish(changes)

    async def _mark_seen(self, customer_id: str) -> Answer:
        """Store it at once. Intercom is updated in a task: colleagues rely on it, but the agent doesn't wait for it."""
        customer_id, unread, changes = await self._store.write(_see, customer_id)
        self._feed.publish(changes)
        if unread:
            self._tasks.start(self._mark_read(unread), f"mark read {customer_id}")
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
                self._connection.check_signed_out(error)
                if error.kind is ProviderErrorKind.OFFLINE:
                    return
            else:
                await self._reader.store_newer(answer)


def _pin(db: Database, conversation_id: str, pin: Pin | None, now: datetime) -> Changes:
    if not settings.save_pin(db, conversation_id, pin):
        return Changes()
    return decide_again(db, conversation_id, now) | Changes(settings=True)


def _save_message_channel(db: Database, command: SetMessageChannel, now: datetime) -> Changes:
    if not settings.save_message_channel(db, command.conversation_id, command.entry_id, command.channel):
        return Changes()
    return decide_again(db, command.conversation_id, now) | Changes(settings=True)


def _mark_solved(db: Database, command: MarkSolved, now: datetime) -> Changes | None:
    """Returns None for a fact that is not stored."""
    fact, account = contrary_facts.load(db, command.fact_id), settings.account(db)
    if fact is None:
        return None
    if not contrary_facts.mark_solved(db, fact.id, command.solved, account.teammate.id if account else "", now):
        return Changes()
    concerned = conversations.customers_of(db, fact.conversation_id) | contrary_facts.customers_at(
        db, fact.customer_address
    )
    # A fact about a whole account is shown in the threads of other customers as well.
    return refresh_customers(db, concerned, now) | Changes(settings=True)


def _mark_reports_done(db: Database, events: tuple[ReportEvent, ...], is_done: bool, now: datetime) -> Changes:
    return refresh_customers(db, reports.mark_done(db, events, is_done), now)


def _see(db: Database, customer_id: str) -> tuple[str, tuple[str, ...], Changes]:
    """Returns the customer's id, their conversations that the team has not read, and the changes."""
    customer_id = contacts.resolve_customer(db, customer_id)
    newest = entries.newest_at(db, customer_id)
    is_marked = customer_rows.end_unread_mark(db, customer_id)
    if not (newest is not None and customer_rows.mark_seen(db, customer_id, newest)) and not is_marked:
        return customer_id, (), Changes()
    # The thread says nothing about it: only its row of the list changes.
    changes = Changes(customers=frozenset({customer_id}))
    return customer_id, conversations.unread_of(db, customer_id), changes


def _mark_unread(db: Database, customer_id: str) -> Changes:
    customer_id = contacts.resolve_customer(db, customer_id)
    return Changes(customers=frozenset({customer_id})) if customer_rows.mark_unread(db, customer_id) else Changes()
