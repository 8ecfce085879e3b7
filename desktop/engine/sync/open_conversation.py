"""Reads the conversation the agent looks at every few seconds; search is too slow for that."""

from __future__ import annotations

import asyncio
import logging
from random import Random

from desktop.engine.sync.connection_monitor import CONNECTION_ERRORS, ConnectionMonitor
from desktop.engine.sync.poller import Poller
from desktop.engine.sync.reader import Reader
from desktop.engine.tasks import run_periodically
from desktop.engine.views import ConnectionState
from desktop.ports import Clock, ProviderError

log = logging.getLogger(__name__)

VISIBLE_S = (5.1, 5.6)
"""Between two reads while the window is visible: a message is shown within 6 s, and together with the sync rounds an
agent takes no more than 18 of the workspace's requests a minute.
"""
HIDDEN_S = (24.0, 36.0)


class OpenConversation:
    """Reads the conversation that is on the screen about every 5 s, every 30 s while the window is hidden."""

    def __init__(
        self, clock: Clock, connection: ConnectionMonitor, reader: Reader, poller: Poller, rng: Random
    ) -> None:
        self._clock = clock
        self._connection = connection
        self._reader = reader
        self._poller = poller
        self._rng = rng
        self._wake_event = asyncio.Event()
        self._conversation_id: str | None = None
        self._visible = True

    @property
    def is_visible(self) -> bool:
        """Whether the agent can see the window."""
        return self._visible

    def watch(self, conversation_id: str | None, visible: bool) -> None:
        """Read this conversation from now on; at once if it is another one, or has become visible."""
        at_once = conversation_id != self._conversation_id or (visible and not self._visible)
        self._conversation_id, self._visible = conversation_id, visible
        if at_once:
            self._wake_event.set()

    async def run(self) -> None:
        """Read for ever while the connection is online."""
        await run_periodically(self._step, self._clock, self._wake_event)

    async def _step(self) -> float | None:
        if self._conversation_id is None:
            return None
        if self._connection.view.state is ConnectionState.ONLINE:
            await self.read(self._conversation_id)
        return self._rng.uniform(*(VISIBLE_S if self._visible else HIDDEN_S))

    async def read(self, conversation_id: str) -> None:
        """Read it once. A connection error is left to the next sync round, which starts at once and reports it."""
        try:
            await self._reader.conversation(conversation_id, background=False)
        except ProviderError as error:
            log.info("conversation %s not readable: %s", conversation_id, error.kind)
            if error.kind in CONNECTION_ERRORS:
                self._poller.wake()
        except Exception:
            log.exception("reading the open conversation broke")
