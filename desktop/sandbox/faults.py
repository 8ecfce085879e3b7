"""What lies between the caller and the providers: the sandbox's Date, and faults on demand."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .settings import Fault
from .world import World

SAFE_PATHS = ("/control",)


class Connections:
    """The open connections by the caller's address, so that a fault can cut one."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        self._open[transport.get_extra_info("peername")[:2]] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        self._open.pop((transport.get_extra_info("peername") or ("", 0))[:2], None)

    def cut(self, client: tuple[str, int]) -> None:
        self._open[client].abort()


class Wire:
    """Dates every answer by the sandbox's clock and lets `settings.fail_next` happen.

    Faults never touch the control API.
    """

    def __init__(self, app: ASGIApp, world: World, lock: threading.RLock, connections: Connections) -> None:
        self._app = app
        self._world = world
        self._lock = lock
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = formatdate(self._world.now, usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", now)]
            await send(message)

        fault = self._take(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, dated)
        else:
            await self._fail(fault, scope, receive, dated)

    def _take(self, method: str, path: str) -> Fault | None:
        if path.startswith(SAFE_PATHS):
            return None
        with self._lock:
            waiting = self._world.settings.fail_next
            for fault in waiting:
                if fault.method in ("*", method) and re.search(fault.path, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        waiting.remove(fault)
                    return fault
        return None

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.action:
            case "status":
                await _send(send, fault.status, *_page(fault))
            case "delay":
                await asyncio.sleep(fault.seconds)
                await self._app(scope, receive, send)
            case "drop_before":
                await self._cut(scope, receive)
            case "drop_after":
                await self._swallow(scope, receive)
                await self._cut(scope, receive)
            case "truncate":
                status, body = await self._swallow(scope, receive)
                await _send(send, status, b"application/json; charset=utf-8", body[: len(body) // 2])

    async def _swallow(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        """Process the request and keep the answer from the caller."""
        status, body = 0, b""

        async def keep(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        await self._app(scope, receive, keep)
        return status, body

    async def _cut(self, scope: Scope, receive: Receive) -> None:
        self._connections.cut(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass


def _page(fault: Fault) -> tuple[bytes, bytes]:
    if fault.html:
        page = f"<html><head><title>{fault.status}</title></head><body>Something went wrong</body></html>"
        return b"text/html; charset=utf-8", page.encode()
    error = {"code": "server_error", "message": "The sandbox was told to fail"}
    body = {"type": "error.list", "request_id": None, "errors": [error]}
    return b"application/json; charset=utf-8", json.dumps(body).encode()


async def _send(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
