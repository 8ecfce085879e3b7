"""Intercom step: the access token, checked live, and what it may do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.ports import Permission
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.status_line import Line, Tone, lines
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
    """What was typed stays whatever the answer is; an answer counts only for the token it was given to."""

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
        hub = QPushButton("Open the Developer Hub")
        hub.setAccessibleDescription("Opens in your browser")
        hub.setAutoDefault(False)
        hub.clicked.connect(self._on_hub)
        self.field = LabelledField(theme, "Access token", secret=True)
        self.check = QPushButton("Check")
        self.check.setAutoDefault(False)
        self.check.setObjectName("primary")
        self.check.setAccessibleName("Check the token with Intercom")
        self.field.row.addWidget(self.check)
        self.asking = ProgressRow(theme, setup.run)
        self.found = QWidget()
        self._found_column = QVBoxLayout(self.found)
        self._found_column.setContentsMargins(0, 0, 0, 0)
        self._kept = Line(theme)
        self.error_line = Line(theme)
        self.column.addWidget(Paragraph(WHERE))
        self.column.addWidget(hub, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.field, self.asking, self.error_line, self.found, self._kept):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.field.edited.connect(self._on_edited)
        self.field.entered.connect(self._on_check)
        self.check.clicked.connect(self._on_check)
        self.asking.changed.connect(self._on_asking)

    @property
    def tried(self) -> TriedIntercom | None:
        """Who the token in the field belongs to; None until it is known."""
        return self._tried

    @property
    def next_words(self) -> str:
        return "Next" if self._is_connected else "Connect"

    @property
    def may_go_on(self) -> bool:
        return self._tried is not None and not self.asking.is_asking

    @property
    def _is_connected(self) -> bool:
        return bool(self._connected) and self._connected == self._token

    def enter(self) -> None:
        if self.setup.accounts.keeps_secrets:
            self._kept.say("The token is kept in this computer's keyring, in no file.")
        else:
            self._kept.say("Without a keyring the token is kept in memory only, until Reachline ends.", Tone.CARE)

    def lead_keyboard(self) -> QWidget | None:
        return None if self.may_go_on else self.field.edit

    def leave(self, then: Callable[[], None]) -> None:
        tried = self._tried
        if self._is_connected:
            then()
        elif tried is not None:
            self.error_line.say("")
            work = self.setup.connect_workspace(self._token, tried)
            self.asking.ask(work, f"Connecting {tried.account.workspace_name}…", lambda a: self._on_connected(a, then))

    def forget(self) -> None:
        """The token is not needed any more."""
        self.asking.stop()
        self.field.put("")
        self._token = self._connected = ""

    def _on_check(self) -> None:
        token = self.field.secret
        if self.asking.is_asking:
            return
        if not token:
            self.field.refuse(NOTHING_TYPED)
            return
        if self.may_go_on and token == self._token:
            self.done.emit()
            return
        self._tried, self._token = None, token
        self.field.refuse("")
        self.error_line.say("")
        self._show_found(None)
        work = self.setup.accounts.try_intercom(token)
        self.asking.ask(work, "Asking Intercom whose token this is…", self._on_tried)

    def _on_tried(self, answer: TriedIntercom | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.field.refuse(answer.sentence)
            return
        self._tried = answer
        self._show_found(answer)
        self.changed.emit()
        self.ready.emit()

    def _on_connected(self, answer: Refusal | None, then: Callable[[], None]) -> None:
        if isinstance(answer, Refusal):
            self.error_line.say(answer.sentence, Tone.BAD, aloud=True)
            self.ready.emit()
            return
        self._connected = self._token
        self.changed.emit()
        then()

    def _on_edited(self) -> None:
        self.asking.stop()
        if self.field.secret != self._token:
            self._tried = None
            self._show_found(None)
            self.error_line.say("")
            self.changed.emit()

    def _on_asking(self) -> None:
        self._tell()
        self.field.edit.setReadOnly(self.asking.is_asking)
        self.changed.emit()
        if not self.asking.is_asking and not self.may_go_on and self.isVisible():
            self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self) -> None:
        """One button at a time is the one to press."""
        self.check.setVisible(self._tried is None)
        self.check.setEnabled(not self.asking.is_asking)

    def _show_found(self, tried: TriedIntercom | None) -> None:
        while (item := self._found_column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if tried is not None:
            self._found_column.addWidget(lines(self._theme, _told(tried)))
        self._tell()

    def _on_hub(self) -> None:
        self._open_url(QUrl(DEVELOPER_HUB))


def place_of(tried: TriedIntercom) -> str:
    """`Shop · Europe`."""
    region = words.REGIONS.get(tried.account.region, tried.account.region) or "region not told"
    return f"{tried.account.workspace_name or 'Your workspace'} · {region}"


def _told(tried: TriedIntercom) -> list[tuple[str, Tone, str]]:
    owner = tried.account.teammate.name
    head = (place_of(tried), Tone.GOOD, f"The token belongs to {owner}." if owner else "")
    return [head, *(_permission(p) for p in tried.permissions)]


def _permission(permission: Permission) -> tuple[str, Tone, str]:
    if permission.allowed is None:
        return f"{permission.name}: shows at first use", Tone.OPEN, permission.sentence
    tone = Tone.GOOD if permission.allowed else Tone.BAD
    return permission.name, tone, "" if permission.allowed else permission.sentence
