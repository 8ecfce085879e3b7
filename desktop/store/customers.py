"""Customers: which contacts are one person, decided from what they have in common and from what people said."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.facts import Contact
from desktop.domain.identity import Likeness, TraitKind, Word, customer_ids, likenesses, traits
from desktop.store import contacts, learnt
from desktop.store import workspace as settings
from desktop.store.database import Connection
from desktop.store.rows import clean, every, pack

JOINING = tuple(kind for kind in TraitKind if kind.joins)
MOST_SUGGESTED = 20
"""Others to look at; those that share only her name come last."""


def save(db: Connection, contact: Contact) -> frozenset[str]:
    """Keep what the provider says of a contact; an older answer changes nothing.

    Returns the customers whose threads may have changed, merged-away ones included; none if all was known.
    """
    if contacts.current_id(db, contact.id) != contact.id:
        return frozenset()
    touched = set[str]()
    for old_id in contact.merged_ids:
        touched |= rekey(db, old_id, contact.id)
    stored = contacts.load(db, contact.id)
    if stored is None or not _is_older(contact, stored):
        contacts.write(db, contact)
    settings.learn_numbers(db, contact.bridge_attributes)
    kept = contacts.load(db, contact.id)
    if kept is not None and kept != stored:
        _save_traits(db, kept)
        touched |= _settle(db, contact.id)
        touched.add(contacts.customer_of(db, contact.id))
    return frozenset(touched)


def _is_older(contact: Contact, than: Contact) -> bool:
    """A bare contact has no time of its own, so any answer is newer."""
    return than.updated_at is not None and (contact.updated_at is None or contact.updated_at < than.updated_at)


def rekey(db: Connection, old_id: str, new_id: str) -> frozenset[str]:
    """`old_id` was merged into `new_id` at the provider: everything of it now belongs to `new_id`."""
    new_id = contacts.current_id(db, new_id)
    if old_id == new_id or contacts.current_id(db, old_id) == new_id:
        return frozenset()
    contacts.ensure(db, new_id)
    had = db.execute("SELECT customer_id FROM contacts WHERE id = ?", (old_id,)).fetchone()
    db.execute("UPDATE contact_aliases SET contact_id = ? WHERE contact_id = ?", (new_id, old_id))
    db.execute(
        "INSERT INTO contact_aliases (old_id, contact_id) VALUES (?, ?) "
        "ON CONFLICT (old_id) DO UPDATE SET contact_id = excluded.contact_id",
        (old_id, new_id),
    )
    db.execute("UPDATE conversations SET owner_id = ? WHERE owner_id = ?", (new_id, old_id))
    _move_words(db, old_id, new_id)
    kept = contacts.customer_of(db, new_id)
    if had is None:
        return frozenset({kept})
    db.execute("DELETE FROM contacts WHERE id = ?", (old_id,))
    touched = {had[0], kept}
    # The contact that stays inherits the customer that was there first, so an id the screen holds goes on living.
    survivor = min(touched)
    for customer_id in touched - {survivor}:
        db.execute("UPDATE contacts SET customer_id = ? WHERE customer_id = ?", (survivor, customer_id))
        _merge(db, customer_id, survivor)
    return frozenset(touched | _settle(db, new_id))


# --- a person's word ---------------------------------------------------------------------------------------------


def words(db: Connection, contact_ids: Iterable[str] | None = None) -> tuple[Word, ...]:
    """What people said, in the order of the contacts' ids. contact_ids: only words about these; None: all."""
    concerned = "" if contact_ids is None else "WHERE one IN (SELECT value FROM json_each(?1)) OR other IN " \
        "(SELECT value FROM json_each(?1)) "  # fmt: skip
    bindings = () if contact_ids is None else (pack(sorted(contact_ids)),)
    rows = every(db, f"SELECT one, other, same FROM contact_words {concerned}ORDER BY one, other", bindings)
    return tuple(Word(one, other, bool(same)) for one, other, same in rows)


def say(db: Connection, word: Word) -> frozenset[str]:
    """Take a person's word, instead of an earlier one on the same two. Returns the customers it concerns.

    A customer's id stands for the smallest of her contacts. Raises LookupError for what is not here, and ValueError for
    one contact with itself.
    """
    one, other = sorted((_contact_id(db, word.one), _contact_id(db, word.other)))
    if one == other:
        raise ValueError("a contact is itself")
    before = {contacts.customer_of(db, one), contacts.customer_of(db, other)}
    db.execute(
        "INSERT INTO contact_words (one, other, same) VALUES (?, ?, ?) "
        "ON CONFLICT (one, other) DO UPDATE SET same = excluded.same",
        (one, other, word.same),
    )
    return frozenset(before | _settle(db, one))


def unsay(db: Connection, one: str, other: str) -> frozenset[str]:
    """Back to what the contacts have in common."""
    one, other = sorted((_contact_id(db, one), _contact_id(db, other)))
    before = {contacts.customer_of(db, one), contacts.customer_of(db, other)}
    both = (one, other)
    near = _around(db, one) | _around(db, other)
    db.execute("DELETE FROM contact_words WHERE one = ? AND other = ?", both)
    return frozenset(before | _decide(db, near | _around(db, one) | _around(db, other)))


def _contact_id(db: Connection, either: str) -> str:
    """The contact that answers for a contact's or a customer's id."""
    contact_id = contacts.current_id(db, either)
    if contacts.load(db, contact_id) is None:
        hers = contacts.of_customer(db, contacts.resolve_customer(db, either))
        return hers[0].id if hers else contact_id
    return contact_id


def _move_words(db: Connection, old_id: str, new_id: str) -> None:
    """What was said of a contact that was merged away holds for the one that stays, unless that has its own word."""
    for word in words(db, (old_id,)):
        other = word.other if word.one == old_id else word.one
        db.execute("DELETE FROM contact_words WHERE one = ? AND other = ?", (word.one, word.other))
        if other != new_id:
            db.execute(
                "INSERT INTO contact_words (one, other, same) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (*sorted((new_id, other)), word.same),
            )


# --- what speaks for it ------------------------------------------------------------------------------------------


def evidence(db: Connection, customer_id: str) -> tuple[Likeness, ...]:
    """Why her contacts are one customer, and which other contacts may be hers too, strongest first.

    Suggestions (`joins` is False) name at least one contact of hers. Nothing that a person denied is suggested.
    """
    hers = contacts.of_customer(db, customer_id)
    ids = {c.id for c in hers}
    shared = every(
        db,
        "SELECT near.contact_id FROM contact_traits AS it JOIN contact_traits AS near "
        "ON near.kind = it.kind AND near.value = it.value AND near.contact_id <> it.contact_id "
        "WHERE it.contact_id IN (SELECT value FROM json_each(?1)) "
        "AND near.contact_id NOT IN (SELECT value FROM json_each(?1)) "
        "GROUP BY near.contact_id ORDER BY min(near.kind = ?2), near.contact_id LIMIT ?3",
        (pack(sorted(ids)), TraitKind.NAME.value, MOST_SUGGESTED),
    )
    others = [c for (i,) in shared if (c := contacts.load(db, i)) is not None]
    told = likenesses([*hers, *others], words(db), settings.phone_region(db))
    return tuple(
        s for s in told if (s.joins and {s.one, s.other} <= ids) or (not s.joins and len({s.one, s.other} & ids) == 1)
    )


def read_traits_anew(db: Connection) -> frozenset[str]:
    """After the region of numbers without a country code has changed. Returns the customers that it concerns."""
    touched: set[str] = set()
    for (contact_id,) in every(db, "SELECT id FROM contacts ORDER BY id"):
        contact = contacts.load(db, contact_id)
        if contact is not None and _save_traits(db, contact):
            touched |= {contacts.customer_of(db, contact_id)} | _settle(db, contact_id)
    return frozenset(touched)


def _save_traits(db: Connection, contact: Contact) -> bool:
    """True if any is new or gone."""
    found = {(t.kind.value, clean(t.value)) for t in traits(contact, settings.phone_region(db))}
    # Ids are kept where aliases are.
    found -= {pair for pair in found if pair[0] == TraitKind.RECORD}
    held = set(every(db, "SELECT kind, value FROM contact_traits WHERE contact_id = ?", (contact.id,)))
    if found == held:
        return False
    db.execute("DELETE FROM contact_traits WHERE contact_id = ?", (contact.id,))
    for kind, value in sorted(found):
        db.execute("INSERT INTO contact_traits VALUES (?, ?, ?)", (contact.id, kind, value))
    return True


# --- deciding ----------------------------------------------------------------------------------------------------


def _settle(db: Connection, contact_id: str) -> frozenset[str]:
    """Decide anew who belongs together around one contact; returns every customer that gained or lost a contact."""
    return _decide(db, _around(db, contact_id))


def _decide(db: Connection, customers: Iterable[str]) -> frozenset[str]:
    near = [c for customer_id in sorted(customers) for c in contacts.of_customer(db, customer_id)]
    known = {c.id: contacts.customer_of(db, c.id) for c in near}
    decided = customer_ids(near, known, words(db, known), settings.phone_region(db))
    moved = {c: customer for c, customer in decided.items() if customer != known[c]}
    for contact, customer in moved.items():
        # An id that was merged away comes back to life when its contact turns out to be somebody else.
        db.execute(
            "INSERT INTO customers (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET merged_into = NULL", (customer,)
        )
        db.execute("UPDATE contacts SET customer_id = ? WHERE id = ?", (customer, contact))
    left = {known[c] for c in moved}
    for old in left - set(decided.values()):
        _merge(db, old, next(moved[c] for c in sorted(moved) if known[c] == old))
    return frozenset(left | set(moved.values()))


def _around(db: Connection, contact_id: str) -> frozenset[str]:
    """The customers of the contact, of those with a joining trait in common, and of those that were named with it."""
    rows = every(
        db,
        "SELECT customer_id FROM contacts WHERE id = ?1 UNION "
        "SELECT contacts.customer_id FROM contact_traits AS it JOIN contact_traits AS near "
        "ON near.kind = it.kind AND near.value = it.value JOIN contacts ON contacts.id = near.contact_id "
        "WHERE it.contact_id = ?1 AND it.kind IN (SELECT value FROM json_each(?2)) UNION "
        "SELECT contacts.customer_id FROM contact_words JOIN contacts "
        "ON contacts.id = CASE WHEN one = ?1 THEN other ELSE one END WHERE ?1 IN (one, other)",
        (contact_id, pack(list(JOINING))),
    )
    return frozenset(customer_id for (customer_id,) in rows)


def _merge(db: Connection, old: str, new: str) -> None:
    db.execute("UPDATE customers SET merged_into = ? WHERE id = ? OR merged_into = ?", (new, old, old))
    # Seen is seen only if it was seen under both.
    db.execute(
        "UPDATE seen SET upto_us = min(upto_us, coalesce((SELECT upto_us FROM seen WHERE customer_id = ?1), 0)) "
        "WHERE customer_id = ?2",
        (old, new),
    )
    db.execute("DELETE FROM seen WHERE customer_id = ?", (old,))
    db.execute("DELETE FROM summaries WHERE customer_id = ?", (old,))
    learnt.forget_customer(db, old)
