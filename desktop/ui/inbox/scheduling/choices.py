"""The times and moments that are offered for a snooze or a reply. No widgets."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import msgspec

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import RouteSituation
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import Schedule
from desktop.text import formats
from desktop.text.names import channel_label, channel_name
from desktop.text.screens import inbox as texts
from desktop.text.thread import scheduling

BEFORE_CLOSING = timedelta(minutes=10)
"""So long before a window closes its last reply is sent: there is time to check it, and to try a second time."""

_MORNING = time(9, 0)


class ScheduleChoice(msgspec.Struct, frozen=True):
    """One offer of the menu."""

    label: str
    schedule: Schedule


def schedule_choices(situation: RouteSituation | None, now: datetime) -> list[ScheduleChoice]:
    """Return what is offered for a reply. situation: where it goes; None where that is not known, or for a note, which
    depends on nothing but the time.
    """
    times = [ScheduleChoice(_time_label(label, situation, at, now), Schedule(at)) for label, at in snooze_times(now)]
    if situation is None:
        return times
    window = situation.window
    closing = []
    if window.closes_at is not None and window.state(now).allows_replies and window.closes_at - now > BEFORE_CLOSING:
        at = window.closes_at - BEFORE_CLOSING
        label = scheduling.BEFORE_CLOSING(channel=channel_name(window.key.channel), time=formats.coming_moment(at, now))
        closing = [ScheduleChoice(label, Schedule(at))]
    channel = _channel_of(situation)
    return [*times, *closing, ScheduleChoice(scheduling.when_they_write(channel), Schedule(awaits=channel))]


def _time_label(label: str, situation: RouteSituation | None, at: datetime, now: datetime) -> str:
    window = situation.window if situation is not None else None
    if window is None or not window.state(now).allows_replies or window.state(at).allows_replies:
        return label
    return scheduling.CLOSED_BY_THEN(choice=label, channel=channel_label(window.key.channel))


def _channel_of(situation: RouteSituation) -> ChannelKind:
    """Return the channel that a reply goes to; `UNKNOWN` where that is not sure, or it is Intercom's own."""
    if isinstance(situation, DirectSituation):
        return situation.route.channel
    mapping = situation.mapping
    return mapping.channel if mapping is not None and mapping.is_sure else ChannelKind.UNKNOWN


def snooze_times(now: datetime) -> list[tuple[str, datetime]]:
    """Return the offered times as (label, UTC instant). now: UTC. Mornings are in the computer's time zone."""
    local = now.astimezone()
    tomorrow = morning(local, 1)
    monday = morning(local, (7 - local.weekday()) % 7 or 7)
    weekday = formats.weekday(monday)
    return [
        (texts.IN_HOURS(1), now + timedelta(hours=1)),
        (texts.IN_HOURS(3), now + timedelta(hours=3)),
        (texts.TOMORROW_AT(time=formats.clock_time(tomorrow)), tomorrow),
        (texts.WEEKDAY_AT(weekday=weekday, time=formats.clock_time(monday)), monday),
        (texts.IN_A_WEEK(), now + timedelta(days=7)),
    ]


def morning(local: datetime, days: int) -> datetime:
    """Return nine o'clock local time `days` later, also across a daylight saving change."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, _MORNING).astimezone().astimezone(UTC)
