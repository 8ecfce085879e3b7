"""The step that asks for the access token and checks it with Intercom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QWidget

from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.ports import Permission
from desktop.text.reasons.describe import describe
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.status_line import Status, StatusLine, StatusRow, status_list
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step
from desktop.ui.wording import words

DEVELOPER_HUB = "https://app.intercom.com/a/apps/_/developer-hub"
WHERE = (
    "1. In Intercom, open the Developer Hub and choose your app, or make a new one.\n"
    "2. Configure › Authentication shows the access token. Copy it."
)
NOTHING_TYPED = "Paste the access token first."


class IntercomStep(Step):
    """The input stays whatever Intercom answers; an answer counts only for the token that was checked."""

    NAME = "Intercom"
    TITLE = "Connect your Intercom workspace"
    ABOUT = "Reachline reads and answers your conversations with an access token."

    def __init__(
        self, theme: Theme, setup: Setup, open_url: Callable[[QUrl], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, setup, parent)
        self._open_url = open_url
        self._tried: TriedIntercom | None = None
        self._token = self._connected = ""
        hub_button = push_button("Open the Developer Hub", self._on_hub)
        hub_button.setAccessibleDescription("Opens in your browser")
        self.field = LabelledField(theme, "Access token", secret=True)
        name = "Check the token with Intercom"
        self.check = push_button("Check", self._on_check, style="primary", accessible_name=name)
        self.field.row.addWidget(self.check)
        self.progress = ProgressRow(theme, setup.run)
        self._result = layouts.column()
        self._keyring_line = StatusLine(theme)
        self.error_line = StatusLine(theme)
        self.column.addWidget(Paragraph(WHERE))
        self.column.addWidget(hub_button, 0, Qt.AlignmentFlag.AlignLeft)
        layouts.add_items(self.column, self.field, self.progress, self.error_line, self._result)
        layouts.add_items(self.column, self._keyring_line, "stretch")
        self.field.edited.connect(self._on_edited)
        self.field.entered.connect(self._on_check)
        self.progress.changed.connect(self._on_progress_changed)

    @property
    def tried(self) -> TriedIntercom | None:
        """The checked account of the token in the field; None until it is known."""
        return self._tried

    @property
    def next_label(self) -> str:
        return "Next" if self._is_connected else "Connect"

    @property
    def can_continue(self) -> bool:
        return self._tried is not None and not self.progress.is_running

    @property
    def _is_connected(self) -> bool:
        return bool(self._connected) and self._connected == self._token

    def enter(self) -> None:
        if self.setup.accounts.keeps_secrets:
            self._keyring_line.set_status("The token is kept in this computer's keyring, in no file.")
        else:
            self._keyring_line.set_status(
                "Without a keyring the token is kept in memory only, until Reachline ends.", Status.WARNING
            )

    def initial_focus(self) -> QWidget | None:
        return None if self.can_continue else self.field.edit

    def leave(self, then: Callable[[], None]) -> None:
        tried = self._tried
        if self._is_connected:
            then()
        elif tried is not None:
            self.error_line.clear()
            work = self.setup.connect_workspace(self._token, tried)
            self.progress.start(
                work, f"Connecting {tried.account.workspace_name}…", lambda a: self._on_connected(a, then)
            )

    def forget(self) -> None:
        """Cancel the check and clear the token."""
        self.progress.cancel()
        self.field.set_text("")
        self._token = self._connected = ""

    def _on_check(self) -> None:
        token = self.field.secret
        if self.progress.is_running:
            return
        if not token:
            self.field.show_error(NOTHING_TYPED)
            return
        if self.can_continue and token == self._token:
            self.done.emit()
            return
        self._tried, self._token = None, token
        self.field.show_error("")
        self.error_line.clear()
        self._show_result(None)
        work = self.setup.accounts.try_intercom(token)
        self.progress.start(work, "Asking Intercom whose token this is…", self._on_tried)

    def _on_tried(self, answer: TriedIntercom | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.field.show_error(describe(answer.reason))
            return
        self._tried = answer
        self._show_result(answer)
        self.changed.emit()
        self.ready.emit()

    def _on_connected(self, answer: Refusal | None, then: Callable[[], None]) -> None:
        if isinstance(answer, Refusal):
            self.error_line.show_error(describe(answer.reason))
            self.ready.emit()
            return
        self._connected = self._token
        self.changed.emit()
        then()

    def _on_edited(self) -> None:
        self.progress.cancel()
        if self.field.secret != self._token:
            self._tried = None
            self._show_result(None)
            self.error_line.clear()
            self.changed.emit()

    def _on_progress_changed(self) -> None:
        self._update_check_button()
        self.field.edit.setReadOnly(self.progress.is_running)
        self.changed.emit()
        if not self.progress.is_running and not self.can_continue and self.isVisible():
            self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _update_check_button(self) -> None:
        self.check.setVisible(self._tried is None)
        self.check.setEnabled(not self.progress.is_running)

    def _show_result(self, tried: TriedIntercom | None) -> None:
        layouts.clear(self._result)
        if tried is not None:
            self._result.addWidget(status_list(self._theme, _describe(tried)))
        self._update_check_button()

    def _on_hub(self) -> None:
        self._open_url(QUrl(DEVELOPER_HUB))


def describe_workspace(tried: TriedIntercom) -> str:
    """Return name and region, as in `Shop · Europe`."""
    region = words.REGIONS.get(tried.account.region, tried.account.region) or "region not told"
    return f"{tried.account.workspace_name or 'Your workspace'} · {region}"


def _describe(tried: TriedIntercom) -> list[StatusRow]:
    owner = tried.account.teammate.name
    account = (describe_workspace(tried), Status.SUCCESS, f"The token belongs to {owner}." if owner else "")
    return [account, *(_permission_row(p) for p in tried.permissions)]


def _permission_row(permission: Permission) -> StatusRow:
    if permission.allowed is None:
        return f"{permission.name}: shows at first use", Status.UNKNOWN, describe(permission.reason)
    kind = Status.SUCCESS if permission.allowed else Status.ERROR
    return permission.name, kind, "" if permission.allowed else describe(permission.reason)
