"""Search of customers and messages in the store, with what the screen shows of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time

import msgspec
from msgspec.structs import replace

from desktop.domain.mapping import ChannelMapping, Unmapped, find_mappings, first_known_contact
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import OriginContext, find_origin
from desktop.domain.search.customer_text import Term, customer_terms, find_in_field
from desktop.domain.search.excerpt import Excerpt, excerpt
from desktop.domain.search.folding import fold
from desktop.domain.search.query import ME, SearchQuery
from desktop.engine.views import (
    CustomerRow,
    FieldKind,
    FoundCustomer,
    FoundField,
    FoundInThread,
    FoundMessage,
    FoundText,
    SearchResults,
    SearchValues,
)
from desktop.store import contacts, conversations, customer_rows, entries, settings
from desktop.store.core.database import Database
from desktop.store.history import key_entries
from desktop.store.search import customers, messages
from desktop.store.search.messages import MOST_EXAMINED, MessageSearch, Senders

MOST_CUSTOMERS, MOST_MESSAGES, MOST_IN_THREAD = 50, 100, 1_000
MOST_EXAMINED_THOROUGHLY = 10_000_000
_SHOWN_TITLES = 20


def search(db: Database, query: SearchQuery, is_thorough: bool) -> SearchResults:
    """What a query finds. is_thorough: compare all messages with the filters, however long it takes."""
    found_customers: tuple[FoundCustomer, ...] = ()
    count = 0
    if not query.has_filters:
        found_customers, count = find_customers(db, query.text)
    wanted = _wanted(db, query)
    examined = MOST_EXAMINED_THOROUGHLY if is_thorough else MOST_EXAMINED
    is_on = _OnChannels(db, query.channels) if query.channels else None
    found = messages.find(db, wanted, MOST_MESSAGES, is_on, examined)
    names = customer_rows.names_of(db, {m.customer_id for m in found.messages})
    return SearchResults(
        query,
        found_customers,
        count,
        count >= customers.MANY,
        tuple(FoundText(m, names.get(m.customer_id, ""), _excerpt(m, query)) for m in found.messages),
        found.has_more,
        found.is_cut_off,
    )


def find_in_thread(db: Database, customer_id: str, query: SearchQuery) -> FoundInThread:
    """The messages of one customer that a query finds."""
    if query.is_empty:
        return FoundInThread()
    wanted = dataclasses.replace(_wanted(db, query), customer_id=customer_id)
    is_on = _OnChannels(db, query.channels) if query.channels else None
    found = messages.find(db, wanted, MOST_IN_THREAD, is_on, MOST_EXAMINED_THOROUGHLY)
    return FoundInThread(tuple(message.key for message in found.messages), found.has_more)


def _wanted(db: Database, query: SearchQuery) -> MessageSearch:
    return MessageSearch(
        " ".join(query.words),
        query.phrases,
        midnight(query.after),
        midnight(query.before),
        query.has_file,
        query.tags,
        query.states,
        _senders(db, query.senders) if query.senders else None,
    )


def midnight(day: date | None) -> datetime | None:
    """When the day begins where the agent is."""
    return None if day is None else datetime.combine(day, time()).astimezone().astimezone(UTC)


def _senders(db: Database, names: Iterable[str]) -> Senders:
    account = settings.account(db)
    customer_ids: set[str] = set()
    teammate_ids: set[str] = set()
    for name in names:
        if fold(name) == ME:
            teammate_ids |= {account.teammate.id} if account is not None else set()
            continue
        customer_ids |= customers.named(db, name)
        begun = fold(name).split()
        teammate_ids |= {
            teammate.id
            for teammate in settings.teammates(db)
            if begun and all(any(w.startswith(b) for w in fold(teammate.name).split()) for b in begun)
        }
    return Senders(frozenset(customer_ids), frozenset(teammate_ids))


def _excerpt(message: FoundMessage, query: SearchQuery) -> Excerpt:
    return excerpt(message.text or ", ".join(message.files), query.words, query.phrases)


def values(db: Database) -> SearchValues:
    """What filters can be completed with."""
    names = dict.fromkeys(teammate.name for teammate in settings.teammates(db) if teammate.name)
    return SearchValues(tuple(sorted(names, key=fold)), tuple(messages.tag_names(db)))


# --- customers -------------------------------------------------------------------------------------------------------


def find_customers(db: Database, text: str, at_most: int = MOST_CUSTOMERS) -> tuple[tuple[FoundCustomer, ...], int]:
    """Customers in whose fields all words of `text` are, and how many there are in all."""
    terms = customer_terms(text, settings.phone_region(db))
    found = customers.find(db, terms, at_most)
    rows = customer_rows.load(db, found.ids)
    return tuple(_found_customer(db, rows[i], terms) for i in found.ids if i in rows), found.count


def _found_customer(db: Database, row: CustomerRow, terms: tuple[Term, ...]) -> FoundCustomer:
    in_name = find_in_field(row.name, terms)
    if in_name.has_all:
        return FoundCustomer(row, in_name.ranges)
    missing = [term for term in terms if not find_in_field(row.name, [term]).ranges]
    found = ((field, find_in_field(field.value, missing)) for field in _fields(db, row.customer_id))
    best = max(found, key=lambda f: (f[1].has_all, bool(f[1].ranges)), default=None)
    if best is None or not best[1].ranges:
        return FoundCustomer(row, in_name.ranges)
    return FoundCustomer(row, in_name.ranges, replace(best[0], ranges=best[1].ranges))


def _fields(db: Database, customer_id: str) -> Iterator[FoundField]:
    for contact in contacts.of_customer(db, customer_id):
        yield FoundField(FieldKind.EMAIL, contact.email)
        yield FoundField(FieldKind.PHONE, contact.phone)
        for named in (contact.attributes, contact.bridge_attributes):
            for label, value in named.items():
                yield FoundField(FieldKind.ATTRIBUTE, str(value), label)
    for title in conversations.titles_of(db, customer_id, _SHOWN_TITLES):
        yield FoundField(FieldKind.TITLE, title)


# --- channels --------------------------------------------------------------------------------------------------------


class _Decided(msgspec.Struct, frozen=True):
    """What the origins of messages of one conversation depend on."""

    conversation: Conversation
    people: dict[str, Contact]
    channel: ChannelKind
    """Of our messages."""


class _OnChannels:
    """Whether messages came from one of these channels, or went there; as the thread shows it. Of one customer, what it
    depends on is read once."""

    def __init__(self, db: Database, channels: frozenset[ChannelKind]) -> None:
        self._db = db
        self._channels = channels
        self._workspace: Workspace = settings.load(db)
        self._decided: dict[str, dict[str, _Decided]] = {}

    def __call__(self, message: FoundMessage) -> bool:
        if message.direct_channel is not None:
            return message.direct_channel in self._channels
        if message.customer_id not in self._decided:
            self._decided[message.customer_id] = self._decide(message.customer_id)
        decided = self._decided[message.customer_id].get(message.conversation_id)
        if decided is None:
            return False
        at = message.sent_at
        stored = entries.sent_between(self._db, message.conversation_id, at, at)
        entry = next((e for e in stored if e.id == message.entry_id), None)
        return entry is not None and self._channel(entry, decided) in self._channels

    def _decide(self, customer_id: str) -> dict[str, _Decided]:
        people = contacts.of_customer(self._db, customer_id)
        by_id = {i: c for c in people for i in (c.id, *c.merged_ids)}
        known = conversations.of_customer_without_entries(self._db, customer_id)
        loaded = [c.conversation for c in key_entries.of_conversations(self._db, known, people, self._workspace)]
        mappings = find_mappings(loaded, by_id, self._workspace)
        return {c.id: _Decided(c, by_id, _channel_of(mappings[c.id])) for c in loaded}

    def _channel(self, entry: Entry, decided: _Decided) -> ChannelKind:
        if not entry.is_customer_message:
            return decided.channel
        owner = first_known_contact(decided.conversation, decided.people)
        author = decided.people.get(entry.author_id, owner)
        origin = find_origin(entry, OriginContext(decided.conversation, author, self._workspace))
        return origin.channel if origin.is_known else ChannelKind.UNKNOWN


def _channel_of(mapping: ChannelMapping | Unmapped) -> ChannelKind:
    return mapping.display_channel if isinstance(mapping, ChannelMapping) else mapping.channel
