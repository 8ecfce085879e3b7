"""Dates, times, spans and sizes as the locale writes them, in the computer's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import reduce

from desktop.text import locale
from desktop.text.catalog import Plural, Text
from desktop.text.locale import number

_MOMENT = Text("a moment")
# Translators: short units of time; no plural is shown. min = minutes, h = hours, s = seconds.
_SECONDS = Text("{seconds} s")
_MINUTES = Text("{minutes} min")
_MINUTES_SECONDS = Text("{minutes} min {seconds} s")
_HOURS = Text("{hours} h")
_HOURS_MINUTES = Text("{hours} h {minutes} min")
_DAYS = Plural("{count} day", "{count} days")
# Translators: the same after words such as "ago", "in", "within" and "less than", for languages with cases.
_DAYS_GOVERNED = Plural("{count} day", "{count} days", "after a preposition")
# Translators: the units written out, for screen readers, which spell the short ones.
_WHOLE_SECONDS = Plural("{count} second", "{count} seconds")
_WHOLE_MINUTES = Plural("{count} minute", "{count} minutes")
_WHOLE_HOURS = Plural("{count} hour", "{count} hours")
# Translators: the same after words such as "ago", "in", "within" and "less than", for languages with cases.
_WHOLE_MINUTES_GOVERNED = Plural("{count} minute", "{count} minutes", "after a preposition")
_WHOLE_HOURS_GOVERNED = Plural("{count} hour", "{count} hours", "after a preposition")
# Translators: joins two units of time, such as "3 hours" and "12 minutes".
_TWO_UNITS = Text("{first} and {second}", "units of time")
_JUST_NOW = Text("just now")
# Translators: {span} is a span of time such as "3 h 12 min" or "4 days".
_AGO = Text("{span} ago")
# Translators: age of the newest message in the narrow customer list.
_NOW = Text("now")
_TODAY = Text("Today")
_YESTERDAY = Text("Yesterday")
# Translators: a heading such as "Friday 21 November".
_WEEKDAY_AND_DAY = Text("{weekday} {day}")
_DAY_AND_TIME = Text("{day}, {time}")
# Translators: a moment of the coming week such as "Tue 09:00".
_WEEKDAY_AND_TIME = Text("{weekday} {time}")
_DAY_AND_TIME_UTC = Text("{day}, {time} UTC")
_WEEKDAY_DAY_AND_TIME = Text("{weekday} {day}, {time}")
# Translators: a short moment such as "Fri 21 Nov, 14:02:11".
_SHORT_DAY_AND_TIME = Text("{weekday} {day}, {time}")
# Translators: inside a sentence: "closed at 14:02".
_AT_TIME = Text("at {time}")
# Translators: inside a sentence: "closed on 21 November at 14:02".
_AT_DAY_AND_TIME = Text("on {day} at {time}")
# Translators: the same where the hour is one, for languages in which the number of hours matters.
_AT_ONE = Text("at {time}", "from 1:00 to 1:59")
_AT_DAY_AND_ONE = Text("on {day} at {time}", "from 1:00 to 1:59")
# Translators: joins the items of a list.
_LIST = Text("{first}, {second}")
_HOUR_IS_ONE = re.compile(r"\D*0?1\D")
_PERCENT = Text("{number}%")
_BYTES = Text("{size} B")
_KILOBYTES = Text("{size} kB")
_MEGABYTES = Text("{size} MB")


class _Units:
    """How spans are written."""

    are_whole_words = False


@contextmanager
def whole_words() -> Iterator[None]:
    """Write `3 hours and 12 minutes` for `3 h 12 min` meanwhile: what is spoken."""
    before, _Units.are_whole_words = _Units.are_whole_words, True
    try:
        yield
    finally:
        _Units.are_whole_words = before


def clock_time(at: datetime) -> str:
    """Return the time of day."""
    return locale.formats().time(at.astimezone())


def full_time(at: datetime) -> str:
    """Return weekday, date and time with seconds, for tooltips and screen readers."""
    local = at.astimezone()
    day = locale.formats().day(local.date(), year=True)
    time = locale.formats().time(local, seconds=True)
    return capitalized(_WEEKDAY_DAY_AND_TIME(weekday=locale.formats().weekday(local.date()), day=day, time=time))


def date_and_time(at: datetime) -> str:
    """Return date and time, such as `20 November 2026, 14:00`."""
    local = at.astimezone()
    return _DAY_AND_TIME(day=locale.formats().day(local.date(), year=True), time=locale.formats().time(local))


def date_and_time_utc(at: datetime) -> str:
    """Return for example `20 November 2026, 14:00 UTC`, for readers elsewhere."""
    utc = at.astimezone(UTC)
    return _DAY_AND_TIME_UTC(day=locale.formats().day(utc.date(), year=True), time=locale.formats().time(utc))


def short_moment(then: datetime, now: datetime) -> str:
    """Return `14:02` today, `21 November, 14:02` else, to stand after a word such as "until"."""
    local = then.astimezone()
    time = locale.formats().time(local)
    if local.date() == now.astimezone().date():
        return time
    return _DAY_AND_TIME(day=locale.formats().day(local.date()), time=time)


def coming_moment(then: datetime, now: datetime) -> str:
    """Return `14:02` today, `Tue 14:02` in the next six days, `21 Nov, 14:02` else, to stand after "until"."""
    local, today = then.astimezone(), now.astimezone().date()
    time, day = locale.formats().time(local), local.date()
    if day == today:
        return time
    if timedelta(0) < day - today < timedelta(days=7):
        return _WEEKDAY_AND_TIME(weekday=locale.formats().weekday(day, short=True), time=time)
    return _DAY_AND_TIME(day=locale.formats().day(day, year=day.year != today.year, short=True), time=time)


def running_clock(at: datetime) -> str:
    """Return such as `Fri 21 Nov, 14:02:11`, for a clock that runs."""
    local, writes = at.astimezone(), locale.formats()
    day = writes.day(local.date(), short=True)
    weekday = writes.weekday(local.date(), short=True)
    return capitalized(_SHORT_DAY_AND_TIME(weekday=weekday, day=day, time=writes.time(local, seconds=True)))


def weekday(at: datetime, *, short: bool = False) -> str:
    """Return `Monday`, or `Mon` if short."""
    return locale.formats().weekday(at.astimezone().date(), short=short)


def day_heading(subject: date, today: date) -> str:
    """Return `Today`, `Yesterday` or weekday and date, with the year where it is another one."""
    if subject == today:
        return _TODAY()
    if subject == today - timedelta(days=1):
        return _YESTERDAY()
    day = locale.formats().day(subject, year=subject.year != today.year)
    return capitalized(_WEEKDAY_AND_DAY(weekday=locale.formats().weekday(subject), day=day))


def capitalized(text: str) -> str:
    """Return a heading or an item of a list with a capital, which many languages do not give to a weekday."""
    return text[:1].upper() + text[1:]


def day_and_month(day: date, *, short: bool = False) -> str:
    """Return for example `21 November`, or `21 Nov` if short."""
    return locale.formats().day(day, short=short)


def at_time(then: datetime, now: datetime) -> str:
    """Return `at 14:02` today, `on 21 November at 14:02` else, with the year where it is another one."""
    local, today = then.astimezone(), now.astimezone()
    time = locale.formats().time(local)
    is_one = _HOUR_IS_ONE.match(time) is not None
    if local.date() == today.date():
        return (_AT_ONE if is_one else _AT_TIME)(time=time)
    day = locale.formats().day(local.date(), year=local.year != today.year)
    return (_AT_DAY_AND_ONE if is_one else _AT_DAY_AND_TIME)(day=day, time=time)


def short_age(then: datetime, now: datetime) -> str:
    """Return `now`, `5 min`, `3 h`, then a weekday or date, for the customer list."""
    age = now - then
    if age < timedelta(minutes=1):
        return _NOW()
    if age < timedelta(hours=1):
        return _MINUTES(minutes=age // timedelta(minutes=1))
    if age < timedelta(hours=24):
        return _HOURS(hours=age // timedelta(hours=1))
    local = then.astimezone()
    if age < timedelta(days=6):
        return locale.formats().weekday(local.date(), short=True)
    return locale.formats().day(local.date(), year=local.year != now.astimezone().year, short=True)


def span(length: timedelta, *, after_preposition: bool = False) -> str:
    """Return a duration such as `2 min`, `3 h 12 min` or `4 days`; `a moment` under a minute.

    after_preposition: it stands after a word such as "in" or "within", which some languages mark at the days.
    """
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    if not hours and not minutes:
        return _MOMENT()
    if hours >= 48:
        return (_DAYS_GOVERNED if after_preposition else _DAYS)(hours // 24)
    minutes = minutes if hours < 24 else 0
    if _Units.are_whole_words:
        return _whole_span(hours, minutes, after_preposition=after_preposition)
    if not hours:
        return _MINUTES(minutes=minutes)
    return _HOURS_MINUTES(hours=hours, minutes=minutes) if minutes else _HOURS(hours=hours)


def _whole_span(hours: int, minutes: int, *, after_preposition: bool) -> str:
    of_hours = _WHOLE_HOURS_GOVERNED if after_preposition else _WHOLE_HOURS
    of_minutes = _WHOLE_MINUTES_GOVERNED if after_preposition else _WHOLE_MINUTES
    if hours and minutes:
        return _TWO_UNITS(first=of_hours(hours), second=of_minutes(minutes))
    return of_hours(hours) if hours else of_minutes(minutes)


def seconds_span(length: timedelta) -> str:
    """Return a duration with seconds, such as `42 min 10 s`; never in the form of a time of day."""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    if _Units.are_whole_words:
        # Only the margin of a window is spoken with seconds, after "by".
        rest = _WHOLE_SECONDS(seconds)
        return _TWO_UNITS(first=_WHOLE_MINUTES_GOVERNED(minutes), second=rest) if minutes else rest
    return _MINUTES_SECONDS(minutes=minutes, seconds=seconds) if minutes else _SECONDS(seconds=seconds)


def time_left(left: timedelta, *, after_preposition: bool = False) -> str:
    """Return the time left of a countdown: with seconds in the last hour, unless it is spoken. after_preposition: as of
    `span`.
    """
    if left < timedelta(hours=1) and not _Units.are_whole_words:
        return seconds_span(left)
    return span(left, after_preposition=after_preposition)


def ago(then: datetime, now: datetime) -> str:
    """Return `just now` or for example `3 h ago`."""
    return _JUST_NOW() if now - then < timedelta(minutes=1) else _AGO(span=span(now - then, after_preposition=True))


def shorten(text: str, most: int) -> str:
    """Return the text in one line, cut after a word so that it has at most so many characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    beginning = text[: most - 1]
    return f"{beginning.rpartition(' ')[0] or beginning}…"


def listed(items: Iterable[str]) -> str:
    """Return `one, two, three` with the comma of the language; "" for no items."""
    named = list(items)
    return reduce(lambda first, second: _LIST(first=first, second=second), named) if named else ""


def size(size_bytes: int, decimals: int = 1) -> str:
    """Return a size such as `812 B`, `14 kB` or `3.2 MB`, in powers of 1000 as file managers of phones count.

    decimals: of megabytes.
    """
    if size_bytes < 1000:
        return _BYTES(size=size_bytes)
    if size_bytes < 1_000_000:
        return _KILOBYTES(size=number(size_bytes / 1000))
    return _MEGABYTES(size=number(size_bytes / 1_000_000, decimals))


def percent(fraction: float) -> str:
    """Return for example `115%` for 1.15."""
    return _PERCENT(number=number(100 * fraction))
