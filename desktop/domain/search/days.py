"""Reads a day in the spellings that people use in filters: dates, weekdays, and how long ago."""

from __future__ import annotations

import re
import unicodedata
from datetime import MAXYEAR, date, timedelta

_FIRST_YEAR = 1971
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGO = re.compile(r"(\d{1,4}) ?(d|days?|w|weeks?|m|months?|y|years?)")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2})?)?")
_DAY_AND_NAME = re.compile(r"(?:(\d{1,2})[-. ]*)?([a-z]{3,9})[-., ]*(?:(\d{1,2})(?:[-., ]+|$))?(\d{4})?")


def parse_day(text: str, today: date, *, day_first: bool = True) -> date | None:
    """The day that `text` names; None for none. Of a month or a year, its first day; without a year, the newest such
    day that is not after today.

    day_first: 3/4/2026 is in April; a number above 12 is the day whatever this says.
    """
    text = "".join(_ascii_digit(c) for c in unicodedata.normalize("NFKC", text)).strip().casefold()
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    for number, name in enumerate(_WEEKDAYS):
        if len(text) >= 3 and name.startswith(text):
            return today - timedelta(days=(today.weekday() - number) % 7 or 7)
    if found := _AGO.fullmatch(text):
        return _ago(int(found[1]), found[2][0], today)
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    if found := _YEAR_LAST.fullmatch(text):
        one, other = int(found[1]), int(found[3])
        is_day_first = one > 12 or (other <= 12 and (day_first or found[2] == "."))
        day, month = (one, other) if is_day_first else (other, one)
        return _in_year(found[4], month, day, today)
    if found := _DAY_AND_NAME.fullmatch(text):
        month = next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(found[2])), 0)
        if month and not (found[1] and found[3]):
            return _in_year(found[4], month, int(found[1] or found[3] or 1), today)
    return None


def _ascii_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _ago(count: int, unit: str, today: date) -> date | None:
    if unit in "dw":
        days = count * (7 if unit == "w" else 1)
        return today - timedelta(days=days) if days < (today - date(_FIRST_YEAR, 1, 1)).days else None
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return next((d for day in range(today.day, 27, -1) if (d := _day(year, month, day))), _day(year, month, today.day))


def _in_year(year: str | None, month: int, day: int, today: date) -> date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    # The 29th of February may be some years ago.
    days = (_day(today.year - back, month, day) for back in range(9))
    return next((d for d in days if d is not None and d <= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        # The last year of all has no following one.
        return date(year, month, day) if _FIRST_YEAR <= year < MAXYEAR else None
    except ValueError:
        return None
