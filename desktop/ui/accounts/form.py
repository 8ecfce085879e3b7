"""The form that adds a channel account after its provider has accepted the input."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.model.channel import Provider
from desktop.engine.accounts.profile_edits import account_title
from desktop.engine.accounts.views import Refusal, TriedChannel
from desktop.engine.protocols import Accounts, Run
from desktop.ports import ChannelConfig, ProviderErrorKind, WorkspaceConfig
from desktop.text.catalog import strip_isolates
from desktop.text.reasons.describe import describe
from desktop.text.screens.channel_accounts import rows as texts
from desktop.text.screens.channel_accounts.forms import Field, Form
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.status_line import Status, StatusLine, StatusRow, status_list

SECRET_ERRORS = frozenset({ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.FORBIDDEN})
SENDER_ERRORS = frozenset({ProviderErrorKind.GONE, ProviderErrorKind.SENDER, ProviderErrorKind.BAD_ADDRESS})


class ChannelForm(QWidget):
    """The input stays until the account is added; nothing is stored before.

    Signals:
        added: the account is stored. arg: the new WorkspaceConfig.
        left: the agent wants to go back to the list.
    """

    added = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, form: Form, accounts: Accounts, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.form, self._accounts = theme, form, accounts
        self.workspace_id = ""
        self._tried: TriedChannel | None = None
        self.fields = {f.key: LabelledField(theme, _label(f), f.hint(), secret=f.is_secret) for f in form.fields}
        self.title = Heading(theme, form.title(), size_delta_pt=2)
        column = layouts.column(self.title, Paragraph(form.about(), muted=True), parent=self, spacing=GAP + 4)
        for field in form.fields:
            widget = self.fields[field.key]
            widget.edit.setPlaceholderText(field.placeholder)
            widget.set_text(field.preset)
            widget.edited.connect(self._on_edited)
            widget.entered.connect(self._on_entered)
            column.addWidget(widget)
        question, explanation = (text() for text in texts.SHARED.get(form.channel, texts.SHARED_ACCOUNT))
        self.bridge = QCheckBox(question)
        self.bridge.setAccessibleDescription(explanation)
        # Octopods' own account always belongs to the bridge; for the others only the agent knows.
        self.bridge.setChecked(form.provider is Provider.OCTOPODS)
        self._explanation = Paragraph(explanation, muted=True)
        # As wide as its text: a click beside it should not toggle it.
        column.addWidget(self.bridge, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._explanation)
        self.bridge.setVisible(form.asks_bridge)
        self._explanation.setVisible(form.asks_bridge)
        self.progress = ProgressRow(theme, run)
        self.progress.changed.connect(self._update_buttons)
        self.error_line = StatusLine(theme)
        self._result = QVBoxLayout()
        check_name = strip_isolates(texts.CHECK_WITH(provider=form.provider.display_name))
        self.check = push_button(texts.CHECK(), self._on_check, style="primary", accessible_name=check_name)
        add_name = strip_isolates(texts.ADD_NAME(name=form.title()))
        self.add = push_button(texts.ADD(), self._on_add, style="primary", accessible_name=add_name)
        self.leave = push_button(texts.BACK(), self.left, style="quiet")
        column.addWidget(self.progress)
        column.addWidget(self.error_line)
        column.addLayout(self._result)
        column.addLayout(layouts.row(self.check, self.add, self.leave, "stretch"))
        column.addStretch(1)
        self._update_buttons()

    def initial_focus(self) -> QWidget:
        """Return the first empty field, or else the button that checks."""
        empty = [f for f in self.fields.values() if not f.edit.text()]
        return empty[0].edit if empty else self.check

    def stop(self) -> None:
        self.progress.cancel()

    @property
    def _secret(self) -> LabelledField:
        return self.fields["secret"]

    def _config(self) -> ChannelConfig:
        # Telegram's bot names itself: nobody has to type what it is.
        values = {key: field.value for key, field in self.fields.items() if key != "secret"}
        sender = values.pop("sender", "")
        ids = {key: value for key, value in values.items() if value}
        return ChannelConfig(self.form.provider, self.form.channel, sender, ids=ids)

    def _missing(self) -> LabelledField | None:
        needed = (f for f in self.form.fields if not f.optional)
        return next((self.fields[f.key] for f in needed if not self.fields[f.key].value), None)

    def _on_entered(self) -> None:
        # Enter goes to the next required field that is empty, and checks if there is none.
        missing = self._missing()
        if missing is not None and not missing.edit.hasFocus():
            missing.edit.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._on_check()

    def _on_check(self) -> None:
        if self.progress.is_running:
            return
        missing = self._missing()
        if missing is not None:
            missing.show_error(texts.REQUIRED())
            return
        self._set_tried(None)
        for field in self.fields.values():
            field.show_error("")
        self.error_line.clear()
        work = self._accounts.try_channel(self._config(), self._secret.secret)
        self.progress.start(work, texts.CHECKING(provider=self.form.provider.display_name), self._on_tried)

    def _on_tried(self, answer: TriedChannel | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._show_refusal(answer)
            return
        self._set_tried(answer)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_add(self) -> None:
        tried = self._tried
        if tried is None or self.progress.is_running:
            return
        config = replace(tried.config, carries_bridge=self.form.asks_bridge and self.bridge.isChecked())
        work = self._accounts.add_channel(self.workspace_id, config, self._secret.secret)
        self.progress.start(work, texts.ADDING(), self._on_added)

    def _on_added(self, answer: WorkspaceConfig | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.error_line.show_error(describe(answer.reason))
            return
        for field in self.form.fields:
            self.fields[field.key].set_text(field.preset)
        self._set_tried(None)
        self.added.emit(answer)

    def _show_refusal(self, refusal: Refusal) -> None:
        """Show the error at the field that it concerns, or else below all fields."""
        field = self._concerned_field(refusal)
        if field is not None:
            field.show_error(describe(refusal.reason))
        else:
            self.error_line.show_error(describe(refusal.reason))

    def _concerned_field(self, refusal: Refusal) -> LabelledField | None:
        if refusal.kind in SECRET_ERRORS:
            return self._secret
        if refusal.kind in SENDER_ERRORS:
            return self.fields.get("sender")
        return self.fields.get(refusal.field)

    def _on_edited(self) -> None:
        self.progress.cancel()
        self.error_line.clear()
        if self._tried is not None:
            self._set_tried(None)

    def _set_tried(self, tried: TriedChannel | None) -> None:
        """Show the answer to the present input; the next edit removes it."""
        self._tried = tried
        layouts.clear(self._result)
        if tried is not None:
            self._result.addWidget(status_list(self._theme, _describe(tried)))
        self._update_buttons()

    def _update_buttons(self) -> None:
        is_running = self.progress.is_running
        for field in self.fields.values():
            field.edit.setReadOnly(is_running)
        self.check.setVisible(self._tried is None)
        self.check.setEnabled(not is_running)
        self.add.setVisible(self._tried is not None)
        self.add.setEnabled(not is_running)


def _label(field: Field) -> str:
    return texts.OPTIONAL(label=field.label()) if field.optional else field.label()


def _describe(tried: TriedChannel) -> list[StatusRow]:
    account, name = account_title(tried.config), tried.config.name
    answers = texts.ANSWERS_AS(account=account, name=name) if name else texts.ANSWERS(account=account)
    return [(answers, Status.SUCCESS, ""), *((describe(remark), Status.INFO, "") for remark in tried.remarks)]
