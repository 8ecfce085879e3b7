"""What teammates keep about a contact, and the form that a value needs to have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from desktop.domain.identity.phone import canonical
from desktop.domain.model.facts import Contact
from desktop.domain.model.frozen import frozen

MAX_NAME_LENGTH = 255

AttributeValue = str | int | float | bool | None
"""As the provider stores it; None for no value."""


class AttributeKind(StrEnum):
    """Intercom's types of custom attributes. A list is a `STRING` with options."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"


@frozen
class AttributeDefinition:
    """A custom attribute of the workspace's contacts. label: what teammates call it. options: of a list; empty for
    none.
    """

    name: str
    label: str
    kind: AttributeKind = AttributeKind.STRING
    options: tuple[str, ...] = ()
    is_writable: bool = True


class ContactFieldKind(StrEnum):
    """What of a contact can be changed."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ATTRIBUTE = "attribute"


@frozen
class ContactField:
    """One field of a contact. attribute: the name of a custom attribute, else ""."""

    kind: ContactFieldKind
    attribute: str = ""

    def value_of(self, contact: Contact) -> str:
        """The value as text; "" for none. Dates are seconds since 1970, booleans `true` and `false`."""
        match self.kind:
            case ContactFieldKind.NAME:
                return contact.name
            case ContactFieldKind.EMAIL:
                return contact.email
            case ContactFieldKind.PHONE:
                return contact.phone
            case ContactFieldKind.ATTRIBUTE:
                return contact.attributes.get(self.attribute, "")


NAME = ContactField(ContactFieldKind.NAME)
EMAIL = ContactField(ContactFieldKind.EMAIL)
PHONE = ContactField(ContactFieldKind.PHONE)


@frozen
class Company:
    """A company of the workspace."""

    id: str
    name: str


@frozen
class ContactNote:
    """A note on a contact, for the team. written_at: None if not reported."""

    id: str
    text: str
    author_id: str = ""
    author_name: str = ""
    written_at: datetime | None = None


@frozen
class ContactExtras:
    """A contact with what only the provider keeps. language: the one that its Messenger is set to, or its browser's.

    notes: newest first. tags: names of the contact's own, not of its conversations.
    """

    contact: Contact
    language: str = ""
    tags: tuple[str, ...] = ()
    companies: tuple[Company, ...] = ()
    notes: tuple[ContactNote, ...] = ()


class FieldProblem(StrEnum):
    """Why a value cannot be a field's, as a code."""

    FIELD_NO_PHONE = "field_no_phone"
    FIELD_NO_EMAIL = "field_no_email"
    FIELD_NO_INTEGER = "field_no_integer"
    FIELD_NO_DECIMAL = "field_no_decimal"
    FIELD_NO_BOOLEAN = "field_no_boolean"
    FIELD_NO_DATE = "field_no_date"
    FIELD_NO_OPTION = "field_no_option"
    FIELD_TOO_LONG = "field_too_long"
    FIELD_READ_ONLY = "field_read_only"


class InvalidField(ValueError):
    """A value that a field cannot have."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__(problem)
        self.problem = problem


_EMAIL = re.compile(r"[^@\s<>,;\"()]+@[^@\s.<>,;\"()]+(?:\.[^@\s.<>,;\"()]+)+")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,12})?|\.\d{1,12})")


def checked_value(
    field: ContactField, text: str, region: str = "", definitions: Sequence[AttributeDefinition] = ()
) -> str:
    """The text in the form in which the field stores it; "" removes the value. Raises InvalidField.

    A phone number becomes international, which Intercom needs to recognize who calls or writes. region: of a number
    without a country code (ISO 3166); "" if unknown, and then it is refused.
    """
    text = " ".join(text.split()) if field.kind is not ContactFieldKind.ATTRIBUTE else text.strip()
    if not text:
        return ""
    match field.kind:
        case ContactFieldKind.NAME:
            return _short(text)
        case ContactFieldKind.EMAIL:
            if not _EMAIL.fullmatch(text):
                raise InvalidField(FieldProblem.FIELD_NO_EMAIL)
            return _short(text)
        case ContactFieldKind.PHONE:
            digits = canonical(text, region)
            if not digits:
                raise InvalidField(FieldProblem.FIELD_NO_PHONE)
            return f"+{digits}"
        case ContactFieldKind.ATTRIBUTE:
            return _as_text(attribute_value(_definition(field, definitions), text))


def attribute_value(definition: AttributeDefinition, text: str) -> AttributeValue:
    """The typed value of what `checked_value` gives. Raises InvalidField."""
    if not text:
        return None
    match definition.kind:
        case AttributeKind.INTEGER | AttributeKind.DATE:
            if not _INTEGER.fullmatch(text):
                is_date = definition.kind is AttributeKind.DATE
                raise InvalidField(FieldProblem.FIELD_NO_DATE if is_date else FieldProblem.FIELD_NO_INTEGER)
            return int(text)
        case AttributeKind.FLOAT:
            if not _DECIMAL.fullmatch(text):
                raise InvalidField(FieldProblem.FIELD_NO_DECIMAL)
            return float(text)
        case AttributeKind.BOOLEAN:
            if text not in ("true", "false"):
                raise InvalidField(FieldProblem.FIELD_NO_BOOLEAN)
            return text == "true"
        case AttributeKind.STRING:
            if definition.options and text not in definition.options:
                raise InvalidField(FieldProblem.FIELD_NO_OPTION)
            return text


def is_same_value(field: ContactField, one: str, other: str) -> bool:
    """Whether two values are one, for all that a provider may write differently."""
    if field.kind is ContactFieldKind.PHONE:
        return one.strip() == other.strip() or (bool(canonical(one)) and canonical(one) == canonical(other))
    if field.kind is ContactFieldKind.EMAIL:
        return one.strip().casefold() == other.strip().casefold()
    if field.kind is ContactFieldKind.ATTRIBUTE and _DECIMAL.fullmatch(one) and _DECIMAL.fullmatch(other):
        return float(one) == float(other)
    return one.split() == other.split()


def _definition(field: ContactField, definitions: Sequence[AttributeDefinition]) -> AttributeDefinition:
    found = next((d for d in definitions if d.name == field.attribute), None)
    if found is None or not found.is_writable:
        raise InvalidField(FieldProblem.FIELD_READ_ONLY)
    return found


def _as_text(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return "" if value is None else str(value)


def _short(text: str) -> str:
    if len(text) > MAX_NAME_LENGTH:
        raise InvalidField(FieldProblem.FIELD_TOO_LONG)
    return text
