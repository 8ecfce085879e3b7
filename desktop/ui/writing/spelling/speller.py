"""Remembers what the dictionaries said, so that a word is asked for once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.ports import SpellChecker
from desktop.ui.writing.spelling.preferences import SpellingPreferences

MAX_KNOWN = 20_000
"""Words of each language; some megabytes."""


class Speller(QObject):
    """Judges words by dictionaries, the agent's own words and what they ignore; never waits.

    Signals:
        misspelt_found: words that were asked for are misspelt. args: language, frozenset of words.
    """

    misspelt_found = Signal(str, object)

    def __init__(self, checker: SpellChecker, preferences: SpellingPreferences, parent: QObject) -> None:
        super().__init__(parent)
        self._checker, self._preferences = checker, preferences
        # By language: whether a word is misspelt; False too while it is being asked for.
        self._known: dict[str, dict[str, bool]] = {}
        self._ignored: set[str] = set()
        self._pending = 0
        self._then: Callable[[], None] | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        return self._checker.languages

    @property
    def is_broken(self) -> bool:
        return self._checker.is_broken

    def find_misspelt(self, language: str, words: Iterable[str]) -> set[str]:
        """Return those that are known to be misspelt; the others are asked for."""
        known = self._known.setdefault(language, {})
        wanted = set(words) - self._preferences.own_words - self._ignored
        if unknown := wanted - known.keys():
            if len(known) > MAX_KNOWN:
                known.clear()
            known |= dict.fromkeys(unknown, False)
            self._pending += 1
            self._checker.check(language, unknown, partial(self._on_checked, language))
        # A capital stands at the beginning of every sentence.
        return {w for w in wanted if known.get(w) and w[:1].lower() + w[1:] not in self._preferences.own_words}

    def suggest(self, language: str, word: str, then: Callable[[tuple[str, ...]], None]) -> None:
        self._checker.suggest(language, word, then)

    def ignore(self, word: str) -> None:
        """Take it for right until the program ends."""
        self._ignored.add(word)

    def when_checked(self, then: Callable[[], None]) -> None:
        """Call `then` once nothing is being asked for; an earlier `then` that still waits is forgotten."""
        self._then = then
        self._call_when_checked()

    def _call_when_checked(self) -> None:
        if not self._pending and self._then is not None:
            then, self._then = self._then, None
            then()

    def _on_checked(self, language: str, misspelt: frozenset[str] | None) -> None:
        self._pending -= 1
        if misspelt:
            self._known[language] |= dict.fromkeys(misspelt, True)
            self.misspelt_found.emit(language, misspelt)
        self._call_when_checked()
