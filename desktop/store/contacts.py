"""Contacts: Intercom's people as they were told to us, and under which ids they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.domain.model.facts import Contact
from desktop.store.core.columns import fetch_all, from_json, from_us_or_none, to_json, to_us, to_us_or_none, valid_utf8
from desktop.store.core.database import Database

_COLUMNS = (
    "id, role, name, email, phone, takes_email, bridge_attributes, attributes, messenger_seen_at_us, ios_seen_at_us, "
    "android_seen_at_us, web_seen_at_us, location, updated_at_us, email_fails"
)


def ensure(db: Database, contact_id: str) -> str:
    """The id that answers for `contact_id` now; a bare contact is made where only a conversation speaks of it."""
    contact_id = current_id(db, contact_id)
    if db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone() is None:
        write(db, Contact(contact_id))
    return contact_id


def current_id(db: Database, contact_id: str) -> str:
    row = db.execute("SELECT contact_id FROM contact_aliases WHERE old_id = ?", (contact_id,)).fetchone()
    return contact_id if row is None else str(row[0])


def customer_of(db: Database, contact_id: str) -> str:
    """Raises LookupError for a contact nobody has spoken of."""
    row = db.execute("SELECT customer_id FROM contacts WHERE id = ?", (current_id(db, contact_id),)).fetchone()
    if row is None:
        raise LookupError(contact_id)
    return str(row[0])


def load(db: Database, contact_id: str) -> Contact | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM contacts WHERE id = ?", (contact_id,)).fetchone()
    return None if row is None else _contact(db, row)


def of_customer(db: Database, customer_id: str) -> tuple[Contact, ...]:
    """Her contacts in the order of their ids."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM contacts WHERE customer_id = ? ORDER BY id", (customer_id,)).fetchall()
    return tuple(_contact(db, row) for row in rows)


def due(db: Database, before: datetime, at_most: int) -> tuple[str, ...]:
    """Owners of conversations which were never looked up, or not since `before` although something happened; those
    with the newest conversations first. Stand-ins that exist only here are left out."""
    rows = fetch_all(
        db,
        "SELECT contacts.id FROM contacts JOIN conversations ON conversations.owner_id = contacts.id "
        "WHERE contacts.id NOT LIKE 'conversation:%' AND (looked_up_at_us IS NULL "
        "OR (looked_up_at_us < ? AND conversations.updated_at_us > looked_up_at_us)) "
        "GROUP BY contacts.id ORDER BY max(conversations.updated_at_us) DESC, contacts.id LIMIT ?",
        (to_us(before), at_most),
    )
    return tuple(i for (i,) in rows)


def mark_looked_up(db: Database, contact_id: str, at: datetime) -> None:
    """The provider was asked for it and all that belongs to it, whatever it said: not again for a day."""
    db.execute(
        "UPDATE contacts SET looked_up_at_us = ? WHERE id = ?",
        (to_us(at), current_id(db, contact_id)),
    )


def resolve_customer(db: Database, customer_id: str) -> str:
    """The customer that answers for this id now."""
    row = db.execute("SELECT merged_into FROM customers WHERE id = ?", (customer_id,)).fetchone()
    return customer_id if row is None or row[0] is None else str(row[0])


def all_customers(db: Database) -> tuple[str, ...]:
    return tuple(i for (i,) in fetch_all(db, "SELECT id FROM customers WHERE merged_into IS NULL ORDER BY id"))


def write(db: Database, contact: Contact) -> None:
    """As it stands. A new contact starts as a customer of its own; `store.customers` looks for others that are she."""
    db.execute("INSERT INTO customers (id) VALUES (?) ON CONFLICT DO NOTHING", (contact.id,))
    values = (
        contact.id,
        contact.role,
        valid_utf8(contact.name),
        valid_utf8(contact.email),
        valid_utf8(contact.phone),
        contact.takes_email,
        to_json(dict(contact.bridge_attributes)),
        to_json(dict(contact.attributes)),
        to_us_or_none(contact.messenger_seen_at),
        to_us_or_none(contact.ios_seen_at),
        to_us_or_none(contact.android_seen_at),
        to_us_or_none(contact.web_seen_at),
        valid_utf8(contact.location),
        to_us_or_none(contact.updated_at),
        contact.email_fails,
    )
    names = [n.strip() for n in _COLUMNS.split(",")]
    updates = ", ".join(f"{n} = excluded.{n}" for n in names if n != "id")
    db.execute(
        f"INSERT INTO contacts ({', '.join(names)}, customer_id) "
        f"VALUES ({', '.join('?' * len(names))}, coalesce((SELECT merged_into FROM customers WHERE id = ?1), ?1)) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        values,
    )


def _contact(db: Database, row: tuple[Any, ...]) -> Contact:
    aliases = fetch_all(db, "SELECT old_id FROM contact_aliases WHERE contact_id = ? ORDER BY old_id", (row[0],))
    return Contact(
        row[0],
        role=row[1],
        name=row[2],
        email=row[3],
        phone=row[4],
        takes_email=bool(row[5]),
        bridge_attributes=from_json(row[6]),
        attributes=from_json(row[7]),
        messenger_seen_at=from_us_or_none(row[8]),
        ios_seen_at=from_us_or_none(row[9]),
        android_seen_at=from_us_or_none(row[10]),
        web_seen_at=from_us_or_none(row[11]),
        location=row[12],
        updated_at=from_us_or_none(row[13]),
        email_fails=bool(row[14]),
        merged_ids=tuple(old for (old,) in aliases),
    )
