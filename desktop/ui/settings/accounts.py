"""Accounts: the workspaces and the current one's channel accounts: how they are, adding and removing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.profile_edits import channel_key, find_workspace
from desktop.engine.accounts.views import AccountsChange, ChannelView, Checked, Refusal
from desktop.engine.views import WorkspaceView
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.ui.accounts.account_row import AccountRow
from desktop.ui.accounts.channel_accounts import ChannelAccounts
from desktop.ui.accounts.channel_rows import ChannelLine, ChannelRows
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page, Submit
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow, Run
from desktop.ui.widgets.scroll_area import Scrolled, scrolled
from desktop.ui.widgets.status_line import Line, Tone
from desktop.ui.wording import words

SAMPLE = "These are sample accounts and cannot be changed. Start Reachline without “demo” to connect your own."
IN_KEYRING = "Tokens are kept in this computer's keyring, in no file."


class AccountsPage(Page):
    """Read-only until `connect_accounts` was called, as in the demo.

    Signals:
        add_workspace_requested: the wizard should add one.
    """

    TITLE = "Accounts"
    add_workspace_requested = Signal()

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._accounts: Any = None
        self._workspace_id = ""
        self._views: tuple[ChannelView, ...] = ()
        self._checked: dict[ChannelKey, Checked] = {}
        self._workspaces_checked: dict[str, Checked] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._asking: ProgressRow | None = None
        self._channels: ChannelAccounts | None = None
        self._workspace_rows: dict[str, AccountRow] = {}
        self._about, self._refused = Line(theme), Line(theme)
        self._sample_name = Paragraph("")
        self._rows = ChannelRows(theme, read_only=True)
        self._overview = QWidget()
        self._workspaces = QVBoxLayout()
        self._workspaces.setSpacing(GAP)
        self._overview_column = QVBoxLayout(self._overview)
        self._overview_column.setContentsMargins(0, 0, 0, 0)
        self._overview_column.setSpacing(GAP)
        for line in (self._about, self._refused, self._sample_name):
            self._overview_column.addWidget(line)
        self._overview_column.addLayout(self._workspaces)
        self._heading = Paragraph("Channel accounts")
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, PAD, 0)
        self._body.setSpacing(GAP)
        for part in (self._overview, self._heading, self._rows):
            self._body.addWidget(part)
        self._body.addStretch(1)
        inside = Scrolled()
        inside.setLayout(self._body)
        self.column.addWidget(scrolled(inside), 1)
        self.end()
        self._about.say(SAMPLE)
        theme.changed.connect(self._dress_heading)
        self._dress_heading()

    def connect_accounts(self, accounts: Any, run: Run, workspace_id: str) -> None:
        """accounts: as `engine.accounts.accounts.Accounts`. run: `Tasks.start` of tasks that outlive this window.

        workspace_id: the one that this window shows.
        """
        self._accounts, self._workspace_id = accounts, workspace_id
        self._sample_name.hide()
        self._rows.hide()
        self._asking = ProgressRow(self._theme, run)
        self._overview_column.insertWidget(1, self._asking)
        self._overview_column.addLayout(self._buttons())
        self._channels = ChannelAccounts(self._theme, accounts, run)
        self._channels.workspace_id = workspace_id
        self._channels.form_changed.connect(self._on_form)
        self._body.insertWidget(2, self._channels)
        self._rows = self._channels.rows
        self._unsubscribe = accounts.subscribe(self._on_accounts)
        self._show_profile(accounts.profile)

    def show_accounts(self, views: Sequence[ChannelView]) -> None:
        """The channel accounts that are open, and how each did when it was used last."""
        self._views = tuple(views)
        self._tell()

    def show_workspace(self, view: WorkspaceView) -> None:
        if self._accounts is None:
            self._sample_name.setText(f"Intercom · {view.workspace_name or 'not reached yet'}")

    def leave_form(self) -> bool:
        """Back to the list of accounts; False when no form is open."""
        return self._channels is not None and self._channels.leave_form()

    def stop(self) -> None:
        """Ask nobody any more: the page is not looked at."""
        if self._asking is not None and self._channels is not None:
            self._asking.stop()
            self._channels.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    # What is shown.

    def _show_profile(self, profile: Profile) -> None:
        """Rows anew: a question in one of them is about something that may be gone."""
        for row in self._workspace_rows.values():
            self._workspaces.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._workspace_rows = {w.workspace_id: self._workspace_row(w) for w in profile.workspaces}
        if self._accounts.keeps_secrets:
            self._about.say(IN_KEYRING)
        else:
            self._about.say(self._accounts.keyring_error, Tone.CARE)
        self._tell()

    def _workspace_row(self, workspace: WorkspaceConfig) -> AccountRow:
        is_current = workspace.workspace_id == self._workspace_id
        name = f"Intercom · {workspace.name or workspace.workspace_id}"
        parts = [words.REGIONS.get(workspace.region, workspace.region), "in use here" if is_current else ""]
        row = AccountRow(
            self._theme, name, ChannelKind.MESSENGER, " · ".join(filter(None, parts)), _question(workspace)
        )
        if not is_current:
            switch = row.add_button("Switch to it", f"Switch to {name}")
            switch.clicked.connect(partial(self._on_switch, workspace))
        row.remove_wanted.connect(partial(self._on_remove, workspace))
        self._workspaces.addWidget(row)
        return row

    def _tell(self) -> None:
        for workspace_id, row in self._workspace_rows.items():
            checked = self._workspaces_checked.get(workspace_id)
            row.show_state(checked.sentence if checked else "", Tone.GOOD if checked and checked.ok else Tone.BAD)
        configs = [view.config for view in self._views]
        if self._accounts is not None:
            known = find_workspace(self._accounts.profile, self._workspace_id)
            configs = list(known.channels) if known is not None else []
        self._rows.show_lines([self._line(config) for config in configs])
        self._heading.setVisible(self._accounts is not None or bool(configs))

    def _line(self, config: ChannelConfig) -> ChannelLine:
        """A live check says more than the last use, the last use more than nothing."""
        key = channel_key(config)
        view = next((v for v in self._views if v.key == key), None)
        if (checked := self._checked.get(key)) is not None:
            return ChannelLine(config, checked.sentence, Tone.GOOD if checked.ok else Tone.BAD)
        if view is None:
            return ChannelLine(config, "Not open at the moment.", Tone.OPEN)
        if view.error:
            return ChannelLine(config, view.error, Tone.BAD)
        if view.checked_at is None:
            return ChannelLine(config, "Not used since Reachline was started.", Tone.OPEN)
        return ChannelLine(config, f"Answered at {_hour(view.checked_at)}.", Tone.GOOD)

    # What buttons do.

    def _on_switch(self, workspace: WorkspaceConfig) -> None:
        self._ask(self._accounts.choose_workspace(workspace.workspace_id), f"Opening {workspace.name}…")

    def _on_remove(self, workspace: WorkspaceConfig) -> None:
        self._ask(self._accounts.remove_workspace(workspace.workspace_id), f"Removing {workspace.name}…")

    def _ask(self, work: Any, words: str) -> None:
        assert self._asking is not None
        self._refused.say("")
        self._asking.ask(work, words, self._on_answer)

    def _on_answer(self, answer: Profile | Refusal) -> None:
        """What worked is told by the accounts themselves, to everybody."""
        if isinstance(answer, Refusal):
            self._show_profile(self._accounts.profile)
            self._refused.say(answer.sentence, Tone.BAD, aloud=True)

    def _on_check(self) -> None:
        assert self._asking is not None
        self._checked, self._workspaces_checked = {}, {}
        self._refused.say("")
        self._asking.ask(self._check_all(), "Asking every provider…", self._on_checked_all)

    async def _check_all(self) -> None:
        """Each line as it comes. Lines without a channel are the workspaces', in their order."""
        workspaces = iter([w.workspace_id for w in self._accounts.profile.workspaces])
        async for checked in self._accounts.check_all():
            if checked.key is not None:
                self._checked[checked.key] = checked
            elif (workspace_id := next(workspaces, None)) is not None:
                self._workspaces_checked[workspace_id] = checked
            self._tell()

    def _on_checked_all(self, answer: Refusal | None) -> None:
        if isinstance(answer, Refusal):
            self._refused.say(answer.sentence, Tone.BAD, aloud=True)

    def _on_accounts(self, change: AccountsChange) -> None:
        if not isValid(self):
            # The window is gone; the accounts live on.
            if self._unsubscribe is not None:
                self._unsubscribe()
            return
        for key in change.channels:
            self._checked.pop(key, None)
        if change.token:
            self._workspaces_checked.pop(change.workspace_id, None)
        self._show_profile(change.profile)

    def _on_form(self) -> None:
        in_form = self._channels is not None and self._channels.open_form is not None
        for widget in (self.title, self._overview, self._heading):
            widget.setVisible(not in_form)

    # Building.

    def _buttons(self) -> QHBoxLayout:
        another, check = QPushButton("Add another workspace…"), QPushButton("Check now")
        check.setAccessibleName("Check every account with its provider now")
        another.clicked.connect(self.add_workspace_requested)
        check.clicked.connect(self._on_check)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in (check, another):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _dress_heading(self) -> None:
        self._heading.setFont(self._theme.font(bold=True))


def _question(workspace: WorkspaceConfig) -> str:
    count = len(workspace.channels)
    channels = "" if not count else " its channel account," if count == 1 else f" its {count} channel accounts,"
    return (
        f"Remove its token,{channels} and everything of it that is kept on this computer, drafts included? "
        "This cannot be undone. Intercom keeps everything it has."
    )


def _hour(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M")
