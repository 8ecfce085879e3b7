"""Marks: WhatsApp's signs for bold, italic, struck and mono in a text, and the blanks that nobody has filled yet.

Rules: WhatsApp Help Center, "How to format your messages" (read 2026-11-22). What WhatsApp does with odd nesting is not
written down anywhere; here a sign that is not closed on its line stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_BOLD, _ITALIC, _STRUCK, _MONO = "*", "_", "~", "```"
_SIGNS = _BOLD + _ITALIC + _STRUCK
_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
_ATOM = re.compile(rf"{_BLANK.pattern}|.", re.ASCII | re.DOTALL)

_Styled = tuple[str, frozenset[str]]
"""A letter or a whole blank, and the signs that are in force there."""
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. blank: the name of the blank that stands here, "" for ordinary text."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    mono: bool = False
    blank: str = ""


def runs(text: str) -> tuple[Run, ...]:
    """`text` as WhatsApp shows it, without the signs that took effect. Blanks are never taken apart."""
    return _joined(_styled(_atoms(text), _NONE))


def plain_runs(text: str) -> tuple[Run, ...]:
    """Only the blanks; signs mean nothing in headlines, footers and buttons."""
    return _joined((atom, _NONE) for atom in _atoms(text))


def shown(text: str) -> str:
    """What is left to read once the signs have taken effect."""
    return "".join(atom for atom, _ in _styled(_atoms(text), _NONE))


def _atoms(text: str) -> list[str]:
    return [found.group() for found in _ATOM.finditer(text)]


def _styled(atoms: Sequence[str], signs: frozenset[str]) -> Iterator[_Styled]:
    at = 0
    while at < len(atoms):
        sign = atoms[at]
        if (end := _mono_end(atoms, at)) is not None:
            yield from ((atom, signs | {_MONO}) for atom in atoms[at + len(_MONO) : end])
            at = end + len(_MONO)
        elif sign in _SIGNS and (end := _end(atoms, at)) is not None:
            yield from _styled(atoms[at + 1 : end], signs | {sign})
            at = end + 1
        else:
            yield sign, signs
            at += 1


def _mono_end(atoms: Sequence[str], at: int) -> int | None:
    """Where the mono text that begins at `at` is closed, over as many lines as it takes; None if none begins."""
    if not _is_mono(atoms, at):
        return None
    begin = at + len(_MONO)
    end = next((i for i in range(begin, len(atoms)) if _is_mono(atoms, i)), None)
    return end if end is not None and any(not a.isspace() for a in atoms[begin:end]) else None


def _is_mono(atoms: Sequence[str], at: int) -> bool:
    return atoms[at] == _MONO[0] and "".join(atoms[at : at + len(_MONO)]) == _MONO


def _end(atoms: Sequence[str], at: int) -> int | None:
    """Where the sign at `at` is closed: on its line, close to the words, and not inside a word; None if it is not."""
    if (at > 0 and _is_word(atoms[at - 1])) or at + 1 >= len(atoms) or atoms[at + 1].isspace():
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


def _joined(parts: Iterable[_Styled]) -> tuple[Run, ...]:
    found: list[Run] = []
    for (signs, blank), same in groupby(parts, key=lambda part: (part[1], len(part[0]) > 1)):
        texts = [atom for atom, _ in same]
        for text in texts if blank else ["".join(texts)]:
            name = _BLANK.fullmatch(text) if blank else None
            styles = (_BOLD in signs, _ITALIC in signs, _STRUCK in signs, _MONO in signs)
            found.append(Run(text, *styles, blank=name[1] if name else ""))
    return tuple(found)
