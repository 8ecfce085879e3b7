"""Which contacts are one customer, decided from what they have in common and from what teammates said."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.identity.customer import (
    ContactMatch,
    IdentityDecision,
    Trait,
    TraitKind,
    assign_customer_ids,
    find_contact_matches,
    traits_of,
)
from desktop.domain.model.facts import Contact
from desktop.store import contacts, customer_rows, settings
from desktop.store.core.columns import fetch_all, fetch_one, to_json, upsert_row, valid_utf8
from desktop.store.core.database import Database
from desktop.store.evidence import learnt

MOST_SUGGESTED = 20
"""Other contacts to compare; those that share only a name come last."""


def save(db: Database, contact: Contact) -> frozenset[str]:
    """Store what the provider says of a contact; an older answer changes nothing.

    Returns the customers whose threads may have changed, merged ones included; empty if nothing is new.
    """
    if contacts.current_id(db, contact.id) != contact.id:
        return frozenset()
    touched = set[str]()
    for old_id in contact.merged_ids:
        touched |= merge_contact(db, old_id, contact.id)
    stored = contacts.load(db, contact.id)
    if stored is None or not _is_older(contact, stored):
        contacts.save(db, contact)
    settings.learn_numbers(db, contact.bridge_attributes)
    current = contacts.load(db, contact.id)
    if current is not None and current != stored:
        touched |= _decide_around(db, contact.id, _save_traits(db, current))
        touched.add(contacts.customer_of(db, contact.id))
    return frozenset(touched)


def _is_older(contact: Contact, than: Contact) -> bool:
    """A bare contact has no time of its own, so any answer is newer."""
    return than.updated_at is not None and (contact.updated_at is None or contact.updated_at < than.updated_at)


def merge_contact(db: Database, old_id: str, new_id: str) -> frozenset[str]:
    """Give everything of `old_id` to `new_id`, into which the provider merged it. Returns the customers concerned."""
    new_id = contacts.current_id(db, new_id)
    if old_id == new_id or contacts.current_id(db, old_id) == new_id:
        return frozenset()
    contacts.ensure(db, new_id)
    old = fetch_one(db, "SELECT customer_id FROM contacts WHERE id = ?", (old_id,))
    db.execute("UPDATE contact_aliases SET contact_id = ? WHERE contact_id = ?", (new_id, old_id))
    upsert_row(db, "contact_aliases", {"old_id": old_id, "contact_id": new_id}, key=("old_id",))
    db.execute("UPDATE conversations SET owner_id = ? WHERE owner_id = ?", (new_id, old_id))
    _move_identity_decisions(db, old_id, new_id)
    customer_id = contacts.customer_of(db, new_id)
    if old is None:
        return frozenset({customer_id})
    lost_traits = _joining_traits(db, [old_id])
    db.execute("DELETE FROM contacts WHERE id = ?", (old_id,))
    touched = {old.customer_id, customer_id}
    # The contact that stays inherits the older customer, so an id that the screen holds stays valid.
    survivor = min(touched)
    for customer_id in touched - {survivor}:
        db.execute("UPDATE contacts SET customer_id = ? WHERE customer_id = ?", (survivor, customer_id))
        _merge(db, customer_id, survivor)
    return frozenset(touched | _decide_around(db, new_id, lost_traits))


# --- what teammates said -----------------------------------------------------------------------------------------


def identity_decisions(db: Database, contact_ids: Iterable[str] | None = None) -> tuple[IdentityDecision, ...]:
    """What teammates decided on pairs of contacts, ordered by their ids. contact_ids: of these only; None: of all."""
    rows = fetch_all(
        db,
        "SELECT one, other, same FROM identity_decisions WHERE ?1 IS NULL OR one IN (SELECT value FROM json_each(?1)) "
        "OR other IN (SELECT value FROM json_each(?1)) ORDER BY one, other",
        (None if contact_ids is None else to_json(sorted(contact_ids)),),
    )
    return tuple(IdentityDecision(row.one, row.other, bool(row.same)) for row in rows)


def save_identity_decision(db: Database, decision: IdentityDecision) -> frozenset[str]:
    """Store a decision instead of an earlier one on the same pair. Returns the customers it concerns.

    A customer's id stands for the contact with the smallest id. Raises LookupError for a contact that is not stored,
    and ValueError for a contact with itself.
    """
    one, other = sorted((_contact_id(db, decision.one), _contact_id(db, decision.other)))
    if one == other:
        raise ValueError("a contact is itself")
    before = {contacts.customer_of(db, one), contacts.customer_of(db, other)}
    row = {"one": one, "other": other, "same": decision.same}
    upsert_row(db, "identity_decisions", row, key=("one", "other"))
    return frozenset(before | _decide_around(db, one))


def remove_identity_decision(db: Database, one: str, other: str) -> frozenset[str]:
    """Let what the contacts have in common decide again. Returns the customers that it concerns."""
    one, other = sorted((_contact_id(db, one), _contact_id(db, other)))
    before = {contacts.customer_of(db, one), contacts.customer_of(db, other)}
    concerned = _around(db, one) | _around(db, other)
    db.execute("DELETE FROM identity_decisions WHERE one = ? AND other = ?", (one, other))
    return frozenset(before | _decide(db, concerned | _around(db, one) | _around(db, other)))


def _contact_id(db: Database, either: str) -> str:
    """The contact that answers for a contact's or a customer's id."""
    contact_id = contacts.current_id(db, either)
    if contacts.load(db, contact_id) is None:
        people = contacts.of_customer(db, contacts.resolve_customer(db, either))
        return people[0].id if people else contact_id
    return contact_id


def _move_identity_decisions(db: Database, old_id: str, new_id: str) -> None:
    """Decisions on a merged contact hold for the one that stays, unless it has its own on the same pair."""
    for decision in identity_decisions(db, (old_id,)):
        other = decision.other if decision.one == old_id else decision.one
        db.execute("DELETE FROM identity_decisions WHERE one = ? AND other = ?", (decision.one, decision.other))
        if other != new_id:
            db.execute(
                "INSERT INTO identity_decisions (one, other, same) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (*sorted((new_id, other)), decision.same),
            )


def with_address(db: Database, key: str) -> tuple[str, ...]:
    """Ids of the contacts with this email or number, stand-ins too; none for "". key: as in their traits."""
    kind = TraitKind.EMAIL if "@" in key else TraitKind.PHONE
    return tuple(_holders(db, kind, key, MOST_SUGGESTED)) if key else ()


# --- what contacts have in common ---------------------------------------------------------------------------------


def contact_matches_of(db: Database, customer_id: str) -> tuple[ContactMatch, ...]:
    """Why the customer's contacts are one, and which other contacts may be the same person; strongest first.

    Suggestions (`joins` is False) name exactly one contact of the customer. What a teammate denied is not suggested.
    """
    own = contacts.of_customer(db, customer_id)
    ids = {c.id for c in own}
    shared = sorted(_traits_of(db, ids), key=lambda t: (t.kind is TraitKind.NAME, t))
    holders = dict.fromkeys(i for t in shared for i in _holders(db, t.kind, t.value, MOST_SUGGESTED + len(ids)))
    suggested = [i for i in holders if i not in ids][:MOST_SUGGESTED]
    others = [c for i in suggested if (c := contacts.load(db, i)) is not None]
    found = find_contact_matches(
        [*own, *others],
        identity_decisions(db, ids),
        settings.phone_region(db),
        about=ids,
        max_trait_contacts=settings.max_trait_contacts(db),
        placeholders=_placeholders(db, ids),
    )
    return tuple(
        s for s in found if (s.joins and {s.one, s.other} <= ids) or (not s.joins and len({s.one, s.other} & ids) == 1)
    )


def decide_all(db: Database) -> frozenset[str]:
    """Decide on all contacts again, after a setting that identity depends on has changed. Returns the customers that
    it concerns."""
    touched: set[str] = set()
    for (contact_id,) in fetch_all(db, "SELECT id FROM contacts ORDER BY id"):
        contact = contacts.load(db, contact_id)
        if contact is not None:
            changed = _save_traits(db, contact)
            touched |= _decide_around(db, contact_id, changed)
            if changed:
                touched.add(contacts.customer_of(db, contact_id))
    return frozenset(touched)


def _save_traits(db: Database, contact: Contact) -> frozenset[Trait]:
    """Store the contact's traits; returns those that are new or gone."""
    # Former ids are in `contact_aliases`.
    found = {
        Trait(t.kind, valid_utf8(t.value))
        for t in traits_of(contact, settings.phone_region(db))
        if t.kind is not TraitKind.RECORD
    }
    rows = fetch_all(db, "SELECT kind, value FROM contact_traits WHERE contact_id = ?", (contact.id,))
    stored = {Trait(TraitKind(row.kind), row.value) for row in rows}
    for trait in sorted(stored - found):
        db.execute(
            "DELETE FROM contact_traits WHERE contact_id = ? AND kind = ? AND value = ?",
            (contact.id, trait.kind, trait.value),
        )
    for trait in sorted(found - stored):
        db.execute("INSERT INTO contact_traits VALUES (?, ?, ?)", (contact.id, trait.kind, trait.value))
    return frozenset(found ^ stored)


def _traits_of(db: Database, contact_ids: Iterable[str]) -> frozenset[Trait]:
    """The traits of all the contacts together. Without the CROSS JOIN, SQLite reads the traits of everybody."""
    rows = fetch_all(
        db,
        "SELECT kind, contact_traits.value FROM json_each(?) AS wanted "
        "CROSS JOIN contact_traits ON contact_id = wanted.value",
        (to_json(sorted(contact_ids)),),
    )
    return frozenset(Trait(TraitKind(row.kind), row.value) for row in rows)


def _joining_traits(db: Database, contact_ids: Iterable[str]) -> frozenset[Trait]:
    return frozenset(t for t in _traits_of(db, contact_ids) if t.kind.joins)


def _holders(db: Database, kind: str, value: str, at_most: int) -> list[str]:
    """Ids of contacts with this trait, the smallest first. The index has them in this order, so that a trait of many
    contacts costs no more than one of `at_most`."""
    rows = fetch_all(
        db,
        "SELECT contact_id FROM contact_traits INDEXED BY contact_traits_shared "
        "WHERE kind = ? AND value = ? ORDER BY contact_id LIMIT ?",
        (kind, value, at_most),
    )
    return [row.contact_id for row in rows]


def _placeholders(db: Database, contact_ids: Iterable[str]) -> frozenset[Trait]:
    """Traits of these contacts that too many contacts have for them to join anybody."""
    most = settings.max_trait_contacts(db)
    joining = _joining_traits(db, contact_ids)
    return frozenset(t for t in joining if len(_holders(db, t.kind, t.value, most + 1)) > most)


# --- decide ------------------------------------------------------------------------------------------------------


def _decide_around(db: Database, contact_id: str, changed: Iterable[Trait] = ()) -> frozenset[str]:
    """Decide again which contacts around this one are one customer; returns every customer that gained or lost one.

    changed: traits that the contact has gained or lost. Where one has just become a placeholder, or is none any more,
    all contacts that have it are decided again.
    """
    most = settings.max_trait_contacts(db)
    concerned = set(_around(db, contact_id))
    for trait in changed:
        if trait.kind.joins:
            holders = _holders(db, trait.kind, trait.value, most + 2)
            if len(holders) <= most + 1:
                concerned |= {contacts.customer_of(db, holder) for holder in holders}
    return _decide(db, concerned)


def _decide(db: Database, customers: Iterable[str]) -> frozenset[str]:
    concerned = [c for customer_id in sorted(customers) for c in contacts.of_customer(db, customer_id)]
    known = {c.id: contacts.customer_of(db, c.id) for c in concerned}
    decided = assign_customer_ids(
        concerned,
        known,
        identity_decisions(db, known),
        settings.phone_region(db),
        max_trait_contacts=settings.max_trait_contacts(db),
        placeholders=_placeholders(db, known),
    )
    moved = {c: customer for c, customer in decided.items() if customer != known[c]}
    for contact, customer in moved.items():
        # A merged id is used again when its contact turns out to be somebody else.
        db.execute(
            "INSERT INTO customers (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET merged_into = NULL", (customer,)
        )
        db.execute("UPDATE contacts SET customer_id = ? WHERE id = ?", (customer, contact))
    left = {known[c] for c in moved}
    for old in left - set(decided.values()):
        _merge(db, old, next(moved[c] for c in sorted(moved) if known[c] == old))
    return frozenset(left | set(moved.values()))


def _around(db: Database, contact_id: str) -> frozenset[str]:
    """The customers of the contact, of those that share a joining trait with it, and of those decided on with it."""
    most = settings.max_trait_contacts(db)
    shared = (_holders(db, t.kind, t.value, most + 1) for t in _joining_traits(db, [contact_id]))
    concerned = {contact_id}.union(*(holders for holders in shared if len(holders) <= most))
    concerned |= {i for decision in identity_decisions(db, (contact_id,)) for i in (decision.one, decision.other)}
    rows = fetch_all(
        db,
        "SELECT DISTINCT customer_id FROM contacts WHERE id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(concerned)),),
    )
    return frozenset(row.customer_id for row in rows)


def _merge(db: Database, old: str, new: str) -> None:
    db.execute("UPDATE customers SET merged_into = ? WHERE id = ? OR merged_into = ?", (new, old, old))
    # A message counts as seen only if it was seen under both ids.
    db.execute(
        "UPDATE seen SET upto_us = min(upto_us, coalesce((SELECT upto_us FROM seen WHERE customer_id = ?1), 0)) "
        "WHERE customer_id = ?2",
        (old, new),
    )
    if customer_rows.end_unread_mark(db, old):
        customer_rows.mark_unread(db, new)
    db.execute("DELETE FROM seen WHERE customer_id = ?", (old,))
    db.execute("DELETE FROM customer_rows WHERE customer_id = ?", (old,))
    learnt.forget_customer(db, old)
