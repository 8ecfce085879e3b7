"""Words of list and thread: ages, days, sizes, initials, arrivals; and selections over several rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.delivery import Arrival, ChannelArrival
from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import ListView
from desktop.ui.thread.timeline.selection_range import SelectionRange, TextPosition
from desktop.ui.wording import thread

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
instants = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda away: NOW + away)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-30), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=2), "Wed"),
        (timedelta(days=30), "21 Oct"),
        (timedelta(days=365), "20 Nov 2025"),
    ],
)
def test_ages_are_short(age, words):
    assert thread.short_age(NOW - age, NOW) == words


@given(instants, instants)
def test_any_age_has_a_word(then, now):
    assert 0 < len(thread.short_age(then, now)) <= 11


def test_days_are_named_as_people_do():
    today = date(2026, 11, 20)
    assert thread.day(today, today) == "Today"
    assert thread.day(date(2026, 11, 19), today) == "Yesterday"
    assert thread.day(date(2026, 11, 17), today) == "Tuesday 17 November"
    assert thread.day(date(2025, 11, 17), today) == "Monday 17 November 2025"


@given(st.text(max_size=40))
def test_any_name_has_initials_and_something_to_be_called(name):
    assert thread.initials(name)
    assert thread.display_name(name).strip()


@pytest.mark.parametrize(
    ("name", "initials"), [("Jennifer Okafor", "JO"), ("ana", "A"), ("Ana Maria de Souza", "AS"), ("+353 87", "8")]
)
def test_initials(name, initials):
    assert thread.initials(name) == initials


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, "size unknown"), (0, "0 bytes"), (999, "999 bytes"), (52_100, "52 kB"), (4_000_000, "4.0 MB")],
)
def test_sizes(size, words):
    assert thread.size(size) == words


def test_every_state_and_view_has_words():
    assert set(thread.ARRIVAL_NAMES) == set(Arrival)
    assert set(thread.VIEW_NAMES) == set(thread.EMPTY_VIEW_SENTENCES) == set(ListView)


@pytest.mark.parametrize("arrival", [Arrival.EXPECTED, Arrival.UNKNOWN, Arrival.ACCEPTED, Arrival.NOT_EXPECTED])
def test_what_is_not_known_is_not_called_sent_or_delivered(arrival):
    words = thread.arrival(ChannelArrival(ChannelKind.WHATSAPP, arrival, ""))
    assert "sent" not in words
    assert "delivered" not in words


def test_only_one_place_is_called_only():
    def at(*arrivals: Arrival) -> tuple[ChannelArrival, ...]:
        channels = (ChannelKind.WHATSAPP, ChannelKind.MESSENGER)
        return tuple(ChannelArrival(c, a, "") for c, a in zip(channels, arrivals, strict=False))

    assert thread.only_reached_channel(at(Arrival.FAILED, Arrival.ACCEPTED)) is ChannelKind.MESSENGER
    assert thread.only_reached_channel(at(Arrival.NOT_EXPECTED, Arrival.ACCEPTED)) is ChannelKind.MESSENGER
    assert thread.only_reached_channel(at(Arrival.EXPECTED, Arrival.ACCEPTED)) is None
    assert thread.only_reached_channel(at(Arrival.FAILED)) is None


# --- selections ------------------------------------------------------------------------------------------------------

ROWS = {"a": 5, "b": 0, "c": 7}
spots = st.sampled_from(sorted(ROWS)).flatmap(
    lambda key: st.builds(TextPosition, st.just(key), st.integers(0, ROWS[key]))
)


def ranges(anchor: TextPosition, head: TextPosition) -> dict[str, tuple[int, int]]:
    selection = SelectionRange()
    selection.start(anchor)
    selection.extend(head)
    keys = list(ROWS)
    return dict(selection.ranges(keys.index, keys.__getitem__, ROWS.__getitem__))


def test_a_selection_takes_the_rows_between_whole():
    assert ranges(TextPosition("a", 2), TextPosition("c", 3)) == {"a": (2, 5), "c": (0, 3)}


@given(spots, spots)
def test_dragging_up_marks_what_dragging_down_marks(one, other):
    assert ranges(one, other) == ranges(other, one)
    assert all(0 <= start < end <= ROWS[key] for key, (start, end) in ranges(one, other).items())


def test_a_selection_whose_row_is_gone_marks_nothing():
    selection = SelectionRange()
    selection.set(TextPosition("a", 0), TextPosition("c", 2))
    assert selection.ranges(lambda key: None if key == "c" else 0, lambda _warning_texts: "a", lambda _key: 5) == {}
