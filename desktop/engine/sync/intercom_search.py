"""Search at Intercom for what is not on this computer, when the agent asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.domain.identity.phone import MIN_DIGITS, canonical
from desktop.domain.model.facts import Contact, Conversation
from desktop.domain.search.customer_text import customer_terms, customer_text, has_terms
from desktop.domain.search.excerpt import excerpt
from desktop.domain.search.folding import fold
from desktop.domain.search.query import SearchQuery
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import Facts
from desktop.engine.sync.local_search import midnight
from desktop.engine.sync.reader import Reader
from desktop.engine.views import FoundElsewhere, IntercomResults, LoadedPlace
from desktop.ports import ConversationGateway, FirstMessages, ProviderError
from desktop.store import contacts, conversations, settings
from desktop.store.core.database import Database, Store
from desktop.store.search import messages

_WORD = re.compile(r"\w+")
_LAST_DIGITS = 9
MAX_WORDS = 10
"""Intercom takes 15 filters; the others are for dates and states."""


class IntercomSearch:
    """Answers with a reason instead of raising `ProviderError`. Cancelling the caller ends a request."""

    def __init__(
        self, gateway: ConversationGateway, store: Store, reader: Reader, connection: ConnectionMonitor
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._reader = reader
        self._connection = connection

    async def find(self, query: SearchQuery, cursor: str = "") -> IntercomResults:
        """A page of conversations whose first message has every word, and on the first page contacts with this phone or
        email; without what is on this computer. query: `can_ask_intercom`.
        """
        try:
            people = () if cursor else await self._find_contacts(query)
            page = await self._gateway.find_by_first_message(_asked(query), cursor or None)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return IntercomResults(query, error=error.reason)
        found = [hit.conversation for hit in page.hits if _has_tags(hit.conversation, query)]
        here = await self._store.read(_known, tuple(c.id for c in found), tuple(c.id for c in people))
        return IntercomResults(
            query,
            tuple(_found_contact(c) for c in people if c.id not in here),
            tuple(_found_conversation(c, query) for c in found if c.id not in here),
            page.cursor or "",
            page.total,
        )

    async def load_conversation(self, conversation_id: str) -> LoadedPlace:
        """Read and store a conversation, so that its thread can be shown."""
        try:
            await self._reader.conversation(conversation_id, background=False)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return LoadedPlace(error=error.reason)
        return await self._store.read(_place_of_conversation, conversation_id)

    async def load_contact(self, contact_id: str) -> LoadedPlace:
        """Read and store a contact and their newest conversation; no place for one who has none."""
        try:
            contact = await self._gateway.contact(contact_id, background=False)
            page = await self._gateway.conversations_of((contact.id, *contact.merged_ids), background=False)
            listed = tuple(hit.conversation for hit in page.hits)
            if not listed:
                return LoadedPlace(unwritten_id=contact.id)
            await self._reader.conversation(listed[0].id, background=False)
            await self._reader.store_facts(Facts(contacts=(contact,), listed=listed))
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return LoadedPlace(error=error.reason)
        return await self._store.read(_place_of_contact, contact.id)

    async def _find_contacts(self, query: SearchQuery) -> Sequence[Contact]:
        email = next((word for word in query.words if "@" in word.strip("@")), "")
        region = await self._store.read(settings.phone_region)
        number = canonical(query.text, region)
        digits = re.sub(r"\D", "", number or query.text)
        is_number = bool(number) or (len(digits) >= MIN_DIGITS and not re.search(r"[^\d\s()+./-]", query.text))
        if not email and not is_number:
            return ()
        phones = (f"+{number}",) if number else ()
        found = await self._gateway.find_contacts(
            phones=phones, phone_part=digits[-_LAST_DIGITS:] if is_number else "", email_part=email
        )
        terms = customer_terms(query.text, region)
        return [c for c in found if has_terms(customer_text([c.name], [c.email, c.phone]), terms)]


def _asked(query: SearchQuery) -> FirstMessages:
    words = tuple(dict.fromkeys(_WORD.findall(query.text)))[:MAX_WORDS]
    return FirstMessages(words, midnight(query.after), midnight(query.before), tuple(sorted(query.states)))


def _has_tags(conversation: Conversation, query: SearchQuery) -> bool:
    names = [fold(tag.name) for tag in conversation.tags]
    return all(any(name.startswith(fold(tag)) for name in names) for tag in query.tags)


def _found_contact(contact: Contact) -> FoundElsewhere:
    return FoundElsewhere(contact.id, contact.name, excerpt(contact.email or contact.phone, ()), contact.updated_at)


def _found_conversation(conversation: Conversation, query: SearchQuery) -> FoundElsewhere:
    first = next((e for e in conversation.entries if e.is_first), None)
    text = first.text if first is not None else conversation.title
    name = first.author_name if first is not None else ""
    shown = excerpt(text, _WORD.findall(query.text))
    return FoundElsewhere(conversation.id, name, shown, conversation.created_at)


def _known(db: Database, conversation_ids: tuple[str, ...], contact_ids: tuple[str, ...]) -> frozenset[str]:
    """What the search on this computer finds by itself."""
    stored = messages.with_first_text(db, conversation_ids)
    return stored | frozenset(i for i in contact_ids if contacts.load(db, contacts.current_id(db, i)) is not None)


def _place_of_conversation(db: Database, conversation_id: str) -> LoadedPlace:
    customer_id = conversations.customer_of(db, conversation_id)
    stored = conversations.load(db, conversation_id)
    if customer_id is None or stored is None:
        return LoadedPlace()
    first = next((e.id for e in stored.entries if e.is_first), "")
    return LoadedPlace(customer_id, conversation_id, first)


def _place_of_contact(db: Database, contact_id: str) -> LoadedPlace:
    contact = contacts.load(db, contacts.current_id(db, contact_id))
    return LoadedPlace() if contact is None else LoadedPlace(contacts.customer_of(db, contact.id))
