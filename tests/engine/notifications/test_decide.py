"""What calls, by the agent's settings, by what they see, and by how much happens at once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from desktop.engine.notifications.decide import (
    FRESH,
    MOST_AT_ONCE,
    audience,
    select,
    summarize,
    summary_of,
    tightest_threshold,
)
from desktop.engine.notifications.model import (
    Attention,
    Audience,
    Notification,
    NotificationKind,
    NotificationSettings,
    QuietHours,
)

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MESSAGE, MENTION = NotificationKind.MESSAGE, NotificationKind.MENTION


def event(customer_id: str, kind: NotificationKind = MESSAGE, age: timedelta = timedelta(0)) -> Notification:
    return Notification(key=f"{kind}:{customer_id}", kind=kind, at=NOW - age, customer_id=customer_id)


@pytest.mark.parametrize(
    ("assignee", "team", "expected"),
    [
        ("me", None, Audience.MINE),
        ("me", "t9", Audience.MINE),
        ("bob", None, Audience.OTHERS),
        ("bob", "t1", Audience.OTHERS),
        (None, "t1", Audience.TEAM),
        ("", "t9", Audience.OTHERS),
        (None, None, Audience.UNASSIGNED),
    ],
)
def test_whom_a_conversation_concerns(assignee: str | None, team: str | None, expected: Audience) -> None:
    assert audience(assignee, team, "me", ("t1", "t2")) is expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(121, None), (120, 120), (31, 120), (30, 30), (11, 30), (10, 10), (1, 10), (0, None)]
)
def test_only_the_tightest_threshold_that_is_reached_counts(minutes: int, expected: int | None) -> None:
    found = tightest_threshold(timedelta(minutes=minutes))
    assert found == (None if expected is None else timedelta(minutes=expected))


@pytest.mark.parametrize(
    ("start", "end", "local", "quiet"),
    [
        (time(22), time(7), time(23, 59), True),
        (time(22), time(7), time(6, 59), True),
        (time(22), time(7), time(7), False),
        (time(22), time(7), time(12), False),
        (time(12), time(13), time(12, 30), True),
        (time(12), time(13), time(13), False),
        (time(9), time(9), time(9), False),
    ],
)
def test_quiet_hours(start: time, end: time, local: time, quiet: bool) -> None:
    assert QuietHours(start, end).covers(local) is quiet
    at = datetime.combine(NOW.date(), local).astimezone()
    settings = NotificationSettings(quiet_hours=QuietHours(start, end))
    assert bool(select([event("c1")], settings, Attention(), at)) is not quiet


def test_do_not_disturb_ends_by_itself() -> None:
    settings = NotificationSettings(paused_until=NOW)
    assert not select([event("c1")], settings, Attention(), NOW - timedelta(seconds=1))
    assert select([event("c1")], settings, Attention(), NOW)


def test_what_is_before_the_agents_eyes_does_not_call() -> None:
    settings, window = NotificationSettings(), NotificationKind.WINDOW_CLOSING
    events = [event("c1"), event("c2"), event("c1", window), event("c2", window)]
    # Whatever is open in the front; and new messages of others only where that is wanted.
    assert select(events, settings, Attention(True, "c1"), NOW) == (events[3],)
    wanted = NotificationSettings(while_in_front=True)
    assert select(events, wanted, Attention(True, "c1"), NOW) == (events[1], events[3])
    assert select(events, settings, Attention(False, "c1"), NOW) == tuple(events)


@pytest.mark.parametrize("kind", [k for k in NotificationKind if k is not NotificationKind.SUMMARY])
def test_each_kind_can_be_turned_off(kind: NotificationKind) -> None:
    off = NotificationSettings(messages=False, windows=False, replies=False, mentions=False, snoozes=False)
    assert select([event("c1", kind)], NotificationSettings(), Attention(), NOW)
    assert not select([event("c1", kind)], off, Attention(), NOW)


def test_a_few_fresh_events_call_by_themselves_and_many_or_old_ones_as_one() -> None:
    few = [event(f"c{n}") for n in range(MOST_AT_ONCE)]
    assert summarize(few, (), NOW) == (tuple(few), ())
    many = [*few, event("more")]
    assert summarize(many, (), NOW) == ((), tuple(many))
    # Of another kind are not many.
    alone, counted = summarize([*many, event("c1", MENTION)], (), NOW)
    assert [e.kind for e in alone] == [MENTION]
    assert len(counted) == MOST_AT_ONCE + 1
    old = event("c9", age=FRESH + timedelta(seconds=1))
    assert summarize([old, few[0]], (), NOW) == ((few[0],), (old,))


def test_of_one_conversation_the_newest_message_calls() -> None:
    earlier, later = event("c1", age=timedelta(minutes=1)), event("c1")
    assert summarize([later, earlier], (), NOW) == ((later,), ())


def test_a_summary_counts_customers_and_keeps_what_it_counted() -> None:
    old = FRESH + timedelta(minutes=1)
    _, first = summarize([event("c1", age=old), event("c1", MENTION, old)], (), NOW)
    _, second = summarize([event("c1", age=old), event("c2", age=old)], first, NOW)
    assert summary_of(second, NOW).counts == {MESSAGE: 2, MENTION: 1}
