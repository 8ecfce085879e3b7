"""The settings page that decides how long messages stay on this computer."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.engine.commands import SetRetentionDays
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button

CHOICES_DAYS = (7, 30, 90, 180, 365)


class PrivacyPage(Page):
    TITLE = "Privacy"
    ABOUT = (
        "Messages are kept on this computer encrypted, so that they are there at once. Words and files older than this "
        "are wiped from it for good; Intercom keeps them. Drafts and replies that are not settled stay."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored = 0
        self._choice = QComboBox()
        self._choice.setAccessibleName("Words stay on this computer for")
        for days in CHOICES_DAYS:
            self._choice.addItem(_days_text(days), days)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._save_button = push_button("Keep words this long", self._on_save)
        self.column.addWidget(self._choice)
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
        days = int(self._choice.currentData())
        self.submit(SetRetentionDays(days), f"Words older than {_days_text(days)} are wiped from this computer.")


def _days_text(days: int) -> str:
    return f"{days} days"
