"""Decides which contacts are one customer, and which only may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, pairwise

from desktop.domain.identity.phone import Match, aliases, canonical
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, make_reason
from desktop.domain.model.workspace import BRIDGE_TAGS

BRIDGE_PREFIX = "octopods_"
MAX_TRAIT_CONTACTS = 5
"""A trait of more contacts than this is a placeholder (`noreply@`, a switchboard) and joins none of them."""


class TraitKind(StrEnum):
    """What two contacts can have in common.

    `RECORD`: the provider's own id, which remains after a merge. `ADDRESS`: the customer's on a channel without phone
    numbers, as a bridge wrote it on the contact. `LOOSE_PHONE` and `NAME` suggest and never join.
    """

    RECORD = "record"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    LOOSE_PHONE = "loose_phone"
    NAME = "name"

    @property
    def joins(self) -> bool:
        """Whether contacts that share the trait are one customer."""
        return self not in (TraitKind.LOOSE_PHONE, TraitKind.NAME)


class MatchReason(StrEnum):
    """Why two contacts are, or may be, one customer, as a code."""

    SAID_BY_TEAMMATE = "said_by_teammate"
    CONTACTS_MERGED = "contacts_merged"
    SAME_PHONE = "same_phone"
    SAME_ADDRESS = "same_address"
    SAME_EMAIL = "same_email"
    SIMILAR_PHONE = "similar_phone"
    SAME_NAME = "same_name"
    SAME_PHONE_OF_MANY = "same_phone_of_many"
    SAME_ADDRESS_OF_MANY = "same_address_of_many"
    SAME_EMAIL_OF_MANY = "same_email_of_many"


_REASONS = {
    TraitKind.RECORD: (100, MatchReason.CONTACTS_MERGED),
    TraitKind.PHONE: (95, MatchReason.SAME_PHONE),
    TraitKind.ADDRESS: (95, MatchReason.SAME_ADDRESS),
    TraitKind.EMAIL: (90, MatchReason.SAME_EMAIL),
    TraitKind.LOOSE_PHONE: (50, MatchReason.SIMILAR_PHONE),
    TraitKind.NAME: (20, MatchReason.SAME_NAME),
}
_PLACEHOLDER_REASONS = {
    TraitKind.PHONE: (30, MatchReason.SAME_PHONE_OF_MANY),
    TraitKind.ADDRESS: (30, MatchReason.SAME_ADDRESS_OF_MANY),
    TraitKind.EMAIL: (30, MatchReason.SAME_EMAIL_OF_MANY),
}


@dataclass(frozen=True, slots=True, order=True)
class Trait:
    """A trait of a contact; two contacts share it if it is equal. value: normalized, for comparing only."""

    kind: TraitKind
    value: str


def phone_key(phone: str) -> str:
    """The digits of a full international number; "" for anything else, which may be anybody's."""
    return canonical(phone)


@lru_cache(maxsize=4096)
def number_key(phone: str) -> str:
    """A key that is equal for all forms of one number (Brazil's 9, Mexico's 1); "" where `phone_key` is."""
    digits = canonical(phone)
    return _alias_group(digits, Match.ALIAS) if digits else ""


def email_key(email: str) -> str:
    """A key that is equal for all spellings of one address; "" for what is no address."""
    key = email.strip().casefold()
    return key if "@" in key else ""


def traits_of(contact: Contact, region: str = "") -> frozenset[Trait]:
    """The traits of a contact. region: of numbers without a country code (ISO 3166), "" if unknown."""
    found = {Trait(TraitKind.RECORD, i) for i in (contact.id, *contact.merged_ids)}
    if digits := canonical(contact.phone, region):
        found.add(Trait(TraitKind.PHONE, _alias_group(digits, Match.ALIAS)))
        found.add(Trait(TraitKind.LOOSE_PHONE, _alias_group(digits, Match.MAYBE)))
    if email := email_key(contact.email):
        found.add(Trait(TraitKind.EMAIL, email))
    name = _name_key(contact)
    if " " in name:
        # A first name alone identifies nobody.
        found.add(Trait(TraitKind.NAME, name))
    found |= {_address_trait(channel, value) for channel, value in bridge_addresses(contact)}
    return frozenset(found)


def address_key_on(channel: ChannelKind, address: str) -> str:
    """The value of the trait of contacts that have this address on a channel; "" for what is none there.

    A number that is not international is none.
    """
    if channel in WITH_NUMBERS:
        return number_key(address)
    return _address_trait(channel, address.strip()).value if address.strip() else ""


def address_keys(contact: Contact) -> frozenset[str]:
    """`address_key_on` for the contact's number and for each address that a bridge wrote on it."""
    written = (address_key_on(on, value) for on, value in bridge_addresses(contact) if on not in WITH_NUMBERS)
    return frozenset({number_key(contact.phone), *written} - {""})


def _address_trait(channel: ChannelKind, address: str) -> Trait:
    return Trait(TraitKind.ADDRESS, f"{channel} {address}")


def _name_key(contact: Contact) -> str:
    return " ".join(contact.name.split()).casefold()


def same_person(contacts: Iterable[Contact], ids: Collection[str]) -> tuple[Contact, ...]:
    """The contacts with these ids, then those of the same customer that are surely the same person.

    Two people who share an e-mail address can be one customer. So contacts of another name are left out, and ones
    without a name where the customer has more than one name.
    """
    all_contacts = list(contacts)
    own = [c for c in all_contacts if c.id in ids]
    own_names = {_name_key(c) for c in own} - {""}
    is_one = len({_name_key(c) for c in all_contacts} - {""}) <= 1
    return (*own, *(c for c in all_contacts if c.id not in ids and (is_one or _name_key(c) in own_names)))


def _alias_group(digits: str, least: Match) -> str:
    """A key that is equal for every number that matches at least so surely; country rules form pairs."""
    return min([digits, *(other for other, match in aliases(digits).items() if match >= least)])


_ADDRESS_NAME = re.compile(r"(.+)_(?:user_id|chat_id|bsuid|psid|igsid|username_id)")
WITH_NUMBERS = frozenset({ChannelKind.WHATSAPP, ChannelKind.SMS})
"""Channels on which customers have phone numbers; on WhatsApp, some have an id instead."""
_NO_BRIDGE_CHANNEL = frozenset({ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.UNKNOWN})


def bridge_addresses(contact: Contact) -> frozenset[tuple[ChannelKind, str]]:
    """(channel, the customer's address on it) for each address that a bridge wrote on the contact.

    `octopods_whatsapp_user_id` and `octopods_twilio_whatsapp_user_id` are equivalent. The form of the names is inferred
    from the published one (`octopods_messagebird_whatsapp_account_phone`). Twilio's prefix `whatsapp:` is removed.
    """
    found = set()
    for name, written in contact.bridge_attributes.items():
        named = _ADDRESS_NAME.fullmatch(name.strip().casefold().removeprefix(BRIDGE_PREFIX))
        value = re.sub(r"^whatsapp:\s*", "", written.strip(), flags=re.IGNORECASE)
        channel = _channel_in_name(named[1]) if named and name.strip().casefold().startswith(BRIDGE_PREFIX) else None
        if channel is not None and value:
            found.add((channel, value))
    return frozenset(found)


def _channel_in_name(words: str) -> ChannelKind | None:
    """The channel that an attribute's name, without prefix and `_user_id`, names: by a bridge tag (`twilio`), else by
    its only word that is a channel."""
    if words in BRIDGE_TAGS:
        return BRIDGE_TAGS[words]
    parts = set(words.split("_"))
    named = [c for c in ChannelKind if c.value in parts and c not in _NO_BRIDGE_CHANNEL]
    return named[0] if len(named) == 1 else None


@frozen
class IdentityDecision:
    """A person's decision whether two contacts are one customer. Only a provider's merge outranks it."""

    one: str
    other: str
    same: bool


@frozen
class ContactMatch:
    """Why two contacts are, or may be, one customer. confidence: 0-100."""

    one: str
    other: str
    confidence: int
    reason: Reason
    joins: bool


def group_contacts(
    contacts: Iterable[Contact],
    decisions: Iterable[IdentityDecision] = (),
    region: str = "",
    *,
    max_trait_contacts: int = MAX_TRAIT_CONTACTS,
    placeholders: Collection[Trait] = (),
) -> tuple[frozenset[str], ...]:
    """Group the contacts' ids by customer; smallest id first, whatever the order of the arguments.

    Contacts that a person separated stay apart, also where a third one shares a trait with both: that one joins the
    contact of the stronger trait. A trait of more than `max_trait_contacts` contacts joins none, nor does one of the
    `placeholders`, which contacts outside these have; a merge at the provider always joins.
    """
    people = {c.id: c for c in contacts}
    applicable = [w for w in decisions if w.one in people and w.other in people]
    apart = {frozenset((w.one, w.other)) for w in applicable if not w.same}
    groups = {i: frozenset({i}) for i in people}

    def join(one: str, other: str, *, always: bool) -> None:
        joined = groups[one] | groups[other]
        if groups[one] is not groups[other] and (always or not any(pair <= joined for pair in apart)):
            groups.update(dict.fromkeys(joined, joined))

    shared = _shared_traits(people.values(), region)
    for trait, ids in shared.items():
        if trait.kind is TraitKind.RECORD:
            for one, other in pairwise(ids):
                join(one, other, always=True)
    for decision in sorted((w for w in applicable if w.same), key=lambda w: sorted((w.one, w.other))):
        join(decision.one, decision.other, always=False)
    for kind in (TraitKind.PHONE, TraitKind.ADDRESS, TraitKind.EMAIL):
        for trait, ids in shared.items():
            if trait.kind is kind and len(ids) <= max_trait_contacts and trait not in placeholders:
                # All pairs: a contact that must stay apart from one may still join the next.
                for one, other in combinations(ids, 2):
                    join(one, other, always=False)
    return tuple(sorted(set(groups.values()), key=min))


def find_contact_matches(
    contacts: Iterable[Contact],
    decisions: Iterable[IdentityDecision] = (),
    region: str = "",
    *,
    about: Collection[str] | None = None,
    max_trait_contacts: int = MAX_TRAIT_CONTACTS,
    placeholders: Collection[Trait] = (),
) -> tuple[ContactMatch, ...]:
    """What two of these contacts have in common, strongest first, without what a person has denied.

    about: only pairs with one of these contacts; None: all. A trait of more than `max_trait_contacts` contacts, or one
    of the `placeholders`, only suggests. Without `about` it pairs each contact with the next one only, so that the
    number of pairs grows with the contacts and not with their square.
    """
    people = {c.id: c for c in contacts}
    is_same = {frozenset((d.one, d.other)): d.same for d in decisions}
    found = set()
    for pair, same in is_same.items():
        if same and pair <= people.keys() and (about is None or pair & set(about)):
            one, other = sorted(pair)
            found.add(ContactMatch(one, other, 100, make_reason(MatchReason.SAID_BY_TEAMMATE), joins=True))
    shared = _shared_traits(people.values(), region)
    numbers = {ids for trait, ids in shared.items() if trait.kind is TraitKind.PHONE}
    for trait, ids in shared.items():
        if trait.kind is TraitKind.LOOSE_PHONE and ids in numbers:
            continue
        is_merge = trait.kind is TraitKind.RECORD
        is_placeholder = not is_merge and (len(ids) > max_trait_contacts or trait in placeholders)
        confidence, code = (_PLACEHOLDER_REASONS if is_placeholder else _REASONS).get(trait.kind, _REASONS[trait.kind])
        for one, other in _pairs(ids, about, is_placeholder):
            if is_merge or is_same.get(frozenset((one, other))) is not False:
                joins = trait.kind.joins and not is_placeholder
                found.add(ContactMatch(one, other, confidence, make_reason(code), joins))
    # Suggestions are dropped for pairs that are joined anyway.
    joined = {(s.one, s.other) for s in found if s.joins}
    relevant = (s for s in found if s.joins or (s.one, s.other) not in joined)
    return tuple(sorted(relevant, key=lambda s: (-s.confidence, s.one, s.other, s.reason.code)))


def _pairs(ids: tuple[str, ...], about: Collection[str] | None, is_placeholder: bool) -> Iterator[tuple[str, str]]:
    """Pairs of ids, the smaller one first."""
    if about is None:
        yield from pairwise(ids) if is_placeholder else combinations(ids, 2)
        return
    for one in sorted(set(about).intersection(ids)):
        yield from ((min(one, other), max(one, other)) for other in ids if other != one)


def _shared_traits(contacts: Iterable[Contact], region: str) -> dict[Trait, tuple[str, ...]]:
    """Traits that more than one of the contacts has, with the ids of those in order."""
    owners: dict[Trait, set[str]] = defaultdict(set)
    for contact in contacts:
        for trait in traits_of(contact, region):
            owners[trait].add(contact.id)
    return {trait: tuple(sorted(owners[trait])) for trait in sorted(owners) if len(owners[trait]) > 1}


def assign_customer_ids(
    contacts: Iterable[Contact],
    known: Mapping[str, str],
    decisions: Iterable[IdentityDecision] = (),
    region: str = "",
    *,
    max_trait_contacts: int = MAX_TRAIT_CONTACTS,
    placeholders: Collection[Trait] = (),
) -> dict[str, str]:
    """The customer of each contact, by contact id. known: earlier assignments; the rest as in `group_contacts`.

    A customer keeps its id when contacts join; of two customers that become one, the smaller id stays. A new customer
    gets the id of its smallest contact. When a customer is split, the id stays with the contact that has it, else with
    the part that has the smallest contact.
    """
    groups = group_contacts(
        contacts, decisions, region, max_trait_contacts=max_trait_contacts, placeholders=placeholders
    )
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
