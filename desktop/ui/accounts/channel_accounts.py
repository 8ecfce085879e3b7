"""Channel accounts: those that are connected, the kinds that can be added, and behind each kind its form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.engine.accounts.forms import FORMS, Form
from desktop.engine.accounts.sentences import account_title
from desktop.engine.accounts.views import Refusal
from desktop.ports import ChannelConfig, WorkspaceConfig
from desktop.ui.accounts.channel_form import ChannelForm
from desktop.ui.accounts.channel_rows import ChannelRows
from desktop.ui.look.theme import CHANNEL_STYLES, GAP, Theme
from desktop.ui.widgets.choice_button import Choice
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow, Run
from desktop.ui.widgets.status_line import Line, Tone


class ChannelAccounts(QWidget):
    """A form that was left keeps what was typed into it. `rows` is filled by whoever shows this.

    Signals:
        workspace_changed: an account was added or removed. arg: the WorkspaceConfig as it is now.
        form_changed: a form was opened or left; `open_form` tells.
    """

    workspace_changed = Signal(object)
    form_changed = Signal()

    def __init__(self, theme: Theme, accounts: Any, run: Run, parent: QWidget | None = None) -> None:
        """accounts: as `desktop.engine.accounts.accounts.Accounts`."""
        super().__init__(parent)
        self._theme, self._accounts, self._run = theme, accounts, run
        self.workspace_id = ""
        self.open_form: ChannelForm | None = None
        self._forms: dict[str, ChannelForm] = {}
        self.rows = ChannelRows(theme)
        self.rows.remove_wanted.connect(self._on_remove)
        self.asking = ProgressRow(theme, run)
        self.said = Line(theme)
        self.choices: dict[str, Choice] = {}
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for widget in (self.rows, self.asking, self.said, Paragraph("Add one", muted=True)):
            column.addWidget(widget)
        for form in FORMS:
            choice = Choice(theme, CHANNEL_STYLES[form.channel].icon, form.title, form.can, channel=form.channel)
            choice.setProperty("form", form.title)
            choice.clicked.connect(self._on_choice)
            self.choices[form.title] = choice
            column.addWidget(choice)
        column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._list)

    def leave_form(self) -> bool:
        """Back to the list; False when it is the list already."""
        form = self.open_form
        if form is None:
            return False
        form.stop()
        form.hide()
        self._list.show()
        self.open_form = None
        self.form_changed.emit()
        self.choices[form.form.title].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def open(self, form: Form) -> None:
        shown = self._forms.get(form.title)
        if shown is None:
            shown = self._forms[form.title] = ChannelForm(self._theme, form, self._accounts, self._run)
            shown.added.connect(self._on_added)
            shown.left.connect(self.leave_form)
            self._column.addWidget(shown)
        self.said.say("")
        shown.workspace_id = self.workspace_id
        self._list.hide()
        shown.show()
        self.open_form = shown
        self.form_changed.emit()
        shown.lead_keyboard().setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Ask nobody any more."""
        self.asking.stop()
        for form in self._forms.values():
            form.stop()

    def _on_choice(self) -> None:
        title = self.sender().property("form")
        self.open(next(form for form in FORMS if form.title == title))

    def _on_added(self, workspace: WorkspaceConfig) -> None:
        assert self.open_form is not None
        title = self.open_form.form.title
        self.leave_form()
        self.said.say(f"{title} is connected.", Tone.GOOD, aloud=True)
        self.workspace_changed.emit(workspace)

    def _on_remove(self, config: ChannelConfig) -> None:
        self.said.say("")
        work = self._accounts.remove_channel(self.workspace_id, config)
        name = account_title(config)
        self.asking.ask(work, f"Removing {name}…", lambda answer: self._on_removed(answer, name))

    def _on_removed(self, answer: WorkspaceConfig | Refusal, name: str) -> None:
        if isinstance(answer, Refusal):
            self.rows.ask_anew()
            self.said.say(answer.sentence, Tone.BAD, aloud=True)
            return
        self.said.say(f"{name} is removed, and its token forgotten.", Tone.GOOD, aloud=True)
        self.workspace_changed.emit(answer)
