"""What one connection hears while nobody takes it: live facts in order, and signals beside them."""

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

MAX_HELD_BYTES = 16_000_000
"""Of live facts that wait to be taken; beyond that they are let go, and read from the stream again."""

MAX_SIGNALS = 2_000

MISSING_AFTER_S = 1.0
"""Each copy of the hub tells what it has stored itself, so that facts may come in another order; after this long, and
up to twice as long so that not all desktops ask at once, they do not come any more: their copy ended before it could
tell them."""


class Heard(msgspec.Struct, frozen=True):
    """facts: without a gap, from where `Hearing.follow` began. is_whole: False where what comes next must be read from
    the stream; then `follow` again.
    """

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
        # Those that came before the ones that precede them in the stream.
        self._ahead: dict[int, Stored] = {}
        self._held_bytes = 0
        self._is_whole = True
        # None until it is known how far the stream was read; then the next one to be heard.
        self._next: int | None = None
        self._expected = 0
        self._missing_at_s: float | None = None
        self._signals: deque[Msg] = deque(maxlen=MAX_SIGNALS)
        self._wanted: frozenset[str] = frozenset()
        self._watched: dict[str, Subscription] = {}
        self._watching = asyncio.Lock()
        connection.on_end(self._wake.set)

    async def begin(self) -> None:
        """Subscribe to everything but colleagues, and hold it. Raises ProviderError."""
        await self._connection.subscribe_directly(subjects.live(self._workspace_id), self._on_live)
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

    def follow(self, sequence: int) -> None:
        """The stream was read up to here: what was and will be heard goes on after it."""
        self._next, self._expected, self._is_whole = sequence + 1, 0, True
        self._ahead = {number: fact for number, fact in self._ahead.items() if number > sequence}
        self._missing_at_s = None
        self._put_in_order()

    def expect(self, sequence: int) -> None:
        """The stream has facts up to here, some of which may not have been heard."""
        self._expected = max(self._expected, sequence)
        self._note_missing()

    def give_up(self) -> None:
        """What is heard does not go on from what was read."""
        self._is_whole = False
        self._wake.set()

    async def wait(self) -> None:
        """Until something was heard, or is missing. Raises ProviderError when the connection has ended."""
        try:
            async with asyncio.timeout_at(self._missing_at_s):
                await self._wake.wait()
        except TimeoutError:
            pass
        if not self._connection.is_open:
            raise self._connection.error()

    def take(self) -> Heard:
        """Everything heard since it was last taken."""
        self._wake.clear()
        is_missing = self._missing_at_s is not None and asyncio.get_running_loop().time() >= self._missing_at_s
        heard = Heard(self._facts, [*self._signals], self._is_whole and not is_missing)
        self._facts, self._missing_at_s = [], None if is_missing else self._missing_at_s
        self._held_bytes = sum(len(fact.data) for fact in self._ahead.values())
        self._signals.clear()
        return heard

    def _on_live(self, data: bytes, headers: bytes | None) -> None:
        try:
            told = read_live(data)
        except NotSealed:
            return
        for fact in told:
            if self._next is None or fact.sequence >= self._next:
                self._ahead[fact.sequence] = fact
                self._held_bytes += len(fact.data)
        if self._held_bytes > MAX_HELD_BYTES:
            self._facts.clear()
            self._ahead.clear()
            self._held_bytes = 0
            self.give_up()
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
