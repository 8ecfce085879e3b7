"""Carries out commands and answers each of them. The agent's actions reach store and providers only through here."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from desktop.domain.history.report_events import ReportEvent
from desktop.domain.identity.phone import regions
from desktop.domain.learning.relay import RelayEvidence
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.workspace import Pin
from desktop.engine.accounts.translation.translations import change_translation
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import (
    AddContactNote,
    Answer,
    CancelFirstSync,
    CarryOutActions,
    ChangeSeveral,
    ChooseTeammate,
    Command,
    DecideIdentity,
    DeleteFiles,
    DeleteSnippets,
    DeleteView,
    Done,
    EditContact,
    EditPending,
    Failed,
    FocusCustomer,
    ForgetCustomer,
    JoinCompany,
    LeaveCompany,
    MarkReportsDone,
    MarkSeen,
    MarkSolved,
    MarkTextsSet,
    MarkUnread,
    MergeContacts,
    PinMapping,
    RefreshTemplates,
    Reschedule,
    ResolvePending,
    SaveDraft,
    SaveSnippets,
    SaveView,
    SendDirect,
    SendReaction,
    SendReply,
    SetBridgeChannels,
    SetBridgeCodes,
    SetBridgeTaggers,
    SetCustomerLanguage,
    SetCustomerTexts,
    SetFilesLimits,
    SetMessageChannel,
    SetNoticePatterns,
    SetOtherCodes,
    SetPhoneRegion,
    SetRelay,
    SetRetentionDays,
    SetTyping,
    SetVisibleCustomers,
    ShowTranslation,
    StartConversation,
    SyncNow,
    TagContact,
    TranslateCustomer,
    UndoChanges,
    UntagContact,
    failed,
)
from desktop.engine.customer import identity
from desktop.engine.customer.contact_changes import ContactChanges
from desktop.engine.outbox import schedule_steps, steps
from desktop.engine.outbox.beginning import Beginnings
from desktop.engine.outbox.conversation.after_sending import AfterSending
from desktop.engine.outbox.conversation.changes import ConversationChanges
from desktop.engine.outbox.reacting import Reacting
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.outbox.worker import Outbox
from desktop.engine.sync import learning
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import decide_again, refresh_customers
from desktop.engine.sync.learning import OutdatedDecisions
from desktop.engine.sync.media import Media
from desktop.engine.sync.older_conversations import OlderConversations
from desktop.engine.sync.open_conversation import OpenConversation
from desktop.engine.sync.poller import Poller
from desktop.engine.sync.reader import Reader
from desktop.engine.sync.team.team_sync import TeamSync
from desktop.engine.tasks import Tasks
from desktop.engine.templates import Templates
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, StateChange
from desktop.store import contacts, conversations, customer_rows, entries, settings, sync_queue
from desktop.store.core.copies import CopyKind
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.evidence import contrary_facts
from desktop.store.history import reports
from desktop.store.outgoing import snippets

log = logging.getLogger(__name__)

MIN_FILES_MB = 50
"""Two of the largest files that are fetched."""
OPENED_AT_ONCE = 20
"""Older conversations that are read when their customer is opened."""


class CommandHandler:
    """Carries out commands on the loop's thread; each store step is one transaction."""

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
        older_conversations: OlderConversations,
        decisions: OutdatedDecisions,
        open_conversation: OpenConversation,
        outbox: Outbox,
        reacting: Reacting,
        beginnings: Beginnings,
        conversation_changes: ConversationChanges,
        contact_changes: ContactChanges,
        templates: Templates,
        media: Media,
        team: TeamSync | None,
    ) -> None:
        """team: None for a desktop that is in none."""
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._tasks = tasks
        self._connection = connection
        self._reader = reader
        self._poller = poller
        self._older_conversations = older_conversations
        self._decisions = decisions
        self._open_conversation = open_conversation
        self._outbox = outbox
        self._reacting = reacting
        self._beginnings = beginnings
        self._conversation_changes = conversation_changes
        self._after_sending = AfterSending(store, clock, reader, conversation_changes)
        self._contact_changes = contact_changes
        self._templates = templates
        self._media = media
        self._team = team
        self._closed = False

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None:
        """Carry out a command in a task; `then` gets the answer, unless the engine is closing."""
        self._tasks.start(self.do(command), type(command).__name__, then)

    def close(self) -> None:
        """Refuse every further command."""
        self._closed = True

    async def do(self, command: Command) -> Answer:
        """The command boundary: raises only CancelledError. With `Failed`, nothing was changed."""
        if self._closed:
            return failed(CommandReason.CLOSING)
        try:
            write, now = self._store.write, self._clock.now()
            match command:
                case SaveDraft():
                    return self._answer(await write(steps.save_draft, command))
                case SendReply() | SendDirect():
                    if self._team is not None:
                        self._team.presence.set_typing(command.conversation_id, is_typing=False)
                    return self._answer_and_send(await write(steps.queue_reply, command, self._runtime_state()))
                case SendReaction():
                    return await self._reacting.react(command, self._runtime_state())
                case CarryOutActions(draft_id):
                    return await self._after_sending.carry_out(draft_id)
                case StartConversation():
                    return self._answer_and_send(await self._beginnings.start(command, self._runtime_state()))
                case ResolvePending(draft_id):
                    if command.cancel and not await self._outbox.stop_upload(draft_id):
                        return failed(CommandReason.NOT_CANCELLABLE)
                    return self._answer_and_send(await write(steps.resolve_pending, command, self._runtime_state()))
                case Reschedule():
                    return self._answer_and_send(await write(schedule_steps.reschedule, command, self._runtime_state()))
                case EditPending():
                    return self._answer(await write(steps.edit_pending, command, now, uuid.uuid4().hex))
                case ChangeSeveral():
                    return await self._conversation_changes.make_all(command.changes)
                case UndoChanges(made, undo):
                    return await self._conversation_changes.undo(made, undo)
                case EditContact() | AddContactNote() | TagContact() | UntagContact():
                    return await self._contact_changes.make(command)
                case JoinCompany() | LeaveCompany() | MergeContacts():
                    return await self._contact_changes.make(command)
                case MarkSeen(customer_id):
                    return await self._mark_seen(customer_id)
                case MarkUnread(customer_id):
                    return self._publish(await write(_mark_unread, customer_id))
                case ShowTranslation() | SetCustomerLanguage() | TranslateCustomer():
                    return self._publish(await write(change_translation, command))
                case PinMapping(conversation_id, channel, forget):
                    return self._publish(await write(_pin, conversation_id, None if forget else Pin(channel), now))
                case SetRelay(channel, relay, proof, about):
                    await write(settings.save_relay, RelayEvidence(channel, relay, proof, now, about))
                    return await self._refresh_all()
                case ChooseTeammate(teammate_id):
                    return self._publish(Changes(settings=await write(settings.save, "me", teammate_id)))
                case SetBridgeCodes(codes):
                    return await self._save_setting("bridge_codes_chosen", codes)
                case SetOtherCodes(codes):
                    return await self._save_setting("other_codes", codes)
                case SetBridgeChannels(channels):
                    return await self._save_setting("bridge_channels", channels)
                case SetBridgeTaggers(ids):
                    return await self._save_setting("bridge_taggers", ids)
                case SetMessageChannel():
                    return self._publish(await write(_save_message_channel, command, now))
                case MarkSolved():
                    changes = await write(_mark_solved, command, now)
                    if changes is None:
                        return failed(CommandReason.FACT_GONE)
                    return self._publish(changes)
                case SetNoticePatterns(patterns):
                    for pattern in patterns:
                        try:
                            re.compile(pattern)
                        except re.error as fault:
                            return failed(CommandReason.NO_PATTERN, pattern=pattern, detail=fault)
                    return await self._save_setting("notice_patterns", patterns)
                case RefreshTemplates(key, again):
                    error = await self._templates.refresh(key, again=again)
                    return Failed(error) if error else Done()
                case DecideIdentity(decisions, revoked):
                    try:
                        return self._publish(await write(identity.save_decisions, decisions, revoked, now))
                    except LookupError:
                        return failed(CommandReason.CONTACT_GONE)
                    except ValueError:
                        return failed(CommandReason.SAME_CONTACT)
                case SetPhoneRegion(region):
                    if region and region not in regions():
                        return failed(CommandReason.NO_COUNTRY, region=region)
                    return self._publish(await write(identity.save_phone_region, region, now))
                case SetRetentionDays(days):
                    if days < 1:
                        return failed(CommandReason.TOO_FEW_DAYS)
                    return self._publish(Changes(settings=await write(settings.save, "kept_days", days)))
                case SaveView(view):
                    if not view.name.strip():
                        return failed(CommandReason.NO_VIEW_NAME)
                    return self._publish(Changes(settings=await write(settings.save_view, view)))
                case DeleteView(view_id):
                    return self._publish(Changes(settings=await write(settings.delete_view, view_id)))
                case SaveSnippets(changed):
                    if not all(s.name.strip() and s.text.strip() for s in changed):
                        return failed(CommandReason.SNIPPET_INCOMPLETE)
                    return self._publish(Changes(settings=await write(snippets.save, changed)))
                case DeleteSnippets(ids):
                    await write(snippets.delete, ids)
                    return self._publish(Changes(settings=True))
                case MarkReportsDone(events, is_done):
                    return self._publish(await write(_mark_reports_done, events, is_done, now))
                case SetCustomerTexts(texts):
                    return self._publish(Changes(settings=await write(settings.save, "customer_texts", texts)))
                case MarkTextsSet(is_set):
                    at = now if is_set else None
                    return self._publish(Changes(settings=await write(settings.save_texts_set_at, at)))
                case SetFilesLimits():
                    return await self._set_files_limits(command)
                case DeleteFiles():
                    await self._media.delete_all()
                    return self._publish(Changes(settings=True))
                case ForgetCustomer(customer_id):
                    return await self._forget_customer(customer_id)
                case FocusCustomer():
                    return await self._focus(command)
                case SetTyping(conversation_id, is_typing):
                    if self._team is not None:
                        self._team.presence.set_typing(conversation_id, is_typing=is_typing)
                    return Done()
                case SetVisibleCustomers(customer_ids):
                    if self._team is not None:
                        self._team.presence.watch_customers(customer_ids)
                    return Done()
                case SyncNow():
                    self._poller.wake()
                    self._outbox.wake()
                    if self._team is not None:
                        self._team.wake()
                    return Done()
                case CancelFirstSync():
                    self._poller.cancel_first_sync()
                    await self._older_conversations.cancel()
                    return Done()
                case _:
                    return await self._conversation_changes.make(command)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return Failed(error.reason)
        except KnownError as cause:
            return Failed(cause.reason)
        except Exception:
            log.exception("command %s broke", type(command).__name__)
            return failed(CommandReason.COMMAND_BROKE)

    def _runtime_state(self) -> RuntimeState:
        return replace(self._outbox.runtime_state(), is_offline=self._connection.is_offline)

    def _publish(self, changes: Changes) -> Answer:
        self._feed.publish(changes)
        return Done()

    def _answer(self, step: steps.Step) -> Answer:
        self._feed.publish(step.changes)
        return step.answer

    def _answer_and_send(self, step: steps.Step) -> Answer:
        if isinstance(step.answer, Done):
            self._outbox.wake()
        return self._answer(step)

    async def _save_setting(self, name: settings.Name, value: object) -> Answer:
        """Save a setting that decisions depend on."""
        await self._store.write(settings.save, name, value)
        return await self._refresh_all()

    async def _set_files_limits(self, command: SetFilesLimits) -> Answer:
        if command.megabytes < MIN_FILES_MB or command.days < 0:
            return failed(CommandReason.TOO_LITTLE_ROOM, megabytes=MIN_FILES_MB)
        await self._store.write(settings.save_files_limits, command.megabytes, command.days)
        await self._media.sweep()
        return self._publish(Changes(settings=True))

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

    async def _focus(self, command: FocusCustomer) -> Answer:
        if command.customer_id is not None:
            await self._store.write(settings.save_last_customer, command.customer_id)
        conversation_id = command.conversation_id
        if conversation_id is None and command.customer_id is not None:
            conversation_id = await self._store.read(_conversation_to_watch, command.customer_id)
        self._open_conversation.watch(conversation_id, command.visible)
        if self._team is not None:
            self._team.presence.open(conversation_id, command.visible)
        if conversation_id is not None and await self._store.write(
            sync_queue.add_unread_of_customer, conversation_id, OPENED_AT_ONCE
        ):
            self._poller.wake()
        return Done()

    async def _refresh_all(self) -> Answer:
        """Decide everything again, after a setting that decisions depend on was saved."""
        self._feed.publish(Changes(settings=True))
        await self._store.write(learning.learn_workspace, self._clock.now())
        await self._decisions.refresh()
        return Done()


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


def _conversation_to_watch(db: Database, customer_id: str) -> str | None:
    return conversations.newest_open(db, contacts.resolve_customer(db, customer_id))
