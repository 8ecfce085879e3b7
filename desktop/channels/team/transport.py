"""The ways to the broker that the client library lacks: TLS that cannot be left out, websockets, a company's proxy.

The library takes a transport of ours through a private attribute (see `connection`), so its version is pinned.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from urllib.parse import ParseResult

from nats.aio.transport import Transport

CLOSE_TIMEOUT_S = 1.0
"""For saying goodbye: who is silent would be waited for half a minute."""


class NotReached(ConnectionError):
    """No connection to the broker's address came about in time."""


class NotEncrypted(ConnectionError):
    """What stands at the broker's address offers no TLS, though the address asks for it."""


class StreamTransport(Transport):
    """TCP, with TLS from the broker's greeting on. needs_tls: refuse to say anything in the clear.

    The library's own transport talks on without TLS where the greeting does not ask for it, and its streams make
    asyncio warn at each end of a connection.
    """

    def __init__(self, *, needs_tls: bool = True) -> None:
        self._needs_tls = needs_tls
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._bare: asyncio.StreamWriter | None = None

    async def connect(self, uri: ParseResult, buffer_size: int, connect_timeout: int) -> None:
        """Open the connection. Raises OSError."""
        self.close()
        try:
            async with asyncio.timeout(connect_timeout):
                opened = await asyncio.open_connection(uri.hostname, uri.port, limit=buffer_size)
        except TimeoutError:
            raise NotReached from None
        self._reader, self._writer = opened
        self._bare = self._writer

    async def connect_tls(
        self, uri: str | ParseResult, ssl_context: ssl.SSLContext, buffer_size: int, connect_timeout: int
    ) -> None:
        """Go on with TLS, and with a new reader: what somebody slipped in before it is not read."""
        assert self._bare is not None
        # Where TLS does not come about, the loop closes it, and tells nobody who waits for that.
        self._writer = None
        host = uri if isinstance(uri, str) else uri.hostname
        async with asyncio.timeout(connect_timeout):
            self._reader, self._writer = await start_tls(self._bare, ssl_context, host or "", buffer_size)

    def write(self, payload: bytes) -> None:
        """Raises NotEncrypted before TLS."""
        if self._writer is None or (self._needs_tls and self._writer is self._bare):
            raise NotEncrypted
        self._writer.write(payload)

    def writelines(self, payload: Sequence[bytes]) -> None:
        """As `write`."""
        self.write(b"".join(payload))

    async def read(self, buffer_size: int) -> bytes:
        """b"" at the end."""
        assert self._reader is not None
        return await self._reader.read(buffer_size)

    async def readline(self) -> bytes:
        """One line, or what is there at the end."""
        assert self._reader is not None
        return await self._reader.readline()

    async def drain(self) -> None:
        """Wait until there is room for more."""
        if self._writer is not None:
            await self._writer.drain()

    async def wait_closed(self) -> None:
        """Wait for the end, but not for long; how the connection ended is of no interest any more."""
        if self._writer is None:
            return
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._writer.wait_closed()
        except OSError:
            self._writer.transport.abort()

    def close(self) -> None:
        """Close the connection, however far it was made."""
        for writer in (self._writer, self._bare):
            if writer is not None:
                writer.close()

    def at_eof(self) -> bool:
        """Whether the broker has ended the connection."""
        return self._reader is None or self._reader.at_eof()

    def __bool__(self) -> bool:
        """Always, so that the library does not make a transport of its own."""
        return True


async def start_tls(
    writer: asyncio.StreamWriter, context: ssl.SSLContext, host: str, buffer_size: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Go on with TLS on an open connection, with a new reader. Raises OSError."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=buffer_size)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport = await loop.start_tls(writer.transport, protocol, context, server_hostname=host)
    if transport is None:
        raise ConnectionResetError
    # The loop does not say so itself here: with it, reading stops while nobody takes what was read, and the protocol
    # knows that it is above TLS.
    protocol.connection_made(transport)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
