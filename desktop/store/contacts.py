"""Contacts: Intercom's people, under which ids they answer, and which customer each belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.domain.facts import Contact
from desktop.domain.identity import customer_ids, email_key, phone_key
from desktop.store.database import Connection
from desktop.store.rows import clean, every, maybe_from_us, maybe_us, pack, to_us, unpack

_COLUMNS = (
    "id, role, name, email, phone, takes_email, bridge_attributes, attributes, messenger_seen_at_us, ios_seen_at_us, "
    "android_seen_at_us, web_seen_at_us, location, updated_at_us"
)


def save(db: Connection, contact: Contact) -> frozenset[str]:
    """Keep what the provider says of a contact; an older answer changes nothing.

    Returns the customers whose threads may have changed, merged-away ones included; none if all was known.
    """
    if current_id(db, contact.id) != contact.id:
        return frozenset()
    touched = set[str]()
    for old_id in contact.merged_ids:
        touched |= rekey(db, old_id, contact.id)
    stored = load(db, contact.id)
    if stored is None or not _is_older(contact, stored):
        _write(db, contact)
    if load(db, contact.id) != stored:
        touched |= _settle_customers(db, contact.id)
        touched.add(customer_of(db, contact.id))
    return frozenset(touched)


def _is_older(contact: Contact, than: Contact) -> bool:
    """A bare contact has no time of its own, so any answer is newer."""
    return than.updated_at is not None and (contact.updated_at is None or contact.updated_at < than.updated_at)


def ensure(db: Connection, contact_id: str) -> str:
    """The id that answers for `contact_id` now; a bare contact is made where only a conversation speaks of it."""
    contact_id = current_id(db, contact_id)
    if db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone() is None:
        _write(db, Contact(contact_id))
    return contact_id


def rekey(db: Connection, old_id: str, new_id: str) -> frozenset[str]:
    """`old_id` was merged into `new_id` at the provider: everything of it now belongs to `new_id`."""
    new_id = current_id(db, new_id)
    if old_id == new_id or current_id(db, old_id) == new_id:
        return frozenset()
    ensure(db, new_id)
    had = db.execute("SELECT customer_id FROM contacts WHERE id = ?", (old_id,)).fetchone()
    db.execute("UPDATE contact_aliases SET contact_id = ? WHERE contact_id = ?", (new_id, old_id))
    db.execute(
        "INSERT INTO contact_aliases (old_id, contact_id) VALUES (?, ?) "
        "ON CONFLICT (old_id) DO UPDATE SET contact_id = excluded.contact_id",
        (old_id, new_id),
    )
    db.execute("UPDATE conversations SET owner_id = ? WHERE owner_id = ?", (new_id, old_id))
    kept = customer_of(db, new_id)
    if had is None:
        return frozenset({kept})
    db.execute("DELETE FROM contacts WHERE id = ?", (old_id,))
    touched = {had[0], kept}
    # The contact that stays inherits the customer that was there first, so an id the screen holds goes on living.
    survivor = min(touched)
    for customer_id in touched - {survivor}:
        db.execute("UPDATE contacts SET customer_id = ? WHERE customer_id = ?", (survivor, customer_id))
        _merge_customers(db, customer_id, survivor)
    return frozenset(touched | _settle_customers(db, new_id))


def current_id(db: Connection, contact_id: str) -> str:
    row = db.execute("SELECT contact_id FROM contact_aliases WHERE old_id = ?", (contact_id,)).fetchone()
    return contact_id if row is None else str(row[0])


def customer_of(db: Connection, contact_id: str) -> str:
    """Raises LookupError for a contact nobody has spoken of."""
    row = db.execute("SELECT customer_id FROM contacts WHERE id = ?", (current_id(db, contact_id),)).fetchone()
    if row is None:
        raise LookupError(contact_id)
    return str(row[0])


def load(db: Connection, contact_id: str) -> Contact | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM contacts WHERE id = ?", (contact_id,)).fetchone()
    return None if row is None else _contact(db, row)


def of_customer(db: Connection, customer_id: str) -> tuple[Contact, ...]:
    """Her contacts in the order of their ids."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM contacts WHERE customer_id = ? ORDER BY id", (customer_id,)).fetchall()
    return tuple(_contact(db, row) for row in rows)


def due(db: Connection, before: datetime, at_most: int) -> tuple[str, ...]:
    """Owners of conversations which were never looked up, or not since `before` although something happened; those
    with the newest conversations first. Stand-ins that exist only here are left out."""
    rows = every(
        db,
        "SELECT contacts.id FROM contacts JOIN conversations ON conversations.owner_id = contacts.id "
        "WHERE contacts.id NOT LIKE 'conversation:%' AND (looked_up_at_us IS NULL "
        "OR (looked_up_at_us < ? AND conversations.updated_at_us > looked_up_at_us)) "
        "GROUP BY contacts.id ORDER BY max(conversations.updated_at_us) DESC, contacts.id LIMIT ?",
        (to_us(before), at_most),
    )
    return tuple(i for (i,) in rows)


def mark_looked_up(db: Connection, contact_id: str, at: datetime) -> None:
    """The provider was asked for it and all that belongs to it, whatever it said: not again for a day."""
    db.execute(
        "UPDATE contacts SET looked_up_at_us = ? WHERE id = ?",
        (to_us(at), current_id(db, contact_id)),
    )


def resolve_customer(db: Connection, customer_id: str) -> str:
    """The customer that answers for this id now."""
    row = db.execute("SELECT merged_into FROM customers WHERE id = ?", (customer_id,)).fetchone()
    return customer_id if row is None or row[0] is None else str(row[0])


def all_customers(db: Connection) -> tuple[str, ...]:
    return tuple(i for (i,) in every(db, "SELECT id FROM customers WHERE merged_into IS NULL ORDER BY id"))


def _write(db: Connection, contact: Contact) -> None:
    # A new contact starts as a customer of its own; `_settle_customers` then looks for others that are she.
    db.execute("INSERT INTO customers (id) VALUES (?) ON CONFLICT DO NOTHING", (contact.id,))
    values = (
        contact.id,
        contact.role,
        clean(contact.name),
        clean(contact.email),
        clean(contact.phone),
        contact.takes_email,
        pack(dict(contact.bridge_attributes)),
        pack(dict(contact.attributes)),
        maybe_us(contact.messenger_seen_at),
        maybe_us(contact.ios_seen_at),
        maybe_us(contact.android_seen_at),
        maybe_us(contact.web_seen_at),
        clean(contact.location),
        maybe_us(contact.updated_at),
        clean(email_key(contact.email)),
        phone_key(contact.phone),
    )
    names = [n.strip() for n in f"{_COLUMNS}, email_key, phone_key".split(",")]
    updates = ", ".join(f"{n} = excluded.{n}" for n in names if n != "id")
    db.execute(
        f"INSERT INTO contacts ({', '.join(names)}, customer_id) "
        f"VALUES ({', '.join('?' * len(names))}, coalesce((SELECT merged_into FROM customers WHERE id = ?1), ?1)) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        values,
    )


def _contact(db: Connection, row: tuple[Any, ...]) -> Contact:
    aliases = every(db, "SELECT old_id FROM contact_aliases WHERE contact_id = ? ORDER BY old_id", (row[0],))
    return Contact(
        row[0],
        role=row[1],
        name=row[2],
        email=row[3],
        phone=row[4],
        takes_email=bool(row[5]),
        bridge_attributes=unpack(row[6]),
        attributes=unpack(row[7]),
        messenger_seen_at=maybe_from_us(row[8]),
        ios_seen_at=maybe_from_us(row[9]),
        android_seen_at=maybe_from_us(row[10]),
        web_seen_at=maybe_from_us(row[11]),
        location=row[12],
        updated_at=maybe_from_us(row[13]),
        merged_ids=tuple(old for (old,) in aliases),
    )


# --- customers ---------------------------------------------------------------------------------------------------


def _settle_customers(db: Connection, contact_id: str) -> frozenset[str]:
    """Decide anew who belongs together around one contact; returns every customer that gained or lost a contact."""
    near = _around(db, contact_id)
    known = {c.id: customer_of(db, c.id) for c in near}
    decided = customer_ids(near, known)
    moved = {c: customer for c, customer in decided.items() if customer != known[c]}
    for contact, customer in moved.items():
        # An id that was merged away comes back to life when its contact turns out to be somebody else.
        db.execute(
            "INSERT INTO customers (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET merged_into = NULL", (customer,)
        )
        db.execute("UPDATE contacts SET customer_id = ? WHERE id = ?", (customer, contact))
    left = {known[c] for c in moved}
    for old in left - set(decided.values()):
        _merge_customers(db, old, next(moved[c] for c in sorted(moved) if known[c] == old))
    return frozenset(left | set(moved.values()))


def _around(db: Connection, contact_id: str) -> tuple[Contact, ...]:
    """The contact, those that share its phone or e-mail, and everybody who is one customer with any of them."""
    rows = every(
        db,
        "SELECT DISTINCT near.customer_id FROM contacts AS it JOIN contacts AS near ON near.id = it.id "
        "OR (it.phone_key <> '' AND near.phone_key = it.phone_key) "
        "OR (it.email_key <> '' AND near.email_key = it.email_key) WHERE it.id = ?",
        (contact_id,),
    )
    return tuple(c for (customer_id,) in sorted(rows) for c in of_customer(db, customer_id))


def _merge_customers(db: Connection, old: str, new: str) -> None:
    db.execute("UPDATE customers SET merged_into = ? WHERE id = ? OR merged_into = ?", (new, old, old))
    # Seen is seen only if it was seen under both.
    db.execute(
        "UPDATE seen SET upto_us = min(upto_us, coalesce((SELECT upto_us FROM seen WHERE customer_id = ?1), 0)) "
        "WHERE customer_id = ?2",
        (old, new),
    )
    db.execute("DELETE FROM seen WHERE customer_id = ?", (old,))
    db.execute("DELETE FROM summaries WHERE customer_id = ?", (old,))
