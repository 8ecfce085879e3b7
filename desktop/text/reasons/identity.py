"""Reasons why two contacts are, or may be, one customer."""

from __future__ import annotations

from desktop.domain.identity.customer import MatchReason
from desktop.text.catalog import Text

SENTENCES = {
    MatchReason.SAID_BY_TEAMMATE: Text("A teammate said they're the same person."),
    MatchReason.CONTACTS_MERGED: Text("Intercom merged these contacts."),
    MatchReason.SAME_PHONE: Text("Same phone number."),
    MatchReason.SAME_ADDRESS: Text("Same number or username on the channel, according to Octopods."),
    MatchReason.SAME_EMAIL: Text("Same email address."),
    MatchReason.SIMILAR_PHONE: Text("Similar phone numbers, which may be two forms of the same number."),
    MatchReason.SAME_NAME: Text("Same full name."),
    MatchReason.SAME_PHONE_OF_MANY: Text("Same phone number, shared by many other contacts."),
    MatchReason.SAME_ADDRESS_OF_MANY: Text(
        "Same number or username on the channel, according to Octopods, shared by many other contacts."
    ),
    MatchReason.SAME_EMAIL_OF_MANY: Text("Same email address, shared by many other contacts."),
}
