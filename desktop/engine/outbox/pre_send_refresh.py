"""Reads what changed in any of the customer's conversations, just before a reply is claimed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from desktop.engine.sync.reader import Reader, queue_all
from desktop.ports import Clock, ConversationGateway, ProviderError, SearchHit
from desktop.store import contacts, conversations, sync_queue
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import new_conversations

log = logging.getLogger(__name__)

CHANGED_WITHIN = timedelta(hours=24)
MAX_CONVERSATIONS = 5
"""Conversations read for one reply; it waits for them."""


class PreSendRefresh:
    """Finds and reads the customer's other conversations that changed, beside the reply's own, which is always read.

    Intercom's search index lags, so finding nothing never proves that nothing is new.
    """

    def __init__(self, gateway: ConversationGateway, store: Store, clock: Clock, reader: Reader) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._reader = reader

    async def read_changed(self, conversation_id: str) -> None:
        """Read those conversations of this one's customer that changed, newest first. Never raises ProviderError: what
        cannot be searched or read is left out.
        """
        people = await self._store.read(_contact_ids, conversation_id)
        try:
            page = await self._gateway.conversations_of(people, background=False)
        except ProviderError as error:
            log.info("conversations of the customer of %s could not be searched: %s", conversation_id, error.kind)
            return
        for changed in await self._store.write(_changed_conversations, page.hits, self._clock.now()):
            try:
                await self._reader.conversation(changed, background=False)
            except ProviderError as error:
                log.info("conversation %s not readable: %s", changed, error.kind)


def _contact_ids(db: Database, conversation_id: str) -> tuple[str, ...]:
    customer_id = conversations.customer_of(db, conversation_id)
    if customer_id is None and (begun := new_conversations.of_placeholder(db, conversation_id)) is not None:
        contact = contacts.load(db, contacts.current_id(db, begun.contact_id))
        customer_id = None if contact is None else contacts.customer_of(db, contact.id)
    known = () if customer_id is None else contacts.all_ids_of(db, customer_id)
    return tuple(i for i in known if not i.startswith(conversations.STAND_IN))


def _changed_conversations(db: Database, listed: tuple[SearchHit, ...], now: datetime) -> tuple[str, ...]:
    """Conversations that differ from what is stored, newest first, however long they were postponed: a reply is about
    to be sent. What is left out stays for the next sync.
    """
    queue_all(db, listed)
    newest_first = sorted(listed, key=lambda hit: hit.conversation.updated_at, reverse=True)
    recent = [h.conversation.id for h in newest_first if now - h.conversation.updated_at <= CHANGED_WITHIN]
    unread = sync_queue.incomplete(db, recent)
    return tuple([i for i in recent if i in unread][:MAX_CONVERSATIONS])
