"""Contacts as Intercom describes them, and under which ids they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.model.facts import Contact
from desktop.store import entries
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    from_us_or_none,
    to_json,
    to_us,
    to_us_or_none,
    upsert_row,
    valid_utf8,
)
from desktop.store.core.database import Database


def ensure(db: Database, contact_id: str) -> str:
    """Return the id that answers for `contact_id` now. Stores a bare contact where only a conversation names it."""
    contact_id = current_id(db, contact_id)
    if load(db, contact_id) is None:
        save(db, Contact(contact_id))
    return contact_id


def current_id(db: Database, contact_id: str) -> str:
    """The id under which the provider answers for the contact now, after merges."""
    row = fetch_one(db, "SELECT contact_id FROM contact_aliases WHERE old_id = ?", (contact_id,))
    return contact_id if row is None else str(row.contact_id)


def customer_of(db: Database, contact_id: str) -> str:
    """Raises LookupError for a contact that is not stored."""
    row = fetch_one(db, "SELECT customer_id FROM contacts WHERE id = ?", (current_id(db, contact_id),))
    if row is None:
        raise LookupError(contact_id)
    return str(row.customer_id)


def load(db: Database, contact_id: str) -> Contact | None:
    """None for a contact that is not stored."""
    row = fetch_one(db, "SELECT * FROM contacts WHERE id = ?", (contact_id,))
    return None if row is None else _contact(db, row)


def of_customer(db: Database, customer_id: str) -> tuple[Contact, ...]:
    """The customer's contacts, ordered by id."""
    rows = fetch_all(db, "SELECT * FROM contacts WHERE customer_id = ? ORDER BY id", (customer_id,))
    return tuple(_contact(db, row) for row in rows)


def all_ids_of(db: Database, customer_id: str) -> tuple[str, ...]:
    """Every id, merged ones included, under which the provider may list conversations of the customer."""
    return tuple(i for c in of_customer(db, customer_id) for i in (c.id, *c.merged_ids))


class DueContact(msgspec.Struct, frozen=True):
    """active_at: when a conversation of the contact changed last."""

    id: str
    active_at: datetime


def due(
    db: Database, before: datetime, at_most: int, active_since: datetime | None = None, customer_id: str = ""
) -> tuple[DueContact, ...]:
    """Contacts to look up at the provider: owners of conversations that were never looked up, or not since `before`
    although something happened; those with the newest conversations first. Stand-ins are left out. customer_id: of
    this customer alone; "" for all.
    """
    rows = fetch_all(
        db,
        "SELECT id, (SELECT max(updated_at_us) FROM conversations WHERE owner_id = contacts.id) AS active_at_us "
        "FROM contacts WHERE has_news = 1 AND coalesce(looked_up_at_us, 0) < ?1 AND active_at_us >= ?2 "
        "AND ?4 IN ('', customer_id) ORDER BY active_at_us DESC, id LIMIT ?3",
        (to_us(before), 0 if active_since is None else to_us(active_since), at_most, customer_id),
    )
    return tuple(DueContact(row.id, from_us(row.active_at_us)) for row in rows)


def mark_looked_up(db: Database, contact_id: str, at: datetime) -> None:
    """Record that the provider was asked for the contact and all that belongs to it, whatever it answered."""
    db.execute(
        "UPDATE contacts SET looked_up_at_us = ?1, has_news = coalesce("
        "(SELECT max(updated_at_us) > ?1 FROM conversations WHERE owner_id = ?2), 0) WHERE id = ?2",
        (to_us(at), current_id(db, contact_id)),
    )


def resolve_customer(db: Database, customer_id: str) -> str:
    """Return the customer that answers for this id now: another one after a merge."""
    row = fetch_one(db, "SELECT merged_into FROM customers WHERE id = ?", (customer_id,))
    return customer_id if row is None or row.merged_into is None else str(row.merged_into)


def all_customers(db: Database, after: str = "", at_most: int = -1) -> tuple[str, ...]:
    """Ids of customers that are not merged into another, in order, from the one after `after`. at_most: -1 for all."""
    listed = "SELECT id FROM customers WHERE merged_into IS NULL AND id > ? ORDER BY id LIMIT ?"
    return tuple(row.id for row in fetch_all(db, listed, (after, at_most)))


def save(db: Database, contact: Contact) -> None:
    """Store the contact as given. A new one becomes a customer of its own; `store.customers` looks for others that are
    the same person."""
    db.execute("INSERT INTO customers (id) VALUES (?) ON CONFLICT DO NOTHING", (contact.id,))
    stored = load(db, contact.id)
    if stored is not None:
        entries.keep_sightings(db, stored, contact)
    row = {
        "id": contact.id,
        "customer_id": resolve_customer(db, contact.id),
        "role": contact.role,
        "name": valid_utf8(contact.name),
        "email": valid_utf8(contact.email),
        "phone": valid_utf8(contact.phone),
        "takes_email": contact.takes_email,
        "bridge_attributes": to_json(dict(contact.bridge_attributes)),
        "attributes": to_json(dict(contact.attributes)),
        "messenger_seen_at_us": to_us_or_none(contact.messenger_seen_at),
        "ios_seen_at_us": to_us_or_none(contact.ios_seen_at),
        "android_seen_at_us": to_us_or_none(contact.android_seen_at),
        "web_seen_at_us": to_us_or_none(contact.web_seen_at),
        "location": valid_utf8(contact.location),
        "updated_at_us": to_us_or_none(contact.updated_at),
        "email_fails": contact.email_fails,
        "language": valid_utf8(contact.language),
    }
    upsert_row(db, "contacts", row, key=("id",), keep_existing=("customer_id",))


def _contact(db: Database, row: Any) -> Contact:
    aliases = fetch_all(db, "SELECT old_id FROM contact_aliases WHERE contact_id = ? ORDER BY old_id", (row.id,))
    return Contact(
        row.id,
        role=row.role,
        name=row.name,
        email=row.email,
        phone=row.phone,
        takes_email=bool(row.takes_email),
        bridge_attributes=from_json(row.bridge_attributes),
        attributes=from_json(row.attributes),
        messenger_seen_at=from_us_or_none(row.messenger_seen_at_us),
        ios_seen_at=from_us_or_none(row.ios_seen_at_us),
        android_seen_at=from_us_or_none(row.android_seen_at_us),
        web_seen_at=from_us_or_none(row.web_seen_at_us),
        location=row.location,
        updated_at=from_us_or_none(row.updated_at_us),
        email_fails=bool(row.email_fails),
        language=row.language,
        merged_ids=tuple(alias.old_id for alias in aliases),
    )
