"""The settings page that decides which key sends."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from desktop.engine.protocols import Submit
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page


class WritingPage(Page):
    TITLE = "Writing"

    def __init__(self, theme: Theme, submit: Submit, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self.with_control = QRadioButton("Send with Ctrl+Enter; Enter begins a new line")
        self.with_enter = QRadioButton("Send with Enter; Shift+Enter begins a new line")
        group = QButtonGroup(self)
        for choice in (self.with_control, self.with_enter):
            group.addButton(choice)
            self.column.addWidget(choice)
        (self.with_enter if preferences.enter_sends else self.with_control).setChecked(True)
        self.with_enter.toggled.connect(preferences.set_enter_sends)
        self.add_footer()
        self.column.addStretch(1)
