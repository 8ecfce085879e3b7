"""The last step: what is connected, and what comes next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.status_line import Status, StatusRow, status_list
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step
from desktop.ui.wizard.steps.intercom import describe_workspace


class FinishStep(Step):
    NAME = texts.READY
    TITLE = texts.READY_HEADING
    ABOUT = texts.READY_ABOUT

    def __init__(
        self, theme: Theme, setup: Setup, chosen_name: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        """chosen_name: returns the name of the chosen teammate."""
        super().__init__(theme, setup, parent)
        self._chosen_name = chosen_name
        self._shown: list[StatusRow] = []
        self._body = layouts.column()
        layouts.add_items(self.column, self._body, "stretch")
        setup.connection_changed.connect(self._update)

    @property
    def next_label(self) -> str:
        return texts.OPEN_INBOX()

    @property
    def text(self) -> str:
        return "\n".join(f"{text} {details}".strip() for text, _, details in self._shown)

    def enter(self) -> None:
        self._update()

    def _update(self) -> None:
        if self.setup.tried is None:
            return
        rows = [(texts.CONNECTED_WORKSPACE(workspace=describe_workspace(self.setup.tried)), Status.SUCCESS, "")]
        if name := self._chosen_name():
            rows.append((texts.WRITING_AS(name=name), Status.SUCCESS, ""))
        if self.setup.engine is not None and self.setup.engine.queries.progress() is not None:
            rows.append((texts.STILL_READING(), Status.INFO, texts.STILL_READING_ABOUT()))
        if not self.setup.accounts.keeps_secrets:
            rows.append((texts.NOTHING_STORED(), Status.WARNING, texts.NOTHING_STORED_ABOUT()))
        if rows == self._shown:
            return
        self._shown = rows
        layouts.clear(self._body)
        self._body.addWidget(status_list(self._theme, rows))
