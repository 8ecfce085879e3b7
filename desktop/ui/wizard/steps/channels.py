"""Channels step: accounts of the channels themselves, for templates, delivery and the way past a closed window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ports import WorkspaceConfig
from desktop.ui.accounts.channel_accounts import ChannelAccounts
from desktop.ui.accounts.channel_rows import ChannelLine
from desktop.ui.look.theme import Theme
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class ChannelsStep(Step):
    NAME = "Channels"
    TITLE = "Connect channel accounts"
    ABOUT = (
        "With one, Reachline can send templates when a window is closed, and knows what was delivered. "
        "You can skip this and do it later in the settings."
    )

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.accounts = ChannelAccounts(theme, setup.accounts, setup.run)
        self.column.addWidget(self.accounts, 1)
        self.accounts.workspace_changed.connect(self._on_workspace)
        self.accounts.form_changed.connect(self._on_form)
        setup.began.connect(self._on_began)

    @property
    def next_words(self) -> str:
        return "Next" if self.setup.workspace is not None and self.setup.workspace.channels else "Skip"

    @property
    def may_go_on(self) -> bool:
        """Not out of a form that is open: it would look as if it had been added."""
        return self.accounts.open_form is None

    def lead_keyboard(self) -> QWidget | None:
        form = self.accounts.open_form
        return form.lead_keyboard() if form is not None else None

    def go_back(self) -> bool:
        return self.accounts.leave_form()

    def _on_began(self) -> None:
        assert self.setup.workspace is not None
        self._on_workspace(self.setup.workspace)

    def _on_workspace(self, workspace: WorkspaceConfig) -> None:
        self.setup.workspace = workspace
        self.accounts.workspace_id = workspace.workspace_id
        self.accounts.rows.show_lines([ChannelLine(config) for config in workspace.channels])
        self.changed.emit()
        self.ready.emit()

    def _on_form(self) -> None:
        in_form = self.accounts.open_form is not None
        self.title.setVisible(not in_form)
        self.about.setVisible(not in_form)
        self.changed.emit()
