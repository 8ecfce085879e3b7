"""Which parts of a text are words whose spelling can be checked in a language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_WORD = 60
"""In characters. No dictionary has longer ones, and suggestions for one would take seconds."""

# What is looked for in front of a sign is bounded: in a long line without spaces it is looked for at every character.
# Letters, and the marks that Arabic, Hebrew and decomposed Latin letters carry. An underscore is no letter here.
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670])"
_PARTS = re.compile(
    # A blank that is still to be filled in, or a placeholder as it was written.
    r"(?P<other>⟦[^⟧]*⟧?|\{\{[^}]*(?:\}\})?"
    # Addresses, and names of files and sites.
    r"|\b[A-Za-z][A-Za-z0-9+.-]{0,30}://\S*|\bwww\.\S+|\S{1,64}@\S+|\w[\w-]{0,62}(?:\.\w[\w-]{0,62})+\S*"
    # A mention, a tag, a path.
    r"|(?<!\w)[@#/\\]\S+"
    # Whatever has a digit or an underscore in it.
    r"|[^\s\d_]{0,64}[\d_]\S*)"
    rf"|(?P<word>{_LETTER}+(?:['’\-]{_LETTER}+)*)"
)
_SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ur", "ckb", "ps"), "ARABIC"),
    **dict.fromkeys(("be", "bg", "kk", "mk", "mn", "ru", "uk"), "CYRILLIC"),
    "el": "GREEK",
    "hy": "ARMENIAN",
    "ka": "GEORGIAN",
}
"""By language, as Unicode's names of letters begin; Latin for all others."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word at text[start:end]."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def plain(self) -> str:
        """As dictionaries write it."""
        return plain_word(self.text)


def plain_word(word: str) -> str:
    """The word with composed letters and the typewriter's apostrophe, as dictionaries and own words are written."""
    return unicodedata.normalize("NFC", word).replace("’", "'")


def find_words(line: str, language: str) -> Iterator[Word]:
    """The words of a line that a dictionary of the language can judge.

    None of a quotation (`> …`), of addresses, blanks and placeholders; none with digits; none in capitals or with a
    capital inside (`WhatsApp`); none in another script.
    """
    if line.startswith(">"):
        return
    for found in _PARTS.finditer(line):
        if found["word"] is None:
            continue
        word = Word(found["word"], found.start())
        if 1 < len(word.text) <= MAX_WORD and not _is_name_like(word.text) and is_in_script(word.text, language):
            yield word


def is_in_script(word: str, language: str) -> bool:
    """Whether the language is written with the word's letters."""
    script = _SCRIPTS.get(base_language(language), "LATIN")
    return script == "LATIN" if word.isascii() else unicodedata.name(word[0], "").startswith(script)


def base_language(code: str) -> str:
    """`pt` for `pt-BR` or `pt_BR.UTF-8`; "" for what is no code of a language."""
    found = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", code.strip())
    return found[1].lower() if found else ""


def _is_name_like(word: str) -> bool:
    """Whether it is an abbreviation or a name: a capital behind its first letter, other than after `-`, or a number
    that is no digit (`m²`).
    """
    return any(map(str.isnumeric, word)) or any(part[1:] != part[1:].lower() for part in re.split(r"['’-]", word))
