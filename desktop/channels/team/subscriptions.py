"""The subscriptions of one connection: buffers live facts in the stream's order, and signals, until they are taken."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Collection

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from desktop.channels.team import subjects
from desktop.channels.team.connection import NATS_ERRORS, Connection
from desktop.channels.team.live import read_live
from desktop.channels.team.replay import Stored
from desktop.channels.team.sealed import NotSealed

MAX_BUFFERED_BYTES = 16_000_000
"""Of live facts that wait to be taken; beyond that all are dropped, and read from the stream again."""

MAX_SIGNALS = 2_000

MISSING_AFTER_S = 1.0
"""Each copy of the hub publishes what it has stored itself, so that facts may arrive out of order. One that is missing
for this long, or up to twice as long so that not all desktops ask at once, is read from the stream: its copy ended
before it could publish it."""


class Received(msgspec.Struct, frozen=True):
    """What came since it was last taken.

    facts: in order, without a gap, from where `Subscriptions.follow` began. is_whole: False where the next facts
    must be read from the stream; then call `follow` again.
    """

    facts: list[Stored]
    signals: list[Msg]
    is_whole: bool


class Subscriptions:
    """Live facts, learnt facts, the hub's state, and presence in watched conversations. Loop's thread."""

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._wake = asyncio.Event()
        self._facts: list[Stored] = []
        # By sequence: facts that arrived before the ones that precede them in the stream.
        self._ahead: dict[int, Stored] = {}
        self._buffered_bytes = 0
        self._is_whole = True
        # The sequence of the next fact to pass on; None until it is known how far the stream was read.
        self._next: int | None = None
        self._expected = 0
        self._missing_at_s: float | None = None
        self._signals: deque[Msg] = deque(maxlen=MAX_SIGNALS)
        self._wanted: frozenset[str] = frozenset()
        self._watched: dict[str, Subscription] = {}
        self._watching = asyncio.Lock()
        connection.on_end(self._wake.set)

    async def begin(self) -> None:
        """Subscribe to everything but presence, and buffer it. Raises ProviderError."""
        await self._connection.subscribe_directly(subjects.live(self._workspace_id), self._on_live)
        await self._connection.subscribe(subjects.learned_live(self._workspace_id), self._on_signal)
        await self._connection.subscribe(subjects.hub_state(self._workspace_id), self._on_signal)

    async def watch(self, conversation_ids: Collection[str]) -> None:
        """Subscribe to presence in these conversations alone. Raises ProviderError."""
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

    def follow(self, sequence: int) -> None:
        """Pass on facts after this sequence, buffered ones included: the stream was read up to it."""
        self._next, self._expected, self._is_whole = sequence + 1, 0, True
        self._ahead = {number: fact for number, fact in self._ahead.items() if number > sequence}
        self._missing_at_s = None
        self._put_in_order()

    def expect(self, sequence: int) -> None:
        """Record that the stream has facts up to this sequence; those that do not arrive count as missing."""
        self._expected = max(self._expected, sequence)
        self._note_missing()

    def mark_incomplete(self) -> None:
        """Record that the next facts must be read from the stream."""
        self._is_whole = False
        self._wake.set()

    async def wait(self) -> None:
        """Wait until something has arrived, or is missing. Raises ProviderError when the connection has ended."""
        try:
            async with asyncio.timeout_at(self._missing_at_s):
                await self._wake.wait()
        except TimeoutError:
            pass
        if not self._connection.is_open:
            raise self._connection.error()

    def take(self) -> Received:
        """Return and forget everything that has arrived since the last call."""
        self._wake.clear()
        is_missing = self._missing_at_s is not None and asyncio.get_running_loop().time() >= self._missing_at_s
        received = Received(self._facts, [*self._signals], self._is_whole and not is_missing)
        self._facts, self._missing_at_s = [], None if is_missing else self._missing_at_s
        self._buffered_bytes = sum(len(fact.data) for fact in self._ahead.values())
        self._signals.clear()
        return received

    def _on_live(self, data: bytes, headers: bytes | None) -> None:
        try:
            facts = read_live(data)
        except NotSealed:
            return
        for fact in facts:
            if self._next is None or fact.sequence >= self._next:
                self._ahead[fact.sequence] = fact
                self._buffered_bytes += len(fact.data)
        if self._buffered_bytes > MAX_BUFFERED_BYTES:
            self._facts.clear()
            self._ahead.clear()
            self._buffered_bytes = 0
            self.mark_incomplete()
        else:
            self._put_in_order()

    def _put_in_order(self) -> None:
        if self._next is None:
            return
        before = self._next
        while (fact := self._ahead.pop(self._next, None)) is not None:
            self._facts.append(fact)
            self._next += 1
        if self._next > before:
            self._missing_at_s = None
            self._wake.set()
        self._note_missing()

    def _note_missing(self) -> None:
        if self._next is None or not (self._ahead or self._expected >= self._next):
            self._missing_at_s = None
        elif self._missing_at_s is None:
            self._missing_at_s = asyncio.get_running_loop().time() + MISSING_AFTER_S * (1 + random.random())
            # Whoever waits has to wait no longer than that.
            self._wake.set()

    async def _on_signal(self, message: Msg) -> None:
        self._signals.append(message)
        self._wake.set()
