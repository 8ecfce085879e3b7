"""What happened to a reply: facts that only grow, and what we expect where nobody confirms anything."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest
from conversation_factory import OWN_CODE, WORKSPACE, conversation, first, reply
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.bridge.notice import Notice, NoticeKind
from desktop.domain.delivery import Arrival, ArrivalReason, Delivery, find_arrivals, merge_delivery
from desktop.domain.mapping import ChannelMapping
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import ReasonCode, make_reason
from desktop.domain.model.workspace import Relay
from desktop.domain.origin import Transport
from desktop.domain.window.window import WindowState

WA, MESSENGER, EMAIL, UNKNOWN = ChannelKind.WHATSAPP, ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.UNKNOWN
A, S = Arrival, WindowState
ACCEPTED = (MESSENGER, A.ACCEPTED)
MAPPED = ChannelMapping(WA, None, None, 90, make_reason(ReasonCode.TAG))
NOTICE = Notice("n1", NoticeKind.WINDOW_CLOSED, "The window is closed.", ("1",))


@given(st.lists(st.sampled_from(Delivery), min_size=1))
def test_the_greatest_fact_wins(facts: list[Delivery]) -> None:
    earliest, *rest = facts
    assert reduce(merge_delivery, rest, merge_delivery(None, earliest)) is max(facts)


def test_a_failure_beats_sent_and_delivered_beats_a_failure() -> None:
    assert [d.name for d in sorted(Delivery)] == ["ACCEPTED", "SENT", "FAILED", "DELIVERED", "READ"]
    assert merge_delivery(None, Delivery.ACCEPTED) is Delivery.ACCEPTED
    assert merge_delivery(Delivery.SENT, Delivery.FAILED) is Delivery.FAILED
    assert merge_delivery(Delivery.FAILED, Delivery.SENT) is Delivery.FAILED
    assert merge_delivery(Delivery.FAILED, Delivery.DELIVERED) is Delivery.DELIVERED


def arrived(
    mapping: ChannelMapping | None,
    state: WindowState = S.OPEN,
    notice: Notice | None = None,
    relay: Relay = Relay.PROVEN,
    code: str | None = OWN_CODE,
    **more: object,
) -> list[tuple[ChannelKind, Arrival]]:
    workspace = replace(WORKSPACE, relay={WA: relay})
    ours = reply(1, app_code=code)
    found = find_arrivals(ours, conversation("1", first(2), ours, **more), mapping, state, notice, workspace)
    assert all(a.reason and type(a.channel) is ChannelKind and type(a.arrival) is Arrival for a in found)
    return [(a.channel, a.arrival) for a in found]


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        ("conversation", [ACCEPTED]),
        ("push", [ACCEPTED]),
        ("email", [(EMAIL, A.ACCEPTED)]),
        ("phone_call", [(UNKNOWN, A.UNKNOWN)]),
        ("", [(UNKNOWN, A.UNKNOWN)]),
    ],
)
def test_where_nothing_is_mirrored(born_on: str, expected: list[tuple[ChannelKind, Arrival]]) -> None:
    assert arrived(None, born_on=born_on) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (S.NONE, A.EXPECTED),
        (S.OPEN, A.EXPECTED),
        (S.CLOSING, A.EXPECTED),
        (S.UNKNOWN, A.UNKNOWN),
        (S.CLOSED, A.NOT_EXPECTED),
        (S.NEVER, A.NOT_EXPECTED),
    ],
)
def test_the_window_then_decides_where_a_chat_is_mirrored(state: WindowState, expected: Arrival) -> None:
    assert arrived(MAPPED, state) == [(WA, expected), ACCEPTED]
    assert arrived(replace(MAPPED, transport=Transport.NATIVE), state, relay=Relay.REFUSED) == [(WA, expected)]
    weak = replace(MAPPED, confidence=60)
    assert arrived(weak, state) == [(WA, expected), ACCEPTED]
    assert arrived(replace(MAPPED, confidence=59), state) == [(UNKNOWN, A.UNKNOWN), ACCEPTED]
    assert arrived(MAPPED, state, NOTICE) == [(WA, A.FAILED), ACCEPTED]


def test_a_notice_is_shown_in_the_bridges_words() -> None:
    ours = reply(1)
    found = find_arrivals(ours, conversation("1", ours), MAPPED, S.OPEN, NOTICE, WORKSPACE)
    assert found[0].reason == make_reason(ArrivalReason.NOTICE, channel=WA, text="The window is closed.")


@pytest.mark.parametrize(
    ("state", "relay", "code"),
    [
        (S.CLOSED, Relay.PROVEN, ArrivalReason.CLOSED_THEN),
        (S.NEVER, Relay.PROVEN, ArrivalReason.CLOSED_THEN),
        (S.UNKNOWN, Relay.PROVEN, ArrivalReason.UNKNOWN_THEN),
        (S.OPEN, Relay.REFUSED, ArrivalReason.NOT_FORWARDED),
        (S.OPEN, Relay.UNPROVEN, ArrivalReason.FORWARDING_UNTESTED),
        (S.OPEN, Relay.PROVEN, ArrivalReason.NO_ERROR),
    ],
)
def test_why_a_reply_arrived_or_not(state: WindowState, relay: Relay, code: ArrivalReason) -> None:
    workspace = replace(WORKSPACE, relay={WA: relay})
    ours = reply(1, app_code=OWN_CODE)
    there, messenger = find_arrivals(ours, conversation("1", first(2), ours), MAPPED, state, None, workspace)
    assert there.reason == make_reason(code, channel=WA)
    assert messenger.reason.code is ArrivalReason.IN_MESSENGER


@pytest.mark.parametrize(
    ("relay", "code", "expected"),
    [
        (Relay.UNPROVEN, OWN_CODE, A.UNKNOWN),
        (Relay.REFUSED, OWN_CODE, A.NOT_EXPECTED),
        (Relay.REFUSED, "crm", A.NOT_EXPECTED),
        (Relay.REFUSED, None, A.EXPECTED),
        (Relay.REFUSED, "bridge-app", A.EXPECTED),
        (Relay.UNPROVEN, None, A.EXPECTED),
    ],
)
def test_forwarding_is_in_question_only_for_replies_made_through_the_api(
    relay: Relay, code: str | None, expected: Arrival
) -> None:
    assert arrived(MAPPED, relay=relay, code=code) == [(WA, expected), ACCEPTED]
    assert arrived(MAPPED, S.CLOSED, relay=relay, code=code)[0] == (WA, A.NOT_EXPECTED)
