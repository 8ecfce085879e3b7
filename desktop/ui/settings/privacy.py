"""Privacy: for how long words stay on this computer."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from desktop.engine.commands import SetRetentionDays
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page, Submit

CHOICES = (7, 30, 90, 180, 365)


class PrivacyPage(Page):
    TITLE = "Privacy"
    ABOUT = (
        "Messages are kept on this computer encrypted, so that they are there at once. Words and files older than this "
        "are wiped from it for good; Intercom keeps them. Drafts and replies that are not settled stay."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._held = 0
        self._choice = QComboBox()
        self._choice.setAccessibleName("Words stay on this computer for")
        for days in CHOICES:
            self._choice.addItem(_named(days), days)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._take = QPushButton("Keep words this long")
        self._take.clicked.connect(self._on_take)
        self.column.addWidget(self._choice)
        self.column.addStretch(1)
        self.end(self._take)
        self._on_chosen()

    def show_workspace(self, view: WorkspaceView) -> None:
        if view.retention_days != self._held:
            self._held = view.retention_days
            if self._choice.findData(self._held) < 0:
                self._choice.addItem(_named(self._held), self._held)
            self._choice.setCurrentIndex(self._choice.findData(self._held))
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._take.setEnabled(self._choice.currentData() != self._held)

    def _on_take(self) -> None:
        days = int(self._choice.currentData())
        self.wish(SetRetentionDays(days), f"Words older than {_named(days)} are wiped from this computer.")


def _named(days: int) -> str:
    return f"{days} days"
