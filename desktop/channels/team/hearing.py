"""What one connection hears while nobody takes it: live facts in order, and signals beside them."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Collection

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from desktop.channels.team import subjects
from desktop.channels.team.connection import NATS_ERRORS, Connection
from desktop.channels.team.replay import MESSAGE_ID_HEADER, SEQUENCE_HEADER, Stored

MAX_HELD_BYTES = 16_000_000
"""Of live facts that wait to be taken; beyond that they are let go, and read from the stream again."""

MAX_SIGNALS = 2_000


# Names are followed by a colon and spaces (NATS, "Client protocol", HMSG).
_SEQUENCE = re.compile(rb"\r\n%b: *([0-9]{1,19})\r\n" % SEQUENCE_HEADER.encode())
_MESSAGE_ID = re.compile(rb"\r\n%b: *([^\r\n]*?) *\r\n" % MESSAGE_ID_HEADER.encode())


class Heard(msgspec.Struct, frozen=True):
    """facts: in the stream's order. is_whole: False where live facts are missing among them or after them."""

    facts: list[Stored]
    signals: list[Msg]
    is_whole: bool


class Hearing:
    """The subscriptions of one connection. Loop's thread."""

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._wake = asyncio.Event()
        self._facts: list[Stored] = []
        self._held_bytes = 0
        self._is_whole = True
        self._last_sequence: int | None = None
        self._signals: deque[Msg] = deque(maxlen=MAX_SIGNALS)
        self._wanted: frozenset[str] = frozenset()
        self._watched: dict[str, Subscription] = {}
        self._watching = asyncio.Lock()
        connection.on_end(self._wake.set)

    async def begin(self) -> None:
        """Subscribe to everything but colleagues, and hold it. Raises ProviderError."""
        await self._connection.subscribe_directly(subjects.live(self._workspace_id), self._on_fact)
        await self._connection.subscribe(subjects.learned_live(self._workspace_id), self._on_signal)
        await self._connection.subscribe(subjects.hub_state(self._workspace_id), self._on_signal)

    async def watch(self, conversation_ids: Collection[str]) -> None:
        """Subscribe to what colleagues do in these conversations alone. Raises ProviderError."""
        self._wanted = frozenset(i for i in conversation_ids if subjects.is_token(i))
        async with self._watching:
            for conversation_id in self._watched.keys() - self._wanted:
                subscription = self._watched.pop(conversation_id)
                try:
                    await subscription.unsubscribe()
                except NATS_ERRORS:
                    raise self._connection.error() from None
            for conversation_id in self._wanted - self._watched.keys():
                subject = subjects.presence(self._workspace_id, "*", conversation_id)
                self._watched[conversation_id] = await self._connection.subscribe(subject, self._on_signal)

    async def wait(self) -> None:
        """Until something was heard. Raises ProviderError when the connection has ended."""
        await self._wake.wait()
        if not self._connection.is_open:
            raise self._connection.error()

    def take(self) -> Heard:
        """Everything heard since it was last taken."""
        self._wake.clear()
        heard = Heard(self._facts, [*self._signals], self._is_whole)
        self._facts, self._held_bytes, self._is_whole = [], 0, True
        self._signals.clear()
        return heard

    def _on_fact(self, data: bytes, headers: bytes | None) -> None:
        written = _SEQUENCE.search(headers or b"")
        if written is None:
            return
        sequence, message_id = int(written[1]), _MESSAGE_ID.search(headers or b"")
        if self._last_sequence is not None and sequence != self._last_sequence + 1:
            # The broker dropped some because we were too slow, or counts anew.
            self._is_whole = False
        self._last_sequence = sequence
        self._held_bytes += len(data)
        if self._held_bytes > MAX_HELD_BYTES:
            self._facts.clear()
            self._held_bytes, self._is_whole = 0, False
        else:
            self._facts.append(Stored(sequence, data, message_id[1].decode("utf-8", "replace") if message_id else ""))
        self._wake.set()

    async def _on_signal(self, message: Msg) -> None:
        self._signals.append(message)
        self._wake.set()
