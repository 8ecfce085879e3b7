"""What the wizard has connected so far, shared by its steps."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject, Signal

from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Command
from desktop.engine.protocols import Accounts, Engine, Run
from desktop.engine.views import WorkspaceView
from desktop.ports import WorkspaceConfig

StartWorkspace = Callable[[WorkspaceConfig], Coroutine[object, None, Engine | Refusal]]
"""Starts the engine of a workspace."""


class Setup(QObject):
    """The workspace that was connected, and its engine.

    Signals:
        engine_started: the engine of a workspace runs.
        workspace_loaded: `view` has been replaced.
        connection_changed: the engine's connection or its progress has changed.
    """

    engine_started = Signal()
    workspace_loaded = Signal()
    connection_changed = Signal()

    def __init__(self, accounts: Accounts, run: Run, start_workspace: StartWorkspace, parent: QObject) -> None:
        super().__init__(parent)
        self.accounts, self.run = accounts, run
        self._start_workspace = start_workspace
        self.tried: TriedIntercom | None = None
        self.view: WorkspaceView | None = None
        self.engine: Engine | None = None
        self._unsubscribe: Callable[[], None] = _do_nothing
        self._is_loading = self._is_outdated = False

    async def connect_workspace(self, token: str, tried: TriedIntercom) -> Refusal | None:
        """Store the workspace and start its engine; None on success."""
        workspace = await self.accounts.add_workspace(token, tried)
        if isinstance(workspace, Refusal):
            return workspace
        self.close()
        engine = await self._start_workspace(workspace)
        if isinstance(engine, Refusal):
            return engine
        self.tried, self.engine, self.view = tried, engine, None
        self._unsubscribe = engine.feed.subscribe(self._on_changes)
        self.engine_started.emit()
        self._load()
        return None

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None:
        assert self.engine is not None
        self.engine.command_handler.submit(command, then)

    def close(self) -> None:
        """Stop listening to the engine."""
        self._unsubscribe()
        self._unsubscribe = _do_nothing
        # What is still being loaded is nobody's.
        self.engine = None

    def _on_changes(self, changes: Changes) -> None:
        if changes.settings or changes.progress:
            self._load()
        if changes.connection or changes.progress:
            self.connection_changed.emit()

    def _load(self) -> None:
        """Load the workspace; a change during a load causes another one after it."""
        if self._is_loading:
            self._is_outdated = True
            return
        self._is_loading, self._is_outdated = True, False
        assert self.engine is not None
        self.run(self._query(self.engine), "read for the wizard", self._on_loaded)

    async def _query(self, engine: Engine) -> tuple[Engine, WorkspaceView]:
        try:
            return engine, await engine.queries.workspace()
        finally:
            self._is_loading = False

    def _on_loaded(self, result: tuple[Engine, WorkspaceView]) -> None:
        engine, view = result
        if engine is self.engine:
            self.view = view
            self.workspace_loaded.emit()
        if self._is_outdated and self.engine is not None:
            self._load()


def _do_nothing() -> None:
    pass
