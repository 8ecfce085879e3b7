"""The hub's connection to the broker: kept up, with streams and buckets as they must be; facts are acknowledged."""

from __future__ import annotations

import logging
from asyncio import Event
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import msgspec
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import KeyValueConfig, RePublish, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from nats.js.kv import KeyValue

from desktop.channels.team import subjects
from desktop.channels.team.connection import Callback, Connection, connect
from desktop.channels.team.envelope import seal
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.live import LiveFact, read_live
from desktop.channels.team.nkeys import NKey
from desktop.channels.team.replay import Stream
from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.hub.config import Config
from desktop.hub.facts import Fact, encodable, shortened
from desktop.hub.live import LiveFacts
from desktop.hub.metrics import Metrics
from desktop.ports import Clock, ProviderError
from desktop.ports.team import FeedCursor

log = logging.getLogger(__name__)

ACK_TIMEOUT_S = 4.0
"""Intercom waits 5 s for an answer to its webhook."""

DUPLICATE_WINDOW_S = 3600.0
LOCK_LIVES_S = 6.0
RECONNECT_PAUSE_S = 1.0
MAX_LEARNED_BYTES = 16_000_000
DAY_S = 86_400.0

BROKER_ERRORS = (NatsError, OSError)
"""Whatever the client raises while the broker is away or slow, or refuses; time-outs are among them."""


class BrokerUnavailable(Exception):
    """The broker did not acknowledge; it may have the fact nevertheless."""


class StreamUsage(msgspec.Struct, frozen=True):
    """How much the broker keeps. oldest_at: since when; None of nothing."""

    count: int
    size_bytes: int
    oldest_at: datetime | None


class Publisher(Protocol):
    """Where facts go."""

    async def publish(self, fact: Fact, source: str) -> bool:
        """Publish a fact; False where the broker had it. source: a word for the counts, `webhook` or `poller`.

        Raises BrokerUnavailable.
        """
        ...


class Broker:
    """One workspace on the broker. Loop's thread.

    keys: the workspace's; replaced when they change. `Publisher`.
    """

    def __init__(
        self,
        config: Config,
        invitation: Invitation,
        keys: KeyRing,
        clock: Clock,
        metrics: Metrics,
        lock_lives_s: float = LOCK_LIVES_S,
    ) -> None:
        self._lock_lives_s = lock_lives_s
        self.keys = keys
        self._config = config
        self._invitation = invitation
        self._clock = clock
        self._metrics = metrics
        self._listeners: list[tuple[str, str, Callback]] = []
        self._preparations: list[Callable[[], Awaitable[object]]] = []
        self._is_prepared = False
        self._connection: Connection | None = None
        self._js: JetStreamContext | None = None
        self._live: LiveFacts | None = None
        self._on_live: Callable[[Sequence[LiveFact]], None] = lambda facts: None

    # --- the connection ----------------------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether facts can be published now."""
        connection = self._connection
        is_connected = connection is not None and connection.is_open and connection.client.is_connected
        return is_connected and self._is_prepared

    def listen(self, subject: str, callback: Callback, queue: str = "") -> None:
        """Subscribe to a subject on every connection from now on. queue: one copy of the hub gets each message."""
        self._listeners.append((subject, queue, callback))

    def listen_to_facts(self, callback: Callable[[Sequence[LiveFact]], None]) -> None:
        """Receive the live facts that any copy of the hub publishes, this one too."""
        self._on_live = callback
        self.listen(subjects.live(self._config.workspace), self._on_live_message)

    def add_preparation(self, preparation: Callable[[], Awaitable[object]]) -> None:
        """Await this on every connection before anything is published. May raise BrokerUnavailable."""
        self._preparations.append(preparation)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        last_problem = ""
        while True:
            try:
                await self._connect_once()
                last_problem = ""
            except (ProviderError, BrokerUnavailable, *BROKER_ERRORS) as error:
                problem = error.reason.code if isinstance(error, ProviderError) else type(error).__name__
                # Once, and not with every attempt.
                log.log(logging.DEBUG if problem == last_problem else logging.WARNING, "broker: %s", problem)
                last_problem = problem
            await self._clock.sleep(RECONNECT_PAUSE_S)

    async def _connect_once(self) -> None:
        ended = Event()
        await self.open()
        assert self._connection is not None
        self._connection.on_end(ended.set)
        log.info("broker: connected")
        try:
            await ended.wait()
            log.warning("broker: connection ended")
        finally:
            await self.aclose()

    async def open(self) -> None:
        """Connect once, and prepare. Raises ProviderError, BrokerUnavailable, or one of `BROKER_ERRORS`."""
        connection = await connect(self._invitation, NKey(self._invitation.seed))
        try:
            js = connection.client.jetstream(timeout=ACK_TIMEOUT_S)
            await self._prepare(js)
            for subject, queue, callback in self._listeners:
                await connection.client.subscribe(subject, queue, callback)
            await connection.client.flush(int(ACK_TIMEOUT_S))
            self._connection, self._js = connection, js
            self._live = LiveFacts(self._send_live, lambda facts: self._on_live(facts), self._clock)
            for prepare in self._preparations:
                await prepare()
            self._is_prepared = True
        except BaseException:
            self._connection = self._js = self._live = None
            await connection.close()
            raise

    async def aclose(self) -> None:
        """End the connection."""
        self._is_prepared = False
        if self._live is not None:
            await self._live.aclose()
        connection, self._connection, self._js, self._live = self._connection, None, None, None
        if connection is not None:
            await connection.close()

    # --- streams and buckets -----------------------------------------------------------------------------------------

    async def _prepare(self, js: JetStreamContext) -> None:
        workspace, replicas = self._config.workspace, self._config.replicas
        facts = StreamConfig(
            name=subjects.stream(workspace),
            subjects=[subjects.all_facts(workspace)],
            max_age=self._config.keep_days * DAY_S,
            max_bytes=self._config.keep_bytes,
            duplicate_window=min(DUPLICATE_WINDOW_S, self._config.keep_days * DAY_S),
            storage=StorageType.FILE,
            num_replicas=replicas,
            allow_direct=True,
            deny_delete=True,
            deny_purge=True,
        )
        learned = subjects.learned_bucket(workspace)
        buckets = (
            KeyValueConfig(
                learned,
                direct=True,
                max_bytes=MAX_LEARNED_BYTES,
                republish=RePublish(f"$KV.{learned}.>", subjects.learned_live(workspace)),
            ),
            KeyValueConfig(subjects.keys_bucket(workspace), direct=True),
            KeyValueConfig(subjects.notes_bucket(workspace)),
            KeyValueConfig(subjects.lock_bucket(workspace), ttl=self._lock_lives_s, storage=StorageType.MEMORY),
        )
        if await _has(js, str(facts.name)):
            await js.update_stream(facts)
        else:
            await js.add_stream(facts)
        for bucket in buckets:
            if not await _has(js, f"KV_{bucket.bucket}"):
                await js.create_key_value(bucket.evolve(replicas=replicas))

    async def bucket(self, name: str) -> KeyValue:
        """A bucket by its name in `subjects`. Raises BrokerUnavailable."""
        if self._js is None:
            raise BrokerUnavailable
        try:
            return await self._js.key_value(name)
        except BROKER_ERRORS:
            raise BrokerUnavailable from None

    async def usage(self) -> StreamUsage:
        """How much the stream of facts holds. Raises BrokerUnavailable."""
        if self._js is None:
            raise BrokerUnavailable
        name, oldest_at = subjects.stream(self._config.workspace), None
        try:
            state = (await self._js.stream_info(name)).state
            with suppress(NotFoundError):
                if state.messages:
                    oldest_at = (await self._js.get_msg(name, state.first_seq)).time
        except BROKER_ERRORS:
            raise BrokerUnavailable from None
        return StreamUsage(state.messages, state.bytes, oldest_at)

    async def newest(self) -> FeedCursor | None:
        """Where the newest fact stands; None if the broker does not say."""
        if self._connection is None:
            return None
        try:
            extent = await Stream(self._connection, subjects.stream(self._config.workspace)).extent()
        except ProviderError:
            return None
        return FeedCursor(extent.created_us, extent.last)

    # --- sending -----------------------------------------------------------------------------------------------------

    async def send(self, subject: str, payload: bytes) -> None:
        """Publish what the broker does not store; lost without an error while there is no connection."""
        if self._connection is not None:
            await self._connection.publish(subject, payload)

    async def _send_live(self, payload: bytes) -> None:
        await self.send(subjects.live(self._config.workspace), payload)

    async def _on_live_message(self, message: Msg) -> None:
        with suppress(NotSealed):
            self._on_live(read_live(message.data))

    async def publish(self, fact: Fact, source: str) -> bool:
        """See `Publisher`."""
        js = self._js
        if js is None or not self.is_ready:
            raise BrokerUnavailable
        payload = self._sealed(fact, source)
        if payload is None:
            # Neither the whole of it nor its id can be published.
            return False
        # Some providers' ids hold a phone number, which nobody should find on the broker.
        message_id = self.keys.digest(fact.name)
        try:
            ack = await js.publish(
                fact.subject,
                payload,
                timeout=ACK_TIMEOUT_S,
                stream=subjects.stream(self._config.workspace),
                headers={"Nats-Msg-Id": message_id},
            )
        except BROKER_ERRORS as error:
            self._metrics.unpublished.labels(source).inc()
            log.warning("not acknowledged: %s", type(error).__name__)
            raise BrokerUnavailable from None
        if self._live is not None:
            # One that the broker had, too: whoever brought it may not have learnt that it was stored.
            conversation_id = subjects.conversation_of(fact.subject)
            self._live.add(LiveFact(ack.seq, payload, message_id, conversation_id, fact.updated_at))
        if ack.duplicate:
            self._metrics.duplicates.labels(source).inc()
            return False
        self._metrics.published.labels(source).inc()
        if fact.updated_at:
            self._metrics.lag.labels(source).observe(max(self._clock.now().timestamp() - fact.updated_at, 0.0))
        return True

    def _sealed(self, fact: Fact, source: str) -> bytes | None:
        sealed = self._seal(fact)
        if sealed is None:
            self._metrics.shortened.labels(source).inc()
            short = shortened(fact)
            sealed = None if short is None else self._seal(short)
        if sealed is None:
            log.warning("too large to be published: %s", fact.envelope.kind)
        return sealed

    def _seal(self, fact: Fact) -> bytes | None:
        envelope = msgspec.structs.replace(fact.envelope, received_at=self._clock.now())
        try:
            return seal(envelope, self.keys)
        except UnicodeEncodeError:
            return seal(msgspec.structs.replace(envelope, body=encodable(envelope.body)), self.keys)
        except RecursionError:
            return None


async def _has(js: JetStreamContext, stream: str) -> bool:
    try:
        await js.stream_info(stream)
    except NotFoundError:
        return False
    return True
