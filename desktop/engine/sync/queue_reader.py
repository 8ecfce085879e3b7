"""Reads queued conversations, several at once, and stores the answers together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from desktop.domain.model.facts import Conversation
from desktop.engine.sync.connection_monitor import CONNECTION_ERRORS
from desktop.engine.sync.ingest import Facts
from desktop.engine.sync.reader import Answer, Reader
from desktop.engine.tasks import in_parallel
from desktop.ports import Clock, ProviderError, ProviderErrorKind
from desktop.store import sync_queue
from desktop.store.core.database import Store
from desktop.store.sync_queue import QueuedConversation

log = logging.getLogger(__name__)

MAX_CONSECUTIVE_FAILURES = 3
STORED_TOGETHER = 10
ENTRIES_STORED_TOGETHER = 200
"""Of all answers in one transaction, so that a send never waits long behind it."""


class QueueReader:
    """Reads queued conversations. One that cannot be read stops no other; several in a row are a connection error."""

    def __init__(self, store: Store, clock: Clock, reader: Reader, max_parallel: int) -> None:
        self._store = store
        self._clock = clock
        self._reader = reader
        self._max_parallel = max_parallel
        self._consecutive_failures = 0
        self._waiting: list[Answer] = []

    def forget_failures(self) -> None:
        """Called at the beginning of a round."""
        self._consecutive_failures = 0

    async def read(
        self,
        queued: Iterable[QueuedConversation],
        listed: Mapping[str, Conversation],
        on_read: Callable[[], None] = lambda: None,
    ) -> None:
        """Read and store these conversations. listed: stored instead of one that cannot be read.
        on_read: called after each.

        Raises connection errors; what was answered before is stored.
        """

        async def read_one(what: QueuedConversation) -> None:
            try:
                answer = await self._reader.fetch(what.conversation_id)
            except ProviderError as error:
                if error.kind in CONNECTION_ERRORS:
                    raise
                await self._postpone(what, error, listed)
                on_read()
                return
            self._consecutive_failures = 0
            self._waiting.append(answer)
            entries = sum(len(c.entries) for waiting in self._waiting for c in waiting.facts.conversations)
            if len(self._waiting) >= STORED_TOGETHER or entries >= ENTRIES_STORED_TOGETHER:
                await self._store_waiting()
            on_read()

        try:
            await in_parallel(read_one, queued, self._max_parallel)
        finally:
            await self._store_waiting()

    async def _store_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        await self._reader.store(waiting)

    async def _postpone(
        self, what: QueuedConversation, error: ProviderError, listed: Mapping[str, Conversation]
    ) -> None:
        log.info("conversation %s not readable: %s", what.conversation_id, error.kind)
        await self._store.write(sync_queue.postpone, what.conversation_id, self._clock.now())
        if what.conversation_id in listed:
            await self._reader.store_facts(Facts(listed=(listed[what.conversation_id],)))
        self._consecutive_failures += 1
        if self._consecutive_failures >= MAX_CONSECUTIVE_FAILURES and error.kind in (
            ProviderErrorKind.BUSY,
            ProviderErrorKind.TIMED_OUT,
        ):
            raise error
