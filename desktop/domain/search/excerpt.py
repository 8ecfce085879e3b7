"""The part of a long text that shows what was found in it."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.model.frozen import frozen
from desktop.domain.search.folding import Range, find_ranges, join_ranges

_MARGIN_CHARS, _LENGTH_CHARS = 24, 160
_MAX_CHARS = 40_000
"""Of a longer text, only its beginning is looked at."""


@frozen
class Excerpt:
    """One line. ranges: where the words that were looked for are in it."""

    text: str = ""
    ranges: tuple[Range, ...] = ()


def excerpt(text: str, words: Iterable[str], phrases: Iterable[str] = ()) -> Excerpt:
    """From shortly before the phrase, or the longest word, that is found. Words count where they begin."""
    line = " ".join(text[:_MAX_CHARS].split())
    in_phrases = find_ranges(line, phrases)
    in_words = find_ranges(line, words, at_word_start=True)
    found = in_phrases or in_words
    if not found:
        return Excerpt(_cut(line, 0), ())
    # Of equal ones the first.
    longest = max(found, key=lambda r: (r[1] - r[0], -r[0]))
    start = 0
    if longest[1] > _LENGTH_CHARS // 2:
        start = max(longest[0] - _MARGIN_CHARS, 0)
        start = line.rfind(" ", 0, start + 1) + 1 if " " in line[max(start - _MARGIN_CHARS, 0) : start + 1] else start
    shown = _cut(line, start)
    moved = start - bool(start)
    inside = ((a - moved, b - moved) for a, b in (*in_phrases, *in_words) if a >= start)
    return Excerpt(shown, join_ranges((a, min(b, len(shown))) for a, b in inside if a < len(shown)))


def _cut(line: str, start: int) -> str:
    part = line[start : start + _LENGTH_CHARS]
    return f"{'…' if start else ''}{part}{'…' if start + _LENGTH_CHARS < len(line) else ''}"
