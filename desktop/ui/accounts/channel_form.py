"""Channel form: what one kind of channel account needs, checked live with its provider before it is added."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.forms import Field, Form
from desktop.engine.accounts.sentences import account_title
from desktop.engine.accounts.views import Refusal, TriedChannel
from desktop.ports import ChannelConfig, ProviderErrorKind, WorkspaceConfig
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow, Run
from desktop.ui.widgets.status_line import Line, Tone, lines

ABOUT_SECRET = frozenset({ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.FORBIDDEN})
ABOUT_SENDER = frozenset({ProviderErrorKind.GONE, ProviderErrorKind.SENDER, ProviderErrorKind.BAD_ADDRESS})
BRIDGE = {
    ChannelKind.WHATSAPP: (
        "The bridge uses this very number",
        "Then its 24-hour window is the one of your Intercom chats: what a customer writes there opens it here too.",
    ),
    ChannelKind.SMS: (
        "The bridge uses this very number",
        "Then what is sent here and what the bridge forwards stand in one chat on the customer's phone.",
    ),
    ChannelKind.TELEGRAM: (
        "The bridge uses this very bot",
        "Then your Intercom chats and this bot are one chat for the customer.",
    ),
}


class ChannelForm(QWidget):
    """What was typed stays until the account is added. Nothing is kept anywhere before that.

    Signals:
        added: the account is kept. arg: the WorkspaceConfig with it.
        left: the agent wants back to where the form was opened.
    """

    added = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, form: Form, accounts: Any, run: Run, parent: QWidget | None = None) -> None:
        """accounts: as `desktop.engine.accounts.accounts.Accounts`."""
        super().__init__(parent)
        self._theme, self.form, self._accounts = theme, form, accounts
        self.workspace_id = ""
        self._tried: TriedChannel | None = None
        self.fields = {f.key: LabelledField(theme, _label(f), f.where, secret=f.is_secret) for f in form.fields}
        self.title = Paragraph(form.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP + 4)
        column.addWidget(self.title)
        column.addWidget(Paragraph(form.can, muted=True))
        for field in form.fields:
            shown = self.fields[field.key]
            shown.edit.setPlaceholderText(field.placeholder)
            shown.put(field.preset)
            shown.edited.connect(self._on_edited)
            shown.entered.connect(self._on_entered)
            column.addWidget(shown)
        question, why = BRIDGE[form.channel]
        self.bridge = QCheckBox(question)
        self.bridge.setAccessibleDescription(why)
        # Octopods is the bridge; of the others only a person knows.
        self.bridge.setChecked(form.provider is Provider.OCTOPODS)
        self.bridge.toggled.connect(self._dress_box)
        self._why = Paragraph(why, muted=True)
        # As wide as its words: what looks empty should not be a button.
        column.addWidget(self.bridge, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._why)
        for widget in (self.bridge, self._why):
            widget.setVisible(form.asks_bridge)
        self.asking = ProgressRow(theme, run)
        self.asking.changed.connect(self._tell)
        self.error_line = Line(theme)
        self._result = QVBoxLayout()
        self.check, self.add = QPushButton("Check"), QPushButton("Add")
        self.check.setAccessibleName(f"Check with {form.provider.shown}")
        for main in (self.check, self.add):
            main.setObjectName("primary")
        self.add.setAccessibleName(f"Add {form.title}")
        self.leave = QPushButton("Back to the list")
        self.leave.setObjectName("quiet")
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        for button in (self.check, self.add, self.leave):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addWidget(self.asking)
        column.addWidget(self.error_line)
        column.addLayout(self._result)
        column.addLayout(buttons)
        column.addStretch(1)
        self.check.clicked.connect(self._on_check)
        self.add.clicked.connect(self._on_add)
        self.leave.clicked.connect(self.left)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self._tell()

    def lead_keyboard(self) -> QWidget:
        """The first field that is still empty."""
        empty = [f for f in self.fields.values() if not f.edit.text()]
        return empty[0].edit if empty else self.check

    def stop(self) -> None:
        self.asking.stop()

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
        """Enter goes to the next field that is empty, and checks when there is none."""
        missing = self._missing()
        if missing is not None and not missing.edit.hasFocus():
            missing.edit.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._on_check()

    def _on_check(self) -> None:
        if self.asking.is_asking:
            return
        missing = self._missing()
        if missing is not None:
            missing.refuse("This is needed.")
            return
        self._set_tried(None)
        for field in self.fields.values():
            field.refuse("")
        self.error_line.say("")
        work = self._accounts.try_channel(self._config(), self._secret.secret)
        self.asking.ask(work, f"Asking {self.form.provider.shown}…", self._on_tried)

    def _on_tried(self, answer: TriedChannel | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._refuse(answer)
            return
        self._set_tried(answer)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_add(self) -> None:
        tried = self._tried
        if tried is None or self.asking.is_asking:
            return
        config = replace(tried.config, carries_bridge=self.form.asks_bridge and self.bridge.isChecked())
        work = self._accounts.add_channel(self.workspace_id, config, self._secret.secret)
        self.asking.ask(work, "Adding it…", self._on_added)

    def _on_added(self, answer: WorkspaceConfig | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.error_line.say(answer.sentence, Tone.BAD, aloud=True)
            return
        for field in self.form.fields:
            self.fields[field.key].put(field.preset)
        self._set_tried(None)
        self.added.emit(answer)

    def _refuse(self, refusal: Refusal) -> None:
        """Beside the field that it is about, where that is clear."""
        at = self._concerned(refusal)
        if at is not None:
            at.refuse(refusal.sentence)
        else:
            self.error_line.say(refusal.sentence, Tone.BAD, aloud=True)

    def _concerned(self, refusal: Refusal) -> LabelledField | None:
        """Refused before anybody was asked (no trouble), the sentence names the field by its label."""
        if refusal.kind in ABOUT_SECRET:
            return self._secret
        if refusal.kind in ABOUT_SENDER:
            return self.fields.get("sender")
        if refusal.kind is not None:
            return None
        said = refusal.sentence.casefold()
        for field in self.form.fields:
            if not field.is_secret and field.label.split(" (")[0].casefold() in said:
                return self.fields[field.key]
        return self._secret if "token" in said else self.fields.get("sender") if "number" in said else None

    def _on_edited(self) -> None:
        self.asking.stop()
        self.error_line.say("")
        if self._tried is not None:
            self._set_tried(None)

    def _set_tried(self, tried: TriedChannel | None) -> None:
        """What was found out holds for what was typed then, and goes with the next key."""
        self._tried = tried
        while (item := self._result.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if tried is not None:
            self._result.addWidget(lines(self._theme, _told(tried)))
        self._tell()

    def _tell(self) -> None:
        asking = self.asking.is_asking
        for field in self.fields.values():
            field.edit.setReadOnly(asking)
        self.check.setVisible(self._tried is None)
        self.check.setEnabled(not asking)
        self.add.setVisible(self._tried is not None)
        self.add.setEnabled(not asking)

    def _apply_theme(self) -> None:
        self.title.setFont(self._theme.font(delta=2, bold=True))
        # The style's own box is hardly seen on a dark window, and does not grow with the text.
        self.bridge.setStyleSheet(
            "QCheckBox { border: 1px solid transparent; border-radius: 4px; padding: 2px; spacing: 0; }"
            f"QCheckBox:focus {{ border-color: {self._theme.colors.accent}; }}"
            "QCheckBox::indicator { width: 0; height: 0; border: none; background: transparent; }"
        )
        side = self.fontMetrics().height()
        self.bridge.setIconSize(QSize(side, side))
        self._dress_box()

    def _dress_box(self) -> None:
        icon, role = ("fa6s.square-check", "accent") if self.bridge.isChecked() else ("fa6.square", "muted")
        self.bridge.setIcon(icons.icon(icon, self._theme.color(role)))


def _label(field: Field) -> str:
    return f"{field.label} (optional)" if field.optional else field.label


def _told(tried: TriedChannel) -> list[tuple[str, Tone, str]]:
    name = tried.config.name
    answers = f"{account_title(tried.config)} answers" + (f" as {name}." if name else ".")
    return [(answers, Tone.GOOD, ""), *((remark, Tone.KNOW, "") for remark in tried.remarks)]
