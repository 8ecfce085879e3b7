"""NATS over websockets, for networks that let nothing else out; through the system's proxy where there is one.

The client library's own needs another HTTP library and knows no proxies (nats.py 695).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from urllib.parse import ParseResult

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Message, Ping, Pong, Request
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from desktop.channels.shared.system_proxy import find_proxy
from desktop.channels.team.proxy import ProxySilent, open_tunnel
from desktop.channels.team.transport import NotEncrypted, NotReached, StreamTransport, start_tls

HTTPS_PORT = 443
READ_BYTES = 65_536


class NoWebSocket(ConnectionError):
    """What stands at the address speaks no websocket."""


class WebSocketTransport(StreamTransport):
    """`wss://` alone. What the broker says comes in messages of any cut; they are read as one stream."""

    def __init__(self) -> None:
        super().__init__()
        self._socket = WSConnection(ConnectionType.CLIENT)
        self._received = bytearray()
        self._has_ended = False
        self._events: Iterator[Event] = iter(())

    async def connect(self, uri: ParseResult, buffer_size: int, connect_timeout: int) -> None:
        """Raises NotEncrypted: without TLS nothing is sent."""
        raise NotEncrypted

    async def connect_tls(
        self, uri: str | ParseResult, ssl_context: ssl.SSLContext, buffer_size: int, connect_timeout: int
    ) -> None:
        """Open the connection. uri: a text where the library asks once more. Raises OSError and TimeoutError."""
        if isinstance(uri, str):
            return
        self.close()
        self._socket = WSConnection(ConnectionType.CLIENT)
        self._received.clear()
        self._events, self._has_ended = iter(()), False
        host, port = uri.hostname or "", uri.port or HTTPS_PORT
        proxy = find_proxy("https", host)
        try:
            async with asyncio.timeout(connect_timeout):
                opening = open_tunnel(proxy, host, port, ssl_context) if proxy else asyncio.open_connection(host, port)
                _, self._bare = await opening
        except TimeoutError:
            raise (ProxySilent if proxy else NotReached) from None
        async with asyncio.timeout(connect_timeout):
            self._reader, self._writer = await start_tls(self._bare, ssl_context, host, buffer_size)
            self._send(Request(host=f"{host}:{port}", target=uri.path or "/"))
            if not isinstance(await self._next_event(), AcceptConnection):
                raise NoWebSocket

    def write(self, payload: bytes) -> None:
        """Raises OSError after the end."""
        self._send(BytesMessage(payload))

    async def read(self, buffer_size: int) -> bytes:
        """b"" at the end."""
        if not self._received:
            await self._receive()
        found = bytes(self._received)
        self._received.clear()
        return found

    async def readline(self) -> bytes:
        """One line, or what is there at the end."""
        while b"\n" not in self._received and not self._has_ended:
            await self._receive()
        end = self._received.find(b"\n") + 1 or len(self._received)
        line = bytes(self._received[:end])
        del self._received[:end]
        return line

    def at_eof(self) -> bool:
        """Whether the broker has ended the connection, and all it said was read."""
        return self._has_ended and not self._received

    def close(self) -> None:
        """Say goodbye, and close what is open."""
        if self._socket.state is ConnectionState.OPEN:
            self._send(CloseConnection(code=CloseReason.NORMAL_CLOSURE))
        super().close()

    async def _receive(self) -> None:
        """Take in what comes next, until some of it is the broker's, or the connection has ended."""
        while not self._received and not self._has_ended:
            event = await self._next_event()
            if isinstance(event, Message):
                self._received += event.data.encode() if isinstance(event.data, str) else event.data
            elif isinstance(event, Ping):
                self._send(event.response())
            elif not isinstance(event, Pong):
                self._has_ended = True

    async def _next_event(self) -> Event:
        """CloseConnection at the end. Raises OSError."""
        assert self._reader is not None
        while (event := next(self._events, None)) is None:
            data = await self._reader.read(READ_BYTES)
            try:
                self._socket.receive_data(data or None)
            except RemoteProtocolError:
                raise NoWebSocket from None
            self._events = self._socket.events()
        return event

    def _send(self, event: Event) -> None:
        try:
            data = self._socket.send(event)
        except LocalProtocolError:
            raise ConnectionResetError from None
        super().write(data)
