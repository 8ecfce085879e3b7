"""Loads a customer's thread: the newest messages, and of older ones those that decisions rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from desktop.domain.bridge.notice import is_reply
from desktop.domain.forecast import NEWEST_MESSAGES
from desktop.domain.history.dormant import still_holds
from desktop.domain.history.key_entries import (
    HUMAN_AGENT_SPAN,
    WINDOW_SPAN,
    is_reopening_by_customer,
    kind_of,
    kinds_before,
)
from desktop.domain.history.older_messages import add_older
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import Span, Thread, assemble_thread
from desktop.domain.model.facts import Contact, Conversation, Entry
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.domain.window.window import HUMAN_AGENT_UNTIL
from desktop.store import contacts, conversations, entries
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts, provider_messages, unmatched_deliveries
from desktop.store.history import dormant, key_entries
from desktop.store.history.dormant import DormantConversation, StoredDormancy
from desktop.store.history.key_entries import LoadedConversation
from desktop.store.outgoing import direct_messages, outbox

_LATEST = datetime.max.replace(tzinfo=UTC)

LOOK_BACK = (8, 64)
"""Among so many entries the newest of every kind mostly is, and almost always."""


@frozen
class LoadedThread:
    """A thread with the conversations that it was assembled from.

    dormancy: by which others were left out; None if it was assembled from all.
    """

    thread: Thread
    conversations: tuple[LoadedConversation, ...]
    dormancy: StoredDormancy | None = None

    @property
    def is_choice_due(self) -> bool:
        """Whether key entries should be chosen; not in a short thread, which is read whole."""
        return self.thread.older_count > 0 and any(c.is_choice_due for c in self.conversations)

    @property
    def is_dormancy_due(self) -> bool:
        """Whether it should be chosen (again) which conversations are dormant."""
        awake = len(self.conversations)
        if self.dormancy is None:
            return awake >= dormant.WORTH_CHOOSING
        return awake >= self.dormancy.awake_count + dormant.CHOOSE_AGAIN_AFTER


def load_thread(
    db: Database,
    customer_id: str,
    workspace: Workspace,
    now: datetime | None = None,
    limit: int | None = None,
    named: Collection[str] = (),
) -> Thread:
    """The thread of a customer that was not merged into another (see `contacts.resolve_customer`). now: as in
    `ingest.store_facts`. limit, named: as in `load_with_conversations`.
    """
    return load_with_conversations(db, customer_id, workspace, now, limit, named).thread


def load_with_conversations(
    db: Database,
    customer_id: str,
    workspace: Workspace,
    now: datetime | None,
    limit: int | None,
    named: Collection[str] | None = (),
) -> LoadedThread:
    """`load_thread` with what was read for it.

    limit: of `Thread.messages`; None for none, and then everything is read.
    named: ids of conversations that are in it also if they are dormant; None for all.
    """
    known = _Known(db, customer_id, workspace, now)
    # A provider's messages match any entry.
    if limit is None or known.listed:
        whole = key_entries.of_customer_whole(db, customer_id)
        return LoadedThread(known.counted(known.assembled(whole, None, limit), whole), whole)
    stored = None if named is None else dormant.load(db, customer_id, known.people, workspace)
    loader = _Loader(db, customer_id, known.people, workspace, max(limit, NEWEST_MESSAGES), stored, named or ())
    thread = known.loaded_by(loader, limit)
    if stored is not None and not still_holds(replace(stored.dormancy, ids=loader.awoken), thread):
        return load_with_conversations(db, customer_id, workspace, now, limit, None)
    return LoadedThread(known.counted(thread, loader.loaded, stored, loader.awoken), loader.loaded, stored)


def load_older(
    db: Database,
    customer_id: str,
    workspace: Workspace,
    now: datetime | None,
    shown: Thread,
    limit: int,
    named: Collection[str] | None = (),
) -> Thread | None:
    """The same as `load_thread`, for a thread that is shown already with fewer messages: reads only those before them,
    and what these are decided by. None where that would not be the same, as when anything else has changed.
    """
    known = _Known(db, customer_id, workspace, now)
    if known.listed or not shown.messages:
        return None
    count, first_at = limit - len(shown.messages), shown.messages[0].entry.sent_at
    same_time = sum(1 for _ in takewhile(lambda m: m.entry.sent_at == first_at, shown.messages))
    stored = None if named is None else dormant.load(db, customer_id, known.people, workspace)
    loader = _Loader(db, customer_id, known.people, workspace, count + same_time, stored, named or (), first_at)
    part = known.loaded_by(loader, None)
    if stored is not None and not still_holds(replace(stored.dormancy, ids=loader.awoken), part):
        return load_older(db, customer_id, workspace, now, shown, limit, None)
    return add_older(shown, known.counted(part, loader.loaded, stored, loader.awoken), count)


class _Known:
    """What is known of a customer besides their conversations.

    listed: what the providers list of them.
    """

    def __init__(self, db: Database, customer_id: str, workspace: Workspace, now: datetime | None) -> None:
        self.people = contacts.of_customer(db, customer_id)
        self.listed = _listed(db, customer_id, self.people)
        self._direct = direct_messages.of_customer(db, customer_id)
        self._reports = unmatched_deliveries.of_customer(db, customer_id)
        self._contrary = contrary_facts.of_customer(db, customer_id, self.people, now)
        self._workspace, self._now = workspace, now

    def loaded_by(self, loader: _Loader, limit: int | None) -> Thread:
        """The thread of what the loader reads. limit: of `Thread.messages`."""
        spans = loader.load(WINDOW_SPAN)
        thread = self.assembled(loader.loaded, spans, limit)
        if any(c.window.key.channel in HUMAN_AGENT_UNTIL for c in thread.chats):
            spans = loader.load(HUMAN_AGENT_SPAN)
            thread = self.assembled(loader.loaded, spans, limit)
        return thread

    def assembled(
        self, loaded: Iterable[LoadedConversation], spans: Collection[Span] | None, limit: int | None
    ) -> Thread:
        """spans: of time in which it is decided where a reply arrived; None for always."""
        facts, solved = self._contrary
        known = (c.conversation for c in loaded)
        return assemble_thread(
            known,
            self.people,
            self._workspace,
            self._direct,
            self.listed,
            facts,
            solved,
            self._now,
            limit,
            spans,
            self._reports,
        )

    def counted(
        self,
        thread: Thread,
        loaded: Collection[LoadedConversation],
        stored: StoredDormancy | None = None,
        awoken: Collection[str] = (),
    ) -> Thread:
        """With how much of the customer is not among its messages and its chats."""
        # The first one of a conversation is its first entry too.
        direct_count = sum(not sent.is_first for sent in self._direct)
        older = max(sum(c.entry_count for c in loaded) + direct_count - len(thread.messages), 0)
        if stored is None:
            return replace(thread, older_count=older)
        left_out = stored.dormant_count - len(awoken)
        entries_left_out = stored.entry_count - sum(c.entry_count for c in loaded if c.conversation.id in awoken)
        return replace(
            thread,
            older_count=older + entries_left_out,
            left_out=left_out,
            left_out_upto=stored.active_upto if left_out else None,
        )


class _Loader:
    """Loads a part of a customer's conversations, and of each a part of its entries.

    count: how many of the newest entries, of those up to `upto`. loaded: the conversations, as far as they were loaded
        last. awoken: ids of dormant conversations that are loaded all the same.
    """

    def __init__(
        self,
        db: Database,
        customer_id: str,
        people: Collection[Contact],
        workspace: Workspace,
        count: int,
        dormancy: StoredDormancy | None,
        named: Collection[str],
        upto: datetime = _LATEST,
    ) -> None:
        self._db = db
        self._customer_id = customer_id
        self._people = people
        self._workspace = workspace
        self._count = count
        self._upto = upto
        self._dormancy = dormancy
        self._loaded: dict[str, LoadedConversation] = {}
        self.loaded: tuple[LoadedConversation, ...] = ()
        self.awoken: frozenset[str] = frozenset()
        if dormancy is None:
            self._add(conversations.of_customer_without_entries(db, customer_id))
        else:
            self._add(dormant.awake(db, customer_id, dormancy))
            self._awake(dormant.asked_for(db, customer_id, named))

    def _add(self, known: Iterable[Conversation]) -> None:
        for loaded in key_entries.of_conversations(self._db, known, self._people, self._workspace):
            self._loaded[loaded.conversation.id] = loaded

    def _awake(self, found: Iterable[DormantConversation]) -> None:
        ids = {d.id for d in found} - self._loaded.keys()
        if ids:
            self.awoken |= ids
            self._add(conversations.without_entries(self._db, ids))

    def _awake_active(self, since: datetime, upto: datetime) -> None:
        """Load the dormant conversations of which some entry may have been sent between two instants."""
        if self._dormancy is not None and since <= self._dormancy.active_upto:
            self._awake(dormant.active_between(self._db, self._customer_id, since, upto))

    def load(self, span: timedelta) -> Collection[Span]:
        """Load the conversations with the newest entries, and with those that the arrival of these and of our newest
        reply depends on.

        span: for how long a message can keep a window open or in doubt. Returns the spans of time in which it can be
        decided where a reply arrived, too.
        """
        is_whole = self._dormancy is None and all(c.is_whole for c in self._loaded.values())
        oldest = self._oldest_of_loaded() if is_whole else self._oldest_of_newest()
        replied_at = max(filter(None, map(self._replied_at, self._loaded.values())), default=oldest)
        if is_whole:
            self.loaded = tuple(self._loaded.values())
            return [(oldest, self._upto), (replied_at, replied_at)]
        instants = {oldest, min(replied_at, oldest)}
        self._awake_active(oldest - span, self._upto)
        if replied_at < oldest:
            self._awake_active(replied_at - span, replied_at)
        self.loaded = tuple(
            c if c.is_whole else _with_entries(self._db, c, (oldest, self._upto), instants, span, self._workspace)
            for c in self._loaded.values()
        )
        return [(oldest, self._upto), (replied_at, replied_at)]

    def _replied_at(self, loaded: LoadedConversation) -> datetime | None:
        """When our newest reply in it was sent."""
        newest_first = reversed(loaded.conversation.entries)
        return next((e.sent_at for e in newest_first if is_reply(e, self._workspace)), None)

    def _oldest_of_loaded(self) -> datetime:
        """`_oldest_of_newest` where everything is loaded."""
        times = (e.sent_at for c in self._loaded.values() for e in c.conversation.entries if e.sent_at <= self._upto)
        return min(sorted(times, reverse=True)[: self._count], default=_LATEST)

    def _oldest_of_newest(self) -> datetime:
        """When the oldest of the newest entries was sent."""
        times: list[datetime] = []

        def add(conversation_id: str, newest_at: datetime) -> bool:
            """False where neither this conversation nor any before it has one of them."""
            nonlocal times
            if len(times) == self._count and newest_at < times[-1]:
                return False
            more = entries.newest_times(self._db, conversation_id, self._upto, self._count)
            times = sorted([*times, *more], reverse=True)[: self._count]
            return True

        held = (c.conversation for c in self._loaded.values() if c.conversation.entries)
        for conversation in sorted(held, key=_newest_at, reverse=True):
            if not add(conversation.id, _newest_at(conversation)):
                break
        since = times[-1] if len(times) == self._count else None
        if self._dormancy is not None and (since is None or since <= self._dormancy.active_upto):
            for one in dormant.newest(self._db, self._customer_id, since, self._upto, self._count):
                if one.id not in self._loaded and not add(one.id, one.newest_sent_at):
                    break
        return times[-1] if times else _LATEST


def _newest_at(conversation: Conversation) -> datetime:
    return conversation.entries[-1].sent_at


def _with_entries(
    db: Database,
    loaded: LoadedConversation,
    sent_in: Span,
    instants: Iterable[datetime],
    span: timedelta,
    workspace: Workspace,
) -> LoadedConversation:
    """Add the entries sent in a span of time, and the newest one of each kind before each of the instants."""
    conversation, (since, upto) = loaded.conversation, sent_in
    more: list[Entry] = []
    if since <= _newest_at(conversation):
        more += entries.sent_between(db, conversation.id, since, min(upto, _newest_at(conversation)))
    for at in instants:
        kinds = kinds_before(conversation, at, workspace)
        more += _newest_of_kinds(db, conversation.id, kinds, at, span, workspace) if kinds else ()
    for at in {e.sent_at for e in loaded.new if is_reopening_by_customer(e)}:
        more += entries.sent_between(db, conversation.id, at, at)
    if not more:
        return loaded
    found = {e.id: e for e in (*conversation.entries, *more)}
    ordered = tuple(sorted(found.values(), key=lambda e: e.order))
    return replace(loaded, conversation=replace(conversation, entries=ordered))


def _newest_of_kinds(
    db: Database, conversation_id: str, kinds: frozenset[object], at: datetime, span: timedelta, workspace: Workspace
) -> list[Entry]:
    """The newest entries of each kind before an instant, as far as they are not older than the span."""
    for count in LOOK_BACK:
        before = entries.newest_before(db, conversation_id, at, count)
        if len(before) == count:
            # There may be more of the same time.
            before = [e for e in before if e.sent_at > before[-1].sent_at]
        if kinds <= {kind_of(e, workspace) for e in before}:
            break
    else:
        before = entries.sent_between(db, conversation_id, at - span, at)
    newest: dict[object, datetime] = {}
    for entry in before:
        kind = kind_of(entry, workspace)
        newest[kind] = max(entry.sent_at, newest.get(kind, entry.sent_at))
    return [e for e in before if e.sent_at == newest[kind_of(e, workspace)]]


def _listed(db: Database, customer_id: str, people: Iterable[Contact]) -> tuple[ProviderMessage, ...]:
    """What the providers list of the customer, except what may be a direct message whose outcome we do not know."""
    pending = {
        (e.route.key, text_digest(e.text)) for e in outbox.pending_replies_of(db, customer_id) if e.route is not None
    }
    rows = provider_messages.of_people(db, people)
    return tuple(r for r in rows if r.from_customer or (r.key, r.text_digest) not in pending)
