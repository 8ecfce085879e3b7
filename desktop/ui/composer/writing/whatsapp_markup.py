"""WhatsApp's markup for bold, italic, strikethrough and monospace text, with the blanks of templates.

Rules: WhatsApp Help Center, "How to format your messages" (read 2026-11-22). How WhatsApp treats odd nesting is not
documented; here a sign that is not closed on its line stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

_BOLD, _ITALIC, _STRUCK, _CODE, _MONO = "*", "_", "~", "`", "```"
_SIGNS = _BOLD + _ITALIC + _STRUCK + _CODE
_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
_ATOM = re.compile(rf"{_BLANK.pattern}|.", re.ASCII | re.DOTALL)

_Styled = tuple[str, frozenset[str]]
"""A character or a whole blank, and the signs that apply to it."""
_NONE: frozenset[str] = frozenset()


class TextRun(msgspec.Struct, frozen=True):
    """Text in one style. blank: the name if this is a blank, "" for ordinary text. link: a label, which WhatsApp has
    none of.
    """

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    mono: bool = False
    blank: str = ""
    link: bool = False


def runs(text: str) -> tuple[TextRun, ...]:
    """Return `text` as WhatsApp shows it, without the signs that took effect. Blanks are never split."""
    return _merge_runs(_styled(_atoms(text), _NONE))


def plain_runs(text: str) -> tuple[TextRun, ...]:
    """Return `text` with its blanks but no styles, for headlines, footers and buttons."""
    return _merge_runs((atom, _NONE) for atom in _atoms(text))


def strip_markup(text: str) -> str:
    """Return `text` without the signs that took effect."""
    return "".join(atom for atom, _ in _styled(_atoms(text), _NONE))


def _atoms(text: str) -> list[str]:
    return [match.group() for match in _ATOM.finditer(text)]


def _styled(atoms: Sequence[str], signs: frozenset[str]) -> Iterator[_Styled]:
    at = 0
    while at < len(atoms):
        sign = atoms[at]
        if (end := _find_mono_end(atoms, at)) is not None:
            yield from ((atom, signs | {_MONO}) for atom in atoms[at + len(_MONO) : end])
            at = end + len(_MONO)
        elif sign in _SIGNS and (end := _find_end(atoms, at)) is not None:
            inside = atoms[at + 1 : end]
            # Signs in code are text.
            yield from ((a, signs | {_MONO}) for a in inside) if sign == _CODE else _styled(inside, signs | {sign})
            at = end + 1
        else:
            yield sign, signs
            at += 1


def _find_mono_end(atoms: Sequence[str], at: int) -> int | None:
    """Return where the monospace text that starts at `at` ends, on any line; None if none starts."""
    if not _is_mono(atoms, at):
        return None
    begin = at + len(_MONO)
    end = next((i for i in range(begin, len(atoms)) if _is_mono(atoms, i)), None)
    return end if end is not None and any(not a.isspace() for a in atoms[begin:end]) else None


def _is_mono(atoms: Sequence[str], at: int) -> bool:
    return atoms[at] == _MONO[0] and "".join(atoms[at : at + len(_MONO)]) == _MONO


def _find_end(atoms: Sequence[str], at: int) -> int | None:
    """Return where the sign at `at` is closed: on its line, next to a word and not inside one; None if nowhere."""
    if (at > 0 and _is_word(atoms[at - 1])) or at + 1 >= len(atoms) or atoms[at + 1].isspace():
        return None
    if atoms[at] == atoms[at + 1] == _CODE:
        return None
    for i in range(at + 1, len(atoms)):
        if atoms[i] == "\n":
            return None
        closes = i > at + 1 and atoms[i] == atoms[at] and not atoms[i - 1].isspace()
        if closes and (i + 1 == len(atoms) or not _is_word(atoms[i + 1])):
            return i
    return None


def _is_word(atom: str) -> bool:
    return len(atom) > 1 or atom.isalnum()


def _merge_runs(parts: Iterable[_Styled]) -> tuple[TextRun, ...]:
    merged: list[TextRun] = []
    for (signs, blank), same in groupby(parts, key=lambda part: (part[1], len(part[0]) > 1)):
        texts = [atom for atom, _ in same]
        for text in texts if blank else ["".join(texts)]:
            name = _BLANK.fullmatch(text) if blank else None
            styles = (_BOLD in signs, _ITALIC in signs, _STRUCK in signs, _MONO in signs)
            merged.append(TextRun(text, *styles, blank=name[1] if name else ""))
    return tuple(merged)
