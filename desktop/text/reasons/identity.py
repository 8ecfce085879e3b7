"""Reasons why two contacts are, or may be, one customer."""

from __future__ import annotations

from desktop.domain.identity.customer import MatchReason
from desktop.text.catalog import Text

SENTENCES = {
    MatchReason.SAID_BY_TEAMMATE: Text("A teammate said they're the same person."),
    MatchReason.MERGED: Text("Intercom merged these contacts."),
    MatchReason.PHONE: Text("Same phone number."),
    MatchReason.ADDRESS: Text("Same address on the channel, according to Octopods."),
    MatchReason.EMAIL: Text("Same email address."),
    MatchReason.LOOSE_PHONE: Text("Similar phone numbers, which may be two forms of the same number."),
    MatchReason.NAME: Text("Same full name."),
    MatchReason.PHONE_OF_MANY: Text("Same phone number, shared by many other contacts."),
    MatchReason.ADDRESS_OF_MANY: Text(
        "Same address on the channel, according to Octopods, shared by many other contacts."
    ),
    MatchReason.EMAIL_OF_MANY: Text("Same email address, shared by many other contacts."),
}
