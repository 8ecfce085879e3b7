"""The step that connects channel accounts, for templates, delivery reports and direct sending."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ports import WorkspaceConfig
from desktop.text.screens import wizard as texts
from desktop.ui.accounts.channel_accounts import ChannelAccounts
from desktop.ui.accounts.channel_rows import ChannelState
from desktop.ui.look.theme import Theme
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class ChannelsStep(Step):
    NAME = texts.CHANNELS
    TITLE = texts.CHANNELS_HEADING
    ABOUT = texts.CHANNELS_ABOUT

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.accounts = ChannelAccounts(theme, setup.accounts, setup.run)
        self.column.addWidget(self.accounts, 1)
        self.accounts.workspace_changed.connect(self._on_workspace_changed)
        self.accounts.form_changed.connect(self._on_form)
        setup.engine_started.connect(self._on_engine_started)

    @property
    def next_label(self) -> str:
        has_channels = self.setup.workspace is not None and self.setup.workspace.channels
        return texts.NEXT() if has_channels else texts.SKIP()

    @property
    def can_continue(self) -> bool:
        # Leaving an open form would look as if its account had been added.
        return self.accounts.open_form is None

    def initial_focus(self) -> QWidget | None:
        form = self.accounts.open_form
        return form.initial_focus() if form is not None else None

    def go_back(self) -> bool:
        return self.accounts.leave_form()

    def _on_engine_started(self) -> None:
        assert self.setup.workspace is not None
        self._on_workspace_changed(self.setup.workspace)

    def _on_workspace_changed(self, workspace: WorkspaceConfig) -> None:
        self.setup.workspace = workspace
        self.accounts.workspace_id = workspace.workspace_id
        self.accounts.rows.show_states([ChannelState(config) for config in workspace.channels])
        self.changed.emit()
        self.ready.emit()

    def _on_form(self) -> None:
        in_form = self.accounts.open_form is not None
        self.title.setVisible(not in_form)
        self.about.setVisible(not in_form)
        self.changed.emit()
