"""One desktop's feed on NATS: reads its team's events from the desktop's cursor on, and publishes its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from typing import TypeVar

from nats.aio.msg import Msg

from desktop.channels.team import signals, subjects
from desktop.channels.team.connection import Connection, connect
from desktop.channels.team.facts import open_facts
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.nkeys import NKey
from desktop.channels.team.replay import BATCH, OVERLAP, Extent, Stored, Stream, is_missing
from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.channels.team.subscriptions import Subscriptions
from desktop.ports import ProviderError
from desktop.ports.team import (
    FeedBatch,
    FeedCursor,
    HubState,
    LearnedFact,
    Presence,
    PresenceState,
    TeamEvent,
    TeamFact,
)

ALIVE_EVERY_S = 30.0
FACTS_PER_TURN = 50
"""Facts that are opened in one turn of the loop, in which the window stands still: about 4 ms."""


REMEMBERED = 1024
"""Ids of facts that were passed on, by which the overlap does not repeat them."""

KEYS_READ_AGAIN_S = 5.0
"""At most this often for what a colleague sealed with a key that is not known."""

Item = TypeVar("Item")
OpenFacts = Callable[[bytes, KeyRing], tuple[TeamFact, ...]]
_log = logging.getLogger(__name__)


class NatsTeamFeed:
    """See `desktop.ports.team.TeamFeed`.

    open_facts: opens a message of the stream. alive_every_s: how often this desktop tells the hub that it runs.
    """

    def __init__(
        self, invitation: Invitation, open_facts: OpenFacts = open_facts, alive_every_s: float = ALIVE_EVERY_S
    ) -> None:
        self._invitation = invitation
        self._open_facts = open_facts
        self._alive_every_s = alive_every_s
        self._workspace_id = invitation.workspace_id
        self._key = NKey(invitation.seed)
        self._keys = KeyRing(invitation.key)
        self._keys_read_at = 0.0
        self._learned_extent: Extent | None = None
        self._connection: Connection | None = None
        self._subscriptions: Subscriptions | None = None
        self._watched: frozenset[str] = frozenset()
        # In the order in which they were passed on.
        self._passed_on_ids: dict[str, None] = {}
        self._is_closed = False

    @property
    def desk(self) -> str:
        """See `TeamFeed`."""
        return self._invitation.desk

    # --- the team's events ------------------------------------------------------------------------------------------

    async def events(self, since: FeedCursor | None) -> AsyncGenerator[TeamEvent, None]:
        """See `TeamFeed`. One iteration at a time."""
        if self._is_closed:
            return
        connection = await connect(self._invitation, self._key)
        subscriptions = Subscriptions(connection, self._workspace_id)
        beats = asyncio.create_task(self._beat(connection))
        self._connection, self._subscriptions = connection, subscriptions
        try:
            await subscriptions.begin()
            await subscriptions.watch(self._watched)
            await self._read_keys(connection)
            connection.check()
            extent, learned = await self._read_learned(connection)
            for fact in learned:
                yield fact
            self._learned_extent = extent
            async with aclosing(self._after(since, connection, subscriptions)) as events:
                async for event in events:
                    yield event
        except ProviderError:
            if not self._is_closed:
                raise
        finally:
            self._connection = self._subscriptions = None
            beats.cancel()
            await connection.close()

    async def _after(
        self, since: FeedCursor | None, connection: Connection, subscriptions: Subscriptions
    ) -> AsyncGenerator[TeamEvent, None]:
        stream = Stream(connection, subjects.stream(self._workspace_id))
        cursor = since
        async with aclosing(self._catch_up(stream, cursor, OVERLAP)) as batches:
            async for batch in batches:
                cursor = batch.cursor
                yield batch
        assert cursor is not None
        subscriptions.follow(cursor.sequence)
        while True:
            await subscriptions.wait()
            received = subscriptions.take()
            await self._learn_keys(received.signals, connection)
            for signal in received.signals:
                if (event := self._read_signal(signal)) is not None:
                    if isinstance(event, HubState) and event.newest is not None:
                        _expect_newest(subscriptions, cursor, event.newest)
                    yield event
            for some in _batches(received.facts):
                facts = await self._open(some, connection)
                cursor = FeedCursor(cursor.stream_created_us, some[-1].sequence)
                yield FeedBatch(facts, cursor, is_caught_up=received.is_whole and some[-1] is received.facts[-1])
            if not received.is_whole:
                async with aclosing(self._catch_up(stream, cursor, 0)) as batches:
                    async for batch in batches:
                        cursor = batch.cursor
                        yield batch
                subscriptions.follow(cursor.sequence)

    async def _catch_up(
        self, stream: Stream, since: FeedCursor | None, overlap: int
    ) -> AsyncGenerator[FeedBatch, None]:
        extent = await stream.extent()
        newest = FeedCursor(extent.created_us, extent.last)
        if since is None:
            yield FeedBatch((), newest)
            return
        start, has_gap = extent.start(since)
        known = 0 if has_gap else since.sequence
        start = start if has_gap else max(start - overlap, extent.first)
        if start > extent.last:
            yield FeedBatch((), newest, has_gap=has_gap)
        for first in range(start, extent.last + 1, BATCH):
            last = min(first + BATCH - 1, extent.last)
            found = await stream.read(first, last)
            # The broker keeps a fact until it is too old, or until there are too many.
            has_gap = has_gap or len(found) <= last - first
            found = [fact for fact in found if fact.sequence > known or fact.message_id not in self._passed_on_ids]
            facts = await self._open(found, stream.connection)
            cursor = FeedCursor(extent.created_us, max(last, known))
            yield FeedBatch(facts, cursor, is_caught_up=last == extent.last, has_gap=has_gap)
            has_gap = False

    async def _open(self, found: Sequence[Stored], connection: Connection) -> tuple[TeamFact, ...]:
        """The facts that can be read."""
        if any(not self._keys.knows(fact.data) for fact in found):
            await self._read_keys(connection)
        facts: list[TeamFact] = []
        for number, fact in enumerate(found, start=1):
            if number % FACTS_PER_TURN == 0:
                await asyncio.sleep(0)
            try:
                facts += self._open_facts(fact.data, self._keys)
            except NotSealed:
                _log.warning("fact %d of the team cannot be read", fact.sequence)
                continue
            except Exception as error:  # noqa: BLE001
                # Every desktop would come to a stop at it, again and again.
                _log.error("fact %d of the team is passed over: %s", fact.sequence, type(error).__name__)
                continue
            if fact.message_id:
                self._passed_on_ids[fact.message_id] = None
        while len(self._passed_on_ids) > REMEMBERED:
            del self._passed_on_ids[next(iter(self._passed_on_ids))]
        return tuple(facts)

    def _read_signal(self, message: Msg) -> TeamEvent | None:
        """None for what cannot be read, and for what this desktop published itself."""
        try:
            match message.subject.split("."):
                case [_, _, subjects.DESK, desk, "presence", conversation_id] if desk != self.desk:
                    return signals.read_presence(message.data, desk, conversation_id, self._keys)
                case [_, _, "hub", "state"]:
                    return signals.read_hub_state(message.data)
                case [_, _, "known", *_] if message.data:
                    learned = signals.read_learned(message.data, self._keys)
                    return learned if learned.desk != self.desk else None
        except NotSealed:
            _log.info("a signal of the team cannot be read")
        return None

    async def _read_learned(self, connection: Connection) -> tuple[Extent, list[LearnedFact]]:
        """The bucket's extent, and what other desktops learnt; nothing where the bucket has not changed since the last
        read, since all desktops connect at once after a broker's restart.
        """
        bucket = Stream(connection, f"KV_{subjects.learned_bucket(self._workspace_id)}")
        extent, names = await bucket.subjects()
        learned = []
        for some in _batches(names if extent != self._learned_extent else ()):
            for value in filter(None, await bucket.last_of(some)):
                try:
                    learned.append(signals.read_learned(value, self._keys))
                except NotSealed:
                    _log.warning("a learnt fact of the team cannot be read")
        return extent, [fact for fact in learned if fact.desk != self.desk]

    async def _learn_keys(self, signals_received: Sequence[Msg], connection: Connection) -> None:
        now = asyncio.get_running_loop().time()
        is_due = now >= self._keys_read_at + KEYS_READ_AGAIN_S
        if is_due and any(subjects.DESK in m.subject and not self._keys.knows(m.data) for m in signals_received):
            await self._read_keys(connection)

    async def _read_keys(self, connection: Connection) -> None:
        """Ask for the keys that came after the invitation."""
        bucket = subjects.keys_bucket(self._workspace_id)
        subject = f"$JS.API.DIRECT.GET.KV_{bucket}.$KV.{bucket}.{self.desk}"
        self._keys_read_at = asyncio.get_running_loop().time()
        answer = await connection.ask(connection.request(subject))
        if is_missing(answer):
            return
        try:
            self._keys = KeyRing(self._invitation.key, *self._key.open_keys(answer.data))
        except NotSealed:
            _log.warning("the team's newer keys cannot be read")

    # --- what this desktop publishes --------------------------------------------------------------------------------

    async def watch(self, conversation_ids: Collection[str]) -> None:
        """See `TeamFeed`."""
        self._watched = frozenset(conversation_ids)
        if self._subscriptions is not None:
            try:
                await self._subscriptions.watch(self._watched)
            except ProviderError:
                # The iteration over `events` raises it too, and its caller connects again.
                pass

    async def publish_presence(self, conversation_id: str, state: PresenceState, teammate_id: str, name: str) -> None:
        """See `TeamFeed`."""
        presence = Presence(self.desk, conversation_id, state, teammate_id, name)
        await self._publish(
            subjects.presence(self._workspace_id, self.desk, conversation_id),
            signals.write_presence(presence, self._keys),
        )

    async def publish_learned(self, fact: LearnedFact) -> None:
        """See `TeamFeed`."""
        await self._publish(
            subjects.learned(self._workspace_id, self.desk, fact.kind), signals.write_learned(fact, self._keys)
        )

    async def aclose(self) -> None:
        """See `TeamFeed`."""
        self._is_closed = True
        if self._connection is not None:
            await self._connection.close()

    async def _publish(self, subject: str, payload: bytes) -> None:
        if self._connection is not None:
            await self._connection.publish(subject, payload)

    async def _beat(self, connection: Connection) -> None:
        while True:
            await connection.publish(subjects.alive(self._workspace_id, self.desk), b"")
            await asyncio.sleep(self._alive_every_s)


def _expect_newest(subscriptions: Subscriptions, cursor: FeedCursor, newest: FeedCursor) -> None:
    """Notice facts that nobody published: a copy of the hub may be killed after storing one."""
    if newest.stream_created_us == cursor.stream_created_us:
        subscriptions.expect(newest.sequence)
    else:
        subscriptions.mark_incomplete()


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))
