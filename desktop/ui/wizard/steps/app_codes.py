"""The step that shows which app codes mark the bridge's messages."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.text.formats import listed
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.app_codes import AppCodesPage
from desktop.ui.widgets.status_line import Status, StatusLine
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class AppCodesStep(Step):
    NAME = texts.OCTOPODS
    TITLE = texts.OCTOPODS_HEADING

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
        self.summary.set_status(texts.NO_CODES_YET(), Status.UNKNOWN)

    def _on_workspace_loaded(self) -> None:
        assert self.setup.view is not None
        self.page.show_workspace(self.setup.view)
        codes = sorted(self.setup.view.workspace.bridge_codes)
        if codes:
            self.summary.set_status(texts.CODES_FOUND(codes=listed(codes)), Status.SUCCESS)
        else:
            self.summary.set_status(texts.NO_CODES_YET(), Status.UNKNOWN)
