"""Spell check of a window: nothing of it is loaded before the composer has the focus for the first time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ports import SpellChecker
from desktop.text.writing import spelling as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.look.theme import Theme
from desktop.ui.writing.spelling.preferences import SpellingPreferences

if TYPE_CHECKING:
    from desktop.ui.writing.spelling.composer_spelling import ComposerSpelling


class SpellingActions(QObject):
    """open_checker: opens the dictionaries when they are first needed; None where a window has none."""

    def __init__(
        self,
        composer: Composer,
        theme: Theme,
        settings: QSettings | None,
        show_message: Callable[..., object],
        parent: QObject,
    ) -> None:
        """settings: None saves nothing. show_message: of a toast."""
        super().__init__(parent)
        self._composer, self._theme, self._settings = composer, theme, settings
        self._show_message = show_message
        self._is_open = False
        self.open_checker: Callable[[], SpellChecker] | None = None
        composer.spelling_wanted.connect(self._on_wanted)
        composer.draft_shown.connect(self._on_draft_shown)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        application.focusChanged.connect(self._on_focus_changed)

    @cached_property
    def preferences(self) -> SpellingPreferences:
        return SpellingPreferences(self._settings, self)

    @cached_property
    def checker(self) -> SpellChecker | None:
        """The dictionaries; the first access looks for them."""
        return self.open_checker() if self.open_checker is not None else None

    @cached_property
    def spelling(self) -> ComposerSpelling | None:
        """What checks the composer; None where there are no dictionaries at all."""
        from desktop.ui.writing.spelling.composer_spelling import ComposerSpelling
        from desktop.ui.writing.spelling.speller import Speller

        self._application.focusChanged.disconnect(self._on_focus_changed)
        if self.checker is None:
            return None
        speller = Speller(self.checker, self.preferences, self)
        return ComposerSpelling(self._composer.text_field, self._theme, speller, self.preferences, self._show_message)

    def close(self) -> None:
        """Stop what was started; the window is about to close."""
        if "checker" in self.__dict__ and self.checker is not None:
            self.checker.close()

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is self._composer.text_field:
            self._open()

    def _on_draft_shown(self) -> None:
        if self._is_open:
            self._open()

    def _on_wanted(self) -> None:
        spelling = self._open()
        if spelling is not None:
            spelling.go_to_next()
        else:
            self._show_message(texts.NOT_AVAILABLE())

    def _open(self) -> ComposerSpelling | None:
        self._is_open, spelling = True, self.spelling
        if spelling is not None:
            contact = None if self._composer.internal else self._composer.contact
            place = self._composer.conversation_id or ""
            spelling.show_conversation(f"{place} note" if self._composer.internal else place, contact)
        return spelling
