"""Decides which events the agent is notified of, one by one or in a summary. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop.engine.notifications.model import (
    WINDOW_THRESHOLDS,
    Attention,
    Audience,
    Notification,
    NotificationKind,
    NotificationSettings,
)

FRESH = timedelta(minutes=15)
"""What happened longer ago is only part of a summary: the computer slept, or there was no network."""

MOST_AT_ONCE = 3
"""More of a kind than this at once are one summary."""

SUMMARY_KEY = "summary"


def audience(assignee_id: str | None, team_id: str | None, me_id: str, my_teams: Iterable[str]) -> Audience:
    """Whom a conversation concerns. assignee_id, team_id: None or "" for none."""
    if assignee_id:
        return Audience.MINE if assignee_id == me_id else Audience.OTHERS
    if team_id:
        return Audience.TEAM if team_id in my_teams else Audience.OTHERS
    return Audience.UNASSIGNED


def tightest_threshold(left: timedelta) -> timedelta | None:
    """The smallest threshold that is reached with so much time left; None before the first, and once it has closed."""
    reached = [threshold for threshold in WINDOW_THRESHOLDS if timedelta(0) < left <= threshold]
    return min(reached, default=None)


def select(
    events: Iterable[Notification], settings: NotificationSettings, attention: Attention, now: datetime
) -> tuple[Notification, ...]:
    """The events to notify of, by the agent's settings and what they are looking at; the others are never shown."""
    if settings.is_quiet(now):
        return ()
    return tuple(
        event
        for event in events
        if settings.wants(event.kind)
        and not attention.looks_at(event.customer_id)
        and (event.kind is not NotificationKind.MESSAGE or settings.while_in_front or not attention.is_in_front)
    )


def summarize(
    events: Iterable[Notification], earlier: Iterable[Notification], now: datetime
) -> tuple[tuple[Notification, ...], tuple[Notification, ...]]:
    """Divide events into those shown one by one and those counted in a summary.

    Of one key only the newest is kept. earlier: what the summary on the screen counts; it stays counted.
    """
    newest: dict[str, Notification] = {}
    for event in events:
        known = newest.get(event.key)
        if known is None or event.at >= known.at:
            newest[event.key] = event
    alone: list[Notification] = []
    counted = {event.key: event for event in earlier}
    for kind in NotificationKind:
        of_kind = [event for event in newest.values() if event.kind is kind]
        fresh = [event for event in of_kind if now - event.at <= FRESH]
        alone += fresh if len(fresh) <= MOST_AT_ONCE else []
        counted |= {event.key: event for event in of_kind if event not in fresh or len(fresh) > MOST_AT_ONCE}
    return tuple(alone), tuple(counted.values())


def summary_of(counted: Iterable[Notification], now: datetime) -> Notification:
    """The one notification that stands for several."""
    counted = tuple(counted)
    counts = {
        kind: len({event.customer_id or event.key for event in counted if event.kind is kind})
        for kind in NotificationKind
        if any(event.kind is kind for event in counted)
    }
    return Notification(key=SUMMARY_KEY, kind=NotificationKind.SUMMARY, at=now, counts=counts)
