"""Marks: WhatsApp's signs for bold, italic, struck and mono in a text, and the blanks that nobody has filled yet.

Rules: WhatsApp Help Center, "How to format your messages" (read 2026-11-22). What WhatsApp does with odd nesting is not
written down anywhere; here a sign that is not closed on its line stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_SIGNS = "*_~"
_MONO = "```"
_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
_ATOM = re.compile(rf"{_BLANK.pattern}|.", re.ASCII | re.DOTALL)


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
    atoms = [found.group() for found in _ATOM.finditer(text)]
    return _joined(_styled(atoms, Run("")))


def plain_runs(text: str) -> tuple[Run, ...]:
    """Only the blanks; signs mean nothing in headlines, footers and buttons."""
    return _joined([_run(found.group(), Run("")) for found in _ATOM.finditer(text)])


def shown(text: str) -> str:
    """What is left to read once the signs have taken effect."""
    return "".join(run.text for run in runs(text))


def _styled(atoms: Sequence[str], style: Run) -> list[Run]:
    found: list[Run] = []
    at = 0
    while at < len(atoms):
        end = _mono_end(atoms, at)
        if end is not None:
            found += [_run(atom, replace(style, mono=True)) for atom in atoms[at + len(_MONO) : end]]
            at = end + len(_MONO)
            continue
        end = _end(atoms, at)
        if end is not None:
            found += _styled(atoms[at + 1 : end], _marked(style, atoms[at]))
            at = end + 1
            continue
        found.append(_run(atoms[at], style))
        at += 1
    return found


def _marked(style: Run, sign: str) -> Run:
    match sign:
        case "*":
            return replace(style, bold=True)
        case "_":
            return replace(style, italic=True)
        case _:
            return replace(style, struck=True)


def _mono_end(atoms: Sequence[str], at: int) -> int | None:
    """Where the mono text that begins at `at` is closed, over as many lines as it takes; None if none begins."""
    if not _is_mono(atoms, at):
        return None
    begin = at + len(_MONO)
    end = next((i for i in range(begin, len(atoms)) if _is_mono(atoms, i)), None)
    return end if end is not None and any(not a.isspace() for a in atoms[begin:end]) else None


def _is_mono(atoms: Sequence[str], at: int) -> bool:
    return "".join(atoms[at : at + len(_MONO)]) == _MONO


def _end(atoms: Sequence[str], at: int) -> int | None:
    """Where the sign at `at` is closed: on its line, close to the words, and not inside a word; None if it is not."""
    sign = atoms[at]
    if sign not in _SIGNS or (at > 0 and _is_word(atoms[at - 1])) or at + 1 >= len(atoms) or atoms[at + 1].isspace():
        return None
    for i in range(at + 1, len(atoms)):
        if atoms[i] == "\n":
            return None
        closes = i > at + 1 and atoms[i] == sign and not atoms[i - 1].isspace()
        if closes and (i + 1 == len(atoms) or not _is_word(atoms[i + 1])):
            return i
    return None


def _is_word(atom: str) -> bool:
    return len(atom) > 1 or atom.isalnum()


def _run(atom: str, style: Run) -> Run:
    blank = _BLANK.fullmatch(atom) if len(atom) > 1 else None
    return replace(style, text=atom, blank=blank[1] if blank else "")


def _joined(parts: Sequence[Run]) -> tuple[Run, ...]:
    found: list[Run] = []
    for part in parts:
        if found and not part.blank and replace(found[-1], text=part.text) == part:
            found[-1] = replace(part, text=found[-1].text + part.text)
        else:
            found.append(part)
    return tuple(found)
