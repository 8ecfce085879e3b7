"""Notice patterns: by which words a bridge's failure notice is known."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from desktop.engine.commands import SetNoticePatterns
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page, Submit
from desktop.ui.widgets.labels import Paragraph


class NoticesPage(Page):
    TITLE = "Failure notices"
    ABOUT = (
        "A bridge's message that matches one of these regular expressions is taken as the notice that a reply did not "
        "arrive. One on each line; capitals make no difference."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._held: tuple[str, ...] = ()
        self._edit = QPlainTextEdit()
        self._edit.setAccessibleName("Regular expressions, one on each line")
        self._edit.setTabChangesFocus(True)
        self._edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._edit.textChanged.connect(self._on_edited)
        self._fault = Paragraph("")
        self._save = QPushButton("Use these")
        self._save.clicked.connect(self._on_save)
        built_in = QPushButton("Back to the built-in ones")
        built_in.clicked.connect(self._on_built_in)
        self.column.addWidget(self._edit, 1)
        self.column.addWidget(self._fault)
        self.end(self._save, built_in)

    @property
    def fault(self) -> str:
        """The first line that is no regular expression, and why; "" when all are."""
        return self._fault.text()

    def show_workspace(self, view: WorkspaceView) -> None:
        before, self._held = self._held, view.workspace.notice_patterns
        if self._patterns() == before and before != self._held:
            self._edit.setPlainText("\n".join(self._held))
        self._on_edited()

    def _patterns(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self._edit.toPlainText().splitlines() if line.strip())

    def _on_edited(self) -> None:
        fault = first_fault(self._edit.toPlainText())
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        patterns = self._patterns()
        self._save.setEnabled(not fault and bool(patterns) and patterns != self._held)

    def _on_save(self) -> None:
        self.wish(SetNoticePatterns(self._patterns()), "Taken. Every reply is judged anew.")

    def _on_built_in(self) -> None:
        self._edit.setPlainText("\n".join(self._held))
        self.wish(SetNoticePatterns(()), "The built-in ones are in use again.")


def first_fault(lines: str) -> str:
    """`Line 3: missing ), unterminated subpattern at position 0.`; "" when every line is a regular expression."""
    for number, line in enumerate(lines.splitlines(), 1):
        try:
            re.compile(line.strip())
        except re.error as fault:
            return f"Line {number}: {fault}."
    return ""
