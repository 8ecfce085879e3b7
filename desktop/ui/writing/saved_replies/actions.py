"""Opens the sheet of saved replies, which is built when first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    # Imported when it is first opened.
    from desktop.ui.writing.saved_replies.sheet import SavedRepliesSheet


class SavedReplyActions:
    """What the agent does with saved replies beside inserting them."""

    def __init__(self, theme: Theme, submit: Submit, window: QWidget) -> None:
        self._theme, self._submit, self._window = theme, submit, window
        self._sheet: SavedRepliesSheet | None = None
        self._workspace: WorkspaceView | None = None

    @property
    def sheet(self) -> SavedRepliesSheet:
        """The sheet; the first access builds it."""
        if self._sheet is None:
            from desktop.ui.writing.saved_replies.sheet import SavedRepliesSheet

            self._sheet = SavedRepliesSheet(self._theme, self._submit, self._window)
            if self._workspace is not None:
                self._sheet.show_workspace(self._workspace)
        return self._sheet

    def show_workspace(self, view: WorkspaceView) -> None:
        self._workspace = view
        if self._sheet is not None:
            self._sheet.show_workspace(view)

    def manage(self) -> None:
        self.sheet.open_list()

    def save_text(self, text: str) -> None:
        """Begin a saved reply with a text."""
        self.sheet.open_new(text)
