"""The last step: what is connected, and what is not known yet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.domain.model.workspace import Relay
from desktop.engine.accounts.profile_edits import account_title
from desktop.text.formats import listed
from desktop.text.names import channel_label
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.relay import TESTABLE_CHANNELS
from desktop.ui.widgets import layouts
from desktop.ui.widgets.status_line import Status, StatusRow, status_list
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step
from desktop.ui.wizard.steps.intercom import describe_workspace


class FinishStep(Step):
    NAME = texts.READY
    TITLE = texts.READY_HEADING

    def __init__(
        self, theme: Theme, setup: Setup, chosen_name: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        """chosen_name: returns the name of the chosen teammate."""
        super().__init__(theme, setup, parent)
        self._chosen_name = chosen_name
        self._shown: list[StatusRow] = []
        self._body = layouts.column()
        layouts.add_items(self.column, self._body, "stretch")
        setup.workspace_loaded.connect(self._update)
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
        rows = [*self._known_rows(), *self._open_rows()]
        if rows == self._shown:
            return
        self._shown = rows
        layouts.clear(self._body)
        self._body.addWidget(status_list(self._theme, rows))

    def _known_rows(self) -> list[StatusRow]:
        assert self.setup.tried is not None
        rows = [(texts.CONNECTED_WORKSPACE(workspace=describe_workspace(self.setup.tried)), Status.SUCCESS, "")]
        if name := self._chosen_name():
            rows.append((texts.WRITING_AS(name=name), Status.SUCCESS, ""))
        if self._codes:
            rows.append((texts.OCTOPODS_CODES(codes=self._codes), Status.SUCCESS, ""))
        channels = self.setup.workspace.channels if self.setup.workspace is not None else ()
        titles = [account_title(config) for config in channels]
        return rows + [(texts.CONNECTED_ACCOUNT(account=title), Status.SUCCESS, "") for title in titles]

    def _open_rows(self) -> list[StatusRow]:
        rows: list[StatusRow] = []
        if not self._codes:
            rows.append((texts.NO_OCTOPODS_CODES(), Status.UNKNOWN, texts.NO_OCTOPODS_CODES_ABOUT()))
        if unproven := self._unproven():
            rows.append((texts.NOT_TESTED(channels=unproven), Status.UNKNOWN, texts.NOT_TESTED_ABOUT()))
        if self.setup.workspace is not None and not self.setup.workspace.channels:
            rows.append((texts.NO_ACCOUNT(), Status.UNKNOWN, texts.NO_ACCOUNT_ABOUT()))
        if self.setup.engine is not None and self.setup.engine.queries.progress() is not None:
            rows.append((texts.STILL_READING(), Status.INFO, texts.STILL_READING_ABOUT()))
        if not self.setup.accounts.keeps_secrets:
            rows.append((texts.NOTHING_STORED(), Status.WARNING, texts.NOTHING_STORED_ABOUT()))
        return rows

    @property
    def _codes(self) -> str:
        view = self.setup.view
        return listed(sorted(view.workspace.bridge_codes)) if view is not None else ""

    def _unproven(self) -> str:
        view = self.setup.view
        unknown = [c for c in TESTABLE_CHANNELS if view is None or view.workspace.relay_of(c) is Relay.UNPROVEN]
        return listed(channel_label(c) for c in unknown)
