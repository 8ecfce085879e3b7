"""Where a reply is said to have arrived."""

from __future__ import annotations

import pytest

from desktop.domain.delivery import Arrival, ChannelArrival
from desktop.domain.model.facts import ChannelKind
from desktop.text.thread import arrivals

STATES = list(Arrival)


@pytest.mark.parametrize("channel", ChannelKind)
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_words_on_every_channel(state: Arrival, channel: ChannelKind) -> None:
    at = ChannelArrival(channel, state, "")
    assert arrivals.arrival(at)
    assert arrivals.arrival_badge(at)
    assert arrivals.arrival_through_intercom(at)


def test_what_nobody_confirmed_is_said_as_it_is() -> None:
    def badge(channel: ChannelKind, state: Arrival) -> str:
        return arrivals.arrival_badge(ChannelArrival(channel, state, ""))

    assert badge(ChannelKind.WHATSAPP, Arrival.EXPECTED) == "WhatsApp: no error reported"
    assert badge(ChannelKind.WHATSAPP, Arrival.UNKNOWN) == "Not confirmed"
    assert badge(ChannelKind.WHATSAPP, Arrival.NOT_EXPECTED) == "Not on WhatsApp"
    assert badge(ChannelKind.MESSENGER, Arrival.ACCEPTED) == "In Messenger"
    assert badge(ChannelKind.EMAIL, Arrival.ACCEPTED) == "By email"
    assert arrivals.only_on(ChannelKind.MESSENGER) == "Messenger only"


@pytest.mark.parametrize("arrival", [Arrival.EXPECTED, Arrival.UNKNOWN, Arrival.ACCEPTED, Arrival.NOT_EXPECTED])
def test_what_is_not_known_is_not_called_sent_or_delivered(arrival):
    words = arrivals.arrival(ChannelArrival(ChannelKind.WHATSAPP, arrival, ""))
    assert "sent" not in words
    assert "delivered" not in words


def test_only_one_place_is_called_only():
    def at(*states: Arrival) -> tuple[ChannelArrival, ...]:
        channels = (ChannelKind.WHATSAPP, ChannelKind.MESSENGER)
        return tuple(ChannelArrival(c, a, "") for c, a in zip(channels, states, strict=False))

    assert arrivals.only_reached_channel(at(Arrival.FAILED, Arrival.ACCEPTED)) is ChannelKind.MESSENGER
    assert arrivals.only_reached_channel(at(Arrival.NOT_EXPECTED, Arrival.ACCEPTED)) is ChannelKind.MESSENGER
    assert arrivals.only_reached_channel(at(Arrival.EXPECTED, Arrival.ACCEPTED)) is None
    assert arrivals.only_reached_channel(at(Arrival.FAILED)) is None
