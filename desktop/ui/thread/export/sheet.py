"""The sheet that exports or prints the thread on the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QDialog, QFileDialog, QWidget

from desktop.engine.protocols import Engine
from desktop.engine.views import ThreadView
from desktop.ports.reasons import system_says
from desktop.text.catalog import strip_isolates
from desktop.text.names import display_name, full_name
from desktop.text.reasons.describe import describe
from desktop.text.thread import export as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.thread.export.exporter import Exported, Exporter, Wanted
from desktop.ui.thread.media.file_names import safe_name
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingCheckBox, WrappingRadioButton, push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.progress_row import ThinProgressBar
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area
from desktop.ui.widgets.status_line import Status, StatusLine

if TYPE_CHECKING:
    # Imported when something is printed.
    from PySide6.QtPrintSupport import QPrinter

_WIDTH = 480


class ExportSheet(Overlay):
    """Stays open while it works, with a count; Cancel leaves nothing behind."""

    def __init__(self, theme: Theme, engine: Engine, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._engine = engine
        self._customer_id = self._name = self._workspace = ""
        self._is_for_print = False
        self._task: asyncio.Future[object] | None = None
        self._saved_in: Path | None = None
        # As long as its dialog is open.
        self._printer: QPrinter | None = None
        self._title = Heading(theme, size_delta_pt=2)
        self.as_page = WrappingRadioButton(texts.AS_PAGE())
        self.as_text = WrappingRadioButton(texts.AS_TEXT())
        group = QButtonGroup(self)
        group.addButton(self.as_page)
        group.addButton(self.as_text)
        self.as_page.setChecked(True)
        self.with_notes = WrappingCheckBox(texts.WITH_NOTES())
        self.with_notes.setChecked(True)
        self.with_files = WrappingCheckBox(texts.WITH_FILES())
        self._files_hint = Paragraph(texts.FILES_HINT(), muted=True)
        self._format = layouts.column(self.as_page, self.as_text, spacing=GAP // 2)
        self.progress = ThinProgressBar(theme, texts.MESSAGES())
        self.status = StatusLine(theme)
        self._page = ScrollContent()
        layouts.column(
            Paragraph(texts.CONTENTS(), muted=True),
            self._format,
            self.with_notes,
            self.with_files,
            self._files_hint,
            self.progress,
            self.status,
            "stretch",
            parent=self._page,
            margins=(0, 0, GAP, 0),
        )
        self.cancel_button = push_button("", self._on_cancel)
        self.folder_button = push_button(texts.SHOW_FOLDER(), self._open_folder)
        self.go_button = push_button("", self._on_go, style="primary")
        self.go_button.setAutoDefault(True)
        buttons = layouts.row("stretch", self.folder_button, self.cancel_button, self.go_button)
        area = scroll_area(self._page)
        column = layouts.column(self._title, area, buttons, parent=self._card, spacing=PAD, margins=PAD)
        column.setStretchFactor(area, 1)
        self._set_working(False)
        self._follow_theme()

    def open(self, view: ThreadView | None, workspace: str, *, for_print: bool = False) -> None:
        """Show the sheet for a customer. workspace: its name."""
        if view is None:
            return
        self._customer_id, self._name, self._workspace = view.customer_id, view.name, workspace
        self._is_for_print = for_print
        title = (texts.PRINT_TITLE if for_print else texts.EXPORT_TITLE)(name=full_name(view.name))
        self._title.setText(title)
        self.setAccessibleName(strip_isolates(title))
        for widget in (self.as_page, self.as_text, self.with_files, self._files_hint):
            widget.setVisible(not for_print)
        self.go_button.setText((texts.PRINT if for_print else texts.SAVE_AS)())
        self.status.clear()
        self._saved_in = None
        self._set_working(False)
        self.show_popup()
        self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        self._stop()
        super().dismiss()

    def tab_order(self) -> list[QWidget]:
        options = (self.as_page, self.as_text, self.with_notes, self.with_files)
        return [*options, self.folder_button, self.cancel_button, self.go_button]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 2.0)
        width = min(self.width() - 2 * PAD, round(_WIDTH * scale))
        inner = width - 2 * PAD - GAP - 2
        around = self._title.heightForWidth(inner) + self.go_button.sizeHint().height() + 4 * PAD + 4
        layout = self._page.layout()
        needed = layout.heightForWidth(inner) if layout is not None else 0
        self.center_card(width, min(self.height() - 2 * PAD, around + needed + GAP))

    # --- exporting ---------------------------------------------------------------------------------------------------

    def export_to(self, path: str) -> None:
        """Write the file."""
        self._start(
            Wanted(
                self._customer_id,
                self._name,
                self._workspace,
                self.as_page.isChecked(),
                self.with_notes.isChecked(),
                self.with_files.isChecked(),
                Path(path),
            )
        )

    def _on_go(self) -> None:
        if self._is_for_print:
            self._ask_for_printer()
        else:
            self._ask_for_file()

    def _ask_for_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog

        from desktop.ui.thread.export.printing import create_printer

        printer = self._printer = create_printer(self._file_name)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(self._title.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        # Not exec(): a nested event loop would block all asyncio tasks. Its own `open` connects what is not needed.
        QDialog.open(dialog)

    def _ask_for_file(self) -> None:
        ending = "html" if self.as_page.isChecked() else "txt"
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, self._title.text(), str(Path(folder) / f"{self._file_name}.{ending}"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    @property
    def _file_name(self) -> str:
        day = self._engine.clock.now().astimezone().date().isoformat()
        return safe_name(strip_isolates(texts.FILE_NAME(name=display_name(self._name), day=day)))

    def print_on(self, printer: QPrinter) -> None:
        """Print the thread."""
        wanted = Wanted(self._customer_id, self._name, self._workspace, has_notes=self.with_notes.isChecked())
        self._start(wanted, printer)

    def _start(self, wanted: Wanted, printer: QPrinter | None = None) -> None:
        self.status.clear()
        self._saved_in = None
        self._set_working(True)
        self._task = self._engine.tasks.start(self._run(wanted, printer), "export a thread")

    async def _run(self, wanted: Wanted, printer: QPrinter | None) -> None:
        try:
            exported = await Exporter(self._engine, wanted, self._show_progress).run()
            if exported is None:
                self._finish(texts.NO_CUSTOMER(), Status.ERROR)
            elif printer is not None:
                await self._print(exported, printer)
            elif wanted.path is not None:
                self._saved_in = wanted.path.parent
                self._finish(_saved(exported, wanted.path), Status.SUCCESS)
        except OSError as error:
            name = wanted.path.name if wanted.path is not None else ""
            self._finish(texts.NOT_SAVED(file=name, reason=describe(system_says(error))), Status.ERROR)
        except asyncio.CancelledError:
            self._finish(texts.CANCELLED(), Status.INFO)
            raise

    async def _print(self, exported: Exported, printer: QPrinter) -> None:
        from desktop.ui.thread.export.printing import print_document

        self.status.set_status(texts.PRINTING(), Status.INFO)
        # What the printer has cannot be taken back.
        self.cancel_button.setEnabled(False)
        has_printed = await print_document(printer, exported.document)
        if has_printed and printer.outputFileName():
            path = Path(printer.outputFileName())
            self._saved_in = path.parent
            self._finish(_saved(exported, path), Status.SUCCESS)
        elif has_printed:
            self._finish(texts.PRINTED(exported.count), Status.SUCCESS)
        else:
            self._finish(texts.NOT_PRINTED(), Status.ERROR)

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        is_first = self.status.isHidden()
        self.status.set_status(texts.PROGRESS(done=done, total=total), Status.INFO)
        if is_first:
            self.layout_contents()

    def _finish(self, sentence: str, kind: Status) -> None:
        self._task = None
        self._set_working(False)
        self.status.set_status(sentence, kind, speak=True)
        self.layout_contents()

    def _set_working(self, is_working: bool) -> None:
        self.progress.setVisible(is_working)
        self.go_button.setEnabled(not is_working)
        self.folder_button.setVisible(self._saved_in is not None and not is_working)
        self.cancel_button.setText((texts.CANCEL if is_working else texts.CLOSE)())
        self.cancel_button.setEnabled(True)
        if self.is_open:
            self.layout_contents()

    def _on_cancel(self) -> None:
        if self._task is not None:
            self._stop()
        else:
            self.dismiss()

    def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _open_folder(self) -> None:
        if self._saved_in is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved_in)))

    def _card_style(self) -> str:
        return "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"


def _saved(exported: Exported, path: Path) -> str:
    saved = texts.SAVED(exported.count, file=path.name)
    return f"{saved} {texts.FILES_LEFT_OUT(exported.files_left_out)}" if exported.files_left_out else saved
