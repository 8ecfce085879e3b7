"""Reading for the screen: asks the engine only for what changed, one round at a time, however fast changes come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from desktop.engine.views import CustomerRow, ThreadView, UndecidedReply, WorkspaceView


@dataclass(frozen=True, slots=True)
class Reading:
    """What one round brought. rows, workspace, undecided: None when they were not asked for. waiting_count: of
    replies, with the rows.

    asked_thread: the customer whose thread was asked for, None for nobody's; thread: None for nobody we know.
    """

    rows: tuple[CustomerRow, ...] | None = None
    waiting_count: int = 0
    workspace: WorkspaceView | None = None
    asked_thread: str | None = None
    thread: ThreadView | None = None
    undecided: tuple[UndecidedReply, ...] | None = None


class ScreenReader(QObject):
    """A burst of changes becomes one round; what is asked for while a round runs becomes the next one.

    Signals:
        read: a round has ended well. arg: Reading.
    """

    read = Signal(object)
    _wanted_more = Signal()

    def __init__(self, engine: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._rows = self._workspace = self._undecided = self._reading = False
        self._thread: str | None = None
        # Queued, so that everything asked for in one turn of the loop is read together.
        self._wanted_more.connect(self._start, Qt.ConnectionType.QueuedConnection)

    def want(
        self, *, rows: bool = False, workspace: bool = False, thread: str | None = None, undecided: bool = False
    ) -> None:
        """Read these soon. thread: a customer's id; only the last one asked for counts, since one is on the screen."""
        self._rows |= rows
        self._workspace |= workspace
        self._undecided |= undecided
        self._thread = thread if thread is not None else self._thread
        if self._wants_something and not self._reading:
            self._wanted_more.emit()

    @property
    def _wants_something(self) -> bool:
        return self._rows or self._workspace or self._undecided or self._thread is not None

    def _start(self) -> None:
        if self._reading or not self._wants_something:
            return
        rows, workspace, undecided, thread = self._rows, self._workspace, self._undecided, self._thread
        self._rows = self._workspace = self._undecided = False
        self._thread = None
        self._reading = True
        self._engine.tasks.start(self._read(rows, workspace, thread, undecided), "read for the screen", self.read.emit)

    async def _read(self, rows: bool, workspace: bool, thread: str | None, undecided: bool) -> Reading:
        queries = self._engine.queries
        try:
            return Reading(
                await queries.customers() if rows else None,
                await queries.waiting_count() if rows else 0,
                await queries.workspace() if workspace else None,
                thread,
                await queries.thread(thread) if thread is not None else None,
                await queries.undecided() if undecided else None,
            )
        finally:
            self._reading = False
            if self._wants_something:
                self._wanted_more.emit()
