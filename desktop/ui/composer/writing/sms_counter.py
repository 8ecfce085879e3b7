"""The composer's SMS counter: how many parts the text takes, and which characters cause it."""

from __future__ import annotations

import unicodedata

import msgspec
from PySide6.QtWidgets import QWidget

from desktop.domain.content.sms import Encoding, Segments, count_segments, non_gsm_characters
from desktop.text.catalog import isolate, strip_isolates
from desktop.text.screens import composer as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.labels import Label

_MANY_PARTS = 4
"""Warn from this many parts on: Twilio advises against more than 320 characters."""
_MAX_NAMED = 3
_TAKING_TWO = "€ [ ] { } \\ ^ ~ |"
# They only change how the preceding character looks; listing that one is enough.
_JOINERS = ("\ufe0e", "\ufe0f", "\u200d")


class SmsCount(msgspec.Struct, frozen=True):
    """text and tooltip of the counter. warns: it costs more than its length suggests."""

    text: str
    tooltip: str
    warns: bool


class SmsCounter(Label):
    """Hidden without text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme, self._warns = theme, False
        self.setWordWrap(True)
        self.hide()

    def count(self, text: str, *, by_bridge: bool) -> None:
        """Show the count for `text`. by_bridge: a bridge forwards it and may add text of its own."""
        if not text.strip():
            self.clear_count()
            return
        count = count_sms(text, by_bridge=by_bridge)
        self._warns = count.warns
        self.setText(count.text)
        self.setToolTip(count.tooltip)
        self.setAccessibleName(strip_isolates(count.text))
        self.setAccessibleDescription(strip_isolates(count.tooltip))
        self.apply_theme()
        self.show()

    def clear_count(self) -> None:
        self.hide()
        self.setText("")

    def apply_theme(self) -> None:
        self.set_text_color(self._theme.color("soon" if self._warns else "muted"))


def count_sms(text: str, *, by_bridge: bool = False) -> SmsCount:
    """Return for example `142 characters · 1 SMS · 18 left`, and why there are not fewer parts."""
    cut = count_segments(text)
    costly = non_gsm_characters(text)
    parts = (texts.SMS_AT_LEAST if by_bridge else texts.SMS)(cut.parts)
    shown = [texts.CHARACTERS(len(text)), parts, texts.CHARACTERS_LEFT(cut.left)]
    if costly:
        shown.append(texts.LONGER_BECAUSE(characters=_list_characters(costly)))
    warns = cut.parts >= (2 if costly else _MANY_PARTS)
    return SmsCount(" · ".join(shown), _explanation(cut, costly, by_bridge=by_bridge), warns)


def _explanation(cut: Segments, costly: tuple[str, ...], *, by_bridge: bool) -> str:
    if cut.encoding is Encoding.UCS2:
        rule = texts.SMS_NOT_STANDARD(len(_visible_characters(costly)), characters=_list_characters(costly))
    else:
        rule = texts.SMS_STANDARD(symbols=_TAKING_TWO)
    return " ".join([rule, texts.EVERY_PART_CHARGED(), *([texts.OCTOPODS_ADDS()] if by_bridge else [])])


def _visible_characters(costly: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in costly if c not in _JOINERS) or costly


def _list_characters(costly: tuple[str, ...]) -> str:
    """Return for example `🙂`, `’, no-break space` or `Ж, д, и and 4 more`."""
    names = [_character_name(c) for c in _visible_characters(costly)]
    more = len(names) - _MAX_NAMED
    if more > 1:
        return texts.CHARACTERS_AND_MORE(more, characters=", ".join(names[:_MAX_NAMED]))
    return ", ".join(names)


def _character_name(character: str) -> str:
    """Return the character, or its name in Unicode if it is invisible."""
    if unicodedata.category(character)[0] in "LNPS":
        return isolate(character)
    return unicodedata.name(character, "").lower() or texts.CONTROL_CHARACTER()
