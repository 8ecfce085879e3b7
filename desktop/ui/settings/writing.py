"""The settings page that decides which key sends."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.engine.protocols import Submit
from desktop.text.screens import settings as texts
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import WrappingRadioButton
from desktop.ui.widgets.labels import Label


class WritingPage(Page):
    TITLE = texts.WRITING

    def __init__(self, theme: Theme, submit: Submit, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self.with_control = WrappingRadioButton(texts.SEND_WITH_CONTROL_ENTER())
        self.with_enter = WrappingRadioButton(texts.SEND_WITH_ENTER())
        self.column.addWidget(Label(texts.SEND_WITH()))
        group = QButtonGroup(self)
        for choice in (self.with_control, self.with_enter):
            group.addButton(choice)
            self.column.addWidget(choice)
        (self.with_enter if preferences.enter_sends else self.with_control).setChecked(True)
        self.with_enter.toggled.connect(preferences.set_enter_sends)
        self.add_footer()
        self.column.addStretch(1)
