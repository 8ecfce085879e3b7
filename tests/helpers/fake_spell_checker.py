"""A dictionary of few words that answers when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Collection

WRONG = {"en": {"wrold", "parcle", "Okafor", "don't"}, "es": {"Hello"}}


class FakeChecker:
    """Implements `ports.SpellChecker`. held: answers that wait; None answers at once."""

    def __init__(self, *languages: str) -> None:
        self.languages: tuple[str, ...] = languages or ("en", "es")
        self.is_broken = False
        self.asked: list[tuple[str, frozenset[str]]] = []
        self.held: list[Callable[[], None]] | None = None
        self.is_closed = False

    def check(self, language: str, words: Collection[str], then: Callable[[frozenset[str] | None], None]) -> None:
        self.asked.append((language, frozenset(words)))
        self._answer(
            lambda: then(None if self.is_broken else frozenset(words) & WRONG.get(language, {"wrold", "غلطط"}))
        )

    def suggest(self, language: str, word: str, then: Callable[[tuple[str, ...]], None]) -> None:
        self._answer(lambda: then({"wrold": ("world", "would"), "parcle": ()}.get(word, ())))

    def close(self) -> None:
        self.is_closed = True

    def _answer(self, answer: Callable[[], None]) -> None:
        if self.held is None:
            answer()
        else:
            self.held.append(answer)

    def release(self) -> None:
        held, self.held = self.held or [], None
        for answer in held:
            answer()
