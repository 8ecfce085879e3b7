"""Names of channels, for labels and inside sentences."""

from __future__ import annotations

from desktop.text.catalog import Text

# Translators: inside a sentence.
_NAMES = {
    "whatsapp": Text("WhatsApp"),
    "telegram": Text("Telegram"),
    "sms": Text("text message (SMS)"),
    "messenger": Text("Messenger"),
    "email": Text("email"),
    "facebook": Text("Facebook Messenger"),
    "instagram": Text("Instagram"),
    "viber": Text("Viber"),
    "line": Text("LINE"),
    "wechat": Text("WeChat"),
    "twitter": Text("X (Twitter)"),
    "phone": Text("phone"),
    "unknown": Text("an unknown channel"),
}


def channel_name(word: str) -> str:
    """The name for the value of a `ChannelKind`; any other word is returned as it is."""
    return _NAMES[word]() if word in _NAMES else word
