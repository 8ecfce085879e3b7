"""Names of channels as people write them."""

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
    """Of a `ChannelKind`; a word that is not one is shown as it is."""
    return _NAMES.get(word, word)
