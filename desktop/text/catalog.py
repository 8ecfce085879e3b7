"""Catalogue entries (gettext): whole sentences with named placeholders, looked up in the language in use.

An entry is made once, at module level, from the English sentence, and called where it is shown:

    # Translators: below the composer. {ago} is a span such as "2 h ago".
    WINDOW_CLOSED = Text("{channel} closed {ago}.")
    label.setText(WINDOW_CLOSED(channel=channel_name(kind), ago=ago(then, now)))

`python -m pip install ".[test]"` brings Babel; `python -m tests.helpers.update_catalogues` brings the template for
translators, `resources/locale/reachline.pot`, and the catalogues up to date.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from string import Formatter

from desktop import RESOURCES
from desktop.text.locale import number
from desktop.text.pseudo import PSEUDO_LANGUAGE, PseudoTranslations

DOMAIN = "reachline"
LOCALE_FOLDER = RESOURCES / "locale"
ENGLISH = "en"
LANGUAGES = {
    ENGLISH: "English",
    "es": "Español",
    "pt-BR": "Português (Brasil)",
    "de": "Deutsch",
    "fr": "Français",
    "ar": "العربية",
}
"""The languages that the screen can be shown in, by their own names."""

_FIRST_STRONG_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT_MARK = "\u200f"
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200f"))
_PLACEHOLDER = re.compile(r"\{\w+\}")


class Phrase(str):
    """Words that stand for a name, such as `the customer`: written with a capital where a sentence starts with them."""

    __slots__ = ()


class _Language:
    """The language in use, for the whole process."""

    code = ENGLISH
    translations: gettext.NullTranslations = gettext.NullTranslations()

    is_right_to_left = False


_language = _Language()
_entries: list[Text | Plural] = []


def use_language(code: str, folder: Path = LOCALE_FOLDER) -> None:
    """Show all sentences in a language from now on; what a catalogue lacks stays English.

    code: as in BCP 47 (`de`, `pt-BR`), or `PSEUDO_LANGUAGE`. Widgets that exist keep the texts they have.
    """
    _language.code = code
    if code == PSEUDO_LANGUAGE:
        _language.translations = PseudoTranslations()
    elif is_english(code):
        _language.translations = gettext.NullTranslations()
    else:
        _language.translations = gettext.translation(DOMAIN, folder, _folders(code), fallback=True)
    _language.is_right_to_left = _DIRECTION() == "RTL"


def is_english(code: str) -> bool:
    return code.split("-")[0] == ENGLISH


def is_translated(code: str, folder: Path = LOCALE_FOLDER) -> bool:
    """Whether there is a catalogue for a language, of its country, of the language alone, or of another country."""
    return gettext.find(DOMAIN, folder, _folders(code)) is not None


def first_translated(codes: Iterable[str]) -> str:
    """Return the first of the languages that the screen can be shown in; English if there is none."""
    return next((code for code in codes if is_english(code) or is_translated(code)), ENGLISH)


def catalogue_language(code: str) -> str:
    """Return which of `LANGUAGES` a language is shown in: `pt-BR` for `pt-PT`; English for a language without one."""
    base = code.split("-")[0]
    return next((known for known in LANGUAGES if known.split("-")[0] == base), ENGLISH)


def _folders(code: str) -> list[str]:
    return [code.replace("-", "_"), code.split("-")[0], catalogue_language(code).replace("-", "_")]


def language() -> str:
    """The code of the language in use."""
    return _language.code


def is_right_to_left_language() -> bool:
    """Whether the language in use is written from right to left."""
    return _language.is_right_to_left


class Text:
    """A sentence or label. context: tells apart equal English words that other languages translate differently."""

    def __init__(self, message: str, context: str = "") -> None:
        self.message = message
        self.context = context
        _entries.append(self)

    def __call__(self, **values: str | int) -> str:
        """Return the sentence in the language in use, with every inserted value isolated."""
        if self.context:
            text = _language.translations.pgettext(self.context, self.message)
        else:
            text = _language.translations.gettext(self.message)
        return _insert(text, values)

    @property
    def placeholders(self) -> frozenset[str]:
        return _placeholders(self.message)


class Plural:
    """A sentence about `{count}` things, with the forms that the language has for numbers. context: as of `Text`."""

    def __init__(self, one: str, many: str, context: str = "") -> None:
        self.one = one
        self.many = many
        self.context = context
        _entries.append(self)

    def __call__(self, count: int, **values: str | int) -> str:
        """Return the form for `count`; `{count}` is inserted as the locale writes numbers."""
        if self.context:
            text = _language.translations.npgettext(self.context, self.one, self.many, count)
        else:
            text = _language.translations.ngettext(self.one, self.many, count)
        return _insert(text, {"count": count, **values})

    @property
    def placeholders(self) -> frozenset[str]:
        return _placeholders(self.many)


# Translators: "RTL" for a language that is written from right to left, else "LTR".
_DIRECTION = Text("LTR", "direction of the language")


def entries() -> tuple[Text | Plural, ...]:
    """Every entry of the modules imported so far."""
    return tuple(_entries)


def isolate(value: str) -> str:
    """Keep a name or number from reordering the sentence around it, where their directions may differ."""
    if not value or not (_language.is_right_to_left or has_right_to_left(value)):
        return value
    return f"{_FIRST_STRONG_ISOLATE}{value}{_END_OF_ISOLATE}"


def strip_isolates(text: str) -> str:
    """Remove what `isolate` added, for screen readers, which would read it out."""
    return text.translate(_ISOLATES)


def with_direction(text: str) -> str:
    """Mark a sentence that may begin with a name of the other direction as one of the language in use."""
    return f"{_RIGHT_TO_LEFT_MARK}{text}" if _language.is_right_to_left and has_right_to_left(text) else text


def has_right_to_left(text: str) -> bool:
    """Whether any letter of it is written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)


def _insert(text: str, values: dict[str, str | int]) -> str:
    if not values:
        return text
    shown = {name: isolate(value if isinstance(value, str) else number(value)) for name, value in values.items()}
    for name, value in values.items():
        if isinstance(value, Phrase):
            text = re.sub(rf"(^|[.!?…]\s+)\{{{name}\}}", rf"\1{{{name}_first}}", text)
            shown[f"{name}_first"] = isolate(value[:1].upper() + value[1:])
    if _language.is_right_to_left and len(values) > 1 and not has_right_to_left(_PLACEHOLDER.sub("", text)):
        # What is isolated gives the line no direction, so several values would be read from the left.
        text = _RIGHT_TO_LEFT_MARK + text
    return text.format(**shown)


def _placeholders(message: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)
