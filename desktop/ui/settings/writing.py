"""The settings page that decides which key sends, and about spell check."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.engine.protocols import Submit
from desktop.ports import SpellChecker
from desktop.text.catalog import strip_isolates
from desktop.text.screens import settings as texts
from desktop.ui.commands.table import shown_keys
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingRadioButton
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area
from desktop.ui.writing.spelling.preferences import SpellingPreferences
from desktop.ui.writing.spelling.settings_section import SpellingSection


class WritingPage(Page):
    TITLE = texts.WRITING

    def __init__(self, theme: Theme, submit: Submit, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self.with_control = WrappingRadioButton(_send_with("Ctrl+Enter", "Enter"))
        self.with_enter = WrappingRadioButton(_send_with("Enter", "Shift+Enter"))
        group = QButtonGroup(self)
        for choice in (self.with_control, self.with_enter):
            group.addButton(choice)
        (self.with_enter if preferences.enter_sends else self.with_control).setChecked(True)
        self.with_enter.toggled.connect(preferences.set_enter_sends)
        body = ScrollContent()
        choices = (Label(texts.SEND_REPLY_WITH()), self.with_control, self.with_enter)
        self._body = layouts.column(*choices, "stretch", parent=body, margins=(0, 0, GAP, 0))
        self.column.addWidget(scroll_area(body), 1)
        self.add_footer()

    def show_spelling(self, preferences: SpellingPreferences, checker: SpellChecker | None) -> None:
        """Add what is decided about spell check; call it once. checker: None where nothing is checked."""
        section = SpellingSection(self._theme, preferences, checker)
        section.setContentsMargins(0, PAD, 0, 0)
        self._body.insertWidget(self._body.count() - 1, section)


def _send_with(keys: str, new_line: str) -> str:
    return strip_isolates(texts.SEND_WITH(keys=shown_keys(keys), new_line=shown_keys(new_line)))
