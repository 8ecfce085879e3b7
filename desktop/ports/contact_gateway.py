"""The part of Intercom that keeps the facts about contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from desktop.domain.identity.contact_data import (
    AttributeDefinition,
    AttributeValue,
    Company,
    ContactExtras,
    ContactNote,
)
from desktop.domain.model.facts import Contact


class ContactGateway(Protocol):
    """Contacts as the engine reads and changes them for the agent, who waits. All raise `ProviderError`."""

    async def attribute_definitions(self) -> Sequence[AttributeDefinition]:
        """The custom attributes that contacts can have, without archived ones and without a bridge's own."""
        ...

    async def contact_extras(self, contact_id: str) -> ContactExtras:
        """A contact with its tags, companies and newest 50 notes; a merged one gives the contact that remains."""
        ...

    async def update_contact(
        self, contact_id: str, fields: Mapping[str, str], attributes: Mapping[str, AttributeValue]
    ) -> Contact:
        """Change a contact, and nothing else of it. fields: `name`, `email`, `phone`; "" removes one."""
        ...

    async def contact_notes(self, contact_id: str) -> Sequence[ContactNote]:
        """The newest 50 notes on a contact, newest first."""
        ...

    async def add_contact_note(self, contact_id: str, text: str, author_id: str) -> None:
        """Add a note on a contact. Asked twice, it is there twice, and no call takes it away."""
        ...

    async def tag_contact(self, contact_id: str, tag_id: str) -> None:
        """Put a tag on a contact, which may have it."""
        ...

    async def untag_contact(self, contact_id: str, tag_id: str) -> None:
        """Take a tag off a contact. Raises GONE where it has none such."""
        ...

    async def find_company(self, name: str) -> Company | None:
        """The company of this name, in any case; None if there is none."""
        ...

    async def create_company(self, name: str, key: str) -> Company:
        """Create a company. key: identifies it permanently; asked twice with one key, there is one company."""
        ...

    async def attach_company(self, contact_id: str, company_id: str) -> None:
        """Put a contact into a company, in which it may be."""
        ...

    async def detach_company(self, contact_id: str, company_id: str) -> None:
        """Take a contact out of a company. Raises GONE where it is in none such."""
        ...

    async def merge_contacts(self, lead_id: str, user_id: str) -> Contact:
        """Merge a lead into a user, which cannot be undone. Returns the user as they are then."""
        ...
