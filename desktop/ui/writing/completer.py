"""Offers suggestions for the word that is being written in a text field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.writing.positions import TextField
from desktop.ui.writing.suggestions import Suggestion, SuggestionList
from desktop.ui.writing.word_trigger import WordTrigger


class Completer(QObject):
    """The list is made when it is first needed. Subclasses say what is in it, and what is done with the choice."""

    def __init__(self, theme: Theme, field: TextField, parent: QWidget, find_word: Callable[[str], str]) -> None:
        """parent: the list is shown in its window. find_word: as in `WordTrigger`."""
        super().__init__(parent)
        self._theme, self._field, self._container = theme, field, parent
        self._list: SuggestionList | None = None
        self._trigger = WordTrigger(field, find_word, self)
        self._trigger.changed.connect(self._on_word_changed)
        self._trigger.key_pressed.connect(self._on_key)
        field.installEventFilter(self)

    def _make_list(self, window: QWidget) -> SuggestionList:
        raise NotImplementedError

    def _rows(self, word: str) -> list[Suggestion]:
        """What to offer for a word; nothing closes the list."""
        raise NotImplementedError

    def _choose(self, key: str) -> None:
        """Put what was chosen in place of the word. key: of a suggestion; the list is closed already."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._trigger.is_open

    def close(self) -> None:
        self._trigger.is_open = False
        if self._list is not None:
            self._list.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        return False

    def _on_word_changed(self, word: str) -> None:
        if not word or self._field.isReadOnly():
            self.close()
            return
        rows = self._rows(word)
        if self._list is None and rows:
            self._list = self._make_list(self._container.window())
            self._list.chosen.connect(self._on_chosen)
        if self._list is not None:
            self._list.show_rows(rows, self._field)
            self._trigger.is_open = self._list.is_open

    def _on_key(self, key: int) -> None:
        if self._list is not None:
            self._list.handle_key(key)
            if not self._list.is_open and self._trigger.is_open:
                self._trigger.dismiss()
                self.close()

    def _on_chosen(self, key: str) -> None:
        # First, so that no key reaches a list that is gone.
        self.close()
        self._choose(key)
