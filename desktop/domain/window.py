"""Window: until when free-form replies are allowed on one (channel, business address, customer address)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.facts import ChannelKind

# WhatsApp: 24 hours from the user's newest message to that number (Meta, customer service windows, read 2026-11-22);
# Facebook and Instagram: 24 hours for most actions (Meta messaging policy, 2026-09-28). Others have no window.
WINDOW_LENGTH = {
    ChannelKind.WHATSAPP: timedelta(hours=24),
    ChannelKind.FACEBOOK: timedelta(hours=24),
    ChannelKind.INSTAGRAM: timedelta(hours=24),
}


class WindowState(StrEnum):
    """`NONE`: the channel has no window. `NEVER`: nothing ever opened it. `UNKNOWN`: what we cannot see decides.

    `CLOSED` means closed by what we can see (a call can open it unseen); `OPEN` and `CLOSING` must be right.
    """

    NONE = "none"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    NEVER = "never"
    UNKNOWN = "unknown"

    @property
    def lets_replies_through(self) -> bool:
        return self in (WindowState.NONE, WindowState.OPEN, WindowState.CLOSING)


@dataclass(frozen=True, slots=True)
class WindowKey:
    """apart: a conversation's id where the business has several addresses on the channel and nothing tells which one
    that chat is with: its window is its own."""

    channel: ChannelKind
    business_address: str | None = None
    customer_address: str | None = None
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A customer's message as far as a window cares. certain: it surely came from the channel; else it may have.

    margin: how much early a window that it opened closes; None for the workspace's.
    """

    message_id: str
    at: datetime
    certain: bool
    margin: timedelta | None = None

    def lasts(self, margin: timedelta) -> tuple[datetime, datetime, str]:
        """Of two messages, the greater one's window is open longer. margin: the workspace's."""
        return (self.at - (margin if self.margin is None else self.margin), self.at, self.message_id)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something we cannot see that may keep the window open. until: from then on it no longer matters."""

    until: datetime
    reason: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What we know of one window; its state is asked for at an instant.

    opened_by, opened_at: the newest message that opened it; None if we know of none. The id is none of Intercom's
        (`evidence.Row.id`) where only the channel's provider lists that message: then there is nothing to show of it.
    closes_at: `opened_at` + length - margin. Exactly then it is closed.
    doubt: None when nothing unseen could change the answer.
    """

    key: WindowKey
    opened_by: str | None = None
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    doubt: Doubt | None = None
    closing_threshold: timedelta = timedelta(minutes=60)

    @property
    def exists(self) -> bool:
        return self.key.channel in WINDOW_LENGTH

    @property
    def margin(self) -> timedelta | None:
        """How much early it closes; None for one that nothing has opened."""
        if self.opened_at is None or self.closes_at is None:
            return None
        return self.opened_at + WINDOW_LENGTH[self.key.channel] - self.closes_at

    def state(self, now: datetime) -> WindowState:
        if not self.exists:
            return WindowState.NONE
        if self.closes_at is not None and now < self.closes_at:
            return WindowState.CLOSING if self.closes_at - now < self.closing_threshold else WindowState.OPEN
        if self.doubt is not None and now < self.doubt.until:
            return WindowState.UNKNOWN
        if self.closes_at is None and self.doubt is None:
            return WindowState.NEVER
        return WindowState.CLOSED

    def left(self, now: datetime) -> timedelta | None:
        """Time left at `now`, never below zero; None where there is no deadline to count down to."""
        return None if self.closes_at is None else max(self.closes_at - now, timedelta(0))

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant at which `state` may differ without any new fact; None if never."""
        instants = [self.doubt.until] if self.doubt is not None else []
        if self.closes_at is not None:
            instants += [self.closes_at - self.closing_threshold, self.closes_at]
        return min((i for i in instants if i > now), default=None)


def find_window(
    key: WindowKey,
    sightings: Iterable[Sighting],
    unseen_before: Iterable[datetime],
    margin: timedelta,
    closing_threshold: timedelta = timedelta(minutes=60),
) -> Window:
    """The window of `key` from the customer's messages in every conversation that mirrors it.

    sightings: only messages whose origin is, or may be, that channel. Her words elsewhere do not belong here.
    unseen_before: for each of these conversations with a gap, the instant before which messages may be missing.
    """
    length = WINDOW_LENGTH.get(key.channel)
    if length is None:
        return Window(key, closing_threshold=closing_threshold)
    seen = list(sightings)
    # Ties go by the id so that the order of arrival cannot show.
    opener = max((s for s in seen if s.certain), key=lambda s: s.lasts(margin), default=None)
    closes_at = opener.lasts(margin)[0] + length if opener else None
    doubts = [
        Doubt(
            s.at + length - margin,
            "A newer message of hers may have come from this channel; we cannot tell.",
            s.message_id,
        )
        for s in seen
        if not s.certain and (closes_at is None or s.at + length - margin > closes_at)
    ]
    doubts += [
        Doubt(
            before + length - margin,
            "Older messages of hers are not here, and one of them may have opened the window.",
        )
        for before in unseen_before
        if closes_at is None or before + length - margin > closes_at
    ]
    return Window(
        key,
        opened_by=opener.message_id if opener else None,
        opened_at=opener.at if opener else None,
        closes_at=closes_at,
        doubt=max(doubts, key=lambda d: (d.until, d.message_id or ""), default=None),
        closing_threshold=closing_threshold,
    )
