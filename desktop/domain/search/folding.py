"""Text without case and accents, and where searched words are in the text itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def fold(text: str) -> str:
    """What is searched: one line without case and accents."""
    return " ".join(_folded(text.replace("\0", " ")).split())


def _folded(text: str) -> str:
    normal = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in normal if not unicodedata.combining(c))


Range = tuple[int, int]
"""From the first character to behind the last one."""


def find_ranges(text: str, words: Iterable[str], *, at_word_start: bool = False) -> tuple[Range, ...]:
    """Where any of the words are in `text`, whatever their case and accents; in order, without overlaps.

    at_word_start: only where a word of the text begins.
    """
    folded, places = _fold_with_places(text)
    found: list[Range] = []
    for word in {fold(w) for w in words} - {""}:
        at = folded.find(word)
        while at >= 0:
            if not at_word_start or at == 0 or not folded[at - 1].isalnum() or not word[0].isascii():
                found.append((places[at], places[at + len(word)]))
            at = folded.find(word, at + 1)
    return join_ranges(found)


def join_ranges(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """In order, without overlaps and neighbours."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters, and its end, where that is in `text`."""
    if text.isascii():
        return text.casefold(), [*range(len(text) + 1)]
    folded: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        letters = _folded(character)
        folded.append(letters)
        places += [at] * len(letters)
    return "".join(folded), [*places, len(text)]
