"""Identity: which contacts are one customer, what speaks for it, and what only suggests it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from desktop.domain.facts import ChannelKind, Contact
from desktop.domain.phone import Match, aliases, canonical

BRIDGE_PREFIX = "octopods_"


class TraitKind(StrEnum):
    """What a contact can have in common with another one.

    `RECORD`: the provider's own id, which a merge leaves behind. `ADDRESS`: the customer's on a channel that knows no
    phone numbers, as a bridge wrote it on the contact. `LOOSE_PHONE` and `NAME` suggest and never join.
    """

    RECORD = "record"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    LOOSE_PHONE = "loose_phone"
    NAME = "name"

    @property
    def joins(self) -> bool:
        return self not in (TraitKind.LOOSE_PHONE, TraitKind.NAME)


_WHY = {
    TraitKind.RECORD: (100, "Intercom merged these contacts."),
    TraitKind.PHONE: (95, "They have the same phone number."),
    TraitKind.ADDRESS: (95, "The bridge knows both by the same address on the channel."),
    TraitKind.EMAIL: (90, "They have the same e-mail address."),
    TraitKind.LOOSE_PHONE: (50, "Their phone numbers may be two forms of one number; the number alone cannot tell."),
    TraitKind.NAME: (20, "They have the same full name."),
}


@dataclass(frozen=True, slots=True, order=True)
class Trait:
    """Two contacts with an equal trait have it in common. value: normalised, for comparing only."""

    kind: TraitKind
    value: str


def phone_key(phone: str) -> str:
    """The digits of a full international number; "" for anything else, since that may belong to anybody."""
    return canonical(phone)


def number_key(phone: str) -> str:
    """Equal for all forms of one number that are surely one (Brazil's 9, Mexico's 1); "" as of `phone_key`."""
    digits = canonical(phone)
    return _group(digits, Match.ALIAS) if digits else ""


def email_key(email: str) -> str:
    """What two spellings of one address have in common; "" for what is no address."""
    key = email.strip().casefold()
    return key if "@" in key else ""


def traits(contact: Contact, region: str = "") -> frozenset[Trait]:
    """region: where numbers without a country code are at home, "" when nobody said."""
    found = {Trait(TraitKind.RECORD, i) for i in (contact.id, *contact.merged_ids)}
    if digits := canonical(contact.phone, region):
        found.add(Trait(TraitKind.PHONE, _group(digits, Match.ALIAS)))
        found.add(Trait(TraitKind.LOOSE_PHONE, _group(digits, Match.MAYBE)))
    if email := email_key(contact.email):
        found.add(Trait(TraitKind.EMAIL, email))
    name = " ".join(contact.name.split()).casefold()
    if " " in name:
        # A first name alone is nobody's in particular.
        found.add(Trait(TraitKind.NAME, name))
    found |= {Trait(TraitKind.ADDRESS, f"{channel} {value}") for channel, value in bridge_addresses(contact)}
    return frozenset(found)


def _group(digits: str, least: Match) -> str:
    """The same for every number that matches at least so surely: country rules make groups of two."""
    return min([digits, *(other for other, match in aliases(digits).items() if match >= least)])


_ADDRESS_NAME = re.compile(r"_(user_id|chat_id|bsuid|psid|igsid|username_id)$")


def bridge_addresses(contact: Contact) -> frozenset[tuple[str, str]]:
    """(channel, the customer's address on it) where a bridge wrote one on the contact."""
    return frozenset(
        (channel, value.strip())
        for name, value in contact.bridge_attributes.items()
        if value.strip() and name.startswith(BRIDGE_PREFIX) and _ADDRESS_NAME.search(name)
        for channel in ChannelKind
        if f"_{channel}_" in name
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on two contacts: one customer, or surely not. It outweighs every trait but a provider's merge."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two contacts are, or may be, one customer. confidence: 0-100. reason: a sentence."""

    one: str
    other: str
    confidence: int
    reason: str
    joins: bool


BY_WORD = "A teammate said that they are one customer."


def same_customer(
    contacts: Iterable[Contact], words: Iterable[Word] = (), region: str = ""
) -> tuple[frozenset[str], ...]:
    """Ids of the contacts, those of one customer together; smallest id first, whatever the order of the arguments.

    Contacts that a person told apart stay apart, also where a third one has something in common with both: that one
    goes with whom the stronger trait names.
    """
    people = {c.id: c for c in contacts}
    told = [w for w in words if w.one in people and w.other in people]
    apart = {frozenset((w.one, w.other)) for w in told if not w.same}
    groups = {i: frozenset({i}) for i in people}

    def join(one: str, other: str, *, always: bool) -> None:
        joined = groups[one] | groups[other]
        if groups[one] is not groups[other] and (always or not any(pair <= joined for pair in apart)):
            groups.update(dict.fromkeys(joined, joined))

    shared = _shared(people.values(), region)
    for one, other in _pairs(shared, TraitKind.RECORD):
        join(one, other, always=True)
    for word in sorted((w for w in told if w.same), key=lambda w: sorted((w.one, w.other))):
        join(word.one, word.other, always=False)
    for kind in (TraitKind.PHONE, TraitKind.ADDRESS, TraitKind.EMAIL):
        for one, other in _pairs(shared, kind):
            join(one, other, always=False)
    return tuple(sorted(set(groups.values()), key=min))


def likenesses(contacts: Iterable[Contact], words: Iterable[Word] = (), region: str = "") -> tuple[Likeness, ...]:
    """Everything that two of these contacts have in common, strongest first; nothing a person has denied."""
    people = {c.id: c for c in contacts}
    told = {frozenset((w.one, w.other)): w.same for w in words}
    found = []
    for pair, same in told.items():
        if same and pair <= people.keys():
            one, other = sorted(pair)
            found.append(Likeness(one, other, 100, BY_WORD, joins=True))
    for trait, ids in _shared(people.values(), region).items():
        confidence, reason = _WHY[trait.kind]
        for one, other in combinations(sorted(ids), 2):
            said = told.get(frozenset((one, other)))
            if said is not False or trait.kind is TraitKind.RECORD:
                found.append(Likeness(one, other, confidence, reason, trait.kind.joins))
    # A number's loose form is shared by whoever shares the number.
    joined = {(s.one, s.other) for s in found if s.joins}
    kept = (s for s in found if s.joins or (s.one, s.other) not in joined)
    return tuple(sorted(set(kept), key=lambda s: (-s.confidence, s.one, s.other, s.reason)))


def _shared(contacts: Iterable[Contact], region: str) -> dict[Trait, set[str]]:
    """Traits that more than one of the contacts has."""
    owners: dict[Trait, set[str]] = {}
    for contact in contacts:
        for trait in traits(contact, region):
            owners.setdefault(trait, set()).add(contact.id)
    return {trait: owners[trait] for trait in sorted(owners) if len(owners[trait]) > 1}


def _pairs(shared: Mapping[Trait, set[str]], kind: TraitKind) -> Iterable[tuple[str, str]]:
    """Everybody with everybody: whoever may not go with one of them may go with the next."""
    for trait, ids in shared.items():
        if trait.kind is kind:
            yield from combinations(sorted(ids), 2)


def customer_ids(
    contacts: Iterable[Contact], known: Mapping[str, str], words: Iterable[Word] = (), region: str = ""
) -> dict[str, str]:
    """The customer of each contact, by contact id. known: what was decided earlier.

    A customer keeps its id when contacts join; of two customers that turn out to be one, the smaller id stays. A new
    customer is named after its smallest contact. When a customer falls apart, the id stays with the contact it is
    named after, else with the part that holds the smallest contact.
    """
    groups = same_customer(contacts, words, region)
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
