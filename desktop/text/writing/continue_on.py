"""The ready text that asks a customer to continue on another channel."""

from __future__ import annotations

from desktop.text.catalog import Text, strip_isolates
from desktop.text.names import channel_name

# Translators: sent to the customer. By (name known, number known).
_TEXTS = {
    (False, False): Text("Hi! Could you send us a short message on {channel}, so that we can answer you there?"),
    (False, True): Text(
        "Hi! Could you send us a short message on {channel}, so that we can answer you there? Our number: {number}"
    ),
    (True, False): Text("Hi {name}, could you send us a short message on {channel}, so that we can answer you there?"),
    (True, True): Text(
        "Hi {name}, could you send us a short message on {channel}, so that we can answer you there? "
        "Our number: {number}"
    ),
}


def ask_to_continue(channel: str, name: str = "", number: str = "") -> str:
    """The text. channel: a `ChannelKind`. name: the customer's first name, number: ours there; "" if unknown."""
    return strip_isolates(_TEXTS[bool(name), bool(number)](channel=channel_name(channel), name=name, number=number))
