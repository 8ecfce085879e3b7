"""The settings page with the patterns that a bridge's failure notices match."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.engine.commands import SetNoticePatterns
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Paragraph


class FailureNoticesPage(Page):
    TITLE = texts.FAILURE_MESSAGES
    ABOUT = texts.FAILURE_MESSAGES_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored: tuple[str, ...] = ()
        self._edit = QPlainTextEdit()
        self._edit.setAccessibleName(texts.PATTERNS())
        self._edit.setTabChangesFocus(True)
        self._edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._edit.textChanged.connect(self._on_edited)
        self._error = Paragraph()
        self._save_button = push_button(texts.SAVE(), self._on_save)
        self.column.addWidget(self._edit, 1)
        self.column.addWidget(self._error)
        self.add_footer(self._save_button, push_button(texts.RESTORE_DEFAULTS(), self._on_built_in))

    @property
    def error(self) -> str:
        """The first line that is no regular expression, and why; "" if all are valid."""
        return self._error.text()

    def show_workspace(self, view: WorkspaceView) -> None:
        previous, self._stored = self._stored, view.workspace.notice_patterns
        if self._patterns() == previous != self._stored:
            self._edit.setPlainText("\n".join(self._stored))
        self._on_edited()

    def _patterns(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self._edit.toPlainText().splitlines() if line.strip())

    def _on_edited(self) -> None:
        error = find_error(self._edit.toPlainText())
        self._error.show_text(error)
        patterns = self._patterns()
        self._save_button.setEnabled(not error and bool(patterns) and patterns != self._stored)

    def _on_save(self) -> None:
        self.submit(SetNoticePatterns(self._patterns()))

    def _on_built_in(self) -> None:
        self._edit.setPlainText("\n".join(self._stored))
        self.submit(SetNoticePatterns(()), texts.DEFAULTS_RESTORED())


def find_error(lines: str) -> str:
    """Describe the first line that is no regular expression: `Line 3: missing ), …`; "" if all are valid."""
    for number, line in enumerate(lines.splitlines(), 1):
        try:
            re.compile(line.strip())
        except re.error as error:
            return texts.INVALID_LINE(line=number, problem=str(error))
    return ""
