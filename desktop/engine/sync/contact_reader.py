"""Looks contacts up at Intercom, with everything else it knows of the same customers: few one by one, many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from desktop.domain.model.facts import Contact
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Feed
from desktop.engine.sync.connection_monitor import CONNECTION_ERRORS
from desktop.engine.sync.ingest import Facts, merge_contact, store_facts
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind, SearchHit
from desktop.store import contacts, conversations, settings, sync_queue
from desktop.store.core.database import Database, Store

CONTACT_AGE = timedelta(days=1)
AT_ONCE = 50
INDEX_LAG = timedelta(minutes=10)
"""The search may not show how a contact is now before that, so one with newer activity is read by itself."""
MAX_MERGE_HOPS = 3
MAX_PAGES = 100


class ContactReader:
    """Raises only connection errors; what cannot be read for another reason is asked for again after a day."""

    def __init__(self, gateway: ConversationGateway, store: Store, clock: Clock, feed: Feed) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._lock = asyncio.Lock()

    async def read_due(self, at_most: int, at_least: int = 1, active_since: datetime | None = None) -> int:
        """Look up contacts whose conversations brought something new since they were looked up, or that never were;
        returns how many. at_least: none, if fewer are due. active_since: leaves out those where nothing happened since.
        """
        async with self._lock:
            now = self._clock.now()
            due = await self._store.read(contacts.due, now - CONTACT_AGE, at_most, active_since)
            if len(due) < at_least:
                return 0
            settled = [c.id for c in due if now - c.active_at > INDEX_LAG]
            if len(settled) < 2:
                settled = []
            for start in range(0, len(settled), AT_ONCE):
                await self._read_many(settled[start : start + AT_ONCE])
            for contact in due:
                if contact.id not in settled:
                    await self._look_up(contact.id)
        return len(due)

    async def read_due_of(self, conversation_id: str) -> None:
        """Look up the contacts of this conversation's customer, as far as `read_due` would."""
        async with self._lock:
            for contact in await self._store.read(_due_of, conversation_id, self._clock.now() - CONTACT_AGE):
                await self._look_up(contact.id)

    async def _read_many(self, contact_ids: Sequence[str]) -> None:
        """Contacts that the search does not show, because they are new or merged, are read one by one."""
        try:
            found = await self._gateway.contacts_by_id(contact_ids)
            await self._store_facts(Facts(contacts=tuple(found)))
            await self._read_related(found)
        except ProviderError as error:
            if error.kind in CONNECTION_ERRORS:
                raise
            found = ()
        answered = {contact.id for contact in found}
        await self._mark_looked_up(answered)
        for contact_id in contact_ids:
            if contact_id not in answered:
                await self._look_up(contact_id)

    async def _look_up(self, contact_id: str) -> None:
        try:
            contact = await self._fetch_merged(contact_id)
            contact_id = contact.id
            await self._store_facts(Facts(contacts=(contact,)))
            await self._read_related((contact,))
        except ProviderError as error:
            if error.kind in CONNECTION_ERRORS:
                raise
        await self._mark_looked_up((contact_id,))

    async def _fetch_merged(self, contact_id: str) -> Contact:
        """A contact under whatever id it answers now."""
        for _ in range(MAX_MERGE_HOPS + 1):
            try:
                return await self._gateway.contact(contact_id)
            except ProviderError as error:
                if error.kind is not ProviderErrorKind.MERGED or not error.merged_into:
                    raise
                self._feed.publish(
                    await self._store.write(merge_contact, contact_id, error.merged_into, self._clock.now())
                )
                contact_id = error.merged_into
        raise ProviderError(
            ProviderErrorKind.BAD_ANSWER, make_reason(ProviderErrorKind.BAD_ANSWER, provider="Intercom")
        )

    async def _read_related(self, known: Sequence[Contact]) -> None:
        """Read other contacts with the same phones or emails, and list every conversation of all of them; those of a
        single contact are read too, those of many as `OlderConversations` comes to them.
        """
        phones = sorted({contact.phone for contact in known} - {""})
        emails = sorted({contact.email for contact in known} - {""})
        same = await self._gateway.contacts_with(phones=phones, emails=emails) if phones or emails else ()
        # The search index lags: what it says of the contacts themselves is older than the answer we just read.
        ids = {contact.id for contact in known}
        await self._store_facts(Facts(contacts=tuple(c for c in same if c.id not in ids)))
        all_ids = await self._store.read(_contact_ids_of, sorted(ids))
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            page = await self._gateway.conversations_of(all_ids, cursor)
            await self._store_facts(Facts(listed=tuple(h.conversation for h in page.hits)))
            if len(known) == 1:
                await self._store.write(_queue_within_retention, page.hits, self._clock.now())
            cursor = page.cursor
            if cursor is None:
                return

    async def _store_facts(self, facts: Facts) -> None:
        self._feed.publish(await self._store.write(store_facts, facts, self._clock.now()))

    async def _mark_looked_up(self, contact_ids: Iterable[str]) -> None:
        await self._store.write(_mark_looked_up, tuple(contact_ids), self._clock.now())


def _due_of(db: Database, conversation_id: str, before: datetime) -> tuple[contacts.DueContact, ...]:
    customer_id = conversations.customer_of(db, conversation_id)
    return () if customer_id is None else contacts.due(db, before, AT_ONCE, customer_id=customer_id)


def _mark_looked_up(db: Database, contact_ids: Iterable[str], at: datetime) -> None:
    for contact_id in contact_ids:
        contacts.mark_looked_up(db, contact_id, at)


def _contact_ids_of(db: Database, contact_ids: Iterable[str]) -> tuple[str, ...]:
    """Every id of the customers whose contacts these are."""
    customer_ids = sorted({contacts.customer_of(db, contact_id) for contact_id in contact_ids})
    return tuple(dict.fromkeys(i for customer_id in customer_ids for i in contacts.all_ids_of(db, customer_id)))


def _queue_within_retention(db: Database, listed: Sequence[SearchHit], now: datetime) -> None:
    """What is older is read when the agent opens its customer: its text would not be kept."""
    oldest = now - timedelta(days=settings.retention_days(db))
    for hit in listed:
        if hit.conversation.updated_at >= oldest:
            sync_queue.add(db, hit)
