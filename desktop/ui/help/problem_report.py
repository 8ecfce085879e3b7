"""Report a problem: facts for whoever supports the agent, without anything personal, to copy or to save."""

from __future__ import annotations

import locale
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from desktop.engine.protocols import Engine
from desktop.engine.views import WorkspaceView
from desktop.text import help as texts
from desktop.text.catalog import language
from desktop.ui.help.installation import Installation, read_installation
from desktop.ui.help.pages import HelpSheet
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.thread.media.saving import write_file
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.status_line import Status, StatusLine

FILE_NAME = "reachline-problem.txt"
Problems = Callable[[], Sequence[str]]
Facts = dict[str, object]


class ProblemReport(HelpSheet):
    """Shows all that is in the report. Nothing is sent: the agent gives it to whom they like."""

    def __init__(self, theme: Theme, engine: Engine, parent: QWidget, problems: Problems = tuple) -> None:
        """problems: newest warnings and errors, in a form without personal data."""
        super().__init__(theme, texts.REPORT_PROBLEM(), texts.REPORT_PROBLEM(), parent)
        self._engine, self._problems = engine, problems
        self._facts = ""
        self.copy_button = push_button(texts.COPY(), self._copy, accessible_name=texts.COPY_REPORT())
        self.save_button = push_button(texts.SAVE_REPORT(), self._save)
        self.add_button(self.copy_button)
        self.add_button(self.save_button)
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(texts.WHAT_HAPPENED())
        self.words.setPlaceholderText(texts.WHAT_HAPPENED_HINT())
        self.words.textChanged.connect(self._show)
        self.shown = QPlainTextEdit()
        self.shown.setReadOnly(True)
        self.shown.setTabChangesFocus(True)
        self.shown.setAccessibleName(texts.REPORT_CONTENTS())
        self.shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.status = StatusLine(theme)
        self.text.addWidget(Paragraph(texts.REPORT_INTRO()))
        self.text.addWidget(Heading(theme, texts.WHAT_HAPPENED()))
        self.text.addWidget(self.words)
        self.text.addWidget(self.status)
        self.text.addWidget(Heading(theme, texts.REPORT_CONTENTS()))
        self.text.addWidget(Paragraph(texts.REPORT_HOLDS_NO(), muted=True))
        self.text.addWidget(self.shown, 1)
        self.text.setSpacing(GAP)
        self._follow_theme()

    @property
    def report(self) -> str:
        """What is copied and saved."""
        words = self.words.toPlainText().strip()
        return f"{words}\n\n{self._facts}" if words else self._facts

    def show_popup(self) -> None:
        self.status.clear()
        self.copy_button.setText(texts.COPY())
        self._set_facts(self._known_at_once())
        super().show_popup()
        self.words.setFocus(Qt.FocusReason.PopupFocusReason)
        self._engine.tasks.start(self._read_stored(), "read for a report", self._on_stored)

    def tab_order(self) -> list[QWidget]:
        return [self.words, self.shown, *super().tab_order()[1:]]

    def layout_contents(self) -> None:
        super().layout_contents()
        line = self.words.fontMetrics().lineSpacing()
        self.words.setFixedHeight(line * 4 + 16)
        self.shown.setMinimumHeight(line * 10)

    async def _read_stored(self) -> tuple[WorkspaceView, Mapping[str, int]]:
        queries = self._engine.queries
        return await queries.workspace(), await queries.row_counts()

    def _on_stored(self, stored: tuple[WorkspaceView, Mapping[str, int]]) -> None:
        workspace, counts = stored
        self._set_facts({**self._known_at_once(), "settings": _settings(workspace), "stored": dict(counts)})

    def _set_facts(self, facts: Facts) -> None:
        self._facts = msgspec.json.format(msgspec.json.encode({**facts, "log": list(self._problems())})).decode()
        self._show()

    def _show(self) -> None:
        if self.shown.toPlainText() != self.report:
            self.shown.setPlainText(self.report)

    def _known_at_once(self) -> Facts:
        queries, screen = self._engine.queries, self.screen()
        size, window = screen.size(), self.window().size()
        connection, team = queries.connection(), queries.team()
        return {
            **_installed(read_installation()),
            "screen": [size.width(), size.height(), screen.devicePixelRatio()],
            "window": [window.width(), window.height(), self._theme.text_scale],
            "dark": self._theme.colors.dark,
            "platform": QGuiApplication.platformName(),
            "language": [language(), locale.getlocale()[0]],
            "connection": [connection.state.value, str(connection.reason.code)],
            "last_sync": connection.last_sync_at,
            "team": [team.state.value, str(team.reason.code)],
            "accounts": Counter(f"{a.key.provider.value}/{a.key.channel.value}" for a in queries.accounts()),
        }

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
        self.copy_button.setText(texts.COPIED())

    def _save(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        # Not exec(): a nested event loop would block all asyncio tasks.
        dialog = QFileDialog(self, texts.REPORT_PROBLEM(), str(Path(folder) / FILE_NAME))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        """Write the report into a file."""
        problem = write_file(Path(path), self.report.encode())
        if problem is None:
            self.status.set_status(texts.REPORT_SAVED(file=Path(path).name), Status.SUCCESS, speak=True)
        else:
            self.status.show_error(texts.REPORT_NOT_SAVED(reason=problem))


def _installed(installation: Installation) -> Facts:
    """Without the folder, which is named after a person on most computers."""
    return {
        "reachline": installation.version,
        "system": installation.system,
        "python": installation.python,
        "qt": installation.qt,
        "packages": {p.name: p.version for p in installation.packages},
    }


def _settings(view: WorkspaceView) -> Facts:
    workspace = view.workspace
    return {
        "bridge_expected": workspace.bridge_expected,
        "bridge_codes": len(workspace.bridge_codes),
        "bridge_channels": sorted(c.value for c in workspace.bridge_channels or ()),
        "tagging": [workspace.tagging.value, workspace.tag_delay.total_seconds()],
        "relay": {e.channel.value: e.relay.value for e in view.relay_evidence},
        "margins_s": [workspace.margin.total_seconds(), workspace.row_margin.total_seconds()],
        "bridge_delay_s": workspace.bridge_delay.total_seconds(),
        "patterns": [len(workspace.notice_patterns), len(workspace.non_message_patterns)],
        "pins": [len(workspace.pins), len(workspace.message_channels)],
        "phone_region": view.phone_region,
        "kept_days": [view.retention_days, view.files.kept_days],
        "files": [view.files.count, view.files.size_bytes, view.files.limit_mb],
        "temporary": view.keeps_nothing,
        "teammates": len(view.teammates),
        "teams": len(view.teams),
        "tags": len(view.tags),
        "macros": len(view.macros),
        "own_views": len(view.saved_views),
    }
