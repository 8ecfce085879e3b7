"""The window in which free-form replies are allowed, for one (channel, business address, customer address)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, ReasonCode, make_reason

# WhatsApp: 24 hours from the user's newest message to that number (Meta, customer service windows, read 2026-11-22);
# Facebook and Instagram: 24 hours for most actions (Meta messaging policy, 2026-09-28). Others have no window.
WINDOW_LENGTH = {
    ChannelKind.WHATSAPP: timedelta(hours=24),
    ChannelKind.FACEBOOK: timedelta(hours=24),
    ChannelKind.INSTAGRAM: timedelta(hours=24),
}
# A human agent may be permitted to answer for seven days (Meta messaging policy, 2026-09-28); no API shows whether.
HUMAN_AGENT_UNTIL = {
    ChannelKind.FACEBOOK: timedelta(days=7),
    ChannelKind.INSTAGRAM: timedelta(days=7),
}


FUTURE_TOLERANCE = timedelta(minutes=2)
"""How far a message's time may lie ahead of ours before one of the two clocks is held to be wrong."""


class WindowState(StrEnum):
    """`NONE`: the channel has no window. `NEVER`: nothing ever opened it. `UNKNOWN`: it depends on what is not visible.

    `CLOSED` is by what is visible (a call can open a window unseen); `OPEN` and `CLOSING` must be right.
    """

    NONE = "none"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    NEVER = "never"
    UNKNOWN = "unknown"

    @property
    def allows_replies(self) -> bool:
        """Whether free-form replies arrive."""
        return self in (WindowState.NONE, WindowState.OPEN, WindowState.CLOSING)


@frozen
class WindowKey:
    """Identifies a window. Addresses as `keys.normalize_address` writes them; "" for an unknown one.

    transport: replaces an unknown business address: Intercom's own number is never the bridge's.
    conversation_id: set where it is unknown which of several chats a conversation mirrors: its window is its own.
    """

    channel: ChannelKind
    business_address: str = ""
    customer_address: str = ""
    transport: str = ""
    conversation_id: str = ""


@frozen
class OpenerCandidate:
    """A customer's message that opened the window or may have. certain: it surely came from the channel.

    margin: how much early the window closes if this message opened it; None for the default.
    reason: of the doubt that an uncertain message raises.
    """

    message_id: str
    at: datetime
    certain: bool
    margin: timedelta | None = None
    reason: ReasonCode = ReasonCode.MAY_BE_FROM_CHANNEL

    def sort_key(self, margin: timedelta) -> tuple[datetime, datetime, str]:
        """Sort key: the message that keeps the window open longest sorts last; ties go by time and id."""
        return (self.at - (margin if self.margin is None else self.margin), self.at, self.message_id)


@frozen
class Doubt:
    """Something not visible that may keep the window open. until: from then on it no longer matters."""

    until: datetime
    reason: Reason
    message_id: str | None = None


@frozen
class Window:
    """What is known of one window; its state depends on the instant.

    opened_by, opened_at: the newest message that opened it; None if none is known. The id is a `ProviderMessage.id`
        where only the channel's provider lists that message; Intercom then has nothing to show of it.
    closes_at: `opened_at` + length - margin, or when a provider reported it expired. At that instant it is closed.
    doubt: None when nothing unseen could change the state.
    expired_by: id of the contrary fact that closed it early; "" for none.
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
        """Whether the channel has windows."""
        return self.key.channel in WINDOW_LENGTH

    @property
    def margin(self) -> timedelta | None:
        """How much early it closes; None if nothing has opened it or a provider reported it expired."""
        if self.opened_at is None or self.closes_at is None or self.expired_by:
            return None
        return self.opened_at + WINDOW_LENGTH[self.key.channel] - self.closes_at

    @property
    def known_from(self) -> datetime | None:
        """Until then the state is unknown: no message is written later than it is read, so nobody knows when the one
        was that opened it. None where that is no matter."""
        return None if self.opened_at is None or self.expired_by else self.opened_at - FUTURE_TOLERANCE

    @property
    def was_cut_short(self) -> bool:
        """Whether it was reported expired well before its time was over."""
        if not self.expired_by or self.closes_at is None:
            return False
        if self.opened_at is None:
            return True
        return self.closes_at < self.opened_at + WINDOW_LENGTH[self.key.channel] - timedelta(minutes=30)

    def state(self, now: datetime) -> WindowState:
        """The state at an instant."""
        if not self.exists:
            return WindowState.NONE
        if self.known_from is not None and now < self.known_from:
            return WindowState.UNKNOWN
        if self.closes_at is not None and now < self.closes_at:
            return WindowState.CLOSING if self.closes_at - now < self.closing_threshold else WindowState.OPEN
        if self.doubt is not None and now < self.doubt.until:
            return WindowState.UNKNOWN
        if self.closes_at is None and self.doubt is None:
            return WindowState.NEVER
        return WindowState.CLOSED

    def left(self, now: datetime) -> timedelta | None:
        """The time left at `now`, from zero to the window's whole length; None without a deadline."""
        if self.closes_at is None:
            return None
        left = self.closes_at - now
        if self.exists and self.margin is not None:
            left = min(left, WINDOW_LENGTH[self.key.channel] - self.margin)
        return max(left, timedelta(0))

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant at which `state` may change without a new fact; None if never."""
        instants = [self.doubt.until] if self.doubt is not None else []
        if self.closes_at is not None:
            instants += [self.closes_at - self.closing_threshold, self.closes_at]
        if self.opened_at is not None:
            instants.append(self.opened_at - FUTURE_TOLERANCE)
        return min((i for i in instants if i > now), default=None)


@frozen
class Expiry:
    """A report by a provider or the bridge that the window was closed at this instant. id: of the contrary fact."""

    at: datetime
    id: str


def find_window(
    key: WindowKey,
    candidates: Iterable[OpenerCandidate],
    unseen_before: Iterable[datetime],
    margin: timedelta,
    closing_threshold: timedelta = timedelta(minutes=60),
    expiry: Expiry | None = None,
) -> Window:
    """Compute the window of `key` from the customer's messages in every conversation that mirrors it.

    candidates: messages whose origin is, or may be, that channel; no others.
    unseen_before: for each of these conversations with a gap, the instant before which messages may be missing.
    margin: of candidates that have none of their own.
    expiry: the newest report that it had expired; it outranks the arithmetic for every message that is not newer.
    """
    length = WINDOW_LENGTH.get(key.channel)
    if length is None:
        return Window(key, closing_threshold=closing_threshold)
    seen = list(candidates)
    opener = max((s for s in seen if s.certain), key=lambda s: s.sort_key(margin), default=None)
    closes_at = opener.sort_key(margin)[0] + length if opener else None
    uncertain = [s for s in seen if not s.certain]
    gaps = list(unseen_before)
    expired_by = ""
    if expiry is not None and (opener is None or opener.at <= expiry.at):
        closes_at = expiry.at if closes_at is None else min(closes_at, expiry.at)
        expired_by = expiry.id
    if expiry is not None:
        uncertain = [s for s in uncertain if s.at > expiry.at]
        gaps = [g for g in gaps if g > expiry.at]
    doubts = [Doubt(s.sort_key(margin)[0] + length, make_reason(s.reason), s.message_id) for s in uncertain]
    doubts += [Doubt(before + length - margin, make_reason(ReasonCode.OLDER_MESSAGES_MISSING)) for before in gaps]
    human_agent_until = HUMAN_AGENT_UNTIL.get(key.channel)
    if human_agent_until is not None and opener is not None and not expired_by:
        doubts.append(Doubt(opener.at + human_agent_until, make_reason(ReasonCode.HUMAN_AGENT_POSSIBLE)))
    relevant = (d for d in doubts if closes_at is None or d.until > closes_at)
    return Window(
        key,
        opened_by=opener.message_id if opener else None,
        opened_at=opener.at if opener else None,
        closes_at=closes_at,
        doubt=max(relevant, key=lambda d: (d.until, d.message_id or ""), default=None),
        closing_threshold=closing_threshold,
        expired_by=expired_by,
    )
