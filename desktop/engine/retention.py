"""Every few hours, wipes the text of messages that are older than the retention, also in copies of the database."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from desktop.engine.tasks import run_periodically, wait_for_wake
from desktop.ports import Clock
from desktop.store import retention
from desktop.store.core.copies import CopyKind
from desktop.store.core.database import Store
from desktop.store.core.errors import KnownError
from desktop.store.settings import retention_days

log = logging.getLogger(__name__)

EVERY_S = 6 * 3600.0
COPY_KEPT = timedelta(days=1)
"""How long the copy that a migration makes is kept at most."""


class Retention:
    """`run` wipes until cancelled, first after `start_when_ready`, since the start of the program belongs to the sync;
    `run_once` wipes all that is due. What is due goes by a server's time, never by the computer's.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._wake_event = asyncio.Event()
        self._begun = False

    async def run(self) -> None:
        """Wipe when woken, and from then on every six hours too."""
        await wait_for_wake(self._clock, None, self._wake_event)
        await run_periodically(self.run_once, self._clock, self._wake_event)

    async def erase_old_copies(self) -> None:
        """Erase the copy of a migration after which no start succeeded: it would help nobody any more."""
        try:
            await self._store.erase_copies(CopyKind.BEFORE_MIGRATION, self._clock.now() - COPY_KEPT)
        except KnownError as cause:
            log.warning("an old copy is not erased: %s", type(cause).__name__)

    async def run_once(self) -> float:
        """Wipe all that is due, in batches; nothing while no server has told the time. Returns the seconds until the
        next round.
        """
        now = self._clock.server_time
        if now is None:
            return EVERY_S
        self._begun = True
        try:
            # In batches, so that other work of the store comes in between.
            while await self._store.write(retention.wipe_batch, now):
                pass
            # This start has succeeded: it has read the database and asked Intercom.
            await self._store.erase_copies(CopyKind.BEFORE_MIGRATION)
            retention_period = timedelta(days=await self._store.read(retention_days))
            await self._store.erase_copies(CopyKind.UNREADABLE, self._clock.now() - retention_period)
        except KnownError as cause:
            log.warning("old words are not wiped: %s", type(cause).__name__)
        return EVERY_S

    def start_when_ready(self) -> None:
        """Wipe for the first time, if a server has ever told the time. Called once Intercom was reached, or could not
        be; later calls do nothing.
        """
        if not self._begun:
            self._wake_event.set()

    def wake(self) -> None:
        """Wipe at once."""
        self._wake_event.set()
