"""The sheet where the agent's saved replies are listed, written, imported and exported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QSaveFile, QStandardPaths, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QStackedWidget, QWidget

from desktop.domain.content.snippet_files import MAX_BYTES, SnippetFileError, parse, to_csv, to_json
from desktop.domain.content.snippets import Snippet, merge_imported
from desktop.domain.search.fuzzy import rank
from desktop.engine.commands import Answer, Command, DeleteSnippets, Failed, SaveSnippets
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.catalog import strip_isolates
from desktop.text.reasons.describe import describe
from desktop.text.screens.widgets import NOTHING_FOUND
from desktop.text.screens.writing import saved_replies as texts
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button, push_button, show_hint
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay, list_and_page_style
from desktop.ui.widgets.status_line import Status, StatusLine
from desktop.ui.writing.saved_replies.form import SnippetForm

_SNIPPET = Qt.ItemDataRole.UserRole
_FILTERS, _READABLE = "JSON (*.json);;CSV (*.csv)", "JSON / CSV (*.json *.csv)"


class SavedRepliesSheet(Overlay):
    """A list with a search field, or the form of one of them in its place."""

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._submit_command = submit
        self._snippets: tuple[Snippet, ...] = ()
        self._undo: Command | None = None
        self.setAccessibleName(texts.SAVED_REPLIES())
        self._build_list()
        self.form = SnippetForm(theme)
        self.form.saved.connect(self._on_saved)
        self.form.left.connect(self.show_list)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._overview)
        self._pages.addWidget(self.form)
        layouts.column(self._pages, parent=self._card, margins=PAD)
        self._follow_theme()

    def _build_list(self) -> None:
        self.search = QLineEdit()
        show_hint(self.search, texts.SEARCH())
        add_clear_button(self.search)
        self.search.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setAccessibleName(texts.SAVED_REPLIES())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemActivated.connect(self._on_edit)
        self.list.currentItemChanged.connect(self._update_buttons)
        self._nothing = Paragraph(NOTHING_FOUND(), muted=True)
        self.empty = EmptyState(self._theme)
        self._states = QStackedWidget()
        for widget in (self.list, self._nothing, self.empty):
            self._states.addWidget(widget)
        self.status = StatusLine(self._theme)
        self.undo_button = push_button(texts.UNDO(), self._on_undo)
        self.undo_button.hide()
        self.new_button = push_button(texts.NEW(), self._on_new, style="primary")
        self.edit_button = push_button(texts.EDIT(), self._on_edit)
        self.delete_button = push_button(texts.DELETE(), self._on_delete)
        self.import_button = push_button(texts.IMPORT(), self._on_import)
        self.export_button = push_button(texts.EXPORT(), self._on_export)
        self.close_button = push_button(texts.CLOSE(), self.dismiss)
        said = layouts.row(self.status, self.undo_button)
        said.setStretch(0, 1)
        self._overview = QWidget()
        column = layouts.column(
            Heading(self._theme, texts.SAVED_REPLIES(), size_delta_pt=3),
            Paragraph(texts.ABOUT(), muted=True),
            self.search,
            self._states,
            said,
            FlowLayout(*self._buttons()),
            parent=self._overview,
        )
        column.setStretch(3, 1)

    def _buttons(self) -> list[QWidget]:
        return [
            self.new_button,
            self.edit_button,
            self.delete_button,
            self.import_button,
            self.export_button,
            self.close_button,
        ]

    def show_workspace(self, view: WorkspaceView) -> None:
        """Show what is stored; what is being written stays."""
        had_none, self._snippets = not self._snippets, view.snippets
        self.form.show_workspace(view)
        self._fill()
        if self.is_open and had_none is bool(self._snippets) and self._pages.currentWidget() is self._overview:
            # What had the keyboard is hidden now.
            self._focus_list()

    def open_list(self) -> None:
        self._say("")
        self.search.clear()
        self.show_list()
        self.show_popup()
        self._focus_list()

    def open_new(self, text: str = "") -> None:
        """Open the form of a new one with this text."""
        self._say("")
        self._pages.setCurrentWidget(self.form)
        self.show_popup()
        self.form.open_new(text)

    def show_list(self) -> None:
        self._pages.setCurrentWidget(self._overview)
        self._fill()
        if self.is_open:
            self._focus_list()

    def tab_order(self) -> list[QWidget]:
        if self._pages.currentWidget() is self.form:
            inside = self.form.findChildren(QWidget)
            return [w for w in inside if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
        return [self.search, self.list, *self.empty.buttons(), self.undo_button, *self._buttons()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Escape leaves the form before it closes the sheet; what is written there is not lost by one key.
        if event.key() == Qt.Key.Key_Escape and self._pages.currentWidget() is self.form:
            if self.form.has_changes:
                self.form.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.show_list()
            event.accept()
        elif event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._on_delete()
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter(self.focusWidget())
            event.accept()
        else:
            super().keyPressEvent(event)

    def _on_enter(self, focused: QWidget | None) -> None:
        if focused is self.list:
            self._on_edit()
        elif isinstance(focused, QPushButton):
            focused.click()

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 1.6)
        width = min(self.width() - 2 * PAD, round(640 * scale))
        self.center_card(width, min(self.height() - 2 * PAD, round(560 * scale)))

    def _focus_list(self) -> None:
        widget = self.list if self._snippets else self.empty.buttons()[0]
        widget.setFocus(Qt.FocusReason.PopupFocusReason)

    # --- the list ----------------------------------------------------------------------------------------------------

    def _current(self) -> Snippet | None:
        item = self.list.currentItem()
        snippet: Snippet | None = item.data(_SNIPPET) if item is not None else None
        return snippet

    def _fill(self) -> None:
        current = self._current()
        found = rank(self.search.text(), self._snippets, lambda snippet: f"{snippet.folder} {snippet.name}".strip())
        self.list.clear()
        for snippet in found:
            name = snippet.name
            if snippet.folder:
                name = texts.IN_FOLDER(folder=snippet.folder, name=snippet.name)
            item = QListWidgetItem(texts.ROW(name=name, text=" ".join(snippet.text.split())), self.list)
            item.setData(_SNIPPET, snippet)
            item.setToolTip(snippet.text)
            if current is not None and snippet.id == current.id:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        if not self._snippets:
            actions = ((texts.NEW(), self._on_new), (texts.IMPORT(), self._on_import))
            self.empty.show_state("fa6s.comments", texts.NO_REPLIES(), texts.NO_REPLIES_ABOUT(), actions)
        self.search.setVisible(bool(self._snippets))
        shown = self.empty if not self._snippets else self.list if found else self._nothing
        self._states.setCurrentWidget(shown)
        self._update_buttons()

    def _update_buttons(self) -> None:
        has_current = self._current() is not None
        self.edit_button.setEnabled(has_current)
        self.delete_button.setEnabled(has_current)
        for button in self._buttons()[:-1]:
            # Without any, what can be done is in the middle.
            button.setVisible(bool(self._snippets))

    def _on_new(self) -> None:
        current = self._current()
        self._say("")
        self._pages.setCurrentWidget(self.form)
        self.form.open_new(folder=current.folder if current is not None else "")

    def _on_edit(self) -> None:
        snippet = self._current()
        if snippet is not None:
            self._say("")
            self._pages.setCurrentWidget(self.form)
            self.form.open_existing(snippet)

    def _on_saved(self, snippet: Snippet) -> None:
        before = next((s for s in self._snippets if s.id == snippet.id), None)
        undo = DeleteSnippets((snippet.id,)) if before is None else SaveSnippets((before,))
        self._submit(SaveSnippets((snippet,)), texts.SAVED(name=snippet.name), undo)
        self.show_list()

    def _on_delete(self) -> None:
        snippet = self._current()
        if snippet is not None:
            done = texts.DELETED(name=snippet.name)
            self._submit(DeleteSnippets((snippet.id,)), done, SaveSnippets((snippet,)))

    def _on_undo(self) -> None:
        if self._undo is not None:
            self._submit(self._undo, texts.UNDONE())

    def _submit(self, command: Command, done: str, undo: Command | None = None) -> None:
        def show_answer(answer: Answer) -> None:
            if isinstance(answer, Failed):
                self._say(describe(answer.reason), Status.ERROR)
            else:
                self._say(done, Status.SUCCESS, undo)

        self._submit_command(command, show_answer)

    def _say(self, text: str, kind: Status = Status.INFO, undo: Command | None = None) -> None:
        self._undo = undo
        self.status.set_status(text, kind, speak=bool(text))
        had_focus = self.undo_button.hasFocus()
        self.undo_button.setVisible(undo is not None)
        self.undo_button.setAccessibleName(strip_isolates(texts.UNDO_THAT(done=text)) if undo is not None else "")
        if had_focus and undo is None:
            self._focus_list()

    # --- files -------------------------------------------------------------------------------------------------------

    def _on_import(self) -> None:
        dialog = QFileDialog(self, texts.IMPORT_TITLE(), "", _READABLE)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open_dialog(dialog, self.import_file)

    def _on_export(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path = str(Path(folder) / f"{strip_isolates(texts.EXPORT_FILE())}.json")
        dialog = QFileDialog(self, texts.EXPORT_TITLE(), path, _FILTERS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._open_dialog(dialog, self.export_file)

    def _open_dialog(self, dialog: QFileDialog, then: Callable[[str], None]) -> None:
        # Not exec(): a nested event loop would block all asyncio tasks.
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(then)
        dialog.open()

    def import_file(self, path: str) -> None:
        """Add the saved replies of a file, or none and say why. Those that are here already stay as they are."""
        name = Path(path).name
        try:
            with Path(path).open("rb") as file:
                imported = parse(file.read(MAX_BYTES + 1))
        except OSError as error:
            reason = error.strerror or texts.FILE_UNREADABLE()
            self._say(texts.NOT_IMPORTED(file=name, reason=reason), Status.ERROR)
            return
        except SnippetFileError as error:
            self._say(texts.NOT_IMPORTED(file=name, reason=describe(error.reason)), Status.ERROR)
            return
        merged = merge_imported(self._snippets, imported, lambda: uuid4().hex)
        said = [texts.IMPORTED(len(merged.added))]
        said += [texts.IMPORTED_RENAMED(merged.renamed)] if merged.renamed else []
        said += [texts.IMPORTED_KNOWN(merged.known)] if merged.known else []
        if merged.added:
            undo = DeleteSnippets(tuple(snippet.id for snippet in merged.added))
            self._submit(SaveSnippets(merged.added), " ".join(said), undo)
        else:
            self._say(" ".join(said))

    def export_file(self, path: str) -> None:
        """Write all saved replies to a file, as CSV if its name says so."""
        target = Path(path if Path(path).suffix else f"{path}.json")
        write: Callable[[Iterable[Snippet]], bytes] = to_csv if target.suffix.casefold() == ".csv" else to_json
        data = write(self._snippets)
        file = QSaveFile(str(target))
        is_open = file.open(QSaveFile.OpenModeFlag.WriteOnly)
        if is_open and file.write(data) == len(data) and file.commit():
            self._say(texts.EXPORTED(file=target.name, folder=str(target.parent)), Status.SUCCESS)
        else:
            self._say(texts.NOT_EXPORTED(file=target.name, reason=file.errorString()), Status.ERROR)

    def _card_style(self) -> str:
        return list_and_page_style(self._theme.colors)
