"""The locale that writes numbers and dates: the screen's (by Qt) once a window has set it, else plain English."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class LocaleFormats(Protocol):
    """What a locale knows. `local`: in the computer's time zone already."""

    def number(self, value: float, decimals: int = 0) -> str: ...
    def time(self, local: datetime, *, seconds: bool = False) -> str: ...
    def day(self, day: date, *, year: bool = False, short: bool = False) -> str:
        """Return day and month, such as `21 November`, or `21 Nov` if short."""

    def weekday(self, day: date, *, short: bool = False) -> str: ...
    @property
    def is_day_first(self) -> bool:
        """Whether 3/4/2026 is in April."""


class EnglishFormats:
    """English names, 24 hours."""

    def number(self, value: float, decimals: int = 0) -> str:
        return f"{value:,.{decimals}f}"

    def time(self, local: datetime, *, seconds: bool = False) -> str:
        return local.strftime("%H:%M:%S" if seconds else "%H:%M")

    def day(self, day: date, *, year: bool = False, short: bool = False) -> str:
        month = _MONTHS[day.month - 1]
        return f"{day.day} {month[:3] if short else month}" + (f" {day.year}" if year else "")

    def weekday(self, day: date, *, short: bool = False) -> str:
        name = _WEEKDAYS[day.weekday()]
        return name[:3] if short else name

    @property
    def is_day_first(self) -> bool:
        return True


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_current: LocaleFormats = EnglishFormats()


def use_formats(formats: LocaleFormats) -> None:
    """Write dates and numbers by this locale from now on."""
    global _current
    _current = formats


def formats() -> LocaleFormats:
    """The locale in use."""
    return _current


def number(value: float, decimals: int = 0) -> str:
    """Return a number with the locale's separators."""
    return _current.number(value, decimals)
