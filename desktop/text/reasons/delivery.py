"""Reasons why a reply arrived on a channel, or did not."""

from __future__ import annotations

import re

from desktop.domain.delivery import ArrivalReason
from desktop.text.catalog import Text

_SPEAKER = re.compile(r"\s*Octopods\s*:\s*", re.IGNORECASE)

SENTENCES = {
    ArrivalReason.IN_MESSENGER: Text("Accepted by Intercom. Shown in the Messenger."),
    ArrivalReason.BY_EMAIL: Text("Accepted by Intercom. Sent by email."),
    ArrivalReason.PLACE_NOT_REPORTED: Text("Accepted by Intercom, which doesn't report where it's shown."),
    ArrivalReason.CHAT_UNKNOWN: Text("Octopods may have forwarded this, but we don't know to which channel."),
    # Translators: {text} is quoted from Octopods' own message.
    ArrivalReason.NOTICE: Text("Octopods reported: “{text}”"),
    # Translators: closed: replies are accepted only for a time after the customer's last message.
    ArrivalReason.CLOSED_THEN: Text("{channel} was closed when this was sent."),
    ArrivalReason.UNKNOWN_THEN: Text("We don't know whether {channel} was open when this was sent."),
    ArrivalReason.NOT_FORWARDED: Text("Octopods doesn't forward replies sent from Reachline."),
    ArrivalReason.FORWARDING_UNTESTED: Text("Delivery through Octopods isn't tested yet."),
    ArrivalReason.NO_ERROR: Text("No error reported. Delivery isn't confirmed."),
    # Translators: {provider} is a company such as Twilio; {at} is date and time.
    ArrivalReason.ACCEPTED_ONLY: Text("Accepted by {provider}, which doesn't report delivery."),
    ArrivalReason.ACCEPTED_SO_FAR: Text("Accepted by {provider}. Delivery isn't confirmed yet."),
    ArrivalReason.ACCEPTED_FROM_BRIDGE: Text(
        "Forwarded by Octopods and accepted by {provider} ({at}). Delivery isn't confirmed yet."
    ),
    ArrivalReason.SENT: Text("Sent by {provider}. Delivery isn't confirmed yet."),
    ArrivalReason.SENT_AT: Text("Sent by {provider} ({at}). Delivery isn't confirmed yet."),
    ArrivalReason.NOT_DELIVERED: Text("{provider} couldn't deliver this message."),
    ArrivalReason.NOT_DELIVERED_AT: Text("{provider} couldn't deliver this message ({at})."),
    ArrivalReason.DELIVERED: Text("{provider} reports that this was delivered."),
    ArrivalReason.DELIVERED_AT: Text("{provider} reports that this was delivered ({at})."),
    ArrivalReason.READ: Text("{provider} reports that this was read."),
    ArrivalReason.READ_AT: Text("{provider} reports that this was read ({at})."),
}


def bridge_quote(text: str) -> str:
    """What Octopods wrote, without its own name in front, which the sentence around it says."""
    return text[found.end() :].strip() if (found := _SPEAKER.match(text)) else text.strip()
