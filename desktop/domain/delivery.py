"""Delivery states of a reply on each channel, and how sure each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from desktop.domain.bridge.notice import Notice
from desktop.domain.mapping import ChannelMapping
from desktop.domain.model.facts import ChannelKind, Conversation, Entry
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


@dataclass(frozen=True, slots=True)
class ChannelArrival:
    """One place and what is known of a reply there. reason: a sentence for the tooltip."""

    channel: ChannelKind
    arrival: Arrival
    reason: str


def find_arrivals(
    entry: Entry,
    conversation: Conversation,
    mapping: ChannelMapping | None,
    window_then: WindowState,
    notice: Notice | None,
    workspace: Workspace,
) -> tuple[ChannelArrival, ...]:
    """Where a reply arrived, the channel before the Messenger. window_then: the window when it was sent."""
    messenger = ChannelArrival(
        ChannelKind.MESSENGER, Arrival.ACCEPTED, "Intercom took it and shows it in the Messenger."
    )
    if mapping is None:
        if conversation.born_on == "email":
            return (ChannelArrival(ChannelKind.EMAIL, Arrival.ACCEPTED, "Intercom took it and mails it."),)
        if conversation.born_on not in MESSENGER_WORDS:
            return (
                ChannelArrival(
                    ChannelKind.UNKNOWN, Arrival.UNKNOWN, "Intercom took it and does not tell where it shows."
                ),
            )
        return (messenger,)
    if not mapping.is_known:
        reason = "This may mirror a chat; we cannot tell on which channel."
        return (ChannelArrival(ChannelKind.UNKNOWN, Arrival.UNKNOWN, reason), messenger)
    made_by_api = entry.app_code is not None and entry.app_code not in workspace.bridge_codes
    relay = workspace.relay_of(mapping.channel) if made_by_api else Relay.PROVEN
    if mapping.transport is Transport.NATIVE:
        return (_channel_arrival(mapping.channel, window_then, notice, Relay.PROVEN),)
    return (_channel_arrival(mapping.channel, window_then, notice, relay), messenger)


def _channel_arrival(
    channel: ChannelKind, window_then: WindowState, notice: Notice | None, relay: Relay
) -> ChannelArrival:
    if notice is not None:
        return ChannelArrival(channel, Arrival.FAILED, notice.text)
    if window_then in (WindowState.CLOSED, WindowState.NEVER):
        return ChannelArrival(
            channel, Arrival.NOT_EXPECTED, "Its window was closed when this was sent, by what we can see."
        )
    if window_then is WindowState.UNKNOWN:
        return ChannelArrival(
            channel, Arrival.UNKNOWN, "We cannot tell whether its window was open when this was sent."
        )
    if relay is Relay.REFUSED:
        reason = "The bridge does not forward replies made through the API."
        return ChannelArrival(channel, Arrival.NOT_EXPECTED, reason)
    if relay is Relay.UNPROVEN:
        reason = "Whether the bridge forwards replies made through the API is not proven yet."
        return ChannelArrival(channel, Arrival.UNKNOWN, reason)
    return ChannelArrival(
        channel, Arrival.EXPECTED, "It should have arrived; nothing says otherwise, and nobody confirms it."
    )
