"""Rates how well a few typed letters match a title, for lists that filter while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")

_LIKE = 0.75
"""How much each typed word has to resemble a word of the title, from 0 to 1, where its letters don't match."""


def rank(
    query: str, items: Iterable[T], title: Callable[[T], str], score: Callable[[T], int | None] | None = None
) -> list[T]:
    """The items that match, best match first, then those that resemble the query, as with a typing error. An empty
    query matches all, in their order.

    title: what is compared. score: rates an item in place of `match_score` of its title; None for no match.
    """
    known = tuple(items)
    scored = [(score(i) if score is not None else match_score(query, title(i)), i) for i in known]
    matching = [(found, i) for found, i in scored if found is not None]
    alike = [(_likeness(query, title(i)), i) for found, i in scored if found is None]
    return [
        *(i for _, i in sorted(matching, key=lambda m: -m[0])),
        *(i for like, i in sorted(alike, key=lambda m: -m[0]) if like >= _LIKE),
    ]


def match_score(query: str, text: str) -> int | None:
    """Rate how well the letters of `query` match `text`, ignoring white space and case; None if one is missing.

    Letters at the start of words and adjacent letters count more.
    """
    letters = "".join(query.casefold().split())
    text = text.casefold()
    score = position = run = 0
    for letter in letters:
        found = text.find(letter, position)
        if found < 0:
            return None
        run = run + 1 if found == position and score else 0
        starts_word = found == 0 or not text[found - 1].isalnum()
        score += 1 + 3 * starts_word + 2 * run
        position = found + 1
    return score + 6 if letters and "".join(text.split()).startswith(letters) else score


def _likeness(query: str, title: str) -> float:
    """From 0 to 1: that of the typed word which resembles the title least. A few letters resemble anything."""
    typed, words = query.casefold().split(), title.casefold().split()
    if not words or len("".join(typed)) < 4:
        return 0
    return min(max(SequenceMatcher(None, word, known).ratio() for known in words) for word in typed)
