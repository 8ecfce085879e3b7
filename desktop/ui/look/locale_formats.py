"""Dates, times and numbers as the locale of this computer writes them, in the language of the screen."""

from __future__ import annotations

import re
from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale, QTime

_Format = QLocale.FormatType
# With the separators around them, as in Qt's patterns (CLDR): "dddd, d 'de' MMMM 'de' yyyy", "yyyy年M月d日dddd".
_MINUTES = re.compile(r"(\W)mm")
_WEEKDAY = re.compile(r"^dddd[,،]?\s*|[,،]?\s*dddd$")
_YEAR = re.compile(r"^yyyy[年.]?\s*|[,،]?\s*('de'\s*)?yyyy(\s*'г'\.)?$")


class QtFormats:
    """`desktop.text.locale.LocaleFormats` by Qt. The territory decides on 12 or 24 hours and on separators."""

    def __init__(self, language: str) -> None:
        """language: of the catalogue in use, as in BCP 47; dates are written in it."""
        system, spoken = QLocale.system(), QLocale(language)
        self._locale = QLocale(spoken.language(), system.territory()) if language else system
        self._locale.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)

    def number(self, value: float, decimals: int = 0) -> str:
        return self._locale.toString(float(value), "f", decimals)

    def time(self, local: datetime, *, seconds: bool = False) -> str:
        short = self._locale.timeFormat(_Format.ShortFormat)
        if seconds:
            short = _MINUTES.sub(r"\1mm\1ss", short)
        return self._locale.toString(QTime(local.hour, local.minute, local.second), short)

    def day(self, day: date, *, year: bool = False, short: bool = False) -> str:
        pattern = _WEEKDAY.sub("", self._locale.dateFormat(_Format.LongFormat))
        if not year:
            pattern = _YEAR.sub("", pattern)
        if short:
            pattern = pattern.replace("MMMM", "MMM")
        return self._locale.toString(QDate(day.year, day.month, day.day), pattern)

    def weekday(self, day: date, *, short: bool = False) -> str:
        form = _Format.ShortFormat if short else _Format.LongFormat
        return self._locale.standaloneDayName(day.isoweekday(), form)

    @property
    def is_day_first(self) -> bool:
        pattern = self._locale.dateFormat(_Format.ShortFormat)
        return pattern.find("d") < pattern.find("M")
