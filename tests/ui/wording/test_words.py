"""Words shared by all screens: names, places, connection, relay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from conversation_factory import NOW
from hypothesis import given
from hypothesis import strategies as st
from reasons import said

from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import ConnectionState, ConnectionView, Progress
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


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (ConnectionView(ConnectionState.CONNECTING), "Connecting to Intercom"),
        (ConnectionView(ConnectionState.ONLINE), "Online"),
        (
            ConnectionView(ConnectionState.ONLINE, last_sync_at=NOW - timedelta(minutes=3)),
            "Online · up to date 3 min ago",
        ),
        (
            ConnectionView(ConnectionState.OFFLINE, said("Intercom cannot be reached."), NOW + timedelta(seconds=7)),
            "Offline. Intercom cannot be reached. Next try in 7 s.",
        ),
        (ConnectionView(ConnectionState.OFFLINE, said("No network"), NOW), "Offline. No network. Trying now."),
        (
            ConnectionView(ConnectionState.SIGNED_OUT, said("The token was revoked.")),
            "Signed out. The token was revoked.",
        ),
    ],
)
def test_the_connection_is_told_with_reason_and_next_try(view: ConnectionView, said: str) -> None:
    assert words.connection(view, NOW) == said


def test_progress_counts_what_is_known() -> None:
    assert words.progress(Progress(120, 300)) == "Reading conversations 120 of 300"
    assert words.progress(Progress(3, None)) == "Reading conversations 3"


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1)))
def test_a_countdown_by_the_second_shows_its_units(left: timedelta) -> None:
    found = re.fullmatch(r"(?:(\d+) min )?(\d+) s", words.seconds_span(left))
    assert found is not None
    assert timedelta(0) <= left - timedelta(minutes=int(found[1] or 0), seconds=int(found[2])) < timedelta(seconds=1)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_no_length_of_time_reads_as_a_time_of_day(left: timedelta) -> None:
    assert ":" not in words.span(left) + words.seconds_span(left)
