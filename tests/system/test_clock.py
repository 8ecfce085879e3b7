"""The clock follows the servers: across jumps, a wrong computer clock, and sleep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.system.clock import ServerClock

DAY_S = 86_400.0


class Stage:
    """A server and a computer whose clocks move when the test says so."""

    def __init__(self, server: float = 1_790_000_000.25, wall: float | None = None) -> None:
        self.server = server
        self.wall = server if wall is None else wall
        self.monotonic = 500.0
        self.clock = ServerClock(lambda: self.wall, lambda: self.monotonic)

    def passes(self, seconds: float) -> None:
        self.server += seconds
        self.wall += seconds
        self.monotonic += seconds

    def sleeps(self, seconds: float) -> None:
        """The computer sleeps and its monotonic clock does not count that."""
        self.server += seconds
        self.wall += seconds

    def asks(self, there_s: float = 0.05, back_s: float = 0.05) -> None:
        sent = self.monotonic
        self.passes(there_s)
        date = format_datetime(datetime.fromtimestamp(int(self.server), UTC), usegmt=True)
        self.passes(back_s)
        self.clock.learn(date, sent, self.monotonic)

    @property
    def error_s(self) -> float:
        return abs(self.clock.now().timestamp() - self.server)


def test_before_the_first_answer_it_is_the_computers():
    stage = Stage(wall=1_700_000_000.0)
    assert stage.clock.now() == datetime.fromtimestamp(1_700_000_000.0, UTC)
    stage.passes(5)
    assert stage.clock.now() == datetime.fromtimestamp(1_700_000_005.0, UTC)


@pytest.mark.parametrize("wrong_s", [-DAY_S, -3600.0, 0.0, DAY_S])
def test_a_wrong_computer_clock_does_not_matter(wrong_s):
    stage = Stage(wall=1_790_000_000.0 + wrong_s)
    stage.asks()
    for _ in range(50):
        stage.passes(7.3)
        assert stage.error_s < 1


@pytest.mark.parametrize("jump", [timedelta(hours=25), timedelta(hours=-25), timedelta(seconds=3)])
def test_a_server_clock_that_jumps_is_followed_at_the_next_answer(jump):
    stage = Stage()
    for _ in range(5):
        stage.asks()
        stage.passes(10)
    stage.server += jump.total_seconds()
    stage.asks()
    assert stage.error_s < 1


def test_many_answers_narrow_what_one_second_leaves_open():
    stage = Stage()
    for _ in range(40):
        stage.asks(0.01, 0.01)
        stage.passes(1.07)
    assert stage.error_s < 0.1


def test_a_sleep_the_monotonic_clock_missed_is_made_up_for():
    stage = Stage(wall=1_790_000_000.0 - DAY_S)
    stage.asks()
    stage.clock.now()
    stage.sleeps(8 * 3600.0)
    assert stage.error_s < 1
    stage.passes(60)
    assert stage.error_s < 1
    stage.asks()
    assert stage.error_s < 1


def test_a_sleep_the_monotonic_clock_counted_is_not_counted_twice():
    stage = Stage()
    stage.asks()
    stage.passes(8 * 3600.0)
    assert stage.error_s < 1


def test_two_sleeps_before_the_next_answer_add_up():
    stage = Stage()
    stage.asks()
    stage.sleeps(3600)
    stage.clock.now()
    stage.passes(3)
    stage.sleeps(7200)
    assert stage.error_s < 1


def test_a_computer_clock_set_forward_is_mended_by_the_next_answer():
    stage = Stage()
    stage.asks()
    stage.wall += 3600
    stage.clock.now()
    stage.passes(1)
    stage.asks()
    assert stage.error_s < 1


def test_a_computer_clock_set_back_changes_nothing():
    stage = Stage()
    stage.asks()
    stage.wall -= 3600
    assert stage.error_s < 1
    stage.passes(10)
    assert stage.error_s < 1


def test_an_answer_that_was_under_way_during_sleep_is_not_believed():
    stage = Stage()
    stage.asks()
    sent = stage.monotonic
    stage.passes(0.1)
    date = format_datetime(datetime.fromtimestamp(int(stage.server), UTC), usegmt=True)
    stage.sleeps(3600)
    stage.passes(0.1)
    stage.clock.learn(date, sent, stage.monotonic)
    assert stage.error_s < 1


@pytest.mark.parametrize(
    "header",
    ["", "soon", "Sun, 99 Nov 2026 08:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 22 Nov 9999 08:00:00 +0000"],
)
def test_an_unreadable_date_is_ignored(header):
    stage = Stage()
    stage.asks()
    before = stage.clock.now()
    stage.clock.learn(header, stage.monotonic, stage.monotonic)
    assert stage.clock.now() == before


@given(st.text(max_size=40))
def test_no_header_raises(header):
    ServerClock().learn(header, 0.0, 1.0)


@given(st.lists(st.tuples(st.floats(0, 0.9), st.floats(0, 0.09), st.floats(0, 3000)), min_size=1, max_size=20))
def test_right_within_a_second_whatever_the_delays(steps):
    stage = Stage(wall=1_700_000_000.0)
    for there_s, back_s, pause_s in steps:
        stage.asks(there_s, back_s)
        assert stage.error_s < 1
        stage.passes(pause_s)
        assert stage.error_s < 1


async def test_the_real_sources_move_and_sleep():
    clock = ServerClock()
    before, now = clock.monotonic(), clock.now()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert clock.now() >= now
    assert clock.now().utcoffset() == timedelta(0)


# --- whether the time is known -----------------------------------------------------------------------------------


def test_the_time_is_known_once_a_server_has_told_it():
    stage = Stage(wall=1_790_000_000.25 - 3 * 3600)
    assert not stage.clock.is_known
    assert stage.clock.offset is None
    stage.asks()
    assert stage.clock.is_known
    stage.passes(DAY_S)
    assert stage.clock.is_known


def test_what_an_earlier_run_learnt_counts_for_ten_minutes():
    stage = Stage(wall=1_790_000_000.25 - 3 * 3600)
    stage.asks()
    stage.passes(60)
    kept = stage.clock.offset
    assert kept is not None
    assert abs(kept.ahead - timedelta(hours=3)) < timedelta(seconds=1)
    assert abs(kept.learnt_at.timestamp() - (stage.server - 60)) < 1

    later = ServerClock(lambda: stage.wall, lambda: stage.monotonic)
    later.restore_offset(kept)
    assert later.is_known
    assert abs(later.now().timestamp() - stage.server) < 1
    stage.passes(8 * 60)
    assert later.is_known
    stage.passes(2 * 60)
    assert not later.is_known, "eleven minutes after a server told the time"


def test_a_computer_whose_clock_went_back_since_does_not_know_the_time():
    stage = Stage()
    stage.asks()
    kept = stage.clock.offset
    assert kept is not None
    stage.wall -= 300
    later = ServerClock(lambda: stage.wall, lambda: stage.monotonic)
    later.restore_offset(kept)
    assert not later.is_known


def test_a_sleep_that_the_monotonic_clock_missed_is_no_newer_word_of_a_server():
    stage = Stage()
    stage.asks()
    stage.sleeps(3600)
    kept = stage.clock.offset
    assert kept is not None
    assert abs(kept.learnt_at.timestamp() - (stage.server - 3600)) < 1


# --- what one answer may say ------------------------------------------------------------------------------------


def test_one_answer_with_a_date_of_another_year_is_not_believed():
    stage = Stage()
    stage.asks()
    stage.asks()
    for year_s in (10 * 365 * DAY_S, -10 * 365 * DAY_S):
        stage.server += year_s
        stage.asks()
        stage.server -= year_s
        assert stage.error_s < 1
        stage.asks()
        assert stage.error_s < 1


def test_a_second_answer_that_agrees_is_believed_however_far_the_clock_steps():
    stage = Stage()
    stage.asks()
    stage.server += 30 * DAY_S
    stage.asks()
    stage.asks()
    assert stage.error_s < 1


def test_a_wrong_first_answer_is_mended_by_the_next_two():
    stage = Stage()
    stage.server += 365 * DAY_S
    stage.asks()
    stage.server -= 365 * DAY_S
    stage.asks()
    stage.asks()
    assert stage.error_s < 1


# --- the time by which things are deleted -----------------------------------------------------------------------


def test_without_any_server_s_word_there_is_no_time_to_delete_by():
    stage = Stage(wall=1_990_000_000.0)
    assert stage.clock.server_time is None


def test_one_answer_alone_is_no_time_to_delete_by():
    stage = Stage()
    stage.server += 365 * DAY_S
    stage.asks()
    assert stage.clock.server_time is None
    stage.server -= 365 * DAY_S
    for _ in range(3):
        stage.asks()
    assert stage.clock.server_time is not None
    assert -2 < stage.clock.server_time.timestamp() - stage.server <= 0


def test_offline_an_earlier_run_s_time_counts_and_the_computer_s_clock_does_not():
    stage = Stage()
    stage.asks()
    stage.asks()
    kept = stage.clock.offset
    assert kept is not None
    stage.wall += 365 * DAY_S
    later = ServerClock(lambda: stage.wall, lambda: stage.monotonic)
    later.restore_offset(kept)
    assert later.server_time == kept.learnt_at


def test_a_computer_clock_that_is_set_forward_moves_no_time_to_delete_by():
    stage = Stage()
    stage.asks()
    stage.asks()
    stage.wall += 365 * DAY_S
    stage.clock.now()
    assert stage.clock.server_time is not None
    assert stage.clock.server_time.timestamp() <= stage.server
    stage.asks()
    assert stage.error_s < 1
