"""Dates, times, numbers and countries as the locale of this computer writes them, in the language of the screen."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache

from PySide6.QtCore import QDate, QLocale, QTime

from desktop.text import catalog

_Format = QLocale.FormatType
# With the separators around them, as in Qt's patterns (CLDR): "dddd, d 'de' MMMM 'de' yyyy", "yyyy年M月d日dddd".
_MINUTES = re.compile(r"(\W)mm")
_WEEKDAY = re.compile(r"^dddd[,،]?\s*|[,،]?\s*dddd$")
_YEAR = re.compile(r"^yyyy[年.]?\s*|[,،]?\s*('de'\s*)?yyyy(\s*'г'\.)?$")
_WESTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
"""Arabic is written with the digits of phone numbers, order numbers and prices, which customers type, in every country:
two kinds in one sentence would be read in two directions.
"""


def locale_of(language: str) -> QLocale:
    """The locale of a language in the country of this computer. language: as in BCP 47; "" for the system's."""
    system, spoken = QLocale.system(), QLocale(language)
    return QLocale(spoken.language(), system.territory()) if language else system


def with_western_digits(locale: QLocale) -> QLocale:
    """The same locale, or the language's of a country that uses these digits, for numbers and for Qt's own widgets."""
    if locale.zeroDigit() == "0":
        return locale
    return QLocale(locale.language(), QLocale.Country.UnitedArabEmirates)


class QtFormats:
    """`desktop.text.locale.LocaleFormats` by Qt. The territory decides on 12 or 24 hours and on separators."""

    def __init__(self, language: str) -> None:
        """language: of the catalogue in use, as in BCP 47; dates are written in it."""
        self._locale = locale_of(language)
        self._numbers = with_western_digits(self._locale)
        self._numbers.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)

    def number(self, value: float, decimals: int = 0) -> str:
        return self._numbers.toString(float(value), "f", decimals)

    def time(self, local: datetime, *, seconds: bool = False) -> str:
        short = self._locale.timeFormat(_Format.ShortFormat)
        if seconds:
            short = _MINUTES.sub(r"\1mm\1ss", short)
        shown = self._locale.toString(QTime(local.hour, local.minute, local.second), short)
        return shown.translate(_WESTERN_DIGITS)

    def day(self, day: date, *, year: bool = False, short: bool = False) -> str:
        pattern = _WEEKDAY.sub("", self._locale.dateFormat(_Format.LongFormat))
        if not year:
            pattern = _YEAR.sub("", pattern)
        if short:
            pattern = pattern.replace("MMMM", "MMM")
        return self._locale.toString(QDate(day.year, day.month, day.day), pattern).translate(_WESTERN_DIGITS)

    def weekday(self, day: date, *, short: bool = False) -> str:
        form = _Format.ShortFormat if short else _Format.LongFormat
        return self._locale.standaloneDayName(day.isoweekday(), form)

    @property
    def is_day_first(self) -> bool:
        pattern = self._locale.dateFormat(_Format.ShortFormat)
        return pattern.find("d") < pattern.find("M")


def territory_name(code: str) -> str:
    """The name of a country or region by its two letters, in the language in use; the letters for an unknown one."""
    named = _territories(catalog.catalogue_language(catalog.language())).get(code)
    if named is not None:
        return named
    territory = QLocale.codeToTerritory(code)
    return code if territory == QLocale.Country.AnyTerritory else QLocale.territoryToString(territory)


@cache
def _territories(language: str) -> dict[str, str]:
    """By their two letters, beside the catalogue of a language; empty for English, whose names Qt has."""
    import json

    file = catalog.LOCALE_FOLDER / language.replace("-", "_") / "territories.json"
    try:
        names: dict[str, str] = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return names
