"""Loads a customer's thread: the newest messages, and of older ones those that decisions rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from desktop.domain.bridge.notice import is_reply
from desktop.domain.forecast import NEWEST_MESSAGES
from desktop.domain.history.key_entries import (
    HUMAN_AGENT_SPAN,
    WINDOW_SPAN,
    is_reopening_by_customer,
    kind_of,
    kinds_before,
)
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import Span, Thread, assemble_thread
from desktop.domain.model.facts import Contact, Conversation, Entry
from desktop.domain.model.workspace import Workspace
from desktop.domain.window.window import HUMAN_AGENT_UNTIL
from desktop.store import contacts, entries, key_entries
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts, provider_messages
from desktop.store.key_entries import LoadedConversation
from desktop.store.outgoing import direct_messages, outbox

LOOK_BACK = 32
"""Among so many entries the newest of every kind mostly is."""


@dataclass(frozen=True, slots=True)
class LoadedThread:
    """A thread with the conversations that it was assembled from."""

    thread: Thread
    conversations: tuple[LoadedConversation, ...]

    @property
    def is_choice_due(self) -> bool:
        """Whether key entries should be chosen; not in a short thread, which is read whole."""
        return self.thread.older_count > 0 and any(c.is_choice_due for c in self.conversations)


def load_thread(
    db: Database, customer_id: str, workspace: Workspace, now: datetime | None = None, limit: int | None = None
) -> Thread:
    """The thread of a customer that was not merged into another (see `contacts.resolve_customer`). now: as in
    `ingest.store_facts`. limit: of `Thread.messages`; None for none, and then everything is read.
    """
    return load_with_conversations(db, customer_id, workspace, now, limit).thread


def load_with_conversations(
    db: Database, customer_id: str, workspace: Workspace, now: datetime | None, limit: int | None
) -> LoadedThread:
    """`load_thread` with what was read for it."""
    people = contacts.of_customer(db, customer_id)
    direct = direct_messages.of_customer(db, customer_id)
    listed = _listed(db, customer_id, people)
    facts, solved = contrary_facts.of_customer(db, customer_id, people, now)

    def assembled(loaded: Iterable[LoadedConversation], spans: Collection[Span] | None) -> Thread:
        known = (c.conversation for c in loaded)
        return assemble_thread(known, people, workspace, direct, listed, facts, solved, now, limit, spans)

    # A provider's messages match any entry.
    if limit is None or listed:
        loaded = key_entries.of_customer_whole(db, customer_id)
        thread = assembled(loaded, None)
    else:
        chosen = key_entries.of_customer(db, customer_id, people, workspace)
        loaded, spans = _with_newest(db, chosen, limit, WINDOW_SPAN, workspace)
        thread = assembled(loaded, spans)
        if any(c.window.key.channel in HUMAN_AGENT_UNTIL for c in thread.chats):
            loaded, spans = _with_newest(db, chosen, limit, HUMAN_AGENT_SPAN, workspace)
            thread = assembled(loaded, spans)
    count = sum(c.entry_count for c in loaded) + len(direct)
    return LoadedThread(replace(thread, older_count=count - len(thread.messages)), loaded)


def _with_newest(
    db: Database, chosen: tuple[LoadedConversation, ...], limit: int, span: timedelta, workspace: Workspace
) -> tuple[tuple[LoadedConversation, ...], Collection[Span] | None]:
    """Add the newest entries, and those that the arrival of these and of our newest reply depends on.

    span: for how long a message can keep a window open or in doubt. Returns the spans of time in which it can be
    decided where a reply arrived, too; None for always.
    """
    if all(c.is_whole for c in chosen):
        return chosen, None
    oldest = _oldest_of_newest(db, chosen, max(limit, NEWEST_MESSAGES))
    replies = (e.sent_at for c in chosen for e in c.conversation.entries if is_reply(e, workspace))
    replied_at = max(replies, default=oldest)
    instants = {oldest, min(replied_at, oldest)}
    loaded = tuple(c if c.is_whole else _with_entries(db, c, oldest, instants, span, workspace) for c in chosen)
    return loaded, [(oldest, datetime.max.replace(tzinfo=UTC)), (replied_at, replied_at)]


def _oldest_of_newest(db: Database, chosen: Iterable[LoadedConversation], count: int) -> datetime:
    """When the oldest of so many newest entries was sent."""
    by_newest = sorted((c.conversation for c in chosen if c.conversation.entries), key=_newest_at, reverse=True)
    times: list[datetime] = []
    for conversation in by_newest:
        if len(times) == count and _newest_at(conversation) < times[-1]:
            break
        times = sorted([*times, *entries.newest_times(db, conversation.id, count)], reverse=True)[:count]
    return times[-1]


def _newest_at(conversation: Conversation) -> datetime:
    return conversation.entries[-1].sent_at


def _with_entries(
    db: Database,
    loaded: LoadedConversation,
    since: datetime,
    instants: Iterable[datetime],
    span: timedelta,
    workspace: Workspace,
) -> LoadedConversation:
    """Add the entries sent since then, and the newest one of each kind before each of the instants."""
    conversation, newest = loaded.conversation, _newest_at(loaded.conversation)
    more: list[Entry] = []
    if since <= newest:
        more += entries.sent_between(db, conversation.id, since, newest)
    for at in instants:
        kinds = kinds_before(conversation, at, workspace)
        before = entries.newest_before(db, conversation.id, at, LOOK_BACK) if kinds else []
        if not kinds <= {kind_of(e, workspace) for e in before}:
            before = entries.sent_between(db, conversation.id, at - span, at)
        more += before
    for at in {e.sent_at for e in loaded.new if is_reopening_by_customer(e)}:
        more += entries.sent_between(db, conversation.id, at, at)
    if not more:
        return loaded
    found = {e.id: e for e in (*conversation.entries, *more)}
    ordered = tuple(sorted(found.values(), key=lambda e: e.order))
    return replace(loaded, conversation=replace(conversation, entries=ordered))


def _listed(db: Database, customer_id: str, people: Iterable[Contact]) -> tuple[ProviderMessage, ...]:
    """What the providers list of the customer, except what may be a direct message whose outcome we do not know."""
    pending = {
        (e.route.key, text_digest(e.text)) for e in outbox.pending_replies_of(db, customer_id) if e.route is not None
    }
    rows = provider_messages.of_people(db, people)
    return tuple(r for r in rows if r.from_customer or (r.key, r.text_digest) not in pending)
