"""The simulated network between callers and providers: a port that can be disconnected, and its connections."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
BACKLOG = 2048


class Cable:
    """The providers' port and all open connections; `set_plugged` disconnects the port as if a cable were pulled.

    All methods run on the server's thread.
    """

    def __init__(self, port: int) -> None:
        """port: 0 takes a free one. Raises OSError when the port is not available."""
        self.listener = socket.create_server((HOST, port))
        self.port: int = self.listener.getsockname()[1]
        self.plugged = True
        self._stopping = asyncio.Event()
        self._switching = asyncio.Lock()
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._listeners: list[asyncio.Server] = []
        self._protocol: Callable[[], asyncio.Protocol]

    def serve(self, listeners: list[asyncio.Server], protocol: Callable[[], asyncio.Protocol]) -> None:
        """listeners: the first one is the providers' port; it is replaced when the cable is plugged in again."""
        self._listeners, self._protocol = listeners, protocol

    def add_connection(self, transport: asyncio.Transport) -> None:
        # A caller that has disconnected already has no address.
        peer = transport.get_extra_info("peername")
        if peer is not None:
            self._transports[peer[:2]] = transport
            # asyncio does this only for sockets with an explicit protocol; without it, the body of a response waits
            # 40 ms for the acknowledgement of its headers (Nagle).
            with suppress(OSError):
                transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.plugged and self._is_provider(transport):
            transport.abort()

    def remove_connection(self, transport: asyncio.Transport) -> None:
        peer = transport.get_extra_info("peername")
        if peer is not None and self._transports.get(peer[:2]) is transport:
            del self._transports[peer[:2]]

    @property
    def connection_count(self) -> int:
        """Number of open connections on the providers' port."""
        return sum(self._is_provider(transport) for transport in list(self._transports.values()))

    def abort(self, caller: tuple[str, int] | None) -> None:
        """Close the connection at once; unsent data is lost."""
        transport = self._transports.get(caller) if caller else None
        if transport is not None:
            transport.abort()

    def close(self, caller: tuple[str, int] | None) -> None:
        """Close the connection when all data has been sent."""
        transport = self._transports.get(caller) if caller else None
        if transport is not None:
            transport.close()

    async def sleep(self, seconds: float) -> bool:
        """Sleep in real time. Returns False as soon as the server stops."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return True
        return False

    def stop(self) -> None:
        self._stopping.set()
        if not self.plugged:
            self.listener.close()

    async def set_plugged(self, plugged: bool) -> None:
        async with self._switching:
            if plugged == self.plugged:
                return
            self.plugged = plugged
            if plugged:
                loop = asyncio.get_running_loop()
                server = await loop.create_server(self._protocol, sock=self.listener, backlog=BACKLOG)
                self._listeners[0] = server
            else:
                self._unplug()

    def _unplug(self) -> None:
        self._listeners[0].close()
        # Bound and not listening: connections are refused, and no other program can take the port.
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((HOST, self.port))
        for transport in list(self._transports.values()):
            if self._is_provider(transport):
                transport.abort()

    def _is_provider(self, transport: asyncio.Transport) -> bool:
        # A closing transport may have no address any more.
        return bool((transport.get_extra_info("sockname") or ("", 0))[1] == self.port)


class Server(uvicorn.Server):
    """uvicorn server that signals when it accepts requests and stops without delay.

    serving: set when it accepts requests.
    """

    def __init__(self, config: uvicorn.Config, cable: Cable) -> None:
        super().__init__(config)
        self.serving = threading.Event()
        self._stopped = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop
        self._cable = cable

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """sockets: the first one is the providers' port."""
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self._cable.serve(self.servers, self._protocol)
        self.serving.set()

    def _protocol(self) -> asyncio.Protocol:
        http: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return http(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def stop(self) -> None:
        """Stop the server. Called from another thread; safe to call twice."""
        self.should_exit = True
        # The loop may have ended already.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._stopped.set)

    async def main_loop(self) -> None:
        """Wait until stopped. uvicorn's own loop polls every 100 ms, for which every test would wait."""
        while not self.should_exit:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Give running responses one second. uvicorn's own method waits 100 ms even when there are none."""
        self._cable.stop()
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                # uvicorn has no event for the end of the last task.
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


def protocol_class(cable: Cable) -> type[H11Protocol]:
    """Create the HTTP/1.1 protocol class that registers its connections with the cable."""

    class Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            cable.add_connection(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            cable.remove_connection(self.transport)
            super().connection_lost(exc)

    return Protocol
