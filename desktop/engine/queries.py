"""Everything the screen may ask for. Each answer is one consistent state of the store."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from msgspec import structs

from desktop.domain.content.translation import CustomerLanguage
from desktop.domain.delivery import read_in_messenger
from desktop.domain.history.customer_row import display_name
from desktop.domain.history.report_events import ReportKind
from desktop.domain.history.thread import Thread
from desktop.domain.history.unconfirmed import lay_over_thread
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import Contact
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.presence import Colleague
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.domain.reach import Situations
from desktop.domain.search.query import SearchQuery
from desktop.engine.accounts.views import ChannelView
from desktop.engine.channels import Channels
from desktop.engine.customer.thread_pages import PAGE, ThreadPage, load_page
from desktop.engine.outbox.conversation.after_sending import load_due
from desktop.engine.sync import local_search
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import prepare_thread
from desktop.engine.sync.learning import code_histogram
from desktop.engine.sync.team.colleagues import Colleagues
from desktop.engine.sync.thread_loader import load_older, load_with_conversations
from desktop.engine.templates import Templates
from desktop.engine.views import (
    THREAD_PAGE,
    ConnectionState,
    ConnectionView,
    CustomerPage,
    CustomerQuery,
    CustomerRow,
    DueActions,
    FilesView,
    FoundCustomer,
    FoundInThread,
    PageRequest,
    PendingReply,
    Period,
    Progress,
    ReportRow,
    ReportsView,
    SearchResults,
    SearchValues,
    TeamView,
    TemplatesView,
    ThreadView,
    UploadView,
    WaitingReply,
    WorkspaceView,
)
from desktop.ports import Clock
from desktop.store import contacts, conversations, customer_lists, customer_rows, customers, settings
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.core.row_counts import row_counts
from desktop.store.evidence import customer_reads, message_changes
from desktop.store.history import reports, translations
from desktop.store.outgoing import (
    conversation_changes,
    direct_messages,
    drafts,
    outbox,
    own_texts,
    sent_reactions,
    snippets,
)
from desktop.store.outgoing.sent_reactions import SentReaction
from desktop.store.search import messages

MOST_FOUND = 100
REPORT_DAYS = 30
UNDECIDED = (State.HELD, State.REFUSED, State.UNCONFIRMED)
UNSETTLED = (State.QUEUED, State.SENDING, State.UNCONFIRMED, State.HELD)


class Queries:
    """Reads what the screen shows. Each call is one read transaction of the store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        connection: ConnectionMonitor,
        channels: Channels,
        templates: Templates,
        progress: Callable[[], Progress | None],
        upload: Callable[[str], UploadView | None],
        files_usage: Callable[[], Awaitable[tuple[int, int] | None]],
        team: Callable[[], TeamView],
        colleagues: Colleagues,
    ) -> None:
        self._store = store
        self._clock = clock
        self._connection = connection
        self._channels = channels
        self._templates = templates
        self._progress = progress
        self._upload = upload
        self._files_usage = files_usage
        self._team = team
        self._colleagues = colleagues
        self._shown: ThreadView | None = None

    async def customer_page(self, query: CustomerQuery, request: PageRequest) -> CustomerPage:
        """A part of a list of customers, with the sizes of all lists."""
        return await self._store.read(customer_lists.load_page, query, request, self._clock.now())

    async def find_customers(self, text: str) -> tuple[FoundCustomer, ...]:
        """Customers who are found by any of their fields, then those whose names have these letters in this order,
        newest activity first; 100 at most.
        """
        return await self._store.read_aside(_find_customers, text)

    async def wrote_since(self, since: datetime) -> tuple[CustomerRow, ...]:
        """Customers whose message is the newest and came since then, newest first, 100 at most."""
        return await self._store.read(customer_lists.wrote_since, since)

    async def thread(
        self, customer_id: str, limit: int = THREAD_PAGE, conversations: Collection[str] | None = ()
    ) -> ThreadView | None:
        """None for an unknown customer. One that was merged into another is answered under the other's id.

        limit: how many messages, the newest ones. Those that are equal to a message of the view before are the same
            objects, so that whoever shows them need not look into them.
        conversations: ids of those that are among the chats also if no decision rests on them; None for all.
        """
        view, is_slow = await self._store.read(
            _thread,
            customer_id,
            limit,
            self._connection.view,
            self._clock.now(),
            self._clock.is_known,
            self._shown,
            conversations,
        )
        if view is None:
            return None
        self._shown = view
        if is_slow:
            await self._store.write(prepare_thread, view.customer_id, self._clock.now())
        return self._with_present_state(view)

    async def thread_with_older(
        self, customer_id: str, limit: int, conversations: Collection[str] | None = ()
    ) -> ThreadView | None:
        """As `thread`, for whom the view before of this customer is too short: where nothing else has changed, only the
        messages that it is without are read.
        """
        shown = self._shown
        if shown is not None and shown.customer_id == customer_id and len(shown.thread.messages) < limit:
            thread = await self._store.read(_older, shown, limit, self._clock.now(), conversations)
            if thread is not None:
                situations = Situations(thread, shown.workspace, is_clock_known=self._clock.is_known)
                view = replace(shown, thread=thread, situations=situations, older_count=thread.older_count)
                self._shown = view
                return self._with_present_state(view)
        return await self.thread(customer_id, limit, conversations)

    async def thread_page(self, customer_id: str, before: ThreadPage | None, size: int = PAGE) -> ThreadPage | None:
        """The newest messages, or those before a page, for an export; None where there are none. Nothing that is shown
        waits for it.
        """
        is_signed_in = self._connection.is_signed_in
        return await self._store.read_aside(load_page, customer_id, self._clock.now(), is_signed_in, before, size)

    async def row_counts(self) -> dict[str, int]:
        """How many rows each table of the store has, for a report of a problem."""
        return await self._store.read_aside(row_counts)

    def _with_present_state(self, view: ThreadView) -> ThreadView:
        """With what is not stored: which accounts are connected, and how far files have been sent."""
        pending = tuple(structs.replace(p, upload=self._upload(p.draft_id)) for p in view.pending_replies)
        return replace(view, pending_replies=pending, direct_routes=self._channels.direct_routes(view.thread))

    async def undecided(self) -> tuple[WaitingReply, ...]:
        """Every reply that waits for the agent's decision, over all customers, oldest first: held, refused,
        unconfirmed.
        """
        return await self._store.read(_undecided)

    async def find_place(self, kind: str, provider_id: str) -> tuple[str, str] | None:
        """The customer's id, and the conversation's ("" for a contact), of what a link leads to; None if that is not
        stored. kind: "conversation" or "contact".
        """
        return await self._store.read(_find_place, kind, provider_id)

    async def waiting_count(self) -> int:
        """How many replies are queued or under way, over all customers."""
        return len(await self._store.read(outbox.in_states, (State.QUEUED, State.SENDING)))

    async def waiting_replies(self) -> tuple[WaitingReply, ...]:
        """Every reply, over all customers, that is queued, under way, or waits for the agent's decision."""
        return await self._store.read(_undecided, (State.QUEUED, State.SENDING, *UNDECIDED))

    async def due_actions(self) -> tuple[DueActions, ...]:
        """What is to be done with conversations whose replies are accepted (`CarryOutActions`); nothing while another
        process on this database sends.
        """
        due = await self._store.read(load_due, self._clock.now())
        return due if due and await self._store.may_send() else ()

    async def scheduled_replies(self) -> tuple[WaitingReply, ...]:
        """Every reply, over all customers, that waits for its time: those with a time first, in order."""
        found = await self._store.read(_undecided, (State.SCHEDULED,))
        return tuple(sorted(found, key=_due_order))

    async def scheduled_count(self) -> int:
        """How many replies wait for their time, over all customers."""
        return len(await self._store.read(outbox.in_states, (State.SCHEDULED,)))

    async def draft_count(self) -> int:
        """How many replies and notes are begun and not sent, over all customers."""
        return await self._store.read(drafts.count)

    async def held(self) -> tuple[WaitingReply, ...]:
        """The replies that were held because things changed while they waited."""
        return tuple(u for u in await self.undecided() if u.pending.state is State.HELD)

    async def workspace(self) -> WorkspaceView:
        """The workspace with its settings and what is learnt of it."""
        view = await self._store.read(_workspace, self._connection.is_signed_in)
        return replace(view, keeps_nothing=self._store.is_temporary, files=await self._files(view.files))

    async def _files(self, stored: FilesView) -> FilesView:
        try:
            usage = await self._files_usage()
        except KnownError:
            # No reason to show none of the settings.
            usage = None
        return stored if usage is None else replace(stored, count=usage[0], size_bytes=usage[1])

    async def search(self, query: SearchQuery, *, is_thorough: bool = False) -> SearchResults:
        """Customers and messages, at most 50 and 100. Cancelling the caller interrupts it.

        is_thorough: all messages with the words are compared with the filters, however long it takes.
        """
        return await self._store.read_aside(local_search.search, query, is_thorough)

    async def find_in_thread(self, customer_id: str, query: SearchQuery) -> FoundInThread:
        """The newest 1,000 of a customer's messages that a query finds. Cancelling the caller interrupts it."""
        return await self._store.read_aside(local_search.find_in_thread, customer_id, query)

    async def search_values(self) -> SearchValues:
        """What filters of a search can be completed with."""
        return await self._store.read_aside(local_search.values)

    async def message_depth(self, conversation_id: str, entry_id: str) -> int | None:
        """How many of the newest messages of its customer reach back to this one; None if it is not stored."""
        return await self._store.read(messages.depth, conversation_id, entry_id)

    async def reports(self) -> ReportsView:
        """What went wrong in the last 30 days, today included."""
        now = self._clock.now()
        view = await self._store.read_aside(reports.load, _last_days(now, REPORT_DAYS), now)
        return structs.replace(view, is_complete=view.is_complete and self._progress() is None)

    async def report_rows(self, kind: ReportKind) -> tuple[ReportRow, ...]:
        """Each event of a kind in these days, the oldest first."""
        now = self._clock.now()
        since = next(iter(_last_days(now, REPORT_DAYS).values())).start
        return await self._store.read_aside(reports.load_rows, kind, since, now)

    async def templates(self, key: ChannelKey) -> TemplatesView:
        """The account's templates as its provider listed them last; `RefreshTemplates` asks again."""
        return await self._templates.view(key)

    def accounts(self) -> tuple[ChannelView, ...]:
        """The connected channel accounts, in the order they were added."""
        return self._channels.views()

    def connection(self) -> ConnectionView:
        """The connection's state at this moment."""
        return self._connection.view

    def progress(self) -> Progress | None:
        """Of the first sync; None when it is not running."""
        return self._progress()

    def team(self) -> TeamView:
        """The connection to the team at this moment."""
        return self._team()

    def colleagues_in(self, conversation_id: str) -> tuple[Colleague, ...]:
        """Who else is in a conversation that is open or in view: who has a reply queued first, then who writes."""
        return self._colleagues.colleagues_in(conversation_id)

    def colleagues_with(self, customer_id: str) -> tuple[Colleague, ...]:
        """The same over the conversations of a customer who is open or in view."""
        return self._colleagues.colleagues_with(customer_id)


def _last_days(now: datetime, count: int) -> dict[date, Period]:
    """Local days up to the present one, with when they begin and end."""
    today = now.astimezone().date()
    days = [today - timedelta(days=ago) for ago in reversed(range(count))]
    # A day of daylight saving is not 24 hours long.
    starts = [datetime.combine(day, time()).astimezone() for day in (*days, today + timedelta(days=1))]
    return {day: Period(*bounds) for day, bounds in zip(days, pairwise(starts), strict=True)}


def _thread(
    db: Database,
    customer_id: str,
    limit: int,
    connection: ConnectionView,
    now: datetime,
    is_clock_known: bool,
    before: ThreadView | None = None,
    named: Collection[str] | None = (),
) -> tuple[ThreadView | None, bool]:
    """Returns the view, and whether it should be chosen what need not be read, so that it is quick to load. before: the
    view before, of any customer.
    """
    customer_id = contacts.resolve_customer(db, customer_id)
    people = contacts.of_customer(db, customer_id)
    if not people:
        return None, False
    workspace = replace(settings.load(db), signed_in=connection.state is not ConnectionState.SIGNED_OUT)
    loaded = load_with_conversations(db, customer_id, workspace, now, limit, named)
    thread = _with_additions(db, loaded.thread)
    thread = thread if before is None else _with_objects_of(before.thread, thread)
    matches = customers.contact_matches_of(db, customer_id)
    contact_ids = {c.id for c in people}
    likely = sorted({i for s in matches for i in (s.one, s.other)} - contact_ids)
    view = ThreadView(
        customer_id,
        display_name(thread),
        lay_over_thread(thread, conversation_changes.of_customer(db, customer_id)),
        workspace,
        Situations(thread, workspace, is_clock_known=is_clock_known),
        drafts.of_customer(db, customer_id),
        _pending_replies(db, outbox.pending_replies_of(db, customer_id), _why_not_online(connection)),
        max((m.entry.arrival for m in thread.loaded), default=0),
        customer_rows.seen_upto(db, customer_id),
        templates_used=direct_messages.templates_used_with(db, customer_id),
        contact_matches=matches,
        identity_decisions=customers.identity_decisions(db, contact_ids),
        suggested_contacts={i: c for i in likely if (c := contacts.load(db, i)) is not None},
        older_count=thread.older_count,
        assignees={
            **{f"teammate:{t.id}": t.name for t in settings.teammates(db)},
            **{f"team:{t.id}": t.name for t in settings.teams(db)},
        },
        customer_texts=settings.customer_texts(db),
        language=_language(db, customer_id, people),
    )
    return view, loaded.is_choice_due or (loaded.is_dormancy_due and named is not None)


def _older(db: Database, shown: ThreadView, limit: int, now: datetime, named: Collection[str] | None) -> Thread | None:
    """The thread of a view with older messages, None where something else has changed."""
    workspace = replace(settings.load(db), signed_in=shown.workspace.signed_in)
    if workspace != shown.workspace or contacts.resolve_customer(db, shown.customer_id) != shown.customer_id:
        return None
    thread = load_older(db, shown.customer_id, workspace, now, shown.thread, limit, named)
    return None if thread is None else _with_additions(db, thread)


def _with_additions(db: Database, thread: Thread) -> Thread:
    """With translations, reactions, edits, deletions, and what was read, on which no decision rests."""
    found = translations.of_conversations(db, [chat.id for chat in thread.chats])
    sent = [m.direct.draft_id for m in thread.loaded if m.direct is not None]
    emojis = direct_messages.reactions_to(db, sent) if sent else {}
    ours = sent_reactions.of_conversations(db, [chat.id for chat in thread.chats])
    listed = [m.provider_message for m in thread.loaded if m.provider_message is not None]
    changed = message_changes.of_messages(db, listed) if listed else {}
    read = customer_reads.of_conversations(db, [chat.id for chat in thread.chats])
    made = {}
    for m in thread.loaded:
        read_at = read.get(m.entry.conversation_id)
        is_read = read_at is not None and m.entry.sent_at < read_at
        reaction = emojis.get(m.direct.draft_id, "") if m.direct is not None else ""
        own = ours.get(m.key, _NO_REACTION)
        is_changed = m.provider_message is not None and m.provider_message.id in changed
        text = changed[m.provider_message.id] if is_changed and m.provider_message is not None else None
        added = {
            "translation": found.get(m.key),
            "reaction": reaction,
            "own_reaction": own.emoji,
            "unconfirmed_reaction": own.unconfirmed,
            "edited_to": text,
            "is_deleted": is_changed and text is None,
            "arrived": read_in_messenger(m.arrived, read_at) if is_read and read_at is not None else m.arrived,
        }
        if any(getattr(m, name) != value for name, value in added.items()):
            made[m.key] = replace(m, **added)  # type: ignore[arg-type]
    if not made:
        return thread
    chats = (replace(c, messages=tuple(made.get(m.key, m) for m in c.messages)) for c in thread.chats)
    return replace(
        thread,
        chats=tuple(chats),
        messages=tuple(made.get(m.key, m) for m in thread.messages),
        earlier=tuple(made.get(m.key, m) for m in thread.earlier),
    )


_NO_REACTION = SentReaction()
_LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


def _language(db: Database, customer_id: str, people: Collection[Contact]) -> CustomerLanguage:
    """As it is stored, else as an attribute of a contact says it."""
    known = translations.language(db, customer_id)
    if known.code:
        return known
    named = (v for c in people for n, v in (*c.attributes.items(), *c.bridge_attributes.items()) if _is_language(n))
    return replace(known, code=next((v.strip() for v in named if _LANGUAGE_CODE.fullmatch(v.strip())), ""))


def _is_language(attribute: str) -> bool:
    return attribute.casefold().endswith("language")


def _with_objects_of(before: Thread, thread: Thread) -> Thread:
    known = {message.key: message for message in before.messages}
    kept = {m.key: old for m in thread.messages if (old := known.get(m.key)) == m}
    chats = (replace(c, messages=tuple(kept.get(m.key, m) for m in c.messages)) for c in thread.chats)
    return replace(thread, chats=tuple(chats), messages=tuple(kept.get(m.key, m) for m in thread.messages))


def _find_customers(db: Database, text: str) -> tuple[FoundCustomer, ...]:
    found, _ = local_search.find_customers(db, text)
    known = {customer.row.customer_id for customer in found}
    by_letters = customer_lists.find(db, text)
    return (*found, *(FoundCustomer(row) for row in by_letters if row.customer_id not in known))[:MOST_FOUND]


def _find_place(db: Database, kind: str, provider_id: str) -> tuple[str, str] | None:
    if kind == "conversation":
        customer_id = conversations.customer_of(db, provider_id)
        return None if customer_id is None else (customer_id, provider_id)
    contact = contacts.load(db, contacts.current_id(db, provider_id))
    return None if contact is None else (contacts.customer_of(db, contact.id), "")


def _why_not_online(connection: ConnectionView) -> Reason:
    return NO_REASON if connection.state is ConnectionState.ONLINE else connection.reason


def _pending_replies(
    db: Database, rows: tuple[outbox.OutgoingReply, ...], no_connection: Reason
) -> tuple[PendingReply, ...]:
    """no_connection: why nothing can be sent at the moment; `NO_REASON` while it can."""
    own = own_texts.of_drafts(db, [row.draft_id for row in rows]) if rows else {}
    return tuple(structs.replace(p, own=own.get(p.draft_id)) for p in _with_what_holds_them(rows, no_connection))


def _with_what_holds_them(rows: tuple[outbox.OutgoingReply, ...], no_connection: Reason) -> Iterator[PendingReply]:
    blocked: set[str] = set()
    blocked_if_scheduled: set[str] = set()
    for row in rows:
        reason = row.reason
        if row.state is State.QUEUED:
            blocking = blocked | blocked_if_scheduled if row.schedule is not None else blocked
            waits = row.conversation_id in blocking and not row.note_of
            reason = make_reason(OutboxReason.BEHIND_EARLIER) if waits else row.reason or no_connection
        yield _pending(row, reason)
        if row.state in UNSETTLED and not row.note_of:
            (blocked if row.schedule is None else blocked_if_scheduled).add(row.conversation_id)


def _pending(row: outbox.OutgoingReply, reason: Reason) -> PendingReply:
    return PendingReply(
        row.draft_id,
        row.conversation_id,
        row.text,
        row.file_names,
        row.internal,
        row.queued_at,
        row.state,
        reason,
        row.warned,
        row.route,
        row.template.template.name if row.template is not None else "",
        schedule=row.schedule,
        seen_upto=row.seen_upto,
        author_id=row.author_id,
        acknowledged=row.acknowledged,
        spans=row.spans,
    )


def _undecided(db: Database, states: Iterable[State] = UNDECIDED) -> tuple[WaitingReply, ...]:
    rows = outbox.in_states(db, states)
    names = {c: customer_rows.name_of(db, c) for c in {shown for shown, _ in rows}}
    return tuple(WaitingReply(shown, names[shown], _pending(row, row.reason)) for shown, row in rows)


def _due_order(reply: WaitingReply) -> tuple[bool, datetime]:
    at = reply.pending.schedule.at if reply.pending.schedule is not None else None
    return at is None, at or reply.pending.queued_at


def _workspace(db: Database, signed_in: bool) -> WorkspaceView:
    workspace = replace(settings.load(db), signed_in=signed_in)
    account = settings.account(db)
    return WorkspaceView(
        workspace,
        workspace_name=account.workspace_name if account else "",
        me=account.teammate if account else None,
        teammates=settings.teammates(db),
        teams=settings.teams(db),
        tags=settings.tags(db),
        saved_views=settings.saved_views(db),
        macros=settings.macros(db),
        snippets=snippets.load(db),
        inbox_url=account.inbox_url if account else "",
        relay_evidence=settings.relay_evidence(db),
        team_code=code if (code := settings.team_code(db)) and code.code in workspace.unconfirmed_codes else None,
        phone_region=settings.phone_region(db),
        retention_days=settings.retention_days(db),
        last_customer_id=settings.last_customer(db),
        customer_texts=settings.customer_texts(db),
        texts_set_at=settings.texts_set_at(db),
        files=FilesView(limit_mb=settings.files_limit_mb(db), kept_days=settings.files_kept_days(db)),
        code_histogram=tuple(sorted(code_histogram(db, workspace).items(), key=lambda item: (-item[1], item[0]))),
    )
