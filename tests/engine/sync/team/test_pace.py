"""The pace of asking Intercom: alone, fed by the team, and with a crowd whose feed is dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.sync.team.pace import (
    ALONE,
    CALLS_A_MINUTE,
    CROWD_SHARE,
    ReadAllowance,
    TeamCondition,
    choose_start_s,
    find_pace,
    reconnect_pause_s,
)
from desktop.ports.team import HubState

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POLLING = HubState(1000, polls=True)


def pace_of(hub: HubState | None, *, connected: bool = True, silent_s: float = 0.0):
    return find_pace(TeamCondition(connected, hub, None if hub is None else 100.0 - silent_s), NOW, 100.0)


def test_a_desktop_in_no_team_asks_as_ever():
    assert find_pace(None, NOW, 100.0) == ALONE
    assert (ALONE.search_s, ALONE.open_s, ALONE.hidden_s) == ((9.0, 10.0), (5.1, 5.6), (24.0, 36.0))


@pytest.mark.parametrize(
    ("hub", "connected", "silent_s", "is_fed"),
    [
        (POLLING, True, 0.0, True),
        (POLLING, True, 29.9, True),
        (POLLING, True, 30.0, False),
        (POLLING, False, 0.0, False),
        (None, True, 0.0, False),
        (HubState(5), True, 0.0, False),
        (HubState(5, NOW - timedelta(minutes=9)), True, 0.0, True),
        (HubState(5, NOW - timedelta(minutes=11)), True, 0.0, False),
        (HubState(5, NOW - timedelta(minutes=11), polls=True), True, 0.0, True),
    ],
)
def test_the_feed_is_alive_while_the_hub_is_heard_and_hears_of_changes_itself(hub, connected, silent_s, is_fed):
    pace = pace_of(hub, connected=connected, silent_s=silent_s)
    assert (pace.search_s == (300.0, 360.0)) is is_fed
    assert (pace.open_s == (60.0, 72.0)) is is_fed


def test_a_small_team_without_its_feed_asks_as_everybody_alone_does():
    pace = pace_of(HubState(8, polls=True), connected=False)
    assert (pace.search_s[0], pace.open_s[0], pace.hidden_s[0]) == (10.0, 5.1, 24.0)


@pytest.mark.parametrize(("desks", "search_s", "open_s"), [(200, 10.0, 6.4), (500, 16.0, 16.0), (1000, 32.0, 32.0)])
def test_a_crowd_without_its_feed_shares_the_budget(desks, search_s, open_s):
    pace = pace_of(HubState(desks), connected=False)
    assert (pace.search_s[0], pace.open_s[0]) == (search_s, open_s)


@given(st.integers(0, 20_000), st.booleans(), st.none() | st.integers(0, 50_000))
def test_no_crowd_asks_more_than_its_share_of_what_the_hub_leaves(desks, is_fed, spare_calls):
    pace = pace_of(HubState(desks, polls=is_fed, spare_calls=spare_calls))
    a_minute = desks * (60 / pace.search_s[0] + 60 / pace.open_s[0])
    left = CALLS_A_MINUTE if spare_calls is None else max(spare_calls, 100)
    assert a_minute <= CROWD_SHARE * left + 0.001
    if is_fed:
        assert a_minute <= desks * 1.2
    assert max(desks, 1) * pace.reads_a_minute == pytest.approx(left / 20)


def test_with_one_thousand_desktops_and_a_feed_the_safety_net_costs_little():
    pace = pace_of(POLLING)
    assert 1000 * 60 / pace.search_s[0] == 200
    assert 1000 * 60 / pace.open_s[0] == 1000


def test_a_crowd_that_loses_its_feed_does_not_ask_at_one_moment():
    pace, rng = pace_of(POLLING, silent_s=31), Random(1)
    starts = sorted(choose_start_s(pace.search_s, rng) for _ in range(1000))
    assert starts[0] < 1 < 37 < starts[-1] <= 38.4
    busiest = max(sum(1 for at in starts if second <= at < second + 10) for second in range(38))
    assert busiest < 350


def test_pauses_before_connecting_again_grow_and_differ():
    rng = Random(1)
    firsts = {round(reconnect_pause_s(1, rng), 3) for _ in range(50)}
    assert len(firsts) > 40
    assert all(0.5 <= pause <= 1.5 for pause in firsts)
    assert all(30 <= reconnect_pause_s(n, rng) <= 90 for n in (7, 8, 50, 10_000))


def test_reads_are_saved_for_two_minutes_and_no_longer():
    allowance, pace = ReadAllowance(), pace_of(POLLING)
    assert pace.reads_a_minute == 0.5
    assert allowance.left(pace, 0.0) == 0
    assert allowance.left(pace, 60.0) == 1
    allowance.take(1)
    assert allowance.left(pace, 60.0) == 0
    assert allowance.left(pace, 3600.0) == 1
    allowance.take(2)
    assert allowance.left(pace, 3660.0) == 0
    assert allowance.left(pace, 3600.0 + 6 * 60) == 1


def test_alone_everything_is_read():
    allowance = ReadAllowance()
    assert allowance.left(ALONE, 0.0) is None
    allowance.take(1_000_000)
    assert allowance.left(ALONE, 1.0) is None
