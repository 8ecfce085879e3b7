"""Changes of contacts that the agent makes: checked, asked of Intercom, stored from its answer."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from desktop.domain.identity.contact_data import (
    AttributeDefinition,
    ContactFieldKind,
    InvalidField,
    attribute_value,
    checked_value,
    is_same_value,
)
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import Contact
from desktop.engine.changes import Feed
from desktop.engine.commands import (
    AddContactNote,
    ContactChange,
    Done,
    EditContact,
    Failed,
    JoinCompany,
    LeaveCompany,
    MergeContacts,
    TagContact,
    UntagContact,
    ValueChanged,
    failed,
)
from desktop.engine.customer.contact_details import ContactDetails
from desktop.engine.outbox.conversation.changes import may_be_made
from desktop.engine.outbox.conversation.workspace_tags import WorkspaceTags
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.ingest import merge_contact
from desktop.engine.sync.reader import Reader
from desktop.ports import Clock, ConversationGateway, ProviderError, ProviderErrorKind
from desktop.store import contacts, conversations, settings
from desktop.store.core.database import Database, Store

log = logging.getLogger(__name__)

Answer = Done | ValueChanged | Failed
MAX_READ_AGAIN = 20
"""Conversations of a merged lead that are read at once; others when they change or are opened."""


class ContactChanges:
    """Carries out changes of contacts, those of one contact in the agent's order. wake: try again to reach Intercom."""

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        connection: ConnectionMonitor,
        details: ContactDetails,
        tags: WorkspaceTags,
        reader: Reader,
        wake: Callable[[], None],
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._connection = connection
        self._details = details
        self._tags = tags
        self._reader = reader
        self._wake = wake
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def forget_all(self) -> None:
        """Keep nothing of any contact in memory."""
        self._details.forget_all()

    async def make(self, change: ContactChange) -> Answer:
        """Raises only ProviderError and the store's errors."""
        if self._connection.is_offline:
            self._wake()
            return failed(CommandReason.CHANGE_NEEDS_CONNECTION)
        contact_id = change.user_id if isinstance(change, MergeContacts) else change.contact_id
        async with self._turns.setdefault(contact_id, asyncio.Lock()):
            try:
                match change:
                    case EditContact():
                        return await self._edit(change)
                    case AddContactNote():
                        return await self._add_note(change)
                    case TagContact() | UntagContact():
                        return await self._change_tag(change)
                    case JoinCompany() | LeaveCompany():
                        return await self._change_company(change)
                    case MergeContacts():
                        return await self._merge(change)
            finally:
                self._details.forget(contact_id)

    # --- fields ------------------------------------------------------------------------------------------------------

    async def _edit(self, change: EditContact) -> Answer:
        field = change.field
        is_attribute = field.kind is ContactFieldKind.ATTRIBUTE
        definitions = await self._details.definitions() if is_attribute else ()
        try:
            value = checked_value(field, change.value, await self._store.read(settings.phone_region), definitions)
        except InvalidField as error:
            return failed(error.problem)
        # A contact that was merged meanwhile answers under another id.
        before = await self._gateway.contact(change.contact_id, background=False)
        await self._details.save(before)
        present = field.value_of(before)
        if is_same_value(field, present, value):
            return Done()
        if not is_same_value(field, present, change.seen):
            return ValueChanged(present)
        try:
            after = await self._update(before.id, change, value, definitions)
        except ProviderError as error:
            if not may_be_made(error):
                raise
            found = await self._read_again(before.id)
            if found is None:
                return failed(CommandReason.CONTACT_UNCONFIRMED)
            if not is_same_value(field, field.value_of(found), value):
                raise
            after = found
        await self._details.save(after)
        if not is_same_value(field, field.value_of(after), value):
            return failed(CommandReason.VALUE_NOT_TAKEN)
        return Done(contact_undo=EditContact(after.id, field, present, field.value_of(after)))

    async def _update(
        self, contact_id: str, change: EditContact, value: str, definitions: tuple[AttributeDefinition, ...]
    ) -> Contact:
        field = change.field
        if field.kind is not ContactFieldKind.ATTRIBUTE:
            return await self._gateway.update_contact(contact_id, {field.kind.value: value}, {})
        [definition] = [d for d in definitions if d.name == field.attribute]
        return await self._gateway.update_contact(contact_id, {}, {field.attribute: attribute_value(definition, value)})

    async def _read_again(self, contact_id: str) -> Contact | None:
        """The contact as it is now, stored; None where it cannot be read."""
        try:
            return (await self._details.extras(contact_id, again=True)).contact
        except ProviderError as error:
            log.info("changed contact %s not read: %s", contact_id, error.kind)
            return None

    # --- notes, tags, companies --------------------------------------------------------------------------------------

    async def _add_note(self, change: AddContactNote) -> Answer:
        text = change.text.strip()
        if not text:
            return failed(CommandReason.NO_NOTE_TEXT)
        account = await self._store.read(settings.account)
        if account is None:
            return failed(CommandReason.NOT_CONNECTED_YET)
        known = {note.id for note in (await self._details.extras(change.contact_id)).notes}
        try:
            await self._gateway.add_contact_note(change.contact_id, text, account.teammate.id)
        except ProviderError as error:
            if not may_be_made(error):
                raise
            # A second try would add it twice.
            try:
                notes = await self._gateway.contact_notes(change.contact_id)
            except ProviderError:
                return failed(CommandReason.CONTACT_UNCONFIRMED)
            added = (n for n in notes if n.id not in known and n.author_id == account.teammate.id)
            if not any(n.text.split() == text.split() for n in added):
                raise error from None
        return Done()

    async def _change_tag(self, change: TagContact | UntagContact) -> Answer:
        if not change.name.strip():
            return failed(CommandReason.NO_TAG_NAME)
        if isinstance(change, TagContact):
            tag = await self._tags.find_or_create(change.name)
            call, undo = self._gateway.tag_contact(change.contact_id, tag.id), UntagContact(change.contact_id, tag.name)
            return await self._make_known(call, undo)
        known = await self._tags.find(change.name)
        if known is None:
            return failed(CommandReason.TAG_GONE, tag=change.name)
        call = self._gateway.untag_contact(change.contact_id, known.id)
        return await self._make_known(call, TagContact(change.contact_id, known.name), is_removal=True)

    async def _change_company(self, change: JoinCompany | LeaveCompany) -> Answer:
        if isinstance(change, LeaveCompany):
            call = self._gateway.detach_company(change.contact_id, change.company_id)
            return await self._make_known(call, JoinCompany(change.contact_id, change.name), is_removal=True)
        name = " ".join(change.name.split())
        if not name:
            return failed(CommandReason.NO_COMPANY_NAME)
        company = await self._gateway.find_company(name)
        if company is None:
            if not change.create:
                return failed(CommandReason.NO_SUCH_COMPANY, company=name)
            # Equal for equal names: where the answer is lost, a second try makes no second company.
            key = uuid.uuid5(uuid.NAMESPACE_OID, f"reachline company {name.casefold()}").hex
            company = await self._gateway.create_company(name, key)
        call = self._gateway.attach_company(change.contact_id, company.id)
        return await self._make_known(call, LeaveCompany(change.contact_id, company.id, company.name))

    async def _make_known(self, call: Awaitable[None], undo: ContactChange, *, is_removal: bool = False) -> Answer:
        """Make a change that may be made twice; the contact is read again before it is shown."""
        try:
            await call
        except ProviderError as error:
            if may_be_made(error):
                return failed(CommandReason.CONTACT_UNCONFIRMED)
            if not is_removal or error.kind is not ProviderErrorKind.GONE:
                raise
            # Somebody else was quicker.
            return Done()
        return Done(contact_undo=undo)

    # --- merging -----------------------------------------------------------------------------------------------------

    async def _merge(self, change: MergeContacts) -> Answer:
        lead = await self._gateway.contact(change.lead_id, background=False)
        user = await self._gateway.contact(change.user_id, background=False)
        if lead.id == user.id:
            # Somebody has merged them already.
            return Done()
        if lead.role != "lead" or user.role != "user":
            return failed(CommandReason.ONLY_LEAD_INTO_USER)
        try:
            await self._gateway.merge_contacts(lead.id, user.id)
        except ProviderError as error:
            if not may_be_made(error):
                raise
            found = await self._read_again(lead.id)
            if found is None:
                return failed(CommandReason.CONTACT_UNCONFIRMED)
            if found.id == lead.id:
                raise
        moved = await self._store.read(_conversations_of_contact, lead.id)
        merged = await self._store.write(merge_contact, lead.id, user.id, self._clock.now())
        self._feed.publish(merged)
        self._details.forget(lead.id)
        await self._read_again(user.id)
        for conversation_id in moved[:MAX_READ_AGAIN]:
            self._reader.invalidate(conversation_id)
            try:
                await self._reader.conversation(conversation_id, background=False)
            except ProviderError as error:
                log.info("conversation %s of a merged contact not read: %s", conversation_id, error.kind)
                break
        return Done()


def _conversations_of_contact(db: Database, contact_id: str) -> tuple[str, ...]:
    """Those of a contact that is stored, newest first."""
    listed = conversations.of_customer_without_entries(db, contacts.customer_of(db, contact_id))
    mine = (c for c in listed if contact_id in c.contact_ids)
    return tuple(c.id for c in sorted(mine, key=lambda c: c.updated_at, reverse=True))
