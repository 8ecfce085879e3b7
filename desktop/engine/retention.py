"""Retention: every few hours, wipes what was said longer ago than words are kept on this computer."""

from __future__ import annotations

import asyncio
import logging

from desktop.engine.tasks import rest
from desktop.ports import Clock
from desktop.store import retention
from desktop.store.database import Store
from desktop.store.errors import KnownError

log = logging.getLogger(__name__)

EVERY_S = 6 * 3600.0


class Retention:
    """`run` wipes for ever, first after `begin`, since the start belongs to the sync; `round` wipes once all
    that is due; `now` does not wait for the next time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._bell = asyncio.Event()
        self._begun = False

    async def run(self) -> None:
        pause_s = None
        while True:
            await rest(self._clock, pause_s, self._bell)
            await self.round()
            pause_s = EVERY_S

    async def round(self) -> None:
        try:
            # What others want of the store comes in between.
            while await self._store.write(retention.wipe_some, self._clock.now()):
                pass
        except KnownError as cause:
            log.warning("old words are not wiped: %s", type(cause).__name__)

    def begin(self) -> None:
        """Intercom was reached, or could not be: the first time comes now. Later calls do nothing."""
        if not self._begun:
            self._begun = True
            self._bell.set()

    def now(self) -> None:
        self._bell.set()
