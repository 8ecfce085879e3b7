"""Delivery states of a reply on each channel, and how sure each is."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from functools import cache

from desktop.domain.bridge.notice import Notice
from desktop.domain.mapping import ChannelMapping
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind, Conversation, Entry
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, make_reason
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.origin import MESSENGER_WORDS, Transport
from desktop.domain.window.window import WindowState


class Delivery(IntEnum):
    """What became of a reply. Reports come late, repeated and out of order, so the greatest wins: a failure outranks
    "sent", and "delivered" outranks a failure."""

    ACCEPTED = 0
    SENT = 1
    FAILED = 2
    DELIVERED = 3
    READ = 4


def merge_delivery(old: Delivery | None, new: Delivery) -> Delivery:
    """The state after a further report."""
    return new if old is None else max(old, new)


class Arrival(StrEnum):
    """Where a reply arrived, as far as is known.

    `EXPECTED`: it should have arrived; nothing contradicts it and nobody confirmed it.
    `NOT_EXPECTED`: by the rules it cannot have arrived; nobody confirmed that either.
    """

    EXPECTED = "expected"
    NOT_EXPECTED = "not_expected"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


DID_NOT_ARRIVE = (Arrival.FAILED, Arrival.NOT_EXPECTED)


class ArrivalReason(StrEnum):
    """Why a reply arrived or not, as a code. In comments: its parameters beside {channel}."""

    IN_MESSENGER = "in_messenger"
    BY_EMAIL = "by_email"
    PLACE_NOT_REPORTED = "place_not_reported"
    CHAT_UNKNOWN = "chat_unknown"
    NOTICE = "notice"  # {text}: the bridge's own
    CLOSED_THEN = "closed_then"
    UNKNOWN_THEN = "unknown_then"
    NOT_FORWARDED = "not_forwarded"
    FORWARDING_UNTESTED = "forwarding_untested"
    NO_ERROR = "no_error"
    # Without {channel}: what a channel's own provider reports.
    ACCEPTED_ONLY = "accepted_only"  # {provider}: reports nothing more
    ACCEPTED_SO_FAR = "accepted_so_far"  # {provider}
    ACCEPTED_FROM_BRIDGE = "accepted_from_bridge"  # {provider, at}
    SENT = "sent"  # {provider}
    SENT_AT = "sent_at"  # {provider, at}
    NOT_DELIVERED = "not_delivered"  # {provider}
    NOT_DELIVERED_AT = "not_delivered_at"  # {provider, at}
    DELIVERED = "delivered"  # {provider}
    DELIVERED_AT = "delivered_at"  # {provider, at}
    READ = "read"  # {provider}
    READ_AT = "read_at"  # {provider, at}


_REPORTS = {
    Delivery.ACCEPTED: (ArrivalReason.ACCEPTED_SO_FAR, ArrivalReason.ACCEPTED_SO_FAR),
    Delivery.SENT: (ArrivalReason.SENT, ArrivalReason.SENT_AT),
    Delivery.FAILED: (ArrivalReason.NOT_DELIVERED, ArrivalReason.NOT_DELIVERED_AT),
    Delivery.DELIVERED: (ArrivalReason.DELIVERED, ArrivalReason.DELIVERED_AT),
    Delivery.READ: (ArrivalReason.READ, ArrivalReason.READ_AT),
}


def reported(delivery: Delivery, provider: Provider, at: datetime | None) -> Reason:
    """The reason for a delivery state that a provider reports. at: when it happened, None where it does not say."""
    code, code_with_time = _REPORTS[delivery]
    if at is None or code is code_with_time:
        return make_reason(code, provider=provider.display_name)
    return make_reason(code_with_time, provider=provider.display_name, at=at.astimezone(UTC).isoformat())


def read_in_messenger(arrived: tuple[ChannelArrival, ...], at: datetime) -> tuple[ChannelArrival, ...]:
    """Mark as read on the Messenger what was accepted there. at: when the customer read the conversation."""
    reason = make_reason(ArrivalReason.READ_AT, provider="Intercom", at=at.astimezone(UTC).isoformat())
    return tuple(
        ChannelArrival(a.channel, Arrival.READ, reason)
        if a.channel is ChannelKind.MESSENGER and a.arrival is Arrival.ACCEPTED
        else a
        for a in arrived
    )


@frozen
class ChannelArrival:
    """One place and what is known of a reply there. reason: why, for the tooltip."""

    channel: ChannelKind
    arrival: Arrival
    reason: Reason


def find_arrivals(
    entry: Entry,
    conversation: Conversation,
    mapping: ChannelMapping | None,
    window_then: WindowState,
    notice: Notice | None,
    workspace: Workspace,
) -> tuple[ChannelArrival, ...]:
    """Where a reply arrived, the channel before the Messenger. window_then: the window when it was sent."""
    messenger = _arrival(ChannelKind.MESSENGER, Arrival.ACCEPTED, ArrivalReason.IN_MESSENGER)
    if mapping is None:
        if conversation.born_on == "email":
            return (_arrival(ChannelKind.EMAIL, Arrival.ACCEPTED, ArrivalReason.BY_EMAIL),)
        if conversation.born_on not in MESSENGER_WORDS:
            return (_arrival(ChannelKind.UNKNOWN, Arrival.UNKNOWN, ArrivalReason.PLACE_NOT_REPORTED),)
        return (messenger,)
    if not mapping.is_known:
        return (_arrival(ChannelKind.UNKNOWN, Arrival.UNKNOWN, ArrivalReason.CHAT_UNKNOWN), messenger)
    made_by_api = entry.app_code is not None and entry.app_code not in workspace.bridge_codes
    relay = workspace.relay_of(mapping.channel) if made_by_api else Relay.PROVEN
    if mapping.transport is Transport.NATIVE:
        return (_channel_arrival(mapping.channel, window_then, notice, Relay.PROVEN),)
    return (_channel_arrival(mapping.channel, window_then, notice, relay), messenger)


def _channel_arrival(
    channel: ChannelKind, window_then: WindowState, notice: Notice | None, relay: Relay
) -> ChannelArrival:
    if notice is not None:
        return ChannelArrival(
            channel, Arrival.FAILED, make_reason(ArrivalReason.NOTICE, channel=channel, text=notice.text)
        )
    if window_then in (WindowState.CLOSED, WindowState.NEVER):
        return _arrival(channel, Arrival.NOT_EXPECTED, ArrivalReason.CLOSED_THEN)
    if window_then is WindowState.UNKNOWN:
        return _arrival(channel, Arrival.UNKNOWN, ArrivalReason.UNKNOWN_THEN)
    if relay is Relay.REFUSED:
        return _arrival(channel, Arrival.NOT_EXPECTED, ArrivalReason.NOT_FORWARDED)
    if relay is Relay.UNPROVEN:
        return _arrival(channel, Arrival.UNKNOWN, ArrivalReason.FORWARDING_UNTESTED)
    return _arrival(channel, Arrival.EXPECTED, ArrivalReason.NO_ERROR)


@cache
def _arrival(channel: ChannelKind, arrival: Arrival, code: ArrivalReason) -> ChannelArrival:
    return ChannelArrival(channel, arrival, make_reason(code, channel=channel))
