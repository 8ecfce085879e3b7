"""Names of channels for people."""

from __future__ import annotations

_NAMES = {
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "sms": "text message (SMS)",
    "messenger": "Messenger",
    "email": "email",
    "facebook": "Facebook Messenger",
    "instagram": "Instagram",
    "viber": "Viber",
    "line": "LINE",
    "wechat": "WeChat",
    "twitter": "X (Twitter)",
    "phone": "phone",
    "unknown": "an unknown channel",
}


def channel_name(word: str) -> str:
    """The name for the value of a `ChannelKind`; any other word is returned as it is."""
    return _NAMES.get(word, word)
