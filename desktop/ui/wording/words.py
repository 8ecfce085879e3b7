"""Names and phrases that many sentences share: channels, places, people, durations and connection states."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from desktop.domain.model.facts import ChannelKind, Client, ConversationState
from desktop.domain.model.workspace import Relay
from desktop.domain.origin import Origin
from desktop.domain.window.window import Window, WindowState
from desktop.engine.views import ConnectionState, ConnectionView, Progress

REGIONS = {"US": "United States", "EU": "Europe", "AU": "Australia"}
"""Name of a workspace's region by its code in Intercom's API."""

CHANNEL_NAMES = {
    ChannelKind.WHATSAPP: "WhatsApp",
    ChannelKind.TELEGRAM: "Telegram",
    ChannelKind.SMS: "SMS",
    ChannelKind.MESSENGER: "Messenger",
    ChannelKind.EMAIL: "Email",
    ChannelKind.FACEBOOK: "Facebook",
    ChannelKind.INSTAGRAM: "Instagram",
    ChannelKind.VIBER: "Viber",
    ChannelKind.LINE: "LINE",
    ChannelKind.WECHAT: "WeChat",
    ChannelKind.TWITTER: "X",
    ChannelKind.PHONE: "Phone",
    ChannelKind.UNKNOWN: "Unknown",
}

_PLACES = {
    ChannelKind.MESSENGER: "in the Messenger",
    ChannelKind.EMAIL: "by email",
    ChannelKind.SMS: "by SMS",
    ChannelKind.PHONE: "by phone",
    ChannelKind.UNKNOWN: "on a channel we do not know",
}

STATE_NAMES = {
    ConversationState.OPEN: "Open",
    ConversationState.CLOSED: "Closed",
    ConversationState.SNOOZED: "Snoozed",
}

RELAY_SENTENCES = {
    Relay.PROVEN: "proven: the bridge forwards replies made here",
    Relay.UNPROVEN: "not proven yet: nobody has seen a reply made here arrive {place}",
    Relay.REFUSED: "refused: the bridge does not forward replies made here",
}

CLIENT_NAMES = {Client.WEB: "web", Client.IOS: "iPhone", Client.ANDROID: "Android"}


def channel(kind: ChannelKind) -> str:
    return CHANNEL_NAMES[kind]


def place(kind: ChannelKind) -> str:
    """Return a phrase such as `on WhatsApp`, `in the Messenger` or `by email`."""
    return _PLACES.get(kind) or f"on {CHANNEL_NAMES[kind]}"


def first_name(name: str) -> str:
    """Return what to call a customer in a sentence: the first word of the name, or a whole phone number; never empty.

    A right-to-left name is isolated, so that it does not reorder the rest of the sentence.
    """
    words = "".join(c if c.isprintable() else " " for c in name).split()
    if not words:
        return "The customer"
    short = words[0] if any(c.isalpha() for c in words[0]) else " ".join(words)
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in short):
        return f"\u2068{short}\u2069"
    return short


def relay(kind: ChannelKind, state: Relay) -> str:
    """Return whether the bridge forwards replies made here, such as `WhatsApp relay not proven yet: …`."""
    meaning = RELAY_SENTENCES[state].format(channel=CHANNEL_NAMES[kind], place=place(kind))
    return f"{CHANNEL_NAMES[kind]} relay {meaning}."


def relay_evidence(kind: ChannelKind, proof: str, at: datetime) -> str:
    """Return the evidence, such as `Tested with a phone of your own on 20 November 2026, 14:00.`

    proof: a `RelayProof`.
    """
    evidence = {
        "person": "Set by hand",
        "guided_test": "Tested with a phone of your own",
        "failure_notice": "The bridge reported on a reply made here",
        "outbound_row": f"The provider of {CHANNEL_NAMES[kind]} lists a reply made here",
    }[proof]
    local = at.astimezone()
    return f"{evidence} on {local.day} {local:%B %Y}, {local:%H:%M}."


def origin_badge(origin: Origin) -> str:
    """Return for example `WhatsApp` or `Messenger · iPhone`; `Unknown` if the origin is not certain enough."""
    if not origin.is_known:
        return CHANNEL_NAMES[ChannelKind.UNKNOWN]
    client = CLIENT_NAMES.get(origin.client)
    return CHANNEL_NAMES[origin.channel] + (f" · {client}" if client else "")


def span(length: timedelta) -> str:
    """Return a duration such as `2 min`, `3 h 12 min` or `4 days`; `a moment` under a minute."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "a moment"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes and hours < 24 else f"{hours} h"
    return f"{hours // 24} days"


def ago(then: datetime, now: datetime) -> str:
    return "just now" if now - then < timedelta(minutes=1) else f"{span(now - then)} ago"


def countdown(window: Window, now: datetime) -> str:
    """Return for example `WhatsApp 3 h 12 min` or `WhatsApp closed 2 h ago`; "" for a channel without a window."""
    name = CHANNEL_NAMES[window.key.channel]
    state = window.state(now)
    left = window.left(now)
    if state is WindowState.NONE:
        return ""
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        if left < timedelta(hours=1):
            return f"{name} {seconds_span(left)}"
        return f"{name} {span(left)}"
    if state is WindowState.NEVER:
        return f"{name} never opened"
    if state is WindowState.UNKNOWN:
        return f"{name} unclear"
    return f"{name} closed {ago(window.closes_at, now)}" if window.closes_at is not None else f"{name} closed"


def seconds_span(length: timedelta) -> str:
    """Return a duration with seconds, such as `42 min 10 s`; never in the form of a time of day."""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def connection(view: ConnectionView, now: datetime) -> str:
    """Return state, reason and next try, such as `Offline. Intercom cannot be reached. Next try in 12 s.`"""
    state = {
        ConnectionState.CONNECTING: "Connecting to Intercom",
        ConnectionState.ONLINE: "Online",
        ConnectionState.OFFLINE: "Offline",
        ConnectionState.THROTTLED: "Slowed down by Intercom",
        ConnectionState.SIGNED_OUT: "Signed out",
    }[view.state]
    parts = [state, view.reason.strip().rstrip(".")]
    if view.next_try_at is not None:
        seconds = max(0, int((view.next_try_at - now).total_seconds()))
        parts.append(f"Next try in {seconds} s" if seconds else "Trying now")
    if view.state is ConnectionState.ONLINE and view.last_sync_at is not None:
        parts.append(f"up to date {ago(view.last_sync_at, now)}")
        return " · ".join(p for p in parts if p)
    return ". ".join(p for p in parts if p) + ("." if len([p for p in parts if p]) > 1 else "")


def progress(view: Progress) -> str:
    total = f" of {view.total}" if view.total is not None else ""
    return f"Reading conversations {view.done}{total}"
