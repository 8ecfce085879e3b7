"""Window: until when free-form replies are allowed on one (channel, business address, customer address)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import Reason, ReasonCode, make_reason

# WhatsApp: 24 hours from the user's newest message to that number (Meta, customer service windows, read 2026-11-22);
# Facebook and Instagram: 24 hours for most actions (Meta messaging policy, 2026-09-28). Others have no window.
WINDOW_LENGTH = {
    ChannelKind.WHATSAPP: timedelta(hours=24),
    ChannelKind.FACEBOOK: timedelta(hours=24),
    ChannelKind.INSTAGRAM: timedelta(hours=24),
}
# A human agent may have permission to answer for seven days (Meta messaging policy, 2026-09-28); nobody shows us.
HUMAN_AGENT_UNTIL = {
    ChannelKind.FACEBOOK: timedelta(days=7),
    ChannelKind.INSTAGRAM: timedelta(days=7),
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
    def allows_replies(self) -> bool:
        return self in (WindowState.NONE, WindowState.OPEN, WindowState.CLOSING)


@dataclass(frozen=True, slots=True)
class WindowKey:
    """Whose window it is. Addresses as `window_keys.normal` writes them; "": not known.

    transport: stands in for a business address that is not known: Intercom's own number is never the bridge's.
    apart: a conversation's id where nothing tells which of several chats it mirrors: its window is its own.
    """

    channel: ChannelKind
    business_address: str = ""
    customer_address: str = ""
    transport: str = ""
    conversation_id: str = ""


@dataclass(frozen=True, slots=True)
class OpenerCandidate:
    """A customer's message as far as a window cares. certain: it surely came from the channel; else it may have.

    margin: how much early a window that it opened closes; None for the default. reason: of a doubt it raises.
    """

    message_id: str
    at: datetime
    certain: bool
    margin: timedelta | None = None
    reason: ReasonCode = ReasonCode.MAY_BE_FROM_CHANNEL

    def open_until(self, margin: timedelta) -> tuple[datetime, datetime, str]:
        """Sort key: the message that keeps the window open longest sorts last; ties go by time and id."""
        return (self.at - (margin if self.margin is None else self.margin), self.at, self.message_id)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something we cannot see that may keep the window open. until: from then on it no longer matters."""

    until: datetime
    reason: Reason
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What we know of one window; its state is asked for at an instant.

    opened_by, opened_at: the newest message that opened it; None if we know of none. The id is none of Intercom's
        (`evidence.Row.id`) where only the channel's provider lists that message: then there is nothing to show of it.
    closes_at: `opened_at` + length - margin, or when a provider said that it had expired. Exactly then it is closed.
    doubt: None when nothing unseen could change the answer.
    expired_by: id of the contrary fact that closed it before its time; "" for none.
    """

    key: WindowKey
    opened_by: str | None = None
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    doubt: Doubt | None = None
    closing_threshold: timedelta = timedelta(minutes=60)
    expired_by: str = ""

    @property
    def exists(self) -> bool:
        return self.key.channel in WINDOW_LENGTH

    @property
    def margin(self) -> timedelta | None:
        """How much early it closes; None for one that nothing has opened, or that a provider closed."""
        if self.opened_at is None or self.closes_at is None or self.expired_by:
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


@dataclass(frozen=True, slots=True)
class Expiry:
    """A provider's or the bridge's word that the window was closed at this instant. id: of the contrary fact."""

    at: datetime
    id: str


def find_window(
    key: WindowKey,
    sightings: Iterable[OpenerCandidate],
    unseen_before: Iterable[datetime],
    margin: timedelta,
    closing_threshold: timedelta = timedelta(minutes=60),
    expiry: Expiry | None = None,
) -> Window:
    """The window of `key` from the customer's messages in every conversation that mirrors it.

    sightings: only messages whose origin is, or may be, that channel. Words elsewhere do not belong here.
    unseen_before: for each of these conversations with a gap, the instant before which messages may be missing.
    margin: of sightings that have none of their own.
    expiry: the newest word that it had expired; it beats our arithmetic for everything that is not newer.
    """
    length = WINDOW_LENGTH.get(key.channel)
    if length is None:
        return Window(key, closing_threshold=closing_threshold)
    seen = list(sightings)
    opener = max((s for s in seen if s.certain), key=lambda s: s.open_until(margin), default=None)
    closes_at = opener.open_until(margin)[0] + length if opener else None
    unsure = [s for s in seen if not s.certain]
    gaps = list(unseen_before)
    expired_by = ""
    if expiry is not None and (opener is None or opener.at <= expiry.at):
        closes_at = expiry.at if closes_at is None else min(closes_at, expiry.at)
        expired_by = expiry.id
    if expiry is not None:
        unsure = [s for s in unsure if s.at > expiry.at]
        gaps = [g for g in gaps if g > expiry.at]
    doubts = [Doubt(s.open_until(margin)[0] + length, make_reason(s.reason), s.message_id) for s in unsure]
    doubts += [Doubt(before + length - margin, make_reason(ReasonCode.OLDER_MESSAGES_MISSING)) for before in gaps]
    permitted = HUMAN_AGENT_UNTIL.get(key.channel)
    if permitted is not None and opener is not None and not expired_by:
        doubts.append(Doubt(opener.at + permitted, make_reason(ReasonCode.HUMAN_AGENT_POSSIBLE)))
    matter = (d for d in doubts if closes_at is None or d.until > closes_at)
    return Window(
        key,
        opened_by=opener.message_id if opener else None,
        opened_at=opener.at if opener else None,
        closes_at=closes_at,
        doubt=max(matter, key=lambda d: (d.until, d.message_id or ""), default=None),
        closing_threshold=closing_threshold,
        expired_by=expired_by,
    )
