"""Shows what colleagues do in the conversations on the screen, and lets the team know what the agent does."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.engine.changes import Changes
from desktop.engine.commands import SetTyping, SetVisibleCustomers
from desktop.engine.protocols import Engine
from desktop.engine.views import TeamState
from desktop.ui.inbox.panes import MainPanes

SETTLED_AFTER_MS = 300
"""Rows that are scrolled past are nobody's business."""


class TeamPresence(QObject):
    """Does nothing on a computer that is in no team."""

    def __init__(self, engine: Engine, panes: MainPanes, parent: QObject) -> None:
        super().__init__(parent)
        self._queries, self._submit = engine.queries, engine.command_handler.submit
        self._list, self._header, self._composer = panes.list, panes.thread_pane.header, panes.composer
        self._conversation_id = ""
        self._composer.colleagues_in = self._queries.colleagues_in
        self._composer.typing_changed.connect(self._on_typing)
        self._told_in_view: tuple[str, ...] = ()
        self._settling = QTimer(self, singleShot=True)
        self._settling.timeout.connect(self._tell_in_view)
        self._list.view_moved.connect(self._on_view_moved)

    def on_changes(self, changes: Changes) -> None:
        """Show what has changed."""
        if changes.team and self._is_in_team:
            self._header.leave_place_for_colleagues()
        if changes.presence:
            self._list.update_presence(changes.presence)
            self._show_colleagues()
            self._composer.update_colleagues()

    def show(self, conversation_id: str | None) -> None:
        """conversation_id: the conversation on the screen, None for none."""
        self._conversation_id = conversation_id or ""
        self._show_colleagues()

    def _show_colleagues(self) -> None:
        self._header.colleagues.show_colleagues(self._queries.colleagues_in(self._conversation_id))

    @property
    def _is_in_team(self) -> bool:
        return self._queries.team().state is not TeamState.NONE

    def _on_typing(self, conversation_id: str, is_typing: bool) -> None:
        if self._is_in_team:
            self._submit(SetTyping(conversation_id, is_typing))

    def _on_view_moved(self) -> None:
        if not self._is_in_team:
            return
        if self._list.isVisible():
            self._settling.start(SETTLED_AFTER_MS)
        else:
            self._settling.stop()
            self._tell_in_view()

    def _tell_in_view(self) -> None:
        shown = self._list.in_view
        if shown != self._told_in_view:
            self._told_in_view = shown
            self._submit(SetVisibleCustomers(shown))
