"""The emoji with their names and keywords, from the files that `resources/emoji/make.py` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from desktop import RESOURCES
from desktop.domain.search.folding import fold

FOLDER = RESOURCES / "emoji"
_ENGLISH = "en"


class Emoji(msgspec.Struct, frozen=True):
    """text: what is written. group: its key in the order."""

    text: str
    name: str
    group: str


class EmojiTable:
    """All emoji in Unicode's order; empty where the files are missing.

    groups: the keys of the groups, in order.
    """

    def __init__(self, order: _Order, names: _Names, english: _Names) -> None:
        self._tones = {base: tuple(tones.split(" ")) for base, tones in order.tones.items()}
        self.groups = tuple(key for key, _ in order.groups)
        self.emoji: tuple[Emoji, ...] = tuple(
            Emoji(text, names.names[number], group) for number, (text, group) in enumerate(_numbered(order))
        )
        self._by_text = {emoji.text: emoji for emoji in self.emoji}
        # Each word with a space in front, by which the start of a word is found.
        self._folded_names = [f" {fold(name)}" for name in names.names]
        self._keywords = [f"{n} {fold(k)}" for n, k in zip(self._folded_names, names.keywords, strict=True)]
        self._english = [
            f" {fold(name)} {fold(words)}" for name, words in zip(english.names, english.keywords, strict=True)
        ]

    def get(self, text: str) -> Emoji | None:
        """Return the emoji without a skin tone that is written so."""
        return self._by_text.get(text)

    def in_group(self, group: str) -> list[Emoji]:
        return [emoji for emoji in self.emoji if emoji.group == group]

    def find(self, query: str) -> list[Emoji]:
        """Return those whose names, keywords or English names have words that begin with the typed ones: those whose
        names begin so first, then by names, keywords, and English.
        """
        words = [f" {word}" for word in fold(query.replace("_", " ")).split()]
        if not words:
            return list(self.emoji)
        found: tuple[list[Emoji], ...] = ([], [], [], [])
        start = "".join(words)
        for emoji, name, keywords, english in zip(
            self.emoji, self._folded_names, self._keywords, self._english, strict=True
        ):
            if name.startswith(start):
                found[0].append(emoji)
                continue
            for place, searched in zip(found[1:], (name, keywords, english), strict=True):
                if all(word in searched for word in words):
                    place.append(emoji)
                    break
        return [emoji for place in found for emoji in place]

    def with_tone(self, text: str, tone: int) -> str:
        """tone: 0 for none, 1 (light) to 5 (dark). An emoji that has no tones stays as it is."""
        tones = self._tones.get(text)
        return tones[tone - 1] if tone and tones is not None else text


class _Order(msgspec.Struct, frozen=True):
    """groups: key, and its emoji with spaces between them. tones: the five variants of an emoji, the same way."""

    groups: list[tuple[str, str]]
    tones: Mapping[str, str]


class _Names(msgspec.Struct, frozen=True):
    """In the order of the emoji. keywords: with spaces between them."""

    names: list[str]
    keywords: list[str]


def _numbered(order: _Order) -> Iterator[tuple[str, str]]:
    for group, listed in order.groups:
        for text in listed.split(" "):
            yield text, group


@cache
def load(language: str, folder: Path = FOLDER) -> EmojiTable:
    """Return the table with names in a language (`pt-BR`), in English where that has none."""
    try:
        order = msgspec.json.decode((folder / "order.json").read_bytes(), type=_Order)
        english = _read(folder, _ENGLISH)
    except FileNotFoundError:
        return EmojiTable(_Order([], {}), _Names([], []), _Names([], []))
    try:
        names = _read(folder, language.split("-")[0].split("_")[0].lower())
    except FileNotFoundError:
        names = english
    return EmojiTable(order, names, english)


def _read(folder: Path, language: str) -> _Names:
    return msgspec.json.decode((folder / f"{language}.json").read_bytes(), type=_Names)
