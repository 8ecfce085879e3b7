"""Page of the settings: a title, what it is about, and the line that says what became of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.engine.commands import Answer, Command, Failed
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.labels import Heading, Paragraph

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
        self.title = Heading(theme, self.TITLE, size_delta_pt=3)
        self.column.addWidget(self.title)
        if self.ABOUT:
            self.column.addWidget(Paragraph(self.ABOUT, muted=True))
        self._said = Paragraph("")
        self._said.hide()

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
