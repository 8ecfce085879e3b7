"""What Intercom alone keeps about contacts, read while the agent looks at a customer. Nothing of it is stored."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from desktop.domain.identity.contact_data import AttributeDefinition, ContactExtras
from desktop.domain.model.facts import Contact
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.changes import Feed
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import Facts, merge_contact, store_facts
from desktop.engine.views import CustomerDetails
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind
from desktop.store.core.database import Store

log = logging.getLogger(__name__)

FRESH_S = 60.0
"""What was read so lately is shown, and changed, without asking again."""
DEFINITIONS_FRESH_S = 3600.0
MAX_CONTACTS = 5
"""Of a customer with more contacts, the others show what is stored of them."""


class ContactDetails:
    """Reads contacts with what belongs to them, and remembers when. Loop's thread."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        connection: ConnectionMonitor,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._connection = connection
        self._held: dict[str, tuple[float, ContactExtras]] = {}
        self._definitions: tuple[AttributeDefinition, ...] = ()
        self._definitions_at_s: float | None = None

    async def load(self, contact_ids: Sequence[str]) -> CustomerDetails:
        """Of these contacts of one customer. What cannot be read is left out, and the answer says why."""
        extras, error = [], NO_REASON
        for contact_id in contact_ids[:MAX_CONTACTS]:
            try:
                extras.append(await self.extras(contact_id))
            except ProviderError as refused:
                error = error or self._reported(contact_id, refused)
        try:
            definitions = await self.definitions()
        except ProviderError as refused:
            definitions, error = (), error or self._reported("attributes", refused)
        return CustomerDetails(tuple(extras), definitions, error)

    def _reported(self, about: str, error: ProviderError) -> Reason:
        log.info("details of %s not read: %s", about, error.kind)
        self._connection.check_signed_out(error)
        return error.reason

    async def extras(self, contact_id: str, *, again: bool = False) -> ContactExtras:
        """Of one contact; again: however lately it was read. Raises ProviderError."""
        held = self._held.get(contact_id)
        if held is not None and not again and self._clock.monotonic() - held[0] < FRESH_S:
            return held[1]
        extras = await self._gateway.contact_extras(contact_id)
        if extras.contact.id != contact_id:
            self._feed.publish(await self._store.write(merge_contact, contact_id, extras.contact.id, self._clock.now()))
        await self.save(extras.contact)
        self._hold(contact_id, extras)
        return extras

    async def definitions(self) -> tuple[AttributeDefinition, ...]:
        """The workspace's custom attributes. Raises ProviderError."""
        now_s = self._clock.monotonic()
        if self._definitions_at_s is None or now_s - self._definitions_at_s > DEFINITIONS_FRESH_S:
            try:
                self._definitions = tuple(await self._gateway.attribute_definitions())
            except ProviderError as error:
                if error.kind is not ProviderErrorKind.FORBIDDEN:
                    raise
                # The rest of the contact can be read and changed.
                log.info("attributes not listed: %s", error.kind)
                self._definitions = ()
            self._definitions_at_s = now_s
        return self._definitions

    async def save(self, contact: Contact) -> None:
        """Store what Intercom answered of a contact."""
        self._feed.publish(await self._store.write(store_facts, Facts(contacts=(contact,)), self._clock.now()))

    def forget(self, contact_id: str) -> None:
        """Read this contact again when it is asked for next: it was changed."""
        self._held.pop(contact_id, None)

    def forget_all(self) -> None:
        """Keep nothing of any contact: a customer's data is deleted from this computer."""
        self._held.clear()

    def _hold(self, contact_id: str, extras: ContactExtras) -> None:
        now_s = self._clock.monotonic()
        self._held = {i: held for i, held in self._held.items() if now_s - held[0] < FRESH_S and i != contact_id}
        self._held[contact_id] = now_s, extras
