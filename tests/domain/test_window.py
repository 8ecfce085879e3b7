"""Windows: what opens them, when they close, and what is not known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import NOW, ago

from desktop.domain.facts import ChannelKind
from desktop.domain.window import Sighting, Window, WindowKey, WindowState, find_window

WHATSAPP = WindowKey(ChannelKind.WHATSAPP, "+15550001111", "+353871234567")
MARGIN = timedelta(seconds=120)
DAY = timedelta(hours=24)


def window(*sightings: Sighting, gaps: tuple[datetime, ...] = ()) -> Window:
    return find_window(WHATSAPP, sightings, gaps, MARGIN)


def test_a_margin_of_a_messages_own_counts_instead_of_the_workspaces() -> None:
    exact = Sighting("row", ago(5), certain=True, margin=timedelta(seconds=60))
    assert window(exact).closes_at == ago(5) + DAY - timedelta(seconds=60)
    assert (window(exact).margin, window().margin) == (timedelta(seconds=60), None)
    assert window(Sighting("m1", ago(5), True)).margin == MARGIN
    # Half a minute later, but closed half a minute earlier.
    later = Sighting("m1", ago(5) + timedelta(seconds=30), certain=True)
    assert window(exact, later).opened_by == window(later, exact).opened_by == "row"
    assert window(exact, Sighting("m1", later.at + timedelta(minutes=1), True)).opened_by == "m1"


def test_it_closes_a_margin_before_24_hours_and_exactly_then_it_is_closed() -> None:
    found = window(Sighting("m1", ago(5), True))
    assert (found.opened_by, found.opened_at, found.closes_at) == ("m1", ago(5), ago(5) + DAY - MARGIN)
    closes_at = ago(5) + DAY - MARGIN
    assert found.state(closes_at - timedelta(hours=1)) is WindowState.OPEN
    assert found.state(closes_at - timedelta(minutes=59)) is WindowState.CLOSING
    assert found.state(closes_at - timedelta(microseconds=1)) is WindowState.CLOSING
    assert found.state(closes_at) is WindowState.CLOSED
    assert found.left(closes_at - timedelta(minutes=1)) == timedelta(minutes=1)
    assert found.left(closes_at + DAY) == timedelta(0)


def test_the_newest_message_counts() -> None:
    assert window(Sighting("old", ago(30), True), Sighting("new", ago(2), True)).opened_by == "new"


def test_never_opened() -> None:
    found = window()
    assert found.state(NOW) is WindowState.NEVER
    assert found.left(NOW) is None
    assert found.next_change(NOW) is None


def test_a_channel_without_a_window() -> None:
    found = find_window(WindowKey(ChannelKind.TELEGRAM), [Sighting("m1", ago(99), True)], [], MARGIN)
    assert found.state(NOW) is WindowState.NONE
    assert found.closes_at is None
    assert found.state(NOW).lets_replies_through


def test_a_newer_message_of_unknown_origin_leaves_it_unknown_only_while_it_matters() -> None:
    found = window(Sighting("m1", ago(30), True), Sighting("m2", ago(20), False))
    assert found.doubt is not None
    assert found.doubt.message_id == "m2"
    assert found.state(NOW) is WindowState.UNKNOWN
    assert found.state(ago(20) + DAY) is WindowState.CLOSED


def test_an_older_message_of_unknown_origin_changes_nothing() -> None:
    assert window(Sighting("m1", ago(20), True), Sighting("m2", ago(21), False)).doubt is None


def test_an_open_window_stays_open_whatever_is_unknown() -> None:
    assert window(Sighting("m1", ago(3), True), Sighting("m2", ago(1), False)).state(NOW) is WindowState.OPEN


def test_missing_history_leaves_it_unknown_only_while_it_matters() -> None:
    found = window(gaps=(ago(20),))
    assert found.state(NOW) is WindowState.UNKNOWN
    assert found.state(NOW + timedelta(hours=4)) is WindowState.CLOSED
    assert window(Sighting("m1", ago(30), True), gaps=(ago(40),)).doubt is None
    assert window(Sighting("m1", ago(30), True), gaps=(ago(10),)).state(NOW) is WindowState.UNKNOWN


def test_next_change_walks_through_every_threshold() -> None:
    found = window(Sighting("m1", ago(30), True), Sighting("m2", ago(20), False))
    instants, now = [], ago(29)
    while (then := found.next_change(now)) is not None:
        instants.append(then)
        now = then
    closes_at = ago(30) + DAY - MARGIN
    assert instants == [closes_at - timedelta(hours=1), closes_at, ago(20) + DAY - MARGIN]


sightings = st.builds(
    Sighting,
    st.text("abc", min_size=1, max_size=3),
    st.integers(0, 72 * 3600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    st.booleans(),
)
ORDER = [WindowState.OPEN, WindowState.CLOSING, WindowState.UNKNOWN, WindowState.CLOSED]


@given(st.lists(sightings, max_size=8), st.lists(st.integers(0, 48 * 3600), min_size=2, max_size=6))
def test_time_alone_never_reopens_anything(seen: list[Sighting], seconds: list[int]) -> None:
    found = window(*seen)
    states = [found.state(NOW + timedelta(seconds=s)) for s in sorted(seconds)]
    if found.state(NOW) is WindowState.NEVER:
        assert set(states) == {WindowState.NEVER}
    else:
        ranks = [ORDER.index(state) for state in states]
        assert ranks == sorted(ranks)


@given(st.lists(sightings, max_size=8), st.randoms())
def test_order_of_sightings_does_not_matter(seen: list[Sighting], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert window(*shuffled) == window(*seen)


@given(st.lists(sightings, max_size=8))
def test_open_is_right(seen: list[Sighting]) -> None:
    """Open only if a message that surely came from the channel is younger than the window."""
    surely_open = any(s.certain and s.at + DAY - MARGIN > NOW for s in seen)
    assert window(*seen).state(NOW).lets_replies_through == surely_open


@pytest.mark.parametrize("state", list(WindowState))
def test_which_states_let_replies_through(state: WindowState) -> None:
    assert state.lets_replies_through == (state in {WindowState.NONE, WindowState.OPEN, WindowState.CLOSING})
