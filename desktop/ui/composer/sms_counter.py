"""The composer's SMS counter: how many parts the text takes, and which characters cause it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.domain.content.sms import Encoding, Segments, count_segments, non_gsm_characters
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.labels import Label

_MANY_PARTS = 4
"""Warn from this many parts on: Twilio advises against more than 320 characters."""
_MAX_NAMED = 3
# They only change how the preceding character looks; listing that one is enough.
_JOINERS = ("\ufe0e", "\ufe0f", "\u200d")


@dataclass(frozen=True, slots=True)
class SmsCount:
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
        self.setAccessibleName(count.text)
        self.setAccessibleDescription(count.tooltip)
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
    characters = "1 character" if len(text) == 1 else f"{len(text):,} characters"
    at_least = "at least " if by_bridge else ""
    shown = f"{characters} · {at_least}{cut.parts} SMS · {cut.left} left"
    if costly:
        shown += f" · UCS-2 because of {_list_characters(costly)}"
    warns = cut.parts >= (2 if costly else _MANY_PARTS)
    return SmsCount(shown, _explanation(cut, costly, by_bridge=by_bridge), warns)


def _explanation(cut: Segments, costly: tuple[str, ...], *, by_bridge: bool) -> str:
    if cut.encoding is Encoding.UCS2:
        verb = "is" if len(_visible_characters(costly)) == 1 else "are"
        explanation = (
            f"{_list_characters(costly)} {verb} not in the SMS alphabet GSM-7,"
            " so the whole text is sent as UCS-2: 70 characters"
            " fit one SMS, 67 each part of a longer text. An emoji takes two or more. Without them 160 would fit."
        )
    else:
        explanation = (
            "Written in the SMS alphabet GSM-7: 160 characters fit one SMS, 153 each part of a longer text."
            " € [ ] { } \\ ^ ~ | take two."
        )
    explanation += " Every part is paid for."
    return f"{explanation} The bridge may add words of its own." if by_bridge else explanation


def _visible_characters(costly: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in costly if c not in _JOINERS) or costly


def _list_characters(costly: tuple[str, ...]) -> str:
    """Return for example `🙂`, `’ and a no-break space` or `Ж, д, и and 4 more`."""
    names = [_character_name(c) for c in _visible_characters(costly)]
    more = len(names) - _MAX_NAMED
    if more > 1:
        return f"{', '.join(names[:_MAX_NAMED])} and {more} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _character_name(character: str) -> str:
    """Return the character in a bidirectional isolate, or its name if it is invisible."""
    if unicodedata.category(character)[0] in "LNPS":
        return f"\u2068{character}\u2069"
    name = unicodedata.name(character, "").lower()
    return f"a {name}" if name else "a control character"
