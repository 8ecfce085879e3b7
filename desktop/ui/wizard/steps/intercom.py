"""The step that asks for the access token and checks it with Intercom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.ports import Permission
from desktop.text.names import password_store, region_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.status_line import Status, StatusLine, StatusRow, status_list
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step

_PASTED_CHARACTERS = 12
"""More at once than anybody types: a token was pasted."""


class IntercomStep(Step):
    """The input stays whatever Intercom answers; an answer counts only for the token that was checked. One that is
    pasted is checked at once."""

    NAME = texts.INTERCOM
    TITLE = texts.INTERCOM_HEADING
    ABOUT = texts.INTERCOM_ABOUT

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self._tried: TriedIntercom | None = None
        self._token = self._connected = ""
        self._length = 0
        self.field = LabelledField(theme, texts.ACCESS_TOKEN(), secret=True)
        name = texts.CHECK_TOKEN()
        self.check = push_button(texts.CHECK(), self._on_check, style="primary", accessible_name=name)
        self.field.row.addWidget(self.check)
        self.progress = ProgressRow(theme, setup.run)
        self._result = layouts.column()
        self._keyring_line = StatusLine(theme)
        self.error_line = StatusLine(theme)
        layouts.add_items(self.column, self.field, self.progress, self.error_line, self._result, self._keyring_line)
        self.column.addStretch(1)
        self.field.edited.connect(self._on_edited)
        self.field.entered.connect(self._on_check)
        self.progress.changed.connect(self._on_progress_changed)

    @property
    def tried(self) -> TriedIntercom | None:
        """The checked account of the token in the field; None until it is known."""
        return self._tried

    @property
    def next_label(self) -> str:
        return texts.NEXT() if self._is_connected else texts.CONNECT()

    @property
    def can_continue(self) -> bool:
        return self._tried is not None and not self.progress.is_running

    @property
    def _is_connected(self) -> bool:
        return bool(self._connected) and self._connected == self._token

    def enter(self) -> None:
        if self.setup.accounts.keeps_secrets:
            self._keyring_line.set_status(texts.TOKEN_IN_KEYRING(store=password_store()))
        else:
            self._keyring_line.set_status(texts.TOKEN_IN_MEMORY(), Status.WARNING)

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
                work, texts.CONNECTING(name=_workspace_name(tried)), lambda a: self._on_connected(a, then)
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
            self.field.show_error(texts.PASTE_TOKEN())
            return
        if self.can_continue and token == self._token:
            self.done.emit()
            return
        self._tried, self._token = None, token
        self.field.show_error("")
        self.error_line.clear()
        self._show_result(None)
        work = self.setup.accounts.try_intercom(token)
        self.progress.start(work, texts.CHECKING_TOKEN(), self._on_tried)

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
        length, self._length = self._length, len(self.field.edit.text())
        self.progress.cancel()
        if self.field.secret != self._token:
            self._tried = None
            self._show_result(None)
            self.error_line.clear()
            self.changed.emit()
            if self._length - length >= _PASTED_CHARACTERS:
                self._on_check()

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


def describe_workspace(tried: TriedIntercom) -> str:
    """Return name and region, as in `Shop · Europe`."""
    region = region_name(tried.account.region) or texts.UNKNOWN_REGION()
    return texts.WORKSPACE_AND_REGION(name=_workspace_name(tried), region=region)


def _workspace_name(tried: TriedIntercom) -> str:
    return tried.account.workspace_name or texts.YOUR_WORKSPACE()


def _describe(tried: TriedIntercom) -> list[StatusRow]:
    owner = tried.account.teammate.name
    account = (describe_workspace(tried), Status.SUCCESS, texts.TOKEN_OWNER(name=owner) if owner else "")
    missing = any(p.allowed is False for p in tried.permissions)
    help_row: list[StatusRow] = [(texts.MISSING_PERMISSION(), Status.INFO, "")] if missing else []
    return [account, *(_permission_row(p) for p in tried.permissions), *help_row]


def _permission_row(permission: Permission) -> StatusRow:
    if permission.allowed is None:
        return texts.SHOWS_LATER(name=permission.name), Status.UNKNOWN, describe(permission.reason)
    kind = Status.SUCCESS if permission.allowed else Status.ERROR
    return permission.name, kind, "" if permission.allowed else describe(permission.reason)
