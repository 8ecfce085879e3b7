"""Setup: what has been connected so far, shared by the pages of the wizard."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Command
from desktop.engine.views import WorkspaceView
from desktop.ports import WorkspaceConfig
from desktop.ui.widgets.progress_row import Run

StartWorkspace = Callable[[WorkspaceConfig], Coroutine[Any, Any, Any]]
"""Gives the workspace's started engine, or a Refusal."""


class Setup(QObject):
    """Signals:
    began: a workspace's engine runs from now on.
    read: the workspace was read anew; `view` holds it.
    changed: anything of the engine's connection or progress.
    """

    began = Signal()
    read = Signal()
    changed = Signal()

    def __init__(self, accounts: Any, run: Run, start_workspace: StartWorkspace, parent: QObject) -> None:
        """accounts: as `desktop.engine.accounts.accounts.Accounts`."""
        super().__init__(parent)
        self.accounts, self.run = accounts, run
        self._start_workspace = start_workspace
        self.tried: TriedIntercom | None = None
        self.workspace: WorkspaceConfig | None = None
        self.view: WorkspaceView | None = None
        self.engine: Any = None
        self._unsubscribe: Callable[[], None] = _nothing
        self._is_reading = self._is_outdated = False

    async def connect_workspace(self, token: str, tried: TriedIntercom) -> Refusal | None:
        """Keep the workspace and start its engine; None when it runs."""
        workspace = await self.accounts.add_workspace(token, tried)
        if isinstance(workspace, Refusal):
            return workspace
        self.close()
        engine = await self._start_workspace(workspace)
        if isinstance(engine, Refusal):
            return engine
        self.tried, self.workspace, self.engine, self.view = tried, workspace, engine, None
        self._unsubscribe = engine.feed.subscribe(self._on_changes)
        self.began.emit()
        self._read()
        return None

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None:
        self.engine.command_handler.submit(command, then)

    def close(self) -> None:
        """Hear no more of the engine."""
        self._unsubscribe()
        self._unsubscribe = _nothing

    def _on_changes(self, changes: Changes) -> None:
        if changes.settings or changes.progress:
            self._read()
        if changes.connection or changes.progress:
            self.changed.emit()

    def _read(self) -> None:
        """One reading at a time; what changes meanwhile is read after it."""
        if self._is_reading:
            self._is_outdated = True
            return
        self._is_reading, self._is_outdated = True, False
        self.run(self._look(self.engine), "read for the wizard", self._on_read)

    async def _look(self, engine: Any) -> tuple[Any, WorkspaceView]:
        try:
            return engine, await engine.queries.workspace()
        finally:
            self._is_reading = False

    def _on_read(self, found: tuple[Any, WorkspaceView]) -> None:
        engine, view = found
        if engine is self.engine:
            self.view = view
            self.read.emit()
        if self._is_outdated:
            self._read()


def _nothing() -> None:
    pass
