"""Words: every sentence the agent reads, in one place. Short, naming the customer and the fact, never blaming."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.facts import ChannelKind, Client
from desktop.domain.origin import Origin
from desktop.domain.window import Window, WindowState

CHANNEL_WORDS = {
    ChannelKind.WHATSAPP: "WhatsApp",
    ChannelKind.TELEGRAM: "Telegram",
    ChannelKind.SMS: "SMS",
    ChannelKind.MESSENGER: "Messenger",
    ChannelKind.EMAIL: "E-mail",
    ChannelKind.FACEBOOK: "Facebook",
    ChannelKind.INSTAGRAM: "Instagram",
    ChannelKind.VIBER: "Viber",
    ChannelKind.LINE: "LINE",
    ChannelKind.WECHAT: "WeChat",
    ChannelKind.TWITTER: "X",
    ChannelKind.PHONE: "Phone",
    ChannelKind.UNKNOWN: "Unknown",
}

CLIENT_WORDS = {Client.WEB: "web", Client.IOS: "iPhone", Client.ANDROID: "Android"}


def channel(kind: ChannelKind) -> str:
    return CHANNEL_WORDS[kind]


def origin_badge(origin: Origin) -> str:
    """`WhatsApp`, `Messenger · iPhone`, `Unknown`. What we are not sure enough of is Unknown."""
    if not origin.is_known:
        return CHANNEL_WORDS[ChannelKind.UNKNOWN]
    client = CLIENT_WORDS.get(origin.client)
    return CHANNEL_WORDS[origin.channel] + (f" · {client}" if client else "")


def span(length: timedelta) -> str:
    """A length of time as an agent says it: `2 min`, `3 h 12 min`, `4 days`; under a minute `a moment`."""
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
    """`WhatsApp 3 h 12 min`; under an hour `WhatsApp 42:10`; `WhatsApp closed 2 h ago`; "" where there is no window."""
    name = CHANNEL_WORDS[window.key.channel]
    state = window.state(now)
    left = window.left(now)
    if state is WindowState.NONE:
        return ""
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        if left < timedelta(hours=1):
            minutes, seconds = divmod(int(left.total_seconds()), 60)
            return f"{name} {minutes}:{seconds:02d}"
        return f"{name} {span(left)}"
    if state is WindowState.NEVER:
        return f"{name} never opened"
    if state is WindowState.UNKNOWN:
        return f"{name} unclear"
    return f"{name} closed {ago(window.closes_at, now)}" if window.closes_at is not None else f"{name} closed"
