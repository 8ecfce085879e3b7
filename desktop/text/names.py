"""Names that sentences and labels share: channels, places, people, states, regions."""

from __future__ import annotations

import sys

from desktop.domain.model.facts import ChannelKind, Client, ConversationState
from desktop.domain.origin import Origin
from desktop.text.catalog import Phrase, Text

# Translators: inside a sentence.
_NAMES = {
    "whatsapp": Text("WhatsApp"),
    "telegram": Text("Telegram"),
    "sms": Text("text message (SMS)"),
    "messenger": Text("the Messenger"),
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
# Translators: a badge, a heading, or what comes before a colon.
_LABELS = {
    ChannelKind.WHATSAPP: Text("WhatsApp"),
    ChannelKind.TELEGRAM: Text("Telegram"),
    ChannelKind.SMS: Text("SMS"),
    ChannelKind.MESSENGER: Text("Messenger"),
    ChannelKind.EMAIL: Text("Email", "name of a channel"),
    ChannelKind.FACEBOOK: Text("Facebook Messenger"),
    ChannelKind.INSTAGRAM: Text("Instagram"),
    ChannelKind.VIBER: Text("Viber"),
    ChannelKind.LINE: Text("LINE"),
    ChannelKind.WECHAT: Text("WeChat"),
    ChannelKind.TWITTER: Text("X (Twitter)"),
    ChannelKind.PHONE: Text("Phone", "name of a channel"),
    ChannelKind.UNKNOWN: Text("Unknown", "name of a channel"),
}
# Translators: inside a sentence: "Jennifer wrote on WhatsApp".
_PLACES = {
    ChannelKind.WHATSAPP: Text("on WhatsApp"),
    ChannelKind.TELEGRAM: Text("on Telegram"),
    ChannelKind.SMS: Text("by text message (SMS)"),
    ChannelKind.MESSENGER: Text("in the Messenger"),
    ChannelKind.EMAIL: Text("by email"),
    ChannelKind.FACEBOOK: Text("on Facebook Messenger"),
    ChannelKind.INSTAGRAM: Text("on Instagram"),
    ChannelKind.VIBER: Text("on Viber"),
    ChannelKind.LINE: Text("on LINE"),
    ChannelKind.WECHAT: Text("on WeChat"),
    ChannelKind.TWITTER: Text("on X (Twitter)"),
    ChannelKind.PHONE: Text("by phone"),
    ChannelKind.UNKNOWN: Text("on an unknown channel"),
}
_CLIENTS = {
    Client.WEB: Text("web", "where the Messenger runs"),
    Client.IOS: Text("iPhone"),
    Client.ANDROID: Text("Android"),
}
# Translators: where a message was written: "Messenger · iPhone".
_CHANNEL_AND_CLIENT = Text("{channel} · {client}")
# Translators: of a workspace, by its hosting region.
_REGIONS = {"US": Text("United States"), "EU": Text("Europe"), "AU": Text("Australia")}
# Translators: what holds the tokens, in brackets after "the system's password store".
_PASSWORD_STORES = {"win32": Text("Windows Credential Manager"), "darwin": Text("macOS Keychain")}
_OTHER_PASSWORD_STORE = Text("keyring")
# Translators: stands for a name.
_NO_NAME = Text("Unnamed customer")
# Translators: stands for a name inside a sentence; at its start it gets a capital by itself.
_CUSTOMER = Text("the customer")

STATES = {
    ConversationState.OPEN: Text("Open", "state of a conversation"),
    ConversationState.CLOSED: Text("Closed", "state of a conversation"),
    ConversationState.SNOOZED: Text("Snoozed", "state of a conversation"),
}


def channel_name(word: str) -> str:
    """The name for the value of a `ChannelKind`, inside a sentence; any other word is returned as it is."""
    return Phrase(_NAMES[word]()) if word in _NAMES else word


def channel_label(kind: ChannelKind) -> str:
    """The short name, for badges, headings, menus and before a colon."""
    return _LABELS[kind]()


def place(kind: ChannelKind) -> str:
    """Return a phrase such as `on WhatsApp`, `in the Messenger` or `by email`."""
    return _PLACES[kind]()


def display_name(name: str) -> str:
    """The whole name, for a row or a heading; never empty."""
    return name.strip() or _NO_NAME()


def full_name(name: str) -> str:
    """The whole name inside a sentence; never empty."""
    return name.strip() or Phrase(_CUSTOMER())


def initials(name: str) -> str:
    """Return up to two letters; "?" for a name without any."""
    letters = [word[0].upper() for word in name.split() if word[0].isalnum()]
    return "".join((letters[0], letters[-1]) if len(letters) > 1 else letters) or "?"


def first_name(name: str) -> str:
    """Return what to call a customer in a sentence: the name's first word, or a whole phone number; never ""."""
    words = "".join(c if c.isprintable() else " " for c in name).split()
    if not words:
        return Phrase(_CUSTOMER())
    return words[0] if any(c.isalpha() for c in words[0]) else " ".join(words)


def origin_badge(origin: Origin) -> str:
    """Return for example `WhatsApp` or `Messenger · iPhone`; `Unknown` if the origin is not certain enough."""
    if not origin.is_known:
        return channel_label(ChannelKind.UNKNOWN)
    client, channel = _CLIENTS.get(origin.client), channel_label(origin.channel)
    return _CHANNEL_AND_CLIENT(channel=channel, client=client()) if client is not None else channel


def password_store(system: str = sys.platform) -> str:
    """What the people of a system call the place where it keeps passwords."""
    return _PASSWORD_STORES.get(system, _OTHER_PASSWORD_STORE)()


def region_name(code: str) -> str:
    """The name of a workspace's region by its code in Intercom's API; any other code is returned as it is."""
    return _REGIONS[code]() if code in _REGIONS else code
