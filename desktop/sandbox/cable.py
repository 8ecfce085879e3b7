"""The network cable: the providers' port, every open connection, and a server that can be unplugged."""

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
    """What is connected to the server, and whether the providers' port can be reached at all.

    Everything here runs on the server's own thread.
    """

    def __init__(self, port: int) -> None:
        """Raises OSError when the port cannot be had; 0 takes a free one."""
        self.listener = socket.create_server((HOST, port))
        self.port: int = self.listener.getsockname()[1]
        self.plugged = True
        self._ended = asyncio.Event()
        self._switching = asyncio.Lock()
        self._open: dict[tuple[str, int], asyncio.Transport] = {}
        self._listeners: list[asyncio.Server] = []
        self._protocol: Callable[[], asyncio.Protocol]

    def serve(self, listeners: list[asyncio.Server], protocol: Callable[[], asyncio.Protocol]) -> None:
        """`listeners[0]` is the providers' port; it is replaced when the cable comes back."""
        self._listeners, self._protocol = listeners, protocol

    def opened(self, transport: asyncio.Transport) -> None:
        # A caller that has gone again already has no address.
        peer = transport.get_extra_info("peername")
        if peer is not None:
            self._open[peer[:2]] = transport
            # asyncio does so only for sockets that name their protocol; without it, head and body of an answer
            # wait 40 ms for each other.
            with suppress(OSError):
                transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.plugged and self._is_provider(transport):
            transport.abort()

    def closed(self, transport: asyncio.Transport) -> None:
        peer = transport.get_extra_info("peername")
        if peer is not None and self._open.get(peer[:2]) is transport:
            del self._open[peer[:2]]

    @property
    def connections(self) -> int:
        """Open ones on the providers' port."""
        return sum(self._is_provider(transport) for transport in list(self._open.values()))

    def cut(self, caller: tuple[str, int] | None) -> None:
        """Close at once; what is not written yet is lost."""
        transport = self._open.get(caller) if caller else None
        if transport is not None:
            transport.abort()

    def close(self, caller: tuple[str, int] | None) -> None:
        """Close once everything written has left."""
        transport = self._open.get(caller) if caller else None
        if transport is not None:
            transport.close()

    async def pause(self, seconds: float) -> bool:
        """Wait in real time; False as soon as the server is told to stop."""
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return True
        return False

    def end(self) -> None:
        self._ended.set()
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
        # Bound and not listening: the system refuses whoever connects, and nobody else can take the port.
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((HOST, self.port))
        for transport in list(self._open.values()):
            if self._is_provider(transport):
                transport.abort()

    def _is_provider(self, transport: asyncio.Transport) -> bool:
        # One that is being closed may have no address any more.
        return bool((transport.get_extra_info("sockname") or ("", 0))[1] == self.port)


class Server(uvicorn.Server):
    """Says when it serves, and ends what waits, at once, when it is told to stop."""

    def __init__(self, config: uvicorn.Config, cable: Cable) -> None:
        super().__init__(config)
        self.serving = threading.Event()
        self._stopped = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop
        self._cable = cable

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The first of `sockets` is the cable's."""
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self._cable.serve(self.servers, self._protocol)
        self.serving.set()

    def _protocol(self) -> asyncio.Protocol:
        http: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return http(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def stop(self) -> None:
        """From another thread; a second time does no harm."""
        self.should_exit = True
        # Its loop can have ended by itself.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._stopped.set)

    async def main_loop(self) -> None:
        """The library's own asks ten times a second whether it shall end, and every test would wait for that."""
        while not self.should_exit:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers that are under way have a second; the library's own waits a tenth even where there is none."""
        self._cable.end()
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                # The library sets no event when the last one ends.
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


def protocol(cable: Cable) -> type[H11Protocol]:
    """HTTP/1.1 whose connections the cable knows."""

    class Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            cable.opened(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            cable.closed(self.transport)
            super().connection_lost(exc)

    return Protocol
