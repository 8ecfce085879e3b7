"""Loads views from the engine for the window, one round at a time, however fast changes come."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.engine.protocols import Engine
from desktop.engine.views import THREAD_PAGE, CustomerRow, ThreadView, WaitingReply, WorkspaceView


class LoadedViews(msgspec.Struct, frozen=True):
    """The result of one round. What was not requested is None.

    unsent: how many replies are queued or being sent, how many drafts there are, and how many replies are scheduled, of
        all customers.
    recent: customers who wrote within the last `RECENT`, for the test of the forwarding.
    requested_thread: the id of the customer whose thread was requested. thread: None for an unknown customer.
    is_for_older: the thread was requested for its older messages alone.
    """

    unsent: tuple[int, int, int] | None = None
    recent: tuple[CustomerRow, ...] | None = None
    workspace: WorkspaceView | None = None
    requested_thread: str | None = None
    thread: ThreadView | None = None
    undecided: tuple[WaitingReply, ...] | None = None
    is_for_older: bool = False


PAUSE_MS = 250
"""Between rounds while changes pour in: more of them nobody could read, and each costs the window some time."""


class ViewLoader(QObject):
    """Merges a burst of requests into one round; requests made during a round form the next one. A round for changes
    that nobody waits for starts at least `PAUSE_MS` after the one before.

    Signals:
        loaded: a round has finished without an error. arg: LoadedViews.
    """

    loaded = Signal(object)
    _round_requested = Signal()

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._unsent = self._recent = self._workspace = self._undecided = self._is_loading = self._is_urgent = False
        self._thread: str | None = None
        self._is_for_older = False
        self._message_limit = THREAD_PAGE
        self._conversations: Collection[str] | None = ()
        # Queued, so that everything requested in one turn of the event loop is loaded together.
        self._round_requested.connect(self._start, Qt.ConnectionType.QueuedConnection)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._start)

    def request(
        self,
        *,
        unsent: bool = False,
        recent: bool = False,
        workspace: bool = False,
        thread: str | None = None,
        message_limit: int = THREAD_PAGE,
        conversations: Collection[str] | None = (),
        for_older: bool = False,
        undecided: bool = False,
        can_wait: bool = False,
    ) -> None:
        """Load these soon. thread: a customer's id; a later one replaces it, since only one thread is shown.
        message_limit, conversations: of the thread (see `Queries.thread`). for_older: only older messages of it are
        wanted. can_wait: the agent did not ask for it.
        """
        self._is_urgent |= not can_wait
        self._unsent |= unsent
        self._recent |= recent
        self._workspace |= workspace
        self._undecided |= undecided
        if thread is not None:
            self._is_for_older = for_older and (self._thread is None or self._is_for_older)
            self._thread, self._message_limit, self._conversations = thread, message_limit, conversations
        if self._has_requests and not self._is_loading:
            self._round_requested.emit()

    @property
    def _has_requests(self) -> bool:
        return self._unsent or self._recent or self._workspace or self._undecided or self._thread is not None

    def _start(self) -> None:
        if self._is_loading or not self._has_requests or (self._pause.isActive() and not self._is_urgent):
            return
        work = self._load(
            self._unsent,
            self._recent,
            self._workspace,
            self._thread,
            self._message_limit,
            self._conversations,
            self._undecided,
            self._is_for_older,
        )
        self._unsent = self._recent = self._workspace = self._undecided = False
        self._thread, self._is_for_older = None, False
        self._is_urgent = False
        self._is_loading = True
        self._pause.start()
        self._engine.tasks.start(work, "read for the screen", self.loaded.emit)

    async def _load(
        self,
        unsent: bool,
        recent: bool,
        workspace: bool,
        thread: str | None,
        message_limit: int,
        conversations: Collection[str] | None,
        undecided: bool,
        is_for_older: bool,
    ) -> LoadedViews:
        queries = self._engine.queries
        load_thread = queries.thread_with_older if is_for_older else queries.thread
        try:
            return LoadedViews(
                await self._count_unsent() if unsent else None,
                await self._read_recent() if recent else None,
                await queries.workspace() if workspace else None,
                thread,
                await load_thread(thread, message_limit, conversations) if thread is not None else None,
                await queries.undecided() if undecided else None,
                is_for_older,
            )
        finally:
            self._is_loading = False
            if self._has_requests:
                self._round_requested.emit()

    async def _count_unsent(self) -> tuple[int, int, int]:
        queries = self._engine.queries
        return await queries.waiting_count(), await queries.draft_count(), await queries.scheduled_count()

    async def _read_recent(self) -> tuple[CustomerRow, ...]:
        # Wanted by this sheet alone, which is imported by then.
        from desktop.ui.settings.relay_test.sheet import RECENT

        return await self._engine.queries.wrote_since(self._engine.clock.now() - RECENT)
