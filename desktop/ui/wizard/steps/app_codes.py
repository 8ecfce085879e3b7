"""The step that shows which app codes mark the bridge's messages."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.settings.app_codes import AppCodesPage
from desktop.ui.widgets.status_line import Status, StatusLine
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step

READING = "Nothing seen yet. You can go on: it is learnt as soon as tagged conversations are read."


class AppCodesStep(Step):
    NAME = "Bridge"
    TITLE = "How the bridge's messages are known"

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.page = AppCodesPage(theme, setup.submit)
        self.page.title.hide()
        self.summary = StatusLine(theme)
        self.column.addWidget(self.summary)
        self.column.addWidget(self.page, 1)
        setup.engine_started.connect(self._on_engine_started)
        setup.workspace_loaded.connect(self._on_workspace_loaded)

    def _on_engine_started(self) -> None:
        self.summary.set_status(READING, Status.UNKNOWN)

    def _on_workspace_loaded(self) -> None:
        assert self.setup.view is not None
        self.page.show_workspace(self.setup.view)
        codes = sorted(self.setup.view.workspace.bridge_codes)
        if codes:
            self.summary.set_status(f"Seen in your conversations: {', '.join(codes)}", Status.SUCCESS)
        else:
            self.summary.set_status(READING, Status.UNKNOWN)
