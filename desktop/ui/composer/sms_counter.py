"""Composer's SMS counter: how many parts the text takes, and which characters make it dear."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from desktop.domain.content.sms import Encoding, Segments, foreign, segments
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.labels import Label

_MANY_PARTS = 4
"""From here on even the cheap alphabet is worth a second look: Twilio advises against more than 320 characters."""
_MOST_NAMED = 3
# They only change how the character before them looks; naming that one is enough.
_JOINERS = ("\ufe0e", "\ufe0f", "\u200d")


@dataclass(frozen=True, slots=True)
class Count:
    """What to say of a text. warns: it is dearer than it looks."""

    said: str
    explained: str
    warns: bool


class SmsCounter(Label):
    """Quiet until there is something to count."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme, self._warns = theme, False
        self.setWordWrap(True)
        self.hide()

    def count(self, text: str, *, by_bridge: bool) -> None:
        """by_bridge: a bridge sends it on, and may put words of its own around it."""
        if not text.strip():
            self.clear_away()
            return
        found = count(text, by_bridge=by_bridge)
        self._warns = found.warns
        self.setText(found.said)
        self.setToolTip(found.explained)
        self.setAccessibleName(found.said)
        self.setAccessibleDescription(found.explained)
        self.apply_theme()
        self.show()

    def clear_away(self) -> None:
        self.hide()
        self.setText("")

    def apply_theme(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color("soon" if self._warns else "muted"))
        self.setPalette(palette)


def count(text: str, *, by_bridge: bool = False) -> Count:
    """`142 characters · 1 SMS · 18 left`, and why there are not fewer parts."""
    cut = segments(text)
    dear = foreign(text)
    characters = "1 character" if len(text) == 1 else f"{len(text):,} characters"
    at_least = "at least " if by_bridge else ""
    said = f"{characters} · {at_least}{cut.parts} SMS · {cut.left} left"
    if dear:
        said += f" · UCS-2 because of {_named(dear)}"
    warns = cut.parts >= (2 if dear else _MANY_PARTS)
    return Count(said, _explained(cut, dear, by_bridge=by_bridge), warns)


def _explained(cut: Segments, dear: tuple[str, ...], *, by_bridge: bool) -> str:
    if cut.encoding is Encoding.UCS2:
        verb = "is" if len(_to_name(dear)) == 1 else "are"
        said = (
            f"{_named(dear)} {verb} not in the SMS alphabet GSM-7, so the whole text is sent as UCS-2: 70 characters"
            " fit one SMS, 67 each part of a longer text. An emoji takes two or more. Without them 160 would fit."
        )
    else:
        said = (
            "Written in the SMS alphabet GSM-7: 160 characters fit one SMS, 153 each part of a longer text."
            " € [ ] { } \\ ^ ~ | take two."
        )
    said += " Every part is paid for."
    return f"{said} The bridge may add words of its own." if by_bridge else said


def _to_name(dear: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in dear if c not in _JOINERS) or dear


def _named(dear: tuple[str, ...]) -> str:
    """`🙂`, `’ and a no-break space`, `Ж, д, и and 4 more`."""
    named = [_name(c) for c in _to_name(dear)]
    more = len(named) - _MOST_NAMED
    if more > 1:
        return f"{', '.join(named[:_MOST_NAMED])} and {more} more"
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]


def _name(character: str) -> str:
    """As it looks, isolated so that it turns nothing round; what cannot be seen by its name."""
    if unicodedata.category(character)[0] in "LNPS":
        return f"\u2068{character}\u2069"
    name = unicodedata.name(character, "").lower()
    return f"a {name}" if name else "a control character"
