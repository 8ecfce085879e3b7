"""The list of emoji that opens above a text field on `:` and a name, and the picker behind the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QWidget

from desktop.text import catalog
from desktop.text.screens.writing import emoji as texts
from desktop.ui.look.theme import Theme
from desktop.ui.writing.emoji.memory import EmojiMemory
from desktop.ui.writing.emoji.table import EmojiTable, load
from desktop.ui.writing.positions import TextField
from desktop.ui.writing.suggestions import Suggestion, SuggestionList
from desktop.ui.writing.word_trigger import WordTrigger

if TYPE_CHECKING:
    # Imported when it is first opened.
    from desktop.ui.writing.emoji.picker import EmojiPicker

_LEAST_CHARS = 2
"""After the colon: with fewer it may be a smiley such as `:D`."""
_MOST_SHOWN = 20


class EmojiCompleter(QObject):
    """List, picker and table of emoji are read and made when first needed."""

    def __init__(self, theme: Theme, field: TextField, parent: QWidget) -> None:
        """parent: the list is shown in its window."""
        super().__init__(parent)
        self._theme, self._field, self._container = theme, field, parent
        self._memory = EmojiMemory(None)
        self._list: SuggestionList | None = None
        self._picker: EmojiPicker | None = None
        self._trigger = WordTrigger(field, ":", self)
        self._trigger.changed.connect(self._on_word_changed)
        self._trigger.key_pressed.connect(self._on_key)

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

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._trigger.is_open

    def open_picker(self, button: QWidget) -> None:
        if not self._field.isReadOnly():
            self.picker.open_above(button)

    def close(self) -> None:
        self._trigger.is_open = False
        if self._list is not None:
            self._list.hide()

    @property
    def _table(self) -> EmojiTable:
        return load(catalog.language())

    def _on_word_changed(self, word: str) -> None:
        query = word[1:]
        if len(query) < _LEAST_CHARS or not query[0].isalpha() or self._field.isReadOnly():
            self.close()
            return
        found = self._table.find(query.strip(":"))[:_MOST_SHOWN]
        if self._list is None:
            self._list = SuggestionList(self._theme, texts.EMOJI(), self._container.window())
            self._list.chosen.connect(self._on_chosen)
        tone = self._memory.tone
        rows = [Suggestion(e.text, texts.ROW(emoji=self._table.with_tone(e.text, tone), name=e.name)) for e in found]
        self._list.show_rows(rows, self._field)
        self._trigger.is_open = self._list.is_open

    def _on_key(self, key: int) -> None:
        if self._list is not None:
            self._list.handle_key(key)
            if not self._list.is_open and self._trigger.is_open:
                self._trigger.dismiss()

    def _on_chosen(self, text: str) -> None:
        self.close()
        self._memory.add(text)
        self._trigger.replace(self._table.with_tone(text, self._memory.tone))

    def _on_picked(self, text: str) -> None:
        self._field.insertPlainText(text)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
