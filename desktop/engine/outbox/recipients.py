"""Whom a conversation can be begun with: looked for here and at Intercom, and made there when nobody is found."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import find_addresses
from desktop.domain.forecast.new_conversation import Recipient
from desktop.domain.identity.customer import WITH_NUMBERS, email_key, number_key
from desktop.domain.identity.number_check import check_number
from desktop.domain.identity.phone import MIN_DIGITS
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.channels import Channels
from desktop.engine.outbox import new_conversation
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import Facts
from desktop.engine.sync.local_search import find_customers
from desktop.engine.sync.reader import Reader
from desktop.engine.views import FoundRecipient, FoundRecipients, RecipientView
from desktop.ports import Clock, ConversationGateway, NotSent, ProviderError, Refused
from desktop.store import contacts, conversations, settings
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import direct_messages, new_conversations
from desktop.store.outgoing.new_conversations import INDEXED_WITHIN, BegunContact

MOST_FOUND = 8
MOST_READ = 3
"""Of somebody's conversations at Intercom, newest first, to see where they are."""
_LAST_DIGITS = 8


class Recipients:
    """Answers with a reason instead of raising `ProviderError`. Makes one contact at a time."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        reader: Reader,
        connection: ConnectionMonitor,
        channels: Channels,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._reader = reader
        self._connection = connection
        self._channels = channels
        self._making = asyncio.Lock()

    # --- finding -----------------------------------------------------------------------------------------------------

    async def find_here(self, text: str) -> FoundRecipients:
        """Contacts on this computer with these words in any field, and what was typed, where that is an address."""
        return await self._store.read_aside(_find_here, text)

    async def find_at_intercom(self, text: str) -> FoundRecipients:
        """Contacts that Intercom has with this name, number or email, and this computer has not."""
        typed = text.strip()
        try:
            found = await self._ask(typed)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return FoundRecipients(error=error.reason)
        here = await self._store.read(_ids_here, tuple(c.id for c in found))
        return FoundRecipients(tuple(_found(c, is_here=False) for c in found if c.id not in here)[:MOST_FOUND])

    async def open(self, contact_id: str, address: str) -> RecipientView:
        """Read what Intercom has of a contact, or of whoever has this number or email, and where they are talking.

        What could not be read is named in the view's `error`; the rest is by what is stored here.
        """
        error = NO_REASON
        try:
            contact_id = await self._read(contact_id, address)
        except ProviderError as failure:
            self._connection.check_signed_out(failure)
            error = failure.reason
            contact_id = await self._store.read(contacts.current_id, contact_id) if contact_id else ""
        view = await self._store.read(
            _view, contact_id, address, self._clock.now(), self._connection.is_signed_in, self._clock.is_known
        )
        return replace(view, direct_routes=self._direct_routes(view.recipient), error=error)

    async def _read(self, contact_id: str, address: str) -> str:
        """Store what Intercom knows. Returns the contact's id; "" for nobody. Raises ProviderError."""
        region = await self._store.read(settings.phone_region)
        key = new_conversation.address_key(address, region) if address else ""
        found: list[Contact] = []
        if contact_id and not contact_id.startswith(conversations.STAND_IN):
            found = [await self._gateway.contact(contact_id, background=False)]
        elif key:
            found = [
                c
                for c in await self._ask(address)
                if key in (email_key(c.email), number_key(check_number(c.phone, region).e164))
            ]
            begun = await self._store.read(new_conversations.begun_contact, key)
            if begun is not None and begun.contact_id and begun.contact_id not in {c.id for c in found}:
                found.append(await self._gateway.contact(begun.contact_id, background=False))
        await self._reader.store_facts(Facts(contacts=tuple(found)))
        known = await self._store.read(_all_known, tuple(c.id for c in found), address if key else "")
        if not known:
            return ""
        page = await self._gateway.conversations_of(known, background=False)
        listed = tuple(hit.conversation for hit in page.hits)
        await self._reader.store_facts(Facts(listed=listed))
        for conversation in sorted(listed, key=lambda c: c.updated_at, reverse=True)[:MOST_READ]:
            await self._reader.conversation(conversation.id, background=False)
        return found[0].id if contact_id and found else known[0]

    async def _ask(self, text: str) -> Sequence[Contact]:
        """Contacts with this email, with any form of this number, or else with this name. Raises ProviderError."""
        if "@" in text:
            return await self._gateway.find_contacts(email_part=text)
        number = check_number(text, await self._store.read(settings.phone_region))
        if number.digits:
            phones = tuple(f"+{form}" for form in (number.digits, *number.forms))
            return await self._gateway.find_contacts(phones=phones, phone_part=number.digits[-_LAST_DIGITS:])
        digits = re.sub(r"\D", "", text)
        if len(digits) >= MIN_DIGITS and not re.search(r"[^\d\s()+./-]", text):
            return await self._gateway.find_contacts(phone_part=digits[-_LAST_DIGITS:])
        return await self._gateway.find_contacts(name_part=text)

    def _direct_routes(self, recipient: Recipient) -> tuple[DirectRoute, ...]:
        return tuple(
            DirectRoute(
                Route(channel.key, to, config.address, config.carries_bridge), channel.capabilities, config.name
            )
            for config, channel in self._channels.all()
            if channel.capabilities.sends_free_text or channel.capabilities.has_templates
            for to in _addresses(recipient, channel.key.channel)
        )

    # --- making ------------------------------------------------------------------------------------------------------

    async def make(self, address: str, name: str) -> Contact | Reason:
        """The contact of this number or email, made at Intercom; or why there is none yet.

        That it is asked for is stored before the first byte leaves: Intercom's search does not show it for minutes, so
        that a second try would make another. While nobody knows whether it was made, none is.
        """
        async with self._making:
            region = await self._store.read(settings.phone_region)
            key, now = new_conversation.address_key(address, region), self._clock.now()
            begun = await self._store.write(_begin_contact, key, now)
            if begun is not None and begun.contact_id:
                return await self._load(begun.contact_id)
            if begun is not None:
                wait = begun.asked_at + INDEXED_WITHIN - now
                return make_reason(CommandReason.CONTACT_PENDING, minutes=max(1, round(wait.total_seconds() / 60)))
            by_email = bool(email_key(address))
            number = "" if by_email else check_number(address, region).e164
            made = await self._gateway.create_contact(
                phone=number, email=address.strip() if by_email else "", name=name.strip()
            )
            if isinstance(made, Contact):
                await self._store.write(new_conversations.save_contact, key, now, made.id)
                await self._reader.store_facts(Facts(contacts=(made,)))
                return made
            if isinstance(made, Refused | NotSent):
                await self._store.write(new_conversations.remove_contact, key)
                if isinstance(made, Refused):
                    self._connection.check_signed_out(ProviderError(made.kind, made.reason))
                return made.reason
            return make_reason(CommandReason.RECIPIENT_UNCONFIRMED)

    async def _load(self, contact_id: str) -> Contact | Reason:
        try:
            contact = await self._gateway.contact(contact_id, background=False)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return error.reason
        await self._reader.store_facts(Facts(contacts=(contact,)))
        return contact


def _begin_contact(db: Database, key: str, now: datetime) -> BegunContact | None:
    """What is known of a contact that was asked for before. None where none was, or none turned up, and so this is
    stored as asked for now."""
    begun = new_conversations.begun_contact(db, key)
    if begun is not None and (begun.contact_id or now - begun.asked_at < INDEXED_WITHIN):
        return begun
    new_conversations.save_contact(db, key, now)
    return None


def _find_here(db: Database, text: str) -> FoundRecipients:
    typed, region = text.strip(), settings.phone_region(db)
    found: dict[str, Contact] = {}
    if key := new_conversation.address_key(typed, region):
        found |= {c.id: c for c in new_conversation.known_contacts(db, typed)}
    rows = find_customers(db, typed, MOST_FOUND)[0] if typed else ()
    for row in rows:
        found |= {c.id: c for c in contacts.of_customer(db, row.row.customer_id)}
    listed = [c for c in found.values() if not c.id.startswith(conversations.STAND_IN)][:MOST_FOUND]
    number = check_number(typed, region)
    bare = ""
    if key and not any(key in (email_key(c.email), number_key(check_number(c.phone, region).e164)) for c in listed):
        bare = typed if email_key(typed) else number.shown
    return FoundRecipients(tuple(_found(c, is_here=True) for c in listed), bare)


def _found(contact: Contact, *, is_here: bool) -> FoundRecipient:
    return FoundRecipient(contact.id, contact.name, contact.phone, contact.email, is_here)


def _ids_here(db: Database, contact_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(i for i in contact_ids if contacts.load(db, contacts.current_id(db, i)) is not None)


def _all_known(db: Database, contact_ids: tuple[str, ...], address: str) -> tuple[str, ...]:
    """Ids of Intercom's contacts of one customer, the one to write to first."""
    first = [c.id for c in new_conversation.known_contacts(db, address)] if address else []
    ids = dict.fromkeys((*first, *contact_ids))
    customers = dict.fromkeys(contacts.customer_of(db, i) for i in ids)
    ids |= dict.fromkeys(i for customer_id in customers for i in contacts.all_ids_of(db, customer_id))
    return tuple(i for i in ids if not i.startswith(conversations.STAND_IN))


def _view(
    db: Database, contact_id: str, address: str, now: datetime, is_signed_in: bool, is_clock_known: bool
) -> RecipientView:
    contact = contacts.load(db, contacts.current_id(db, contact_id)) if contact_id else None
    if contact is None and address:
        contact = next(iter(new_conversation.known_contacts(db, address)), None)
    if contact is None:
        region = settings.phone_region(db)
        email = address.strip() if email_key(address) else ""
        contact = Contact("", "lead", phone="" if email else check_number(address, region).e164, email=email)
        contact = replace(contact, takes_email=bool(email))
    recipient = new_conversation.load_recipient(
        db, contact, address, now, is_signed_in=is_signed_in, is_clock_known=is_clock_known
    )
    customer_id = contacts.customer_of(db, contact.id) if contact.id else ""
    used = direct_messages.templates_used_with(db, customer_id) if customer_id else {}
    return RecipientView(recipient, customer_id, address, templates_used=used)


def _addresses(recipient: Recipient, channel: ChannelKind) -> tuple[str, ...]:
    number = recipient.number
    if channel in WITH_NUMBERS and number is not None and number.digits:
        return (number.e164,)
    own = recipient.contact.id
    return tuple(a.to for a in find_addresses(recipient.thread, channel) if not own or own in a.contact_ids)
