"""The list of emoji that opens above a text field on `:` and a name, and the picker behind the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QWidget

from desktop.text import catalog
from desktop.text.screens.writing import emoji as texts
from desktop.ui.look.theme import Theme
from desktop.ui.writing.completer import Completer
from desktop.ui.writing.emoji.memory import EmojiMemory
from desktop.ui.writing.emoji.table import EmojiTable, load
from desktop.ui.writing.positions import TextField
from desktop.ui.writing.suggestions import Suggestion, SuggestionList
from desktop.ui.writing.word_trigger import beginning_with

if TYPE_CHECKING:
    # Imported when it is first opened.
    from desktop.ui.writing.emoji.picker import EmojiPicker

_LEAST_CHARS = 2
"""After the colon: with fewer it may be a smiley such as `:D`."""
_MOST_SHOWN = 20


class EmojiCompleter(Completer):
    """List, picker and table of emoji are read and made when first needed."""

    def __init__(self, theme: Theme, field: TextField, parent: QWidget) -> None:
        """parent: the list is shown in its window."""
        super().__init__(theme, field, parent, beginning_with(":"))
        self._memory = EmojiMemory(None)
        self._picker: EmojiPicker | None = None

    def use_settings(self, settings: QSettings | None) -> None:
        """Keep what was used last in these; None keeps nothing."""
        self._memory = EmojiMemory(settings)

    @property
    def picker(self) -> EmojiPicker:
        """The picker; the first access builds it."""
        if self._picker is None:
            from desktop.ui.writing.emoji.picker import EmojiPicker

            self._picker = EmojiPicker(self._theme, self._table, self._memory, self._container)
            self._picker.chosen.connect(self._on_picked)
        return self._picker

    def open_picker(self, button: QWidget) -> None:
        if not self._field.isReadOnly():
            self.picker.open_above(button)

    @property
    def _table(self) -> EmojiTable:
        return load(catalog.language())

    def _make_list(self, window: QWidget) -> SuggestionList:
        return SuggestionList(self._theme, texts.EMOJI(), window)

    def _rows(self, word: str) -> list[Suggestion]:
        query = word[1:]
        if len(query) < _LEAST_CHARS or not query[0].isalpha():
            return []
        found, tone = self._table.find(query.strip(":"))[:_MOST_SHOWN], self._memory.tone
        return [Suggestion(e.text, texts.ROW(emoji=self._table.with_tone(e.text, tone), name=e.name)) for e in found]

    def _choose(self, key: str) -> None:
        self._memory.add(key)
        self._trigger.replace(self._table.with_tone(key, self._memory.tone))

    def _on_picked(self, text: str) -> None:
        self._field.insertPlainText(text)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
