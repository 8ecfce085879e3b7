"""The ready text that asks a customer to continue on another channel."""

from __future__ import annotations

from desktop.text.names import channel_name

# By (name known, number known).
_TEXTS = {
    (False, False): "Hi! Could you send us a short message on {channel}, so that we can answer you there?",
    (False, True): (
        "Hi! Could you send us a short message on {channel}, so that we can answer you there? Our number: {number}"
    ),
    (True, False): "Hi {name}, could you send us a short message on {channel}, so that we can answer you there?",
    (True, True): (
        "Hi {name}, could you send us a short message on {channel}, so that we can answer you there? "
        "Our number: {number}"
    ),
}


def ask_to_continue(channel: str, name: str = "", number: str = "") -> str:
    """The text. channel: a `ChannelKind`. name: the customer's first name, number: ours there; "" if unknown."""
    text = _TEXTS[bool(name), bool(number)]
    return text.format(channel=channel_name(channel), name=name, number=number)
