"""Windows: what opens them, when they close, and what is not known."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from conversation_factory import NOW, ago
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import ReasonCode, make_reason
from desktop.domain.window.window import Doubt, Expiry, OpenerCandidate, Window, WindowKey, WindowState, find_window

WHATSAPP = WindowKey(ChannelKind.WHATSAPP, "+15550001111", "+353871234567")
FACEBOOK, INSTAGRAM = WindowKey(ChannelKind.FACEBOOK), WindowKey(ChannelKind.INSTAGRAM)
MARGIN = timedelta(seconds=120)
DAY = timedelta(hours=24)
MICROSECOND = timedelta(microseconds=1)
S = WindowState


def window(
    *sightings: OpenerCandidate,
    gaps: tuple[datetime, ...] = (),
    expiry: Expiry | None = None,
    key: WindowKey = WHATSAPP,
) -> Window:
    return find_window(key, sightings, gaps, MARGIN, expiry=expiry)


# --- how long it is open -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [WHATSAPP, FACEBOOK, INSTAGRAM])
def test_it_closes_a_margin_before_24_hours_and_exactly_then_it_is_closed(key: WindowKey) -> None:
    found = window(OpenerCandidate("m1", ago(5), True), key=key)
    closes_at = ago(5) + timedelta(hours=23, minutes=58)
    assert (found.opened_by, found.opened_at, found.closes_at) == ("m1", ago(5), closes_at)
    assert found.state(ago(5)) is S.OPEN
    assert found.state(closes_at - timedelta(minutes=60)) is S.OPEN
    assert found.state(closes_at - timedelta(minutes=60) + MICROSECOND) is S.CLOSING
    assert found.state(closes_at - MICROSECOND) is S.CLOSING
    assert found.state(closes_at) is (S.CLOSED if key is WHATSAPP else S.UNKNOWN)
    assert found.left(closes_at - timedelta(minutes=1)) == timedelta(minutes=1)
    assert found.left(closes_at) == found.left(closes_at + DAY) == timedelta(0)


def test_a_message_from_the_future_promises_nothing_until_its_time_has_come() -> None:
    found = window(OpenerCandidate("m1", NOW + timedelta(days=10), True))
    assert found.state(NOW) is S.UNKNOWN
    assert found.next_change(NOW) == NOW + timedelta(days=10, minutes=-2)
    assert found.state(NOW + timedelta(days=10)) is S.OPEN
    assert found.state(NOW + timedelta(days=11)) is S.CLOSED


def test_a_clock_a_little_behind_the_providers_never_shows_more_than_the_whole_window() -> None:
    found = window(OpenerCandidate("m1", NOW + timedelta(seconds=90), True))
    assert found.state(NOW) is S.OPEN
    assert found.left(NOW) == DAY - MARGIN


def test_when_it_is_closing_is_a_setting() -> None:
    found = find_window(WHATSAPP, [OpenerCandidate("m1", ago(5), True)], (), MARGIN, timedelta(minutes=5))
    assert found.closes_at is not None
    assert found.state(found.closes_at - timedelta(minutes=5)) is S.OPEN
    assert found.state(found.closes_at - timedelta(minutes=4)) is S.CLOSING
    assert find_window(WHATSAPP, (), (), MARGIN).closing_threshold == timedelta(minutes=60)


def test_a_margin_of_a_messages_own_counts_instead_of_the_default() -> None:
    exact = OpenerCandidate("row", ago(5), certain=True, margin=timedelta(seconds=60))
    assert window(exact).closes_at == ago(5) + DAY - timedelta(seconds=60)
    assert (window(exact).margin, window().margin) == (timedelta(seconds=60), None)
    assert window(OpenerCandidate("m1", ago(5), True)).margin == MARGIN
    assert window(OpenerCandidate("m1", ago(5), True, margin=timedelta(0))).closes_at == ago(5) + DAY
    # Half a minute later, but closed half a minute earlier.
    later = OpenerCandidate("m1", ago(5) + timedelta(seconds=30), certain=True)
    assert window(exact, later).opened_by == window(later, exact).opened_by == "row"
    assert window(exact, OpenerCandidate("m1", later.at + timedelta(minutes=1), True)).opened_by == "m1"


def test_the_newest_message_counts_and_ties_go_by_id() -> None:
    assert window(OpenerCandidate("new", ago(2), True), OpenerCandidate("old", ago(30), True)).opened_by == "new"
    assert window(OpenerCandidate("b", ago(2), True), OpenerCandidate("a", ago(2), True)).opened_by == "b"
    # Open equally long: the later message.
    early = OpenerCandidate("z", ago(2), True, margin=timedelta(0))
    late = OpenerCandidate("a", ago(2) + MARGIN, True)
    assert window(early, late).opened_by == "a"


def test_a_window_that_nothing_opened_has_no_deadline() -> None:
    found = window()
    assert found.state(NOW) is S.NEVER
    assert (found.left(NOW), found.next_change(NOW), found.opened_by, found.closes_at) == (None, None, None, None)


@pytest.mark.parametrize(
    "channel",
    [c for c in ChannelKind if c not in (ChannelKind.WHATSAPP, ChannelKind.FACEBOOK, ChannelKind.INSTAGRAM)],
)
def test_a_channel_without_a_window(channel: ChannelKind) -> None:
    found = find_window(
        WindowKey(channel), [OpenerCandidate("m1", ago(99), True)], [ago(1)], MARGIN, timedelta(minutes=5)
    )
    assert found == Window(WindowKey(channel), closing_threshold=timedelta(minutes=5))
    assert (found.exists, found.state(NOW)) == (False, S.NONE)
    assert window().exists


@pytest.mark.parametrize("state", list(S))
def test_which_states_let_replies_through(state: WindowState) -> None:
    assert state.allows_replies == (state in {S.NONE, S.OPEN, S.CLOSING})


# --- what is not known ---------------------------------------------------------------------------------------------


def test_a_newer_message_of_unknown_origin_leaves_it_unknown_only_while_it_matters() -> None:
    found = window(OpenerCandidate("m1", ago(30), True), OpenerCandidate("m2", ago(20), False))
    assert found.doubt == Doubt(ago(20) + DAY - MARGIN, make_reason(ReasonCode.MAY_BE_FROM_CHANNEL), "m2")
    assert found.closes_at == ago(30) + DAY - MARGIN
    assert found.state(NOW) is S.UNKNOWN
    assert found.state(ago(20) + DAY - MARGIN - MICROSECOND) is S.UNKNOWN
    assert found.state(ago(20) + DAY - MARGIN) is S.CLOSED


def test_an_older_message_of_unknown_origin_changes_nothing() -> None:
    assert window(OpenerCandidate("m1", ago(20), True), OpenerCandidate("m2", ago(21), False)).doubt is None
    assert window(OpenerCandidate("m1", ago(20), True), OpenerCandidate("m2", ago(20), False)).doubt is None


def test_an_open_window_stays_open_whatever_is_unknown() -> None:
    assert window(OpenerCandidate("m1", ago(3), True), OpenerCandidate("m2", ago(1), False)).state(NOW) is S.OPEN


def test_a_weak_message_alone_never_opens() -> None:
    found = window(OpenerCandidate("m1", ago(1), False))
    assert (found.opened_by, found.opened_at, found.closes_at) == (None, None, None)
    assert (found.state(NOW), found.state(NOW + DAY)) == (S.UNKNOWN, S.CLOSED)


def test_of_two_doubts_the_later_end_counts() -> None:
    early, late = (
        OpenerCandidate("m1", ago(20), False),
        OpenerCandidate("m2", ago(10), False, reason=ReasonCode.REACTION),
    )
    for order in ((early, late), (late, early)):
        found = window(*order)
        assert found.doubt == Doubt(ago(10) + DAY - MARGIN, make_reason(ReasonCode.REACTION), "m2")
        assert found.state(ago(10) + DAY - MARGIN - MICROSECOND) is S.UNKNOWN
    tied = window(OpenerCandidate("a", ago(10), False), OpenerCandidate("b", ago(10), False), gaps=(ago(10),))
    assert tied.doubt is not None
    assert tied.doubt.message_id == "b"
    assert window(early, gaps=(ago(10),)).doubt == Doubt(
        ago(10) + DAY - MARGIN, make_reason(ReasonCode.OLDER_MESSAGES_MISSING)
    )


def test_missing_history_leaves_it_unknown_only_while_it_matters() -> None:
    found = window(gaps=(ago(20), ago(23)))
    assert found.state(NOW) is S.UNKNOWN
    assert found.state(ago(20) + DAY - MARGIN - MICROSECOND) is S.UNKNOWN
    assert found.state(ago(20) + DAY - MARGIN) is S.CLOSED
    assert window(OpenerCandidate("m1", ago(30), True), gaps=(ago(40),)).doubt is None
    assert window(OpenerCandidate("m1", ago(30), True), gaps=(ago(30),)).doubt is None
    assert window(OpenerCandidate("m1", ago(30), True), gaps=(ago(10),)).state(NOW) is S.UNKNOWN


@pytest.mark.parametrize("key", [FACEBOOK, INSTAGRAM])
def test_a_human_agent_may_have_permission_until_seven_days(key: WindowKey) -> None:
    found = window(OpenerCandidate("m1", ago(30), True), key=key)
    assert found.doubt == Doubt(ago(30) + timedelta(days=7), make_reason(ReasonCode.HUMAN_AGENT_POSSIBLE))
    assert found.state(ago(30) + timedelta(days=7) - MICROSECOND) is S.UNKNOWN
    assert found.state(ago(30) + timedelta(days=7)) is S.CLOSED
    assert window(key=key).state(NOW) is S.NEVER
    assert window(OpenerCandidate("m1", ago(30), True)).doubt is None
    refused = window(OpenerCandidate("m1", ago(30), True), key=key, expiry=Expiry(ago(1), "n1"))
    assert refused.state(NOW) is S.CLOSED


# --- a provider's word ---------------------------------------------------------------------------------------------


def test_a_word_that_it_had_expired_beats_our_arithmetic_until_something_newer() -> None:
    expiry = Expiry(ago(2), "n1")
    found = window(OpenerCandidate("m1", ago(5), True), expiry=expiry)
    assert (found.closes_at, found.expired_by, found.opened_by, found.margin) == (ago(2), "n1", "m1", None)
    assert (found.state(NOW), found.state(ago(2) - MICROSECOND)) == (S.CLOSED, S.CLOSING)
    assert window(OpenerCandidate("m1", ago(2), True), expiry=expiry).state(NOW) is S.CLOSED
    newer = window(OpenerCandidate("m1", ago(2) + MICROSECOND, True), expiry=expiry)
    assert (newer.state(NOW), newer.expired_by, newer.margin) == (S.OPEN, "", MARGIN)


def test_a_window_that_had_closed_before_stays_closed_since_then() -> None:
    found = window(OpenerCandidate("m1", ago(40), True), expiry=Expiry(ago(2), "n1"))
    assert (found.closes_at, found.expired_by) == (ago(40) + DAY - MARGIN, "n1")


def test_what_never_opened_and_expired_is_closed() -> None:
    found = window(expiry=Expiry(ago(2), "n1"))
    assert (found.state(NOW), found.closes_at, found.expired_by) == (S.CLOSED, ago(2), "n1")


def test_only_doubts_newer_than_the_word_remain() -> None:
    expiry = Expiry(ago(2), "n1")
    assert window(OpenerCandidate("m2", ago(2), False), expiry=expiry).state(NOW) is S.CLOSED
    assert window(OpenerCandidate("m2", ago(2) + MICROSECOND, False), expiry=expiry).state(NOW) is S.UNKNOWN
    assert window(gaps=(ago(2),), expiry=expiry).state(NOW) is S.CLOSED
    assert window(gaps=(ago(2) + MICROSECOND,), expiry=expiry).state(NOW) is S.UNKNOWN


# --- time ----------------------------------------------------------------------------------------------------------


def test_next_change_walks_through_every_threshold() -> None:
    found = window(OpenerCandidate("m1", ago(30), True), OpenerCandidate("m2", ago(20), False))
    instants, now = [], ago(29)
    while (then := found.next_change(now)) is not None:
        instants.append(then)
        now = then
    closes_at = ago(30) + DAY - MARGIN
    assert instants == [closes_at - timedelta(hours=1), closes_at, ago(20) + DAY - MARGIN]
    assert window(OpenerCandidate("m2", ago(20), False)).next_change(NOW) == ago(20) + DAY - MARGIN


sightings = st.builds(
    OpenerCandidate,
    st.text("abc", min_size=1, max_size=3),
    st.integers(0, 72 * 3600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    st.booleans(),
    st.none() | st.integers(0, 600).map(lambda seconds: timedelta(seconds=seconds)),
)
keys = st.sampled_from([WHATSAPP, FACEBOOK])
expiries = st.none() | st.integers(0, 72 * 3600).map(lambda s: Expiry(NOW - timedelta(seconds=s), "n1"))
ORDER = [S.OPEN, S.CLOSING, S.UNKNOWN, S.CLOSED]


@given(keys, st.lists(sightings, max_size=8), expiries, st.lists(st.integers(0, 200 * 3600), min_size=2, max_size=6))
def test_time_alone_never_reopens_anything_and_next_change_skips_nothing(
    key: WindowKey, seen: list[OpenerCandidate], expiry: Expiry | None, seconds: list[int]
) -> None:
    found = window(*seen, key=key, expiry=expiry)
    instants = [NOW + timedelta(seconds=s) for s in sorted(seconds)]
    states = [found.state(at) for at in instants]
    if found.state(NOW) is S.NEVER:
        assert set(states) == {S.NEVER}
    else:
        ranks = [ORDER.index(state) for state in states]
        assert ranks == sorted(ranks)
    for at, later in pairwise(instants):
        change = found.next_change(at)
        if change is None or later < change:
            assert found.state(later) is found.state(at)


@given(keys, st.lists(sightings, max_size=8), expiries, st.randoms(use_true_random=False))
def test_order_of_sightings_does_not_matter(
    key: WindowKey, seen: list[OpenerCandidate], expiry: Expiry | None, rng
) -> None:
    shuffled = list(seen)
    rng.shuffle(shuffled)
    assert window(*shuffled, key=key, expiry=expiry) == window(*seen, key=key, expiry=expiry)


@given(st.lists(sightings, max_size=8), expiries)
def test_open_is_right(seen: list[OpenerCandidate], expiry: Expiry | None) -> None:
    """Open only if a message that surely came from the channel is younger than the window and newer than any word
    that it had expired."""
    surely_open = any(s.certain and s.at + DAY - (MARGIN if s.margin is None else s.margin) > NOW for s in seen)
    if expiry is not None:
        surely_open = surely_open and window(*seen).opened_at > expiry.at  # type: ignore[operator]
    assert window(*seen, expiry=expiry).state(NOW).allows_replies == surely_open or expiry == Expiry(NOW, "n1")


def test_a_window_that_was_reported_closed_has_the_time_left_until_then() -> None:
    reported = window(OpenerCandidate("m1", ago(5), True), expiry=Expiry(ago(1), "n1"))
    assert reported.left(ago(2)) == timedelta(hours=1)
    assert reported.left(NOW) == timedelta(0)


def test_it_was_cut_short_only_when_it_was_reported_closed_well_before_its_time() -> None:
    opener = OpenerCandidate("m1", ago(20), True)
    assert not window(opener).was_cut_short
    assert window(opener, expiry=Expiry(ago(1), "n1")).was_cut_short
    on_time = Expiry(ago(20) + DAY - timedelta(minutes=30), "n1")
    assert not window(opener, expiry=on_time).was_cut_short
    assert window(expiry=Expiry(ago(1), "n1")).was_cut_short
