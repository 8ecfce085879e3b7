"""Words shared by all screens: names, places, connection, relay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.facts import ChannelKind
from desktop.ui.wording import words


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Jennifer Okafor", "Jennifer"),
        ("  Jennifer\nOkafor ", "Jennifer"),
        ("+353 87 123 4567", "+353 87 123 4567"),
        ("", "The customer"),
        ("\u200b\n", "The customer"),
        ("نور حداد", "\u2068نور\u2069"),
    ],
)
def test_a_customer_is_called_by_their_first_name(name: str, called: str) -> None:
    assert words.first_name(name) == called


@given(st.text())
def test_any_name_gives_something_to_call_the_customer_in_one_line(name: str) -> None:
    called = words.first_name(name)
    assert called.strip()
    assert "\n" not in called


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_channel_is_a_place(kind: ChannelKind) -> None:
    assert words.place(kind).split()[0] in ("on", "in", "by")


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1)))
def test_a_countdown_by_the_second_shows_its_units(left: timedelta) -> None:
    found = re.fullmatch(r"(?:(\d+) min )?(\d+) s", words.seconds_span(left))
    assert found is not None
    assert timedelta(0) <= left - timedelta(minutes=int(found[1] or 0), seconds=int(found[2])) < timedelta(seconds=1)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_no_length_of_time_reads_as_a_time_of_day(left: timedelta) -> None:
    assert ":" not in words.span(left) + words.seconds_span(left)
