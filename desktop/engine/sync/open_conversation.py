"""Reads the conversation the agent looks at every few seconds; search is too slow for that."""

from __future__ import annotations

import logging
from collections.abc import Collection

from desktop.engine.sync.connection_monitor import CONNECTION_ERRORS, ConnectionMonitor
from desktop.engine.sync.contact_reader import ContactReader
from desktop.engine.sync.poller import Poller
from desktop.engine.sync.reader import Reader
from desktop.engine.sync.team.pacing import Pacing
from desktop.engine.tasks import Alarm
from desktop.engine.views import ConnectionState
from desktop.ports import Clock, ProviderError

log = logging.getLogger(__name__)

AGAIN_AFTER_S = 5.0
"""The shortest pause between two reads that the team's feed asks for, however often the conversation changes."""


class OpenConversation:
    """Reads the conversation that is on the screen about every 5 s, every 30 s while the window is hidden; in a team as
    seldom as `Pacing` says.
    """

    def __init__(
        self,
        clock: Clock,
        connection: ConnectionMonitor,
        reader: Reader,
        contact_reader: ContactReader,
        poller: Poller,
        pacing: Pacing,
    ) -> None:
        self._clock = clock
        self._connection = connection
        self._reader = reader
        self._contact_reader = contact_reader
        self._poller = poller
        self._pacing = pacing
        self._alarm = Alarm(clock)
        pacing.subscribe(self._alarm.ring_within)
        self._read_s = -AGAIN_AFTER_S
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
            self._alarm.wake()

    def read_soon(self, conversation_ids: Collection[str]) -> None:
        """These changed, and not all of it is known: read the open one, if it is among them."""
        if self._visible and self._conversation_id in conversation_ids:
            self._alarm.ring_within(max(self._read_s + AGAIN_AFTER_S - self._clock.monotonic(), 0.0))

    async def run(self) -> None:
        """Read again and again while the connection is online, until cancelled."""
        while True:
            await self._alarm.wait(await self._step())

    async def _step(self) -> float | None:
        if self._conversation_id is None:
            return None
        if self._connection.view.state is ConnectionState.ONLINE:
            self._read_s = self._clock.monotonic()
            await self.read(self._conversation_id)
        return self._pacing.open_pause_s(self._visible)

    async def read(self, conversation_id: str) -> None:
        """Read it once. A connection error is left to the next sync round, which starts at once and reports it."""
        try:
            await self._reader.conversation(conversation_id, background=False)
            if self._pacing.allowed_reads() is not None:
                # The rounds of a team's desktop look up few.
                await self._contact_reader.read_due_of(conversation_id)
        except ProviderError as error:
            log.info("conversation %s not readable: %s", conversation_id, error.kind)
            if error.kind in CONNECTION_ERRORS:
                self._poller.wake()
        except Exception:
            log.exception("reading the open conversation broke")
