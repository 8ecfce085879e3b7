"""Whether spelling is checked, and the agent's own words, saved in QSettings."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, QSettings, Signal

from desktop.domain.content.spelling import MAX_WORD, plain_word

_IS_ON, _OWN_WORDS = "spelling/is_on", "spelling/own_words"
MAX_OWN_WORDS = 5_000


class SpellingPreferences(QObject):
    """is_on: as the agent chose; on until then. own_words: right in every language.

    Signals:
        changed: a preference has been set, or the own words are others.
    """

    changed = Signal()

    def __init__(self, settings: QSettings | None, parent: QObject) -> None:
        """settings: None saves nothing."""
        super().__init__(parent)
        self._settings = settings
        self.is_on = str(settings.value(_IS_ON, "")) != "false" if settings is not None else True
        stored = settings.value(_OWN_WORDS) if settings is not None else None
        # Qt reads a list of one as the one.
        words = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        self.own_words = frozenset(str(word) for word in words if word)

    def set_on(self, is_on: bool) -> None:
        self.is_on = is_on
        self._save(_IS_ON, "true" if is_on else "false")

    def add_word(self, word: str) -> None:
        if len(self.own_words) < MAX_OWN_WORDS and len(word) <= MAX_WORD:
            self._set_words(self.own_words | {plain_word(word)})

    def remove_words(self, words: Collection[str]) -> None:
        self._set_words(self.own_words - set(words))

    def _set_words(self, words: frozenset[str]) -> None:
        self.own_words = words
        self._save(_OWN_WORDS, sorted(words))

    def _save(self, key: str, value: object) -> None:
        if self._settings is not None:
            self._settings.setValue(key, value)
        self.changed.emit()
