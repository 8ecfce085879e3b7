"""The settings page on the team: its state, joining it by an invitation, and leaving it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.domain.model.reason import NO_REASON
from desktop.engine.accounts.profile_edits import find_workspace
from desktop.engine.accounts.views import AccountsChange, Refusal
from desktop.engine.commands import SyncNow
from desktop.engine.protocols import Accounts, Run, Submit
from desktop.engine.views import TeamState, TeamView
from desktop.ports import WorkspaceConfig
from desktop.text.formats import ago
from desktop.text.names import password_store
from desktop.text.reasons.describe import describe
from desktop.text.screens import settings as texts
from desktop.text.screens import widgets as widget_texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import press_focused_button, push_button
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area
from desktop.ui.widgets.status_line import Status, StatusLine


class TeamPage(Page):
    """Nothing can be changed until `connect_accounts` is called, as in the demo. What was pasted isn't shown again."""

    TITLE = texts.TEAM
    ABOUT = texts.TEAM_ABOUT

    def __init__(
        self,
        theme: Theme,
        submit: Submit,
        team: Callable[[], TeamView],
        ticker: Ticker,
        parent: QWidget | None = None,
    ) -> None:
        """team: asks for the state of the connection."""
        super().__init__(theme, submit, parent)
        self._team, self._ticker = team, ticker
        self._accounts: Accounts | None = None
        self._workspace_id = ""
        self._unsubscribe: Callable[[], None] | None = None
        self._progress: ProgressRow | None = None
        self._state = StatusLine(theme)
        self._shown_state = ("", Status.INFO, "")
        self._facts = Paragraph()
        self._try_button = push_button(
            widget_texts.TRY_NOW(), self._on_try, style="quiet", accessible_name=texts.TRY_TEAM_NOW()
        )
        self._invitation = LabelledField(theme, texts.INVITATION(), texts.INVITATION_HINT(), secret=True)
        self._keyring_line = StatusLine(theme)
        self._invitation.entered.connect(self._on_join)
        self._invitation.edited.connect(self._update_buttons)
        self._join_button = push_button(texts.JOIN_TEAM(), self._on_join, style="primary")
        self._leave_button = push_button(texts.LEAVE_TEAM(), self._on_leave)
        self._question = self._build_question()
        content = ScrollContent()
        self._body = layouts.column(
            self._state,
            layouts.row(self._try_button, "stretch"),
            self._facts,
            self._invitation,
            self._keyring_line,
            layouts.row(self._join_button, self._leave_button, "stretch"),
            self._question,
            "stretch",
            parent=content,
            spacing=GAP + 2,
            margins=(0, 0, PAD, 0),
        )
        self.column.addWidget(scroll_area(content), 1)
        self.add_footer()
        self._question.hide()
        ticker.ticked.connect(self._on_ticked)
        self.refresh()

    def _build_question(self) -> QWidget:
        widget = QWidget()
        self._stay_button = push_button(texts.CANCEL_LEAVING(), self._on_stay)
        confirm = push_button(texts.CONFIRM_LEAVING(), self._on_leaving_confirmed)
        buttons = layouts.row(self._stay_button, confirm, "stretch")
        layouts.column(Paragraph(texts.LEAVE_TEAM_QUESTION()), buttons, parent=widget)
        return widget

    def connect_accounts(self, accounts: Accounts, run: Run, workspace_id: str) -> None:
        """Let the agent join and leave. run: starts tasks that outlive this window. workspace_id: of the window."""
        self._accounts, self._workspace_id = accounts, workspace_id
        if accounts.keeps_secrets:
            self._keyring_line.set_status(texts.INVITATION_IN_KEYRING(store=password_store()))
        else:
            self._keyring_line.set_status(texts.INVITATION_IN_MEMORY(), Status.WARNING)
        self._progress = ProgressRow(self._theme, run)
        self._progress.changed.connect(self._update_buttons)
        self._body.insertWidget(0, self._progress)
        self._unsubscribe = accounts.subscribe(self._on_accounts_changed)
        self.refresh()

    def stop(self) -> None:
        """Take back a question whether to leave, and cancel what is under way."""
        self._question.hide()
        if self._progress is not None:
            self._progress.cancel()
        self._update_buttons()

    def refresh(self) -> None:
        """Show the state of the connection at this moment."""
        view, now = self._team(), self._ticker.now()
        text, kind, details = _state(view, is_known=self._is_in_team, now=now)
        if self._accounts is None and view.state is TeamState.NONE:
            text, kind, details = texts.SAMPLE_TEAM(), Status.INFO, ""
        if (text, kind, details) != self._shown_state:
            is_news = self.isVisible() and text != self._shown_state[0]
            self._shown_state = text, kind, details
            self._state.set_status(text, kind, details, speak=is_news)
        facts = "\n".join(_facts(view, now))
        if facts != self._facts.text():
            self._facts.show_text(facts)
        self._try_button.setVisible(view.state is TeamState.BROKEN)
        self._update_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused_button(self, event):
            super().keyPressEvent(event)

    @property
    def _is_in_team(self) -> bool:
        workspace = find_workspace(self._accounts.profile, self._workspace_id) if self._accounts is not None else None
        return workspace is not None and bool(workspace.team)

    def _update_buttons(self) -> None:
        """Ask for an invitation only where there is none, or where the old one is no longer accepted."""
        view, is_running = self._team(), self._progress is not None and self._progress.is_running
        can_join = self._accounts is not None and (
            not self._is_in_team
            or view.state is TeamState.NONE
            or (view.state is TeamState.BROKEN and view.next_try_at is None)
        )
        is_asked = not self._question.isHidden()
        self._invitation.setVisible(can_join)
        self._keyring_line.setVisible(can_join)
        self._invitation.edit.setReadOnly(is_running)
        self._join_button.setVisible(can_join)
        self._join_button.setEnabled(not is_running and bool(self._invitation.value))
        self._leave_button.setVisible(self._is_in_team and not is_asked)
        self._leave_button.setEnabled(not is_running)

    def _on_ticked(self, _now: datetime) -> None:
        if self.isVisible():
            self.refresh()

    def _on_try(self) -> None:
        self._submit(SyncNow())

    def _on_join(self) -> None:
        if self._accounts is None or not self._join_button.isEnabled():
            return
        self._invitation.show_error("")
        line = self._invitation.secret
        self._start(self._accounts.join_team(self._workspace_id, line), texts.JOINING(), self._on_joined)

    def _on_joined(self, answer: WorkspaceConfig | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._invitation.show_error(describe(answer.reason))
            return
        # From here on it is in the keyring alone.
        self._invitation.set_text("")
        self.refresh()

    def _on_leave(self) -> None:
        self._question.show()
        self._update_buttons()
        self._stay_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_stay(self) -> None:
        self._question.hide()
        self._update_buttons()
        self._leave_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_leaving_confirmed(self) -> None:
        self._question.hide()
        if self._accounts is not None:
            self._start(self._accounts.leave_team(self._workspace_id), texts.LEAVING(), self._on_left)

    def _on_left(self, answer: WorkspaceConfig | Refusal) -> None:
        self.show_result(describe(answer.reason) if isinstance(answer, Refusal) else "")
        self.refresh()

    def _start(
        self,
        work: Coroutine[object, None, WorkspaceConfig | Refusal],
        text: str,
        then: Callable[[WorkspaceConfig | Refusal], None],
    ) -> None:
        assert self._progress is not None
        self.show_result("")
        self._progress.start(work, text, then)

    def _on_accounts_changed(self, _change: AccountsChange) -> None:
        if isValid(self):
            self.refresh()
        elif self._unsubscribe is not None:
            # The accounts outlive the window.
            self._unsubscribe()


def _state(view: TeamView, *, is_known: bool, now: datetime) -> tuple[str, Status, str]:
    """Return what the status line says: sentence, kind, details. is_known: this computer has an invitation."""
    reason = describe(view.reason) if view.reason != NO_REASON else ""
    match view.state:
        case TeamState.NONE:
            if is_known:
                return texts.TEAM_NOT_OPENED(), Status.ERROR, ""
            return texts.NO_TEAM(), Status.INFO, ""
        case TeamState.CONNECTING:
            return texts.TEAM_CONNECTING(), Status.INFO, ""
        case TeamState.LIVE:
            return texts.TEAM_CONNECTED(), Status.WARNING if reason else Status.SUCCESS, reason
    return texts.TEAM_NOT_CONNECTED(), Status.ERROR, f"{reason} {_next_try(view, now)}".strip()


def _next_try(view: TeamView, now: datetime) -> str:
    if view.next_try_at is None:
        return ""
    seconds = int((view.next_try_at - now).total_seconds())
    return widget_texts.NEXT_TRY(seconds=seconds) if seconds > 0 else widget_texts.TRYING()


def _facts(view: TeamView, now: datetime) -> list[str]:
    """Return what is known of the team, a sentence each."""
    if view.state is TeamState.NONE:
        return []
    facts = [texts.NAME_IN_TEAM(desk=view.desk)]
    if view.desks is not None:
        facts.append(texts.COMPUTERS_CONNECTED(view.desks))
    heard = view.hub_seen_at
    facts.append(texts.TEAM_NOT_HEARD() if heard is None else texts.TEAM_HEARD(ago=ago(heard, now)))
    return facts
