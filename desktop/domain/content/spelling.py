"""Which parts of a text are words whose spelling can be checked in a language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from desktop.domain.model.frozen import frozen

MAX_WORD = 60
"""In characters. No dictionary has longer ones, and suggestions for one would take seconds."""

# A blank that is still to be filled in, or a placeholder as it was written.
_BLANK = re.compile(r"⟦[^⟧]*⟧?|\{\{[^}]*(?:\}\})?")
# Between two spaces: whatever has a digit or an underscore in it, an address, the name of a file or a site, a mention,
# a tag, a path.
_NO_WORDS = re.compile(r"[\d_@]|://|\w\.\w|(?<!\w)[#/\\]\w")
# Letters, and the marks that Arabic, Hebrew and decomposed Latin letters carry.
_LETTERS = r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+"
_WORD = re.compile(rf"{_LETTERS}(?:['’-]{_LETTERS})*")
_SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ur", "ckb", "ps"), "ARABIC"),
    **dict.fromkeys(("be", "bg", "kk", "mk", "mn", "ru", "uk"), "CYRILLIC"),
    "el": "GREEK",
    "hy": "ARMENIAN",
    "ka": "GEORGIAN",
}
"""By language, as Unicode's names of letters begin; Latin for all others."""


@frozen
class Word:
    """A word at text[start:end]. plain: as dictionaries and own words are written."""

    text: str
    start: int
    plain: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def plain_word(word: str) -> str:
    """The word with composed letters and the typewriter's apostrophe, as dictionaries and own words are written."""
    return word if word.isascii() else unicodedata.normalize("NFC", word).replace("’", "'")


def find_words(line: str, language: str) -> Iterator[Word]:
    """The words of a line that a dictionary of the language can judge.

    None of a quotation (`> …`), of addresses, blanks and placeholders; none with digits; none in capitals or with a
    capital inside (`WhatsApp`); none in another script.
    """
    if line.startswith(">"):
        return
    script = _SCRIPTS.get(base_language(language), "LATIN")
    for piece in re.finditer(r"\S+", _BLANK.sub(_spaces, line)):
        if _NO_WORDS.search(piece[0]):
            continue
        for found in _WORD.finditer(piece[0]):
            word = found[0]
            if 1 < len(word) <= MAX_WORD and not _is_name_like(word) and _is_in_script(word, script):
                yield Word(word, piece.start() + found.start(), plain_word(word))


def base_language(code: str) -> str:
    """`pt` for `pt-BR` or `pt_BR.UTF-8`; "" for what is no code of a language."""
    found = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", code.strip())
    return found[1].lower() if found else ""


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _is_name_like(word: str) -> bool:
    """Whether it is an abbreviation or a name: a capital behind its first letter, other than after `-`, or a number
    that is no digit (`m²`).
    """
    if word.isalpha() and word[1:].islower():
        return False
    return any(map(str.isnumeric, word)) or any(part[1:] != part[1:].lower() for part in re.split(r"['’-]", word))


def _is_in_script(word: str, script: str) -> bool:
    return script == "LATIN" if word.isascii() else unicodedata.name(word[0], "").startswith(script)
