"""The calls on contacts: what teammates keep about them, read and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from desktop.channels.intercom.api import IntercomApi
from desktop.channels.intercom.contacts import BRIDGE_PREFIX, map_contact
from desktop.channels.intercom.html import from_body
from desktop.channels.intercom.reply_html import to_body
from desktop.channels.intercom.values import NotReadable, flag, ident, name
from desktop.channels.shared.loose_json import as_list, as_number, as_text, as_time, get_field
from desktop.domain.identity.contact_data import (
    AttributeDefinition,
    AttributeKind,
    AttributeValue,
    Company,
    ContactExtras,
    ContactNote,
)
from desktop.domain.model.facts import Contact
from desktop.ports import ProviderError, ProviderErrorKind

T = TypeVar("T")
MAX_MERGE_HOPS = 3


class ContactCalls:
    """Implements `ports.contact_gateway.ContactGateway`."""

    def __init__(self, api: IntercomApi) -> None:
        self._api = api

    async def attribute_definitions(self) -> Sequence[AttributeDefinition]:
        return map_definitions(await self._api.data_attributes())

    async def contact_extras(self, contact_id: str) -> ContactExtras:
        passed = [contact_id]
        while True:
            try:
                raw = await self._api.contact(passed[-1], background=False)
                break
            except ProviderError as error:
                if not error.merged_into or error.merged_into in passed or len(passed) > MAX_MERGE_HOPS:
                    raise
                passed.append(error.merged_into)
        contact = self._mapped(map_contact, raw)
        # The lists inside a contact have ten items at most, and the names of none.
        tags = await self._api.contact_list(contact.id, "tags") if _count(raw, "tags") else None
        companies = await self._api.contact_list(contact.id, "companies") if _count(raw, "companies") else None
        notes = await self._api.contact_list(contact.id, "notes") if _count(raw, "notes") else None
        return ContactExtras(
            contact,
            language=as_text(get_field(raw, "language_override")) or as_text(get_field(raw, "browser_language")),
            tags=tuple(label for tag in as_list(tags, "data", "tags") if (label := name(get_field(tag, "name")))),
            companies=tuple(map_company(c) for c in as_list(companies, "data", "companies") if _has_id(c)),
            notes=tuple(map_note(n) for n in as_list(notes, "data", "notes") if _has_id(n)),
        )

    async def update_contact(
        self, contact_id: str, fields: Mapping[str, str], attributes: Mapping[str, AttributeValue]
    ) -> Contact:
        body: dict[str, Any] = {field: value or None for field, value in fields.items()}
        if "email" in body:
            # Always a text in Intercom's answers.
            body["email"] = body["email"] or ""
        if attributes:
            body["custom_attributes"] = dict(attributes)
        return self._mapped(map_contact, await self._api.update_contact(contact_id, body))

    async def contact_notes(self, contact_id: str) -> Sequence[ContactNote]:
        notes = await self._api.contact_list(contact_id, "notes")
        return [map_note(n) for n in as_list(notes, "data", "notes") if _has_id(n)]

    async def add_contact_note(self, contact_id: str, text: str, author_id: str) -> None:
        await self._api.add_to_contact(contact_id, "notes", {"body": to_body(text), "admin_id": author_id})

    async def tag_contact(self, contact_id: str, tag_id: str) -> None:
        await self._api.add_to_contact(contact_id, "tags", {"id": tag_id})

    async def untag_contact(self, contact_id: str, tag_id: str) -> None:
        await self._api.remove_from_contact(contact_id, "tags", tag_id)

    async def find_company(self, company_name: str) -> Company | None:
        try:
            raw = await self._api.find_company(company_name)
        except ProviderError as error:
            if error.kind is ProviderErrorKind.GONE:
                return None
            raise
        found = [map_company(c) for c in (as_list(raw, "data", "companies") or [raw]) if _has_id(c)]
        wanted = company_name.strip().casefold()
        return next((c for c in found if c.name.casefold() == wanted), None)

    async def create_company(self, company_name: str, key: str) -> Company:
        return self._mapped(map_company, await self._api.create_company({"company_id": key, "name": company_name}))

    async def attach_company(self, contact_id: str, company_id: str) -> None:
        await self._api.add_to_contact(contact_id, "companies", {"id": company_id})

    async def detach_company(self, contact_id: str, company_id: str) -> None:
        await self._api.remove_from_contact(contact_id, "companies", company_id)

    async def merge_contacts(self, lead_id: str, user_id: str) -> Contact:
        # The agent has said that they are one person, which is more than an equal address.
        body = {"from": lead_id, "into": user_id, "skip_duplicate_validation": True}
        return self._mapped(map_contact, await self._api.merge_contacts(body))

    def _mapped(self, mapper: Callable[[object], T], raw: object) -> T:
        """Map an answer. Raises ProviderError for one that is not readable."""
        try:
            return mapper(raw)
        except NotReadable:
            raise self._api.error(ProviderErrorKind.BAD_ANSWER) from None


def map_definitions(raw: object) -> Sequence[AttributeDefinition]:
    """Map the list of a model's attributes: the custom ones that are in use."""
    listed = as_list(raw, "data", "data_attributes")
    return [_definition(a) for a in listed if _is_usable(a)]


def _is_usable(raw: object) -> bool:
    attribute = as_text(get_field(raw, "name"))
    is_ours = bool(attribute) and not attribute.lower().startswith(BRIDGE_PREFIX)
    return is_ours and flag(get_field(raw, "custom")) and not flag(get_field(raw, "archived"))


def _definition(raw: object) -> AttributeDefinition:
    attribute = as_text(get_field(raw, "name"))
    kinds = {kind.value: kind for kind in AttributeKind}
    known = kinds.get(as_text(get_field(raw, "data_type")))
    # Texts in answers, objects with a `value` in requests and in older answers.
    options = (as_text(o) or as_text(get_field(o, "value")) for o in as_list(raw, "options"))
    return AttributeDefinition(
        attribute,
        name(get_field(raw, "label")) or attribute,
        known or AttributeKind.STRING,
        tuple(dict.fromkeys(filter(None, options))),
        # A value of a type that is new to us would be written as text.
        is_writable=known is not None and flag(get_field(raw, "api_writable")),
    )


def map_company(raw: object) -> Company:
    """Map one company. Raises NotReadable without an id."""
    company_id = ident(get_field(raw, "id"))
    if not company_id:
        raise NotReadable("a company needs an id")
    return Company(company_id, name(get_field(raw, "name")))


def map_note(raw: object) -> ContactNote:
    """Map one note on a contact."""
    body = get_field(raw, "body")
    return ContactNote(
        ident(get_field(raw, "id")),
        from_body(body)[0] if isinstance(body, str) else "",
        ident(get_field(raw, "author", "id")),
        name(get_field(raw, "author", "name")),
        as_time(get_field(raw, "created_at")),
    )


def _has_id(raw: object) -> bool:
    return bool(ident(get_field(raw, "id")))


def _count(raw: object, listed: str) -> int:
    """How many items one of a contact's lists has; where that is not said, as many as are there."""
    counted = as_number(get_field(raw, listed, "total_count"))
    return len(as_list(get_field(raw, listed), "data")) if counted is None else counted
