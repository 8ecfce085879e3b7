"""Notifications, the agent's settings for them, and what is shown on the desktop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum

import msgspec

from desktop.domain.model.facts import ChannelKind


class NotificationKind(StrEnum):
    """`REPLY_REFUSED`: it wasn't sent. `NOT_DELIVERED`: it was sent, and a provider or the bridge reports a failure."""

    MESSAGE = "message"
    WINDOW_CLOSING = "window_closing"
    REPLY_HELD = "reply_held"
    REPLY_REFUSED = "reply_refused"
    REPLY_UNCONFIRMED = "reply_unconfirmed"
    NOT_DELIVERED = "not_delivered"
    MENTION = "mention"
    SNOOZE_ENDED = "snooze_ended"
    SUMMARY = "summary"


REPLY_KINDS = frozenset(
    {
        NotificationKind.REPLY_HELD,
        NotificationKind.REPLY_REFUSED,
        NotificationKind.REPLY_UNCONFIRMED,
        NotificationKind.NOT_DELIVERED,
    }
)
"""A reply of ours that did not arrive, or waits for the agent."""


class Audience(StrEnum):
    """Whom a conversation concerns, as seen by this agent. OTHERS: another teammate, or a team that isn't theirs."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    OTHERS = "others"


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One event that the agent is notified of.

    key: what it is about; a later one with the same key takes its place.
    at: when the event happened.
    text: the customer's words, or a note's. name: the customer's. author: who wrote the note.
    closes_at, channel: of a window that closes.
    draft_id: of a reply of ours. is_scheduled: it was to be sent at a time that has come.
    counts: of a summary, how many customers each kind is about.
    """

    key: str
    kind: NotificationKind
    at: datetime
    customer_id: str = ""
    conversation_id: str = ""
    name: str = ""
    text: str = ""
    author: str = ""
    closes_at: datetime | None = None
    channel: ChannelKind = ChannelKind.UNKNOWN
    draft_id: str = ""
    is_scheduled: bool = False
    counts: Mapping[NotificationKind, int] = msgspec.field(default_factory=dict)


class QuietHours(msgspec.Struct, frozen=True):
    """From `start` to `end`, by the computer's local time, also over midnight; never if both are the same."""

    start: time
    end: time

    def covers(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


class NotificationSettings(msgspec.Struct, frozen=True):
    """What the agent wants to be notified of.

    audiences: whose conversations notify.
    while_in_front: notify of new messages also while the window is in front.
    quiet_hours: None for none. paused_until: do not disturb until then; None while that is off.
    """

    audiences: frozenset[Audience] = frozenset({Audience.MINE, Audience.TEAM, Audience.UNASSIGNED})
    messages: bool = True
    while_in_front: bool = False
    windows: bool = True
    replies: bool = True
    mentions: bool = True
    snoozes: bool = True
    quiet_hours: QuietHours | None = None
    paused_until: datetime | None = None

    def wants(self, kind: NotificationKind) -> bool:
        if kind in REPLY_KINDS:
            return self.replies
        return {
            NotificationKind.MESSAGE: self.messages,
            NotificationKind.WINDOW_CLOSING: self.windows,
            NotificationKind.MENTION: self.mentions,
            NotificationKind.SNOOZE_ENDED: self.snoozes,
        }.get(kind, True)

    def is_quiet(self, now: datetime) -> bool:
        """Whether the agent is not to be notified of anything at this instant. now: timezone-aware."""
        if self.paused_until is not None and now < self.paused_until:
            return True
        return self.quiet_hours is not None and self.quiet_hours.covers(now.astimezone().time())


class Attention(msgspec.Struct, frozen=True):
    """What the agent is looking at. customer_id: of the thread on the screen; "" for none."""

    is_in_front: bool = False
    customer_id: str = ""

    def looks_at(self, customer_id: str) -> bool:
        return self.is_in_front and bool(customer_id) and customer_id == self.customer_id


class NotificationNews(msgspec.Struct, frozen=True):
    """What to show and what to take away. withdrawn: keys. unread: how many customers have unread messages in open
    conversations of the chosen audiences.
    """

    shown: tuple[Notification, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    unread: int = 0


WINDOW_THRESHOLDS = (timedelta(hours=2), timedelta(minutes=30), timedelta(minutes=10))
"""The time left at which the agent is notified of a window that a customer waits on."""
