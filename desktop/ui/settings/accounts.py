"""The settings page with the workspaces and the channel accounts of the current one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.profile_edits import channel_key, find_workspace
from desktop.engine.accounts.views import AccountsChange, ChannelView, Checked, Refusal
from desktop.engine.protocols import Accounts, Run, Submit
from desktop.engine.views import WorkspaceView
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.text.catalog import strip_isolates
from desktop.text.formats import date_and_time
from desktop.text.names import password_store, region_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import settings as texts
from desktop.ui.accounts.account_row import AccountRow
from desktop.ui.accounts.channel_accounts import ChannelAccounts
from desktop.ui.accounts.channel_rows import ChannelRows, ChannelState
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import press_focused_button, push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area
from desktop.ui.widgets.status_line import Status, StatusLine


class AccountsPage(Page):
    """Read-only until `connect_accounts` is called, as in the demo.

    Signals:
        add_workspace_requested: the wizard should open to add one.
    """

    TITLE = texts.ACCOUNTS
    add_workspace_requested = Signal()

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._accounts: Accounts | None = None
        self._workspace_id = ""
        self._views: tuple[ChannelView, ...] = ()
        self._checked: dict[ChannelKey, Checked] = {}
        self._workspaces_checked: dict[str, Checked] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._progress: ProgressRow | None = None
        self._channels: ChannelAccounts | None = None
        self._workspace_rows: dict[str, AccountRow] = {}
        self._intro, self._error_line = StatusLine(theme), StatusLine(theme)
        self._sample_name = Paragraph()
        self._rows = ChannelRows(theme, read_only=True)
        self._overview = QWidget()
        self._workspaces = layouts.column()
        self._overview_column = layouts.column(
            self._intro, self._error_line, self._sample_name, self._workspaces, parent=self._overview
        )
        self._heading = Heading(theme, texts.CHANNEL_ACCOUNTS())
        content = ScrollContent()
        self._body = layouts.column(
            self._overview, self._heading, self._rows, "stretch", parent=content, margins=(0, 0, PAD, 0)
        )
        self.column.addWidget(scroll_area(content), 1)
        self.add_footer()
        self._intro.set_status(texts.SAMPLE_ACCOUNTS())

    def connect_accounts(self, accounts: Accounts, run: Run, workspace_id: str) -> None:
        """Let the agent change the accounts.

        run: starts tasks that outlive this window. workspace_id: the workspace that this window shows.
        """
        self._accounts, self._workspace_id = accounts, workspace_id
        self._sample_name.hide()
        self._rows.hide()
        self._progress = ProgressRow(self._theme, run)
        self._overview_column.insertWidget(1, self._progress)
        name = texts.CHECK_ALL()
        check = push_button(texts.CHECK_NOW(), partial(self._on_check, accounts), accessible_name=name)
        another = push_button(texts.ADD_WORKSPACE(), self.add_workspace_requested)
        self._overview_column.addLayout(FlowLayout(check, another))
        self._channels = ChannelAccounts(self._theme, accounts, run)
        self._channels.workspace_id = workspace_id
        self._channels.form_changed.connect(self._on_form_changed)
        self._body.insertWidget(2, self._channels)
        self._rows = self._channels.rows
        self._unsubscribe = accounts.subscribe(partial(self._on_accounts_changed, accounts))
        self._show_profile(accounts)

    def show_accounts(self, views: Sequence[ChannelView]) -> None:
        """Show the open channel accounts with the result of their last use."""
        self._views = tuple(views)
        self._update_rows()

    def show_workspace(self, view: WorkspaceView) -> None:
        if self._accounts is None:
            name = view.workspace_name
            self._sample_name.setText(texts.INTERCOM_WORKSPACE(name=name) if name else texts.INTERCOM_NOT_REACHED())

    def continue_from(self, former: Page) -> None:
        if isinstance(former, AccountsPage) and former._channels is not None and self._channels is not None:
            self._channels.open_as_in(former._channels)
        super().continue_from(former)

    def leave_form(self) -> bool:
        """Go back to the list of accounts; False if no form is open."""
        return self._channels is not None and self._channels.leave_form()

    def stop(self) -> None:
        """Cancel every question that is under way."""
        if self._progress is not None and self._channels is not None:
            self._progress.cancel()
            self._channels.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused_button(self, event):
            super().keyPressEvent(event)

    def _show_profile(self, accounts: Accounts) -> None:
        """Rebuild all rows: an open confirmation may be about an account that is gone."""
        layouts.clear(self._workspaces)
        self._workspace_rows = {
            w.workspace_id: self._add_workspace_row(accounts, w) for w in accounts.profile.workspaces
        }
        if accounts.keeps_secrets:
            self._intro.set_status(texts.TOKENS_IN_KEYRING(store=password_store()))
        else:
            self._intro.set_status(describe(accounts.keyring_error), Status.WARNING)
        self._update_rows()

    def _add_workspace_row(self, accounts: Accounts, workspace: WorkspaceConfig) -> AccountRow:
        is_current = workspace.workspace_id == self._workspace_id
        name = texts.INTERCOM_WORKSPACE(name=workspace.name or workspace.workspace_id)
        parts = [region_name(workspace.region), texts.IN_USE() if is_current else ""]
        row = AccountRow(
            self._theme, name, ChannelKind.MESSENGER, " · ".join(filter(None, parts)), _removal_question(workspace)
        )
        if not is_current:
            switch_to = strip_isolates(texts.SWITCH_TO(name=name))
            row.add_button(texts.SWITCH(), partial(self._on_switch, accounts, workspace), switch_to)
        row.remove_requested.connect(partial(self._on_remove, accounts, workspace))
        self._workspaces.addWidget(row)
        return row

    def _update_rows(self) -> None:
        for workspace_id, row in self._workspace_rows.items():
            checked = self._workspaces_checked.get(workspace_id)
            row.show_state(
                describe(checked.reason) if checked else "", Status.SUCCESS if checked and checked.ok else Status.ERROR
            )
        configs = [view.config for view in self._views]
        if self._accounts is not None:
            known = find_workspace(self._accounts.profile, self._workspace_id)
            configs = list(known.channels) if known is not None else []
        self._rows.show_states([self._channel_state(config) for config in configs])
        self._heading.setVisible(not self._is_in_form and (self._accounts is not None or bool(configs)))

    def _channel_state(self, config: ChannelConfig) -> ChannelState:
        """Prefer the result of a live check over that of the last use."""
        key = channel_key(config)
        view = next((v for v in self._views if v.key == key), None)
        if (checked := self._checked.get(key)) is not None:
            return ChannelState(config, describe(checked.reason), Status.SUCCESS if checked.ok else Status.ERROR)
        if view is None:
            return ChannelState(config, texts.NOT_OPEN(), Status.UNKNOWN)
        if view.error:
            return ChannelState(config, describe(view.error), Status.ERROR)
        if view.checked_at is None:
            return ChannelState(config, texts.NOT_USED_YET(), Status.UNKNOWN)
        return ChannelState(config, texts.LAST_USED(time=date_and_time(view.checked_at)), Status.SUCCESS)

    def _on_switch(self, accounts: Accounts, workspace: WorkspaceConfig) -> None:
        self._change(accounts, accounts.choose_workspace(workspace.workspace_id), texts.OPENING(name=workspace.name))

    def _on_remove(self, accounts: Accounts, workspace: WorkspaceConfig) -> None:
        self._change(accounts, accounts.remove_workspace(workspace.workspace_id), texts.REMOVING(name=workspace.name))

    def _change(self, accounts: Accounts, work: Coroutine[object, None, Profile | Refusal], text: str) -> None:
        def show_refusal(answer: Profile | Refusal) -> None:
            # A change that was made arrives through `subscribe`.
            if isinstance(answer, Refusal):
                self._show_profile(accounts)
                self._error_line.show_error(describe(answer.reason))

        assert self._progress is not None
        self._error_line.clear()
        self._progress.start(work, text, show_refusal)

    def _on_check(self, accounts: Accounts) -> None:
        assert self._progress is not None
        self._checked, self._workspaces_checked = {}, {}
        self._error_line.clear()
        self._progress.start(self._check_all(accounts), texts.CHECKING(), self._on_all_checked)

    async def _check_all(self, accounts: Accounts) -> None:
        # Results without a channel are those of the workspaces, in their order.
        workspaces = iter([w.workspace_id for w in accounts.profile.workspaces])
        async for checked in accounts.check_all():
            if checked.key is not None:
                self._checked[checked.key] = checked
            elif (workspace_id := next(workspaces, None)) is not None:
                self._workspaces_checked[workspace_id] = checked
            self._update_rows()

    def _on_all_checked(self, answer: Refusal | None) -> None:
        if isinstance(answer, Refusal):
            self._error_line.show_error(describe(answer.reason))

    def _on_accounts_changed(self, accounts: Accounts, change: AccountsChange) -> None:
        if not isValid(self):
            # The accounts outlive the window.
            if self._unsubscribe is not None:
                self._unsubscribe()
            return
        for key in change.channels:
            self._checked.pop(key, None)
        if change.token:
            self._workspaces_checked.pop(change.workspace_id, None)
        self._show_profile(accounts)

    @property
    def _is_in_form(self) -> bool:
        return self._channels is not None and self._channels.open_form is not None

    def _on_form_changed(self) -> None:
        for widget in (self.title, self._overview, self._heading):
            widget.setVisible(not self._is_in_form)


def _removal_question(workspace: WorkspaceConfig) -> str:
    count = len(workspace.channels)
    return texts.REMOVE_WORKSPACE_AND_ACCOUNTS(count) if count else texts.REMOVE_WORKSPACE()
