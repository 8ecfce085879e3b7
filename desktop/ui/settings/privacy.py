"""The settings page that decides how long messages stay on this computer."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QWidget

from desktop.engine.commands import SetRetentionDays
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.formats import span
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label

CHOICES_DAYS = (7, 30, 90, 180, 365)


class PrivacyPage(Page):
    TITLE = texts.PRIVACY
    ABOUT = texts.PRIVACY_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored = 0
        self._choice = DropDown(theme, texts.KEEP_MESSAGES())
        for days in CHOICES_DAYS:
            self._choice.addItem(_days_text(days), days)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._save_button = push_button(texts.SAVE(), self._on_save)
        label = Label(texts.KEEP_MESSAGES())
        label.setBuddy(self._choice)
        self.column.addLayout(FlowLayout(label, self._choice))
        self.column.addStretch(1)
        self.add_footer(self._save_button)
        self._on_chosen()

    def show_workspace(self, view: WorkspaceView) -> None:
        if view.retention_days != self._stored:
            self._stored = view.retention_days
            if self._choice.findData(self._stored) < 0:
                self._choice.addItem(_days_text(self._stored), self._stored)
            self._choice.setCurrentIndex(self._choice.findData(self._stored))
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._save_button.setEnabled(self._choice.currentData() != self._stored)

    def _on_save(self) -> None:
        self.submit(SetRetentionDays(int(self._choice.currentData())))


def _days_text(days: int) -> str:
    return span(timedelta(days=days))
