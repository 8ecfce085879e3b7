"""Connects one desktop to the broker by the library's client; the only module that uses the client's private parts."""

from __future__ import annotations

import asyncio
import logging
import ssl
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import truststore
from nats import errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.aio.transport import Transport
from nats.js.errors import NotFoundError, ServiceUnavailableError

from desktop.channels.shared.exchange import is_loopback
from desktop.channels.team import subjects
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.nkeys import NKey
from desktop.channels.team.proxy import ProxyRefused, ProxySilent
from desktop.channels.team.transport import NotEncrypted, NotReached, StreamTransport
from desktop.channels.team.websocket import NoWebSocket, WebSocketTransport
from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import ProviderReason

Result = TypeVar("Result")
Callback = Callable[[Msg], Awaitable[None]]
Take = Callable[[bytes, bytes | None], None]
"""Takes a message's payload and its headers as they came."""

NATS_ERRORS = (OSError, errors.Error)

CONNECT_TIMEOUT_S = 10.0
"""Of the first connection as a whole; the library would go on trying."""

STEP_TIMEOUT_S = 5
"""Of each step to it, and of each request afterwards."""

PING_EVERY_S = 15
"""A connection over which two in a row are not answered has ended."""

MAX_FAILURES = 20
PROXY_SIGN_IN = 407
_REVOKED = ("authorization violation", "authentication revoked", "authentication expired")
_NOT_PERMITTED = "permissions violation"
_log = logging.getLogger(__name__)


class BrokerClient(Client):
    """The library's client with what it keeps private: its key, its transport, and where messages go first.

    on_lost: called when the connection breaks.
    """

    def __init__(self, key: NKey, transport: Transport) -> None:
        super().__init__()
        self.on_lost: Callable[[], None] = _do_nothing
        # The library would set it with another library for the keys alone.
        self._public_nkey = key.public
        self._transport = transport
        self._takers: dict[int, Take] = {}

    async def subscribe_directly(self, subject: str, take: Take) -> None:
        """Hand over each message as it is parsed. Otherwise it waits in a queue for a task of its subscription, after
        all of its headers were taken apart, which costs as much as everything else together.
        """
        # The first message cannot come before the subscription is sent, in a later turn of the loop.
        subscription = await self.subscribe(subject, future=asyncio.get_running_loop().create_future())
        self._takers[subscription._id] = take

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        # Headers are None where there are none, whatever the library says of them.
        if (take := self._takers.get(sid)) is not None:
            take(data, headers)
        else:
            await super()._process_msg(sid, subject, reply, data, headers)

    async def _process_op_err(self, e: Exception) -> None:
        # The library closes itself first and tells afterwards, and not at all where what is left to say can't be sent.
        self.on_lost()
        await super()._process_op_err(e)


def _do_nothing() -> None:
    pass


class Connection:
    """One connection; one that has ended is not used again. Loop's thread.

    was_connected: whether it came about.
    """

    def __init__(self, client: BrokerClient, host: str) -> None:
        self.client = client
        self._host = host
        self._failures: deque[Exception] = deque(maxlen=MAX_FAILURES)
        self._is_refused = False
        self.was_connected = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return not self._ended.done()

    def on_end(self, callback: Callable[[], None]) -> None:
        """Call back, in a later turn of the loop, when the connection ends."""
        self._ended.add_done_callback(lambda _: callback())

    def note(self, failure: Exception) -> None:
        """Record an error that the library or the broker reports."""
        if _NOT_PERMITTED in str(failure):
            self._is_refused = True
        else:
            self._failures.append(failure)

    def end(self) -> None:
        """Record that the connection has ended."""
        if not self._ended.done():
            self._ended.set_result(None)

    def error(self) -> ProviderError:
        """Why it ended."""
        last = self.client.last_error
        failures = [*self._failures, *([last] if last else [])]
        for failure in failures:
            if isinstance(failure, ProxyRefused):
                return ProviderError(ProviderErrorKind.OFFLINE, _proxy_reason(self._host, failure.status))
        kind, code = _classify(failures, was_connected=self.was_connected)
        return ProviderError(kind, make_reason(code, provider=self._host))

    async def subscribe_directly(self, subject: str, take: Take) -> None:
        """Hand over each message's payload and raw headers at once. Raises ProviderError."""
        try:
            await self.client.subscribe_directly(subject, take)
        except NATS_ERRORS:
            raise self.error() from None

    async def subscribe(self, subject: str, callback: Callback) -> Subscription:
        """Raises ProviderError."""
        try:
            return await self.client.subscribe(subject, cb=callback)
        except NATS_ERRORS:
            raise self.error() from None

    def check(self) -> None:
        """Raise ProviderError if the broker has refused something; it says so before it answers what is asked later."""
        if self._is_refused:
            raise ProviderError(
                ProviderErrorKind.FORBIDDEN, make_reason(ProviderReason.TEAM_REFUSES, provider=self._host)
            )

    async def request(self, subject: str, payload: bytes = b"") -> Msg:
        """A request's answer; await it by `ask`."""
        return await self.client.request(subject, payload, timeout=STEP_TIMEOUT_S)

    async def ask(self, question: Coroutine[Any, Any, Result]) -> Result:
        """Await a call of the library, at most until the connection ends.

        Raises ProviderError; BUSY where the hub has not made what is asked for yet.
        """
        asking = asyncio.ensure_future(question)
        try:
            await asyncio.wait((asking, self._ended), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise self.error()
            return asking.result()
        except (NotFoundError, ServiceUnavailableError, errors.NoRespondersError):
            raise ProviderError(
                ProviderErrorKind.BUSY, make_reason(ProviderReason.TEAM_NOT_READY, provider=self._host)
            ) from None
        except NATS_ERRORS as error:
            # A question that is refused is not answered.
            self.check()
            self.note(error)
            raise self.error() from None
        finally:
            asking.cancel()

    async def publish(self, subject: str, payload: bytes) -> None:
        """Lost without an error where there is no connection any more."""
        try:
            await self.client.publish(subject, payload)
        except NATS_ERRORS as error:
            _log.info("not told: %s", type(error).__name__)

    async def close(self) -> None:
        """End it."""
        self.end()
        await _close(self.client)


async def connect(invitation: Invitation, key: NKey) -> Connection:
    """Connect to one of the servers; those behind websockets are tried when the others cannot be reached.

    Raises ProviderError: SIGNED_OUT where the desktop is not let in, OFFLINE or TIMED_OUT where nobody answers.
    """
    problem: ProviderError | None = None
    for servers in _alternatives(invitation.servers):
        try:
            return await _connect(servers, invitation, key)
        except ProviderError as error:
            if error.kind is ProviderErrorKind.SIGNED_OUT:
                raise
            problem = error
    assert problem is not None
    raise problem


async def _connect(servers: Sequence[str], invitation: Invitation, key: NKey) -> Connection:
    client = BrokerClient(key, _transport(servers))
    connection = Connection(client, urlsplit(servers[0]).hostname or "")
    client.on_lost = connection.end

    async def on_error(error: Exception) -> None:
        # That the desktop is not let in any more, the library forgets over the end of the connection.
        for failure in (error, client.last_error):
            if failure is not None:
                connection.note(failure)

    async def on_close() -> None:
        connection.end()

    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await client.connect(
                list(servers),
                name=invitation.desk,
                tls=_tls_context(invitation.ca),
                signature_cb=key.sign,
                inbox_prefix=subjects.inbox_prefix(invitation.desk),
                error_cb=on_error,
                closed_cb=on_close,
                # Whoever iterates over the feed connects again, and reads from there what was missed.
                allow_reconnect=False,
                # 0 and less would try for ever; so each server is tried twice.
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=STEP_TIMEOUT_S,
                ping_interval=PING_EVERY_S,
                max_outstanding_pings=1,
                no_echo=True,
            )
    except NATS_ERRORS as error:
        connection.note(error)
        await _close(client)
        raise connection.error() from None
    except BaseException:
        await _close(client)
        raise
    connection.was_connected = True
    return connection


def _alternatives(servers: Iterable[str]) -> list[list[str]]:
    """The library takes no list with both kinds of address."""
    listed = list(servers)
    web = [server for server in listed if server.startswith("wss:")]
    direct = [server for server in listed if server not in web]
    return [group for group in (direct, web) if group]


def _transport(servers: Sequence[str]) -> Transport:
    if servers[0].startswith("wss:"):
        return WebSocketTransport()
    in_the_clear = all(s.startswith("nats:") and is_loopback(urlsplit(s).hostname or "") for s in servers)
    return StreamTransport(needs_tls=not in_the_clear)


@lru_cache(maxsize=4)
def _tls_context(ca: str) -> ssl.SSLContext:
    """There is one team, so it is made once."""
    context: ssl.SSLContext
    if sys.platform == "linux" and ssl.get_default_verify_paths().cafile:
        # truststore would read the same file, for each connection again: 32 ms, in which the window stands still.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
    else:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca:
        context.load_verify_locations(cadata=ca)
    return context


async def _close(client: Client) -> None:
    try:
        await client.close()
    except NATS_ERRORS:
        pass


def _proxy_reason(host: str, status: int) -> Reason:
    if status == PROXY_SIGN_IN:
        return make_reason(ProviderReason.PROXY_SIGN_IN, provider=host)
    if status:
        return make_reason(ProviderReason.PROXY_REFUSES_STATUS, provider=host, status=str(status))
    return make_reason(ProviderReason.PROXY_REFUSES, provider=host)


def _classify(failures: Sequence[Exception], *, was_connected: bool) -> tuple[ProviderErrorKind, str]:
    said = [str(failure).lower() for failure in failures]

    def has(*kinds: type[Exception]) -> bool:
        return any(isinstance(failure, kinds) for failure in failures)

    if has(errors.AuthorizationError) or any(word in text for text in said for word in _REVOKED):
        return ProviderErrorKind.SIGNED_OUT, ProviderReason.TEAM_REVOKED
    if has(ssl.SSLCertVerificationError):
        return ProviderErrorKind.OFFLINE, ProviderReason.UNTRUSTED_CERTIFICATE
    if has(ssl.SSLError, NotEncrypted, NoWebSocket):
        return ProviderErrorKind.OFFLINE, ProviderReason.INTERCEPTED
    if has(ProxySilent):
        return ProviderErrorKind.OFFLINE, ProviderReason.PROXY_SILENT
    if has(NotReached):
        return ProviderErrorKind.OFFLINE, ProviderReason.CONNECT_TIMED_OUT
    is_stale = any(
        isinstance(f, errors.StaleConnectionError) and not isinstance(f, errors.UnexpectedEOF) for f in failures
    )
    if is_stale or has(TimeoutError):
        return ProviderErrorKind.TIMED_OUT, ProviderErrorKind.TIMED_OUT
    if was_connected:
        return ProviderErrorKind.OFFLINE, ProviderReason.CONNECTION_BROKE
    if has(OSError):
        return ProviderErrorKind.OFFLINE, ProviderErrorKind.OFFLINE
    # Something answers, and it is no broker: a page to sign in to the network, for one.
    return ProviderErrorKind.OFFLINE, ProviderReason.INTERCEPTED
