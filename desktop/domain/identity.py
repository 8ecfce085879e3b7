"""Identity: which contacts are one customer. Only a shared id, a merge, a full phone number or an e-mail count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.domain.facts import Contact

_FORMATTING = str.maketrans("", "", " \t\u00a0-–().,/")
MIN_PHONE_DIGITS = 7


def phone_key(phone: str) -> str:
    """What two spellings of one number have in common; "" for anything but a full international number.

    A number without its country code may belong to anybody, so it says nothing.
    """
    compact = phone.translate(_FORMATTING)
    if compact.startswith("+"):
        digits = compact[1:]
    elif compact.startswith("00"):
        digits = compact[2:]
    else:
        return ""
    return digits if digits.isascii() and digits.isdigit() and len(digits) >= MIN_PHONE_DIGITS else ""


def email_key(email: str) -> str:
    """What two spellings of one address have in common; "" for what is no address."""
    key = email.strip().casefold()
    return key if "@" in key else ""


def same_customer(contacts: Iterable[Contact]) -> tuple[frozenset[str], ...]:
    """Ids of the contacts, those of one customer together; smallest id first, whatever the order of the argument."""
    leaders: dict[str, str] = {}

    def leader(name: str) -> str:
        leaders.setdefault(name, name)
        while leaders[name] != name:
            leaders[name] = leaders[leaders[name]]
            name = leaders[name]
        return name

    ids = set()
    for contact in contacts:
        ids.add(contact.id)
        for trait in _traits(contact):
            leaders[leader(trait)] = leader(f"id {contact.id}")
    groups: dict[str, set[str]] = {}
    for contact_id in ids:
        groups.setdefault(leader(f"id {contact_id}"), set()).add(contact_id)
    return tuple(sorted((frozenset(g) for g in groups.values()), key=min))


def _traits(contact: Contact) -> list[str]:
    traits = [f"id {contact.id}", *(f"id {old}" for old in contact.merged_ids)]
    if phone := phone_key(contact.phone):
        traits.append(f"phone {phone}")
    if email := email_key(contact.email):
        traits.append(f"email {email}")
    return traits


def customer_ids(contacts: Iterable[Contact], known: Mapping[str, str]) -> dict[str, str]:
    """The customer of each contact, by contact id. known: what was decided earlier.

    A customer keeps its id when contacts join; of two customers that turn out to be one, the smaller id stays. A new
    customer is named after its smallest contact. When a customer falls apart, the id stays with the contact it is
    named after, else with the part that holds the smallest contact.
    """
    groups = same_customer(contacts)
    members = frozenset().union(*groups)
    taken: set[str] = set()
    decided = {}
    for group in groups:
        earlier = sorted({known[c] for c in group if c in known})
        free = (e for e in earlier if e not in taken and (e in group or e not in members))
        customer_id = next(free, min(group))
        taken.add(customer_id)
        decided.update(dict.fromkeys(group, customer_id))
    return decided
