"""Dates, spans, sizes and numbers, in plain English and by Qt's locales."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from desktop.text import formats
from desktop.text.catalog import ENGLISH, strip_isolates, use_language
from desktop.text.locale import EnglishFormats, use_formats
from desktop.ui.look.locale_formats import QtFormats

NOW = datetime(2026, 11, 29, 16, 5, 9, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def in_locale(name: str) -> QtFormats:
    chosen = QtFormats("en")
    chosen._locale = chosen._numbers = QLocale(name)
    return chosen


@pytest.fixture(autouse=True)
def english_again():
    yield
    use_formats(EnglishFormats())
    use_language(ENGLISH)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=59), "a moment"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(hours=24, minutes=30), "24 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_spans(length, text):
    assert formats.span(length) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=59), "a moment"),
        (timedelta(minutes=1, seconds=30), "1 minute"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=3, minutes=12), "3 hours and 12 minutes"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_what_is_spoken_has_whole_words(length, text):
    with formats.whole_words():
        assert formats.time_left(length) == formats.span(length) == text
        assert formats.seconds_span(timedelta(minutes=1, seconds=30)) == "1 minute and 30 seconds"
    assert formats.span(timedelta(hours=1)) == "1 h"


def test_spoken_spans_are_declined_in_arabic():
    use_language("ar")
    with formats.whole_words():
        spans = [formats.span(timedelta(hours=hours)) for hours in (1, 2, 3, 11)]
        assert list(map(strip_isolates, spans)) == ["ساعة واحدة", "ساعتان", "3 ساعات", "11 ساعة"]
        assert formats.span(timedelta(hours=2), after_preposition=True) == "ساعتين"


def test_the_last_hour_is_counted_in_seconds_with_units():
    assert formats.time_left(timedelta(minutes=22, seconds=54)) == "22 min 54 s"
    assert formats.time_left(timedelta(seconds=9)) == "9 s"
    assert formats.time_left(timedelta(hours=1)) == "1 h"
    assert formats.time_left(timedelta(seconds=-5)) == "0 s"


@pytest.mark.parametrize(("size", "text"), [(999, "999 B"), (14_400, "14 kB"), (3_240_000, "3.2 MB")])
def test_sizes(size, text):
    assert formats.size(size) == text


instants = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda away: NOON + away)


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
    assert formats.short_age(NOON - age, NOON) == words


@given(instants, instants)
def test_any_age_has_a_word(then, now):
    assert 0 < len(formats.short_age(then, now)) <= 11


def test_ages_and_days():
    assert formats.short_age(NOW - timedelta(seconds=59), NOW) == "now"
    assert formats.short_age(NOW - timedelta(hours=23, minutes=59), NOW) == "23 h"
    assert formats.short_age(NOW - timedelta(days=3), NOW) == "Thu"
    assert formats.short_age(NOW - timedelta(days=400), NOW) == "25 Oct 2025"
    assert formats.day_heading(NOW.date(), NOW.date()) == "Today"
    assert formats.day_heading(date(2025, 11, 28), NOW.date()) == "Friday 28 November 2025"


@pytest.mark.parametrize(
    ("locale", "time", "day", "number"),
    [
        ("en_US", "4:05:09 PM", "November 29", "1,234,567"),
        ("de_DE", "16:05:09", "29. November", "1.234.567"),
        ("fi_FI", "16.05.09", "29. marraskuuta", "1\u00a0234\u00a0567"),
        ("ja_JP", "16:05:09", "11月29日", "1,234,567"),
        ("pt_BR", "16:05:09", "29 de novembro", "1.234.567"),
        ("ru_RU", "16:05:09", "29 ноября", "1\u00a0234\u00a0567"),
        ("hu_HU", "16:05:09", "november 29.", "1\u00a0234\u00a0567"),
    ],
)
def test_a_locale_writes_its_own_way(locale, time, day, number):
    chosen = in_locale(locale)
    local = NOW.replace(tzinfo=None)
    spaces = str.maketrans("\u202f", "\u00a0")
    assert chosen.time(local, seconds=True).translate(spaces).replace("\u00a0PM", " PM") == time
    assert chosen.day(local.date()) == day
    assert chosen.number(1_234_567).translate(spaces) == number
    assert "2026" in chosen.day(local.date(), year=True)
    assert "2026" not in day


def test_a_sentence_takes_dates_from_the_locale():
    use_formats(in_locale("en_US"))
    assert formats.day_heading(date(2025, 11, 28), NOW.date()) == "Friday November 28, 2025"


def test_a_list_has_the_commas_of_the_language():
    assert formats.listed([]) == ""
    assert formats.listed(["one"]) == "one"
    assert formats.listed(["one", "two", "three"]) == "one, two, three"


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1)))
def test_a_countdown_by_the_second_shows_its_units(left: timedelta) -> None:
    found = re.fullmatch(r"(?:(\d+) min )?(\d+) s", formats.seconds_span(left))
    assert found is not None
    assert timedelta(0) <= left - timedelta(minutes=int(found[1] or 0), seconds=int(found[2])) < timedelta(seconds=1)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_no_length_of_time_reads_as_a_time_of_day(left: timedelta) -> None:
    assert ":" not in formats.span(left) + formats.seconds_span(left)


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "09:00"), (1, "Sat 09:00"), (6, "Thu 09:00"), (7, "27 Nov, 09:00"), (60, "19 Jan 2027, 09:00")],
)
def test_a_coming_moment_names_its_weekday_or_its_day(days, text):
    now = datetime(2026, 11, 20, 7).astimezone()
    said = formats.coming_moment(now.replace(hour=9) + timedelta(days=days), now)
    assert re.sub("[\u2066-\u2069]", "", said) == text
