"""Page of the settings: a title, what it is about, and the line that says what became of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.engine.commands import Answer, Command, Failed
from desktop.engine.views import WorkspaceView
from desktop.ui.look.plain_text import Label
from desktop.ui.look.theme import GAP, Theme

Submit = Callable[..., Any]
"""`engine.command_handler.submit`: (command, then=None)."""


class Page(QWidget):
    """TITLE: its name in the list of pages. ABOUT: what it decides, in a sentence or two.

    Subclasses fill `column` and say what `show_workspace` shows.
    """

    TITLE = ""
    ABOUT = ""

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._submit = theme, submit
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)
        self.title = text(self.TITLE)
        self.column.addWidget(self.title)
        if self.ABOUT:
            self.column.addWidget(text(self.ABOUT, muted=True))
        self._said = text("")
        self._said.hide()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def said(self) -> str:
        """What became of the last change; "" when nothing was changed."""
        return self._said.text()

    def show_workspace(self, view: WorkspaceView) -> None:
        """The state as the engine has it; what the agent is in the middle of changing stays."""

    def end(self, *buttons: QPushButton) -> None:
        """Close the page with these buttons, in this order, and the line below them."""
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in buttons:
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        if buttons:
            self.column.addLayout(row)
        self.column.addWidget(self._said)

    def wish(self, command: Command, done: str) -> None:
        """done: what to say when it has worked."""

        def answered(answer: Answer) -> None:
            self.say(answer.sentence if isinstance(answer, Failed) else done)

        self._submit(command, answered)

    def say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setAccessibleName(sentence)
        self._said.setVisible(bool(sentence))

    def _apply_theme(self) -> None:
        self.title.setFont(self._theme.font(delta=3, bold=True))


def text(words: str, *, muted: bool = False) -> QLabel:
    """Plain wrapping words."""
    label = Label(words)
    label.setWordWrap(True)
    # Else the text would stand on the side of its own language, away from what it belongs to.
    side = Qt.AlignmentFlag.AlignRight if label.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
    label.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
    if muted:
        label.setObjectName("muted")
    return label
