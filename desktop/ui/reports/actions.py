"""Opens the reports, keeps them up to date, and carries out what the agent does there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.domain.history.report_events import ReportKind
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Failed, MarkReportsDone
from desktop.engine.protocols import Engine
from desktop.engine.views import ReportRow, ReportsView, UnreachedCustomer
from desktop.text import reports as texts
from desktop.text.reasons.describe import describe
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

if TYPE_CHECKING:
    # Imported when it is first opened.
    from desktop.ui.reports.sheet import ReportsSheet


class ReportActions(QObject):
    """Signals:
    customer_requested: show a customer at what happened. arg: UnreachedCustomer.
    texts_requested: show the texts that ask customers to continue on WhatsApp.
    """

    customer_requested = Signal(object)
    texts_requested = Signal()

    def __init__(self, engine: Engine, theme: Theme, ticker: Ticker, window: QWidget) -> None:
        super().__init__(window)
        self._engine, self._theme, self._ticker, self._window = engine, theme, ticker, window
        self._sheet: ReportsSheet | None = None
        self._is_loading = self._is_outdated = False
        self._minute: datetime | None = None
        ticker.ticked.connect(self._on_tick)

    @property
    def sheet(self) -> ReportsSheet:
        """The sheet; the first access builds it."""
        if self._sheet is None:
            from desktop.ui.reports.sheet import ReportsSheet

            sheet = self._sheet = ReportsSheet(self._theme, self._window)
            sheet.opened.connect(self._load)
            sheet.open_requested.connect(self._on_open)
            sheet.done_requested.connect(self._on_done)
            sheet.texts_requested.connect(self._on_texts)
            sheet.export_requested.connect(self._on_export)
        return self._sheet

    def open(self, kind: ReportKind | None = None) -> None:
        """kind: None for what is to do."""
        # Of a reading that failed there is no answer.
        self._is_loading = self._is_outdated = False
        self.sheet.show_page(kind)
        self.sheet.show_popup()

    def on_changes(self, changes: Changes) -> None:
        # Read with the next tick: while many conversations are read, something changes all the time.
        self._is_outdated |= bool(changes.customers or changes.settings)

    def _on_tick(self, now: datetime) -> None:
        """Windows close by time alone."""
        if self._sheet is None or not self._sheet.is_open:
            return
        minute = now.replace(second=0, microsecond=0)
        if self._is_outdated or minute != self._minute:
            self._minute = minute
            self._load()

    def _load(self) -> None:
        """At most one reading is under way: what comes meanwhile is read by the next."""
        if self._is_loading:
            self._is_outdated = True
            return
        self._is_loading, self._is_outdated = True, False
        self._engine.tasks.start(self._engine.queries.reports(), "read reports", self._on_loaded)

    def _on_loaded(self, view: ReportsView) -> None:
        self._is_loading = False
        self.sheet.show_reports(view, self._ticker.now())

    def _on_open(self, customer: UnreachedCustomer) -> None:
        self.sheet.dismiss()
        self.customer_requested.emit(customer)

    def _on_texts(self) -> None:
        self.sheet.dismiss()
        self.texts_requested.emit()

    def _on_done(self, customers: tuple[UnreachedCustomer, ...]) -> None:
        command = MarkReportsDone(tuple(customer.event for customer in customers))
        undo = partial(self._submit, MarkReportsDone(command.events, is_done=False), texts.UNDONE(), None)
        self._submit(command, texts.MARKED_DONE(len(customers)), undo)

    def _submit(self, command: MarkReportsDone, done_text: str, undo: Callable[[], object] | None) -> None:
        def show_answer(answer: Answer) -> None:
            if isinstance(answer, Failed):
                self.sheet.show_message(describe(answer.reason))
            else:
                self.sheet.show_message(done_text, undo)
                self._load()

        self._engine.command_handler.submit(command, show_answer)

    def _on_export(self, kind: ReportKind) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"reachline-{kind.replace('_', '-')}-{self._ticker.now().astimezone().date().isoformat()}.csv"
        # Not exec(): a nested event loop would block all asyncio tasks.
        dialog = QFileDialog(self._window, texts.EXPORT_TITLE(), str(Path(folder) / name), texts.CSV_FILES())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(partial(self.export, kind))
        dialog.open()

    def export(self, kind: ReportKind, path: str) -> None:
        """Write a report's events into a file."""
        work = self._engine.queries.report_rows(kind)
        self._engine.tasks.start(work, "export a report", partial(self._write, Path(path)))

    def _write(self, path: Path, rows: tuple[ReportRow, ...]) -> None:
        from desktop.ui.reports.csv_file import csv_of_rows
        from desktop.ui.thread.media.saving import write_file

        problem = write_file(path, csv_of_rows(rows))
        sentence = texts.EXPORTED(file=path.name) if problem is None else texts.NOT_EXPORTED(reason=problem)
        self.sheet.show_message(sentence)
