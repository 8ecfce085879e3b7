"""A pseudo-language: accented, longer and in brackets, so that a sentence outside the catalogue or cut off is seen."""

from __future__ import annotations

import gettext
import re

PSEUDO_LANGUAGE = "en-XA"
EXTRA_LENGTH = 0.4
_PIECE = 8

_PLAIN = "ABCDEFGHIJKLMNOPRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ACCENTED = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž"
_LETTERS = str.maketrans(_PLAIN, _ACCENTED)
_PLACEHOLDER = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&\w+;)")


def to_pseudo(message: str) -> str:
    """Return the message in the pseudo-language; placeholders and tags stay as they are."""
    pieces = _PLACEHOLDER.split(message)
    text = "".join(p if n % 2 else p.translate(_LETTERS) for n, p in enumerate(pieces))
    letters = sum(len(p) for p in pieces[::2])
    extra = "~" * round(letters * EXTRA_LENGTH)
    # In pieces, as words are: one long word could not be wrapped.
    return f"[{text}{' '.join(extra[n : n + _PIECE] for n in range(0, len(extra), _PIECE))}]"


class PseudoTranslations(gettext.NullTranslations):
    """Translates every message by rule."""

    def gettext(self, message: str) -> str:
        return to_pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return to_pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return to_pseudo(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)
