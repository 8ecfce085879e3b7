"""Identity: which contacts are one customer, what speaks for it, and what only suggests it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from desktop.domain.identity.phone import Match, aliases, canonical
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.workspace import BRIDGE_TAGS

BRIDGE_PREFIX = "octopods_"
MAX_TRAIT_CONTACTS = 5
"""A trait of more contacts than this is a placeholder (`noreply@`, a switchboard) and joins nobody."""


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
_WHY_PLACEHOLDER = {
    TraitKind.PHONE: (30, "They have the same phone number, as many other contacts do."),
    TraitKind.ADDRESS: (30, "The bridge knows both by the same address, as it knows many other contacts."),
    TraitKind.EMAIL: (30, "They have the same e-mail address, as many other contacts do."),
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


def traits_of(contact: Contact, region: str = "") -> frozenset[Trait]:
    """region: where numbers without a country code are at home, "" when nobody said."""
    found = {Trait(TraitKind.RECORD, i) for i in (contact.id, *contact.merged_ids)}
    if digits := canonical(contact.phone, region):
        found.add(Trait(TraitKind.PHONE, _group(digits, Match.ALIAS)))
        found.add(Trait(TraitKind.LOOSE_PHONE, _group(digits, Match.MAYBE)))
    if email := email_key(contact.email):
        found.add(Trait(TraitKind.EMAIL, email))
    name = _name_key(contact)
    if " " in name:
        # A first name alone is nobody's in particular.
        found.add(Trait(TraitKind.NAME, name))
    found |= {Trait(TraitKind.ADDRESS, f"{channel} {value}") for channel, value in bridge_addresses(contact)}
    return frozenset(found)


def _name_key(contact: Contact) -> str:
    return " ".join(contact.name.split()).casefold()


def same_person(contacts: Iterable[Contact], ids: Collection[str]) -> tuple[Contact, ...]:
    """Those of one customer's contacts that are surely the person who has these ids, these first.

    Two people who share an e-mail address can be one customer. So contacts of another name are left out, and ones
    without a name where the customer has more than one.
    """
    held = list(contacts)
    own = [c for c in held if c.id in ids]
    own_names = {_name_key(c) for c in own} - {""}
    is_one = len({_name_key(c) for c in held} - {""}) <= 1
    return (*own, *(c for c in held if c.id not in ids and (is_one or _name_key(c) in own_names)))


def _group(digits: str, least: Match) -> str:
    """The same for every number that matches at least so surely: country rules make groups of two."""
    return min([digits, *(other for other, match in aliases(digits).items() if match >= least)])


_ADDRESS_NAME = re.compile(r"(.+)_(?:user_id|chat_id|bsuid|psid|igsid|username_id)")
_NO_BRIDGE_CHANNEL = frozenset({ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.UNKNOWN})


def bridge_addresses(contact: Contact) -> frozenset[tuple[ChannelKind, str]]:
    """(channel, the customer's address on it) for each address that a bridge wrote on the contact.

    `octopods_whatsapp_user_id` and `octopods_twilio_whatsapp_user_id` say the same. The form of the names is inferred
    from the one that is published (`octopods_messagebird_whatsapp_account_phone`). Twilio's `whatsapp:` is no part of
    an address.
    """
    found = set()
    for name, held in contact.bridge_attributes.items():
        named = _ADDRESS_NAME.fullmatch(name.strip().casefold().removeprefix(BRIDGE_PREFIX))
        value = re.sub(r"^whatsapp:\s*", "", held.strip(), flags=re.IGNORECASE)
        channel = _channel_named(named[1]) if named and name.strip().casefold().startswith(BRIDGE_PREFIX) else None
        if channel is not None and value:
            found.add((channel, value))
    return frozenset(found)


def _channel_named(words: str) -> ChannelKind | None:
    """The channel of what stands in an attribute's name between the prefix and `_user_id`: a bridge's tag as a whole
    (`twilio`, `messenger`), else the only channel that one of its words names."""
    if words in BRIDGE_TAGS:
        return BRIDGE_TAGS[words]
    pieces = set(words.split("_"))
    named = [c for c in ChannelKind if c.value in pieces and c not in _NO_BRIDGE_CHANNEL]
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class IdentityDecision:
    """A person's word on two contacts: one customer, or surely not. It outweighs every trait but a provider's merge."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """Why two contacts are, or may be, one customer. confidence: 0-100. reason: a sentence."""

    one: str
    other: str
    confidence: int
    reason: str
    joins: bool


BY_WORD = "A teammate said that they are one customer."


def group_contacts(
    contacts: Iterable[Contact],
    words: Iterable[IdentityDecision] = (),
    region: str = "",
    *,
    max_trait_contacts: int = MAX_TRAIT_CONTACTS,
    placeholders: Collection[Trait] = (),
) -> tuple[frozenset[str], ...]:
    """Ids of the contacts, those of one customer together; smallest id first, whatever the order of the arguments.

    Contacts that a person told apart stay apart, also where a third one has something in common with both: that one
    goes with whom the stronger trait names. A trait of more than `max_trait_contacts` of the contacts joins nobody, nor
    does one of the `placeholders`, which other contacts than these have; a merge at the provider always joins.
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
    for trait, ids in shared.items():
        if trait.kind is TraitKind.RECORD:
            for one, other in pairwise(ids):
                join(one, other, always=True)
    for word in sorted((w for w in told if w.same), key=lambda w: sorted((w.one, w.other))):
        join(word.one, word.other, always=False)
    for kind in (TraitKind.PHONE, TraitKind.ADDRESS, TraitKind.EMAIL):
        for trait, ids in shared.items():
            if trait.kind is kind and len(ids) <= max_trait_contacts and trait not in placeholders:
                # Everybody with everybody: whoever may not go with one of them may go with the next.
                for one, other in combinations(ids, 2):
                    join(one, other, always=False)
    return tuple(sorted(set(groups.values()), key=min))


def find_contact_matches(
    contacts: Iterable[Contact],
    words: Iterable[IdentityDecision] = (),
    region: str = "",
    *,
    about: Collection[str] | None = None,
    max_trait_contacts: int = MAX_TRAIT_CONTACTS,
    placeholders: Collection[Trait] = (),
) -> tuple[ContactMatch, ...]:
    """What two of these contacts have in common, strongest first; nothing a person has denied.

    about: only pairs with one of these contacts; None: all. A trait of more than `max_trait_contacts` contacts, or one
    of the `placeholders`, only suggests. Without `about` it names each contact with the next one alone, so that the
    number of pairs grows with the contacts and not with their square.
    """
    people = {c.id: c for c in contacts}
    told = {frozenset((w.one, w.other)): w.same for w in words}
    found = set()
    for pair, same in told.items():
        if same and pair <= people.keys() and (about is None or pair & set(about)):
            one, other = sorted(pair)
            found.add(ContactMatch(one, other, 100, BY_WORD, joins=True))
    shared = _shared(people.values(), region)
    numbers = {ids for trait, ids in shared.items() if trait.kind is TraitKind.PHONE}
    for trait, ids in shared.items():
        if trait.kind is TraitKind.LOOSE_PHONE and ids in numbers:
            continue
        is_merge = trait.kind is TraitKind.RECORD
        is_placeholder = not is_merge and (len(ids) > max_trait_contacts or trait in placeholders)
        confidence, reason = (_WHY_PLACEHOLDER if is_placeholder else _WHY).get(trait.kind, _WHY[trait.kind])
        for one, other in _pairs(ids, about, is_placeholder):
            if is_merge or told.get(frozenset((one, other))) is not False:
                found.add(ContactMatch(one, other, confidence, reason, trait.kind.joins and not is_placeholder))
    # What two have in common besides needs no telling where they are one already.
    joined = {(s.one, s.other) for s in found if s.joins}
    kept = (s for s in found if s.joins or (s.one, s.other) not in joined)
    return tuple(sorted(kept, key=lambda s: (-s.confidence, s.one, s.other, s.reason)))


def _pairs(ids: tuple[str, ...], about: Collection[str] | None, is_placeholder: bool) -> Iterator[tuple[str, str]]:
    """The smaller id first."""
    if about is None:
        yield from pairwise(ids) if is_placeholder else combinations(ids, 2)
        return
    for one in sorted(set(about).intersection(ids)):
        yield from ((min(one, other), max(one, other)) for other in ids if other != one)


def _shared(contacts: Iterable[Contact], region: str) -> dict[Trait, tuple[str, ...]]:
    """Traits that more than one of the contacts has, with the ids of those in order."""
    owners: dict[Trait, set[str]] = defaultdict(set)
    for contact in contacts:
        for trait in traits_of(contact, region):
            owners[trait].add(contact.id)
    return {trait: tuple(sorted(owners[trait])) for trait in sorted(owners) if len(owners[trait]) > 1}


def assign_customer_ids(
    contacts: Iterable[Contact],
    known: Mapping[str, str],
    words: Iterable[IdentityDecision] = (),
    region: str = "",
    *,
    max_trait_contacts: int = MAX_TRAIT_CONTACTS,
    placeholders: Collection[Trait] = (),
) -> dict[str, str]:
    """The customer of each contact, by contact id. known: what was decided earlier; the rest as in `group_contacts`.

    A customer keeps its id when contacts join; of two customers that turn out to be one, the smaller id stays. A new
    customer is named after its smallest contact. When a customer falls apart, the id stays with the contact it is
    named after, else with the part that holds the smallest contact.
    """
    groups = group_contacts(contacts, words, region, max_trait_contacts=max_trait_contacts, placeholders=placeholders)
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
