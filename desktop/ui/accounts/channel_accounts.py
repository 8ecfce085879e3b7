"""The connected channel accounts, and the kinds of account that can be added, each with its form."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.engine.accounts.profile_edits import account_title
from desktop.engine.accounts.views import Refusal
from desktop.engine.protocols import Accounts, Run
from desktop.ports import ChannelConfig, WorkspaceConfig
from desktop.text.reasons.describe import describe
from desktop.text.screens.channel_accounts import rows as texts
from desktop.text.screens.channel_accounts.forms import FORMS, Form
from desktop.ui.accounts.channel_rows import ChannelRows
from desktop.ui.accounts.form import ChannelForm
from desktop.ui.look.theme import CHANNEL_STYLES, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import ChoiceButton
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.status_line import Status, StatusLine


class ChannelAccounts(QWidget):
    """A form keeps its input after it was left. The owner of this widget fills `rows`.

    Signals:
        workspace_changed: an account was added or removed. arg: the new WorkspaceConfig.
        form_changed: a form was opened or left; see `open_form`.
    """

    workspace_changed = Signal(object)
    form_changed = Signal()

    def __init__(self, theme: Theme, accounts: Accounts, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._accounts, self._run = theme, accounts, run
        self.workspace_id = ""
        self.open_form: ChannelForm | None = None
        self._forms: dict[str, ChannelForm] = {}
        self.rows = ChannelRows(theme)
        self.rows.remove_requested.connect(self._on_remove)
        self.progress = ProgressRow(theme, run)
        self.status = StatusLine(theme)
        self.choices: dict[str, ChoiceButton] = {}
        self._list = QWidget()
        heading = Paragraph(texts.ADD_ACCOUNT(), muted=True)
        column = layouts.column(self.rows, self.progress, self.status, heading, parent=self._list)
        for form in FORMS:
            icon, title = CHANNEL_STYLES[form.channel].icon, form.title()
            choice = ChoiceButton(theme, icon, title, form.about(), channel=form.channel)
            choice.clicked.connect(partial(self.open, form))
            self.choices[title] = choice
            column.addWidget(choice)
        column.addStretch(1)
        self._column = layouts.column(self._list, parent=self)

    def open_as_in(self, former: ChannelAccounts) -> None:
        """Make the forms that were opened in another one, and open the one that is open there."""
        for before in former._forms.values():
            self.open(before.form)
            self.leave_form()
        if former.open_form is not None:
            self.open(former.open_form.form)

    def leave_form(self) -> bool:
        """Go back to the list; False if no form is open."""
        form = self.open_form
        if form is None:
            return False
        form.stop()
        form.hide()
        self._list.show()
        self.open_form = None
        self.form_changed.emit()
        self.choices[form.form.title()].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def open(self, form: Form) -> None:
        shown = self._forms.get(form.title())
        if shown is None:
            shown = self._forms[form.title()] = ChannelForm(self._theme, form, self._accounts, self._run)
            shown.added.connect(self._on_added)
            shown.left.connect(self.leave_form)
            self._column.addWidget(shown)
        self.status.clear()
        shown.workspace_id = self.workspace_id
        self._list.hide()
        shown.show()
        self.open_form = shown
        self.form_changed.emit()
        shown.initial_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Cancel every question that is under way."""
        self.progress.cancel()
        for form in self._forms.values():
            form.stop()

    def _on_added(self, workspace: WorkspaceConfig) -> None:
        assert self.open_form is not None
        title = self.open_form.form.title()
        self.leave_form()
        self.status.set_status(texts.CONNECTED(name=title), Status.SUCCESS, speak=True)
        self.workspace_changed.emit(workspace)

    def _on_remove(self, config: ChannelConfig) -> None:
        self.status.clear()
        name, work = account_title(config), self._accounts.remove_channel(self.workspace_id, config)
        self.progress.start(work, texts.REMOVING(name=name), lambda answer: self._on_removed(answer, name))

    def _on_removed(self, answer: WorkspaceConfig | Refusal, name: str) -> None:
        if isinstance(answer, Refusal):
            self.rows.rebuild()
            self.status.show_error(describe(answer.reason))
            return
        self.status.set_status(texts.REMOVED(name=name), Status.SUCCESS, speak=True)
        self.workspace_changed.emit(answer)
