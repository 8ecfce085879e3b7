"""Reads conversations from Intercom and stores them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from desktop.domain.mapping import find_business_address_hint, find_customer_address_hint, was_posted_by_bridge
from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Entry
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import attribute_channel, sighted_client
from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, SearchHit
from desktop.store import conversations, entries, settings, sync_queue
from desktop.store.core.database import Database, Store

JUST_ARRIVED = timedelta(minutes=2)
"""A contact's client sightings are overwritten, so they say something only of messages that have just arrived."""
MAX_TRIES = 3


@frozen
class Answer:
    """What Intercom answered for a conversation, not yet stored.

    as_of: the conversation's `updated_at`; None if it is gone. asked: counts the calls.
    """

    conversation_id: str
    facts: Facts
    as_of: datetime | None
    asked: int


class Reader:
    """Asks Intercom and stores the answers. Raises only `ProviderError` and the store's errors.

    Several calls may ask for one conversation at once, and `updated_at` has whole seconds: so an answer is also too old
    when it was asked for before something newer was stored (`invalidate`).
    """

    def __init__(
        self, gateway: ConversationGateway, store: Store, clock: Clock, feed: Feed, connection: ConnectionMonitor
    ) -> None:
        self._gateway = gateway
        self._connection = connection
        self._store = store
        self._clock = clock
        self._feed = feed
        self._call_numbers = itertools.count(1)
        # Conversation id -> number of the oldest call whose answer may still be stored.
        self._invalidated_at: dict[str, int] = {}

    async def conversation(self, conversation_id: str, *, background: bool = True) -> None:
        """Read and store it; delete it here if it is gone at the provider."""
        for _ in range(MAX_TRIES):
            answer = await self.fetch(conversation_id, background=background)
            if self._is_current(answer):
                break
        await self.store([answer])

    async def fetch(self, conversation_id: str, *, background: bool = True) -> Answer:
        """Ask Intercom, and store nothing yet."""
        asked = next(self._call_numbers)
        try:
            facts, as_of = await self._fetch(conversation_id, background)
        except ProviderError as error:
            if error.kind is not ProviderErrorKind.GONE:
                raise
            facts, as_of = Facts(deleted=(conversation_id,)), None
        return Answer(conversation_id, facts, as_of, asked)

    async def store(self, answers: Iterable[Answer]) -> None:
        """Store answers in one transaction, and publish what changed. What is too old stays queued."""
        current = tuple(answer for answer in answers if self._is_current(answer))
        # Nothing is awaited between this and the store's queue, so a stale answer cannot overtake these.
        for answer in current:
            self._invalidated_at[answer.conversation_id] = answer.asked
        if current:
            self._feed.publish(await self._store.write(_store_answers, current, self._clock.now()))

    def _is_current(self, answer: Answer) -> bool:
        return answer.asked > self._invalidated_at.get(answer.conversation_id, 0)

    def invalidate(self, conversation_id: str) -> None:
        """Ignore answers that were asked for before now: the caller is about to store something newer."""
        self._invalidated_at[conversation_id] = next(self._call_numbers)

    async def _fetch(self, conversation_id: str, background: bool) -> tuple[Facts, datetime | None]:
        stored = await self._store.read(conversations.stored_answer, conversation_id, self._clock.now())
        began_s = self._clock.monotonic()
        try:
            answer = await self._gateway.conversation_if_changed(conversation_id, stored, background=background)
        except ProviderError as error:
            if error.kind is ProviderErrorKind.TIMED_OUT:
                self._connection.record_timeout(error, began_s)
            raise
        self._connection.record_answer()
        if answer is None:
            return Facts(unchanged=(conversation_id,)), stored.updated_at
        asked_at = self._clock.now()
        if not any(_has_just_arrived(e, asked_at) for e in answer.entries):
            return Facts((answer,)), answer.updated_at
        typed, posted, workspace = await self._store.read(_newly_arrived, answer, asked_at)
        people = await self._authors({e.author_id for e in (*typed, *posted)}, background)
        clients = {e.id: sighted_client(e, people.get(e.author_id)) for e in typed}
        now = self._clock.now()
        seen = {
            e.id: _with_hints(e, answer, people[e.author_id], workspace, now) for e in posted if e.author_id in people
        }
        answer = replace(
            answer,
            entries=tuple(
                replace(seen.get(e.id, e), client_hint=clients.get(e.id, e.client_hint)) for e in answer.entries
            ),
        )
        return Facts((answer,), tuple(people.values())), answer.updated_at

    async def store_facts(self, facts: Facts) -> None:
        """Store what Intercom answered, and publish what changed."""
        self._feed.publish(await self._store.write(store_facts, facts, self._clock.now()))

    async def store_newer(self, answer: Conversation) -> None:
        """Store what Intercom answered to a change; what was asked for before that is stored no more."""
        self.invalidate(answer.id)
        await self.store_facts(Facts((answer,)))

    async def _authors(self, contact_ids: set[str], background: bool) -> dict[str, Contact]:
        """The authors as they are now. The sighting is optional: an error here must not cost the message."""
        people = {}
        for contact_id in sorted(contact_ids - {""}):
            try:
                people[contact_id] = await self._gateway.contact(contact_id, background=background)
            except ProviderError:
                continue
        return people


def _with_hints(
    entry: Entry, conversation: Conversation, author: Contact, workspace: Workspace, now: datetime
) -> Entry:
    """With what the bridge stored on the contact just after it posted this; with the next message that may be something
    else.
    """
    is_fresh = now - entry.sent_at <= JUST_ARRIVED
    channel = attribute_channel(author, workspace) if is_fresh else None
    return replace(
        entry,
        line_hint=find_business_address_hint(conversation, author, workspace),
        customer_hint=find_customer_address_hint(conversation, author, workspace),
        attribute_hint=channel or ChannelKind.UNKNOWN,
    )


def queue_all(db: Database, listed: tuple[SearchHit, ...]) -> int:
    """Returns how many of them must be read."""
    return sum([sync_queue.add(db, head) for head in listed])


def _store_answers(db: Database, answers: tuple[Answer, ...], now: datetime) -> Changes:
    # A customer may have been deleted here since it was asked for only what was not stored.
    answers = tuple(answer for answer in answers if _is_complete(db, answer))
    changes = store_facts(
        db,
        Facts(
            tuple(c for answer in answers for c in answer.facts.conversations),
            tuple(c for answer in answers for c in answer.facts.contacts),
            deleted=tuple(i for answer in answers for i in answer.facts.deleted),
            unchanged=tuple(i for answer in answers for i in answer.facts.unchanged),
        ),
        now,
    )
    for answer in answers:
        if answer.as_of is not None:
            sync_queue.record_read(db, answer.conversation_id, answer.as_of, now)
    return changes


def _is_complete(db: Database, answer: Answer) -> bool:
    return all(not c.is_partial or conversations.is_whole(db, c.id) for c in answer.facts.conversations)


def _newly_arrived(
    db: Database, answer: Conversation, now: datetime
) -> tuple[tuple[Entry, ...], tuple[Entry, ...], Workspace]:
    """Customers' messages that we read for the first time and that were sent moments ago: those that may have been
    typed in a client of Intercom's, and those that the bridge posted.
    """
    known, workspace = entries.read_ids_of(db, answer.id), settings.load(db)
    new = [e for e in answer.entries if _has_just_arrived(e, now) and e.id not in known]
    typed = (e for e in new if e.app_code is None and not e.by_email and e.client_hint is Client.UNKNOWN)
    posted = (e for e in new if was_posted_by_bridge(e, answer, workspace))
    return tuple(typed), tuple(posted), workspace


def _has_just_arrived(entry: Entry, now: datetime) -> bool:
    return entry.is_customer_message and now - entry.sent_at < JUST_ARRIVED
