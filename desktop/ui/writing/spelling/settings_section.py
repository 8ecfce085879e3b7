"""The part of the settings about spell check: on or off, which languages, the agent's own words."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QWidget

from desktop.ports import SpellChecker
from desktop.text.formats import listed
from desktop.text.writing import spelling as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingCheckBox, push_button
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.writing.spelling.menu import language_name
from desktop.ui.writing.spelling.preferences import SpellingPreferences

_LIST_ROWS = 4


class SpellingSection(QWidget):
    """Changes apply at once."""

    def __init__(self, theme: Theme, preferences: SpellingPreferences, checker: SpellChecker | None) -> None:
        super().__init__()
        self._preferences, self._checker = preferences, checker
        self.check = WrappingCheckBox(texts.CHECK_WHILE_WRITING())
        self._languages = Paragraph()
        self.words = QListWidget()
        self.words.setAccessibleName(texts.OWN_WORDS())
        self.words.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.words.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.remove = push_button(texts.REMOVE(), self._on_remove)
        self._no_words = Paragraph(texts.NO_OWN_WORDS(), muted=True)
        self._own_words = (Label(texts.OWN_WORDS()), self.words, self.remove)
        heading = Heading(theme, texts.SPELLING())
        about = Paragraph(texts.LANGUAGE_ABOUT(), muted=True)
        others = Paragraph(muted=True)
        items = (heading, self.check, self._languages, about, others, *self._own_words[:2])
        layouts.column(*items, layouts.row(self.remove, "stretch"), self._no_words, parent=self)
        languages = checker.languages if checker is not None else ()
        about.setVisible(bool(languages))
        others.show_text(_other_languages(languages))
        self.check.setEnabled(bool(languages))
        self.check.toggled.connect(self._on_toggled)
        self.words.itemSelectionChanged.connect(self._update_remove)
        preferences.changed.connect(self.refresh)
        theme.changed.connect(self._update_height)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now do the rows have the height that the theme gives them.
        self._update_height()

    def refresh(self) -> None:
        """Show the preferences and the languages as they are now."""
        languages = self._checker.languages if self._checker is not None else ()
        self.check.setChecked(self._preferences.is_on and bool(languages))
        self._languages.setText(self._describe(languages))
        words = sorted(self._preferences.own_words, key=str.casefold)
        if words != [self.words.item(row).text() for row in range(self.words.count())]:
            self.words.clear()
            self.words.addItems(words)
        for widget in self._own_words:
            widget.setVisible(bool(words))
        self._no_words.setVisible(not words and bool(languages))
        self._update_height()
        self._update_remove()

    def _update_height(self) -> None:
        rows = min(max(self.words.count(), 1), _LIST_ROWS)
        self.words.setFixedHeight(rows * max(self.words.sizeHintForRow(0), 1) + 2 * self.words.frameWidth() + 4)

    def _describe(self, languages: tuple[str, ...]) -> str:
        if languages:
            return texts.LANGUAGES(languages=listed(map(language_name, languages)))
        is_broken = self._checker is not None and self._checker.is_broken
        return texts.STOPPED() if is_broken else texts.NOT_AVAILABLE()

    def _update_remove(self) -> None:
        self.remove.setEnabled(bool(self.words.selectedItems()))

    def _on_toggled(self, is_on: bool) -> None:
        if is_on != self._preferences.is_on and self.check.isEnabled():
            self._preferences.set_on(is_on)

    def _on_remove(self) -> None:
        self._preferences.remove_words([item.text() for item in self.words.selectedItems()])


def _other_languages(languages: tuple[str, ...]) -> str:
    """Where more languages come from on this system; "" where nothing is missing or nothing can be checked."""
    if not languages or "de" in languages:
        return ""
    return texts.SYSTEM_DICTIONARIES() if sys.platform.startswith("linux") else texts.NO_GERMAN()
