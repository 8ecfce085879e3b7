"""ASGI middleware before the providers: adds the sandbox's Date header and injects faults."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.sandbox.cable import Cable
from desktop.sandbox.intercom.http import SEARCH_FLAW
from desktop.sandbox.intercom.rate_limits import WINDOW_S
from desktop.sandbox.model.settings import Fault, use_up
from desktop.sandbox.server import providers
from desktop.sandbox.world import World

EXEMPT_PATHS = ("/control",)
ELSEWHERE = b"http://elsewhere.example/file"
"""Where `redirect` leads."""
_CODES = {401: "unauthorized", 408: "request_timeout", 503: "service_unavailable"}
_FAULT_MESSAGE = "The sandbox was told to fail"
_HTML = b"text/html; charset=utf-8"
_JSON = b"application/json; charset=utf-8"


@dataclass(slots=True)
class BufferedResponse:
    """A complete response; Content-Length is added when it is sent."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def with_content_type(self, content_type: bytes) -> BufferedResponse:
        others = [(name, value) for name, value in self.headers if name != b"content-type"]
        return BufferedResponse(self.status, [*others, (b"content-type", content_type)], self.body)

    async def send(self, send: Send, *, announced: int | None = None) -> None:
        """announced: Content-Length in bytes; when larger than the body, the response is left unfinished."""
        length = len(self.body) if announced is None else announced
        headers = [(name, value) for name, value in self.headers if name not in (b"content-length", b"date")]
        headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": length > len(self.body)})


class FaultMiddleware:
    """Dates every response by the sandbox's clock and applies `settings.fail_next`, except to the control API."""

    def __init__(self, app: ASGIApp, world: World, lock: threading.RLock, cable: Cable) -> None:
        self._app = app
        self._world = world
        self._lock = lock
        self._cable = cable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_date(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = formatdate(self._world.now, usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", now)]
            await send(message)

        fault = self._take_fault(scope["method"], scope["path"])
        try:
            if fault is None:
                await self._app(scope, receive, send_with_date)
            else:
                await self._fail(fault, scope, receive, send_with_date)
        except ClientDisconnect:
            # The caller disconnected within its request, as a killed program does: nothing of it was processed.
            pass

    def _take_fault(self, method: str, path: str) -> Fault | None:
        if path.startswith(EXEMPT_PATHS):
            return None
        with self._lock:
            waiting = self._world.settings.fail_next
            for fault in waiting:
                if fault.fits(method, path) and (fault.chance >= 1 or self._world.dice.random() < fault.chance):
                    use_up(waiting, fault)
                    return fault
        return None

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.action:
            case "status":
                await self._error_response(fault, scope["path"]).send(send)
            case "drop_before":
                await self._abort_connection(scope, receive)
            case "delay" | "clock_jump" | "repeat_hits" | "miss_hit":
                await self._fail_before(fault, scope, receive, send)
            case _:
                await self._fail_after(fault, scope, receive, send)

    async def _fail_before(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Apply a fault before or during processing; the response itself is complete."""
        if fault.action == "delay":
            receive = await _buffer_request(scope, receive)
            if not await self._cable.sleep(fault.seconds):
                self._cable.abort(scope["client"])
                return
        if fault.action == "clock_jump":
            with self._lock:
                self._world.advance(fault.seconds)
        if fault.action in ("repeat_hits", "miss_hit"):
            scope[SEARCH_FLAW] = fault.action
        await self._app(scope, receive, send)

    async def _fail_after(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Process the request and spoil its answer."""
        answer = await self._buffer_response(scope, receive)
        half = BufferedResponse(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
        match fault.action:
            case "status_after":
                await self._error_response(fault, scope["path"]).send(send)
            case "drop_after":
                await self._abort_connection(scope, receive)
            case "delay_after":
                if await self._cable.sleep(fault.seconds):
                    await answer.send(send)
                else:
                    await self._abort_connection(scope, receive)
            case "close_mid_answer":
                await half.send(send, announced=len(answer.body))
                self._cable.close(scope["client"])
                await _wait_for_disconnect(receive)
            case "truncate":
                await half.send(send)
            case "empty":
                await BufferedResponse(answer.status, answer.headers).send(send)
            case "wrong_type":
                await answer.with_content_type(_HTML).send(send)
            case "endless":
                await self._send_pieces(itertools.repeat(answer.body or b"-"), answer, 0.0, receive, send)
            case "trickle":
                pieces = (answer.body[at : at + 1] for at in range(len(answer.body)))
                await self._send_pieces(pieces, answer, fault.seconds, receive, send)
            case "redirect":
                await BufferedResponse(302, [(b"location", ELSEWHERE)]).send(send)

    async def _send_pieces(
        self, pieces: Iterable[bytes], answer: BufferedResponse, pause_s: float, receive: Receive, send: Send
    ) -> None:
        """Send a body of unknown length until it ends or the caller hangs up."""
        hung_up = asyncio.ensure_future(_wait_for_disconnect(receive))
        try:
            headers = [(name, value) for name, value in answer.headers if name != b"content-length"]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if not await self._cable.sleep(pause_s) or hung_up.done():
                    return
            await send({"type": "http.response.body", "body": b""})
        finally:
            hung_up.cancel()

    async def _buffer_response(self, scope: Scope, receive: Receive) -> BufferedResponse:
        """Process the request and return its response without sending it."""
        answer = BufferedResponse()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, receive, collect)
        return answer

    async def _abort_connection(self, scope: Scope, receive: Receive) -> None:
        self._cable.abort(scope["client"])
        await _wait_for_disconnect(receive)

    def _error_response(self, fault: Fault, path: str) -> BufferedResponse:
        if fault.html:
            page = f"<html><head><title>{fault.status}</title></head><body>Something went wrong</body></html>"
            return BufferedResponse(fault.status, [(b"content-type", _HTML)], page.encode())
        headers = [(b"content-type", _JSON)]
        body = providers.failure(path, fault.status, _FAULT_MESSAGE)
        if body is not None:
            return BufferedResponse(fault.status, headers, json.dumps(body).encode())
        code = _CODES.get(fault.status, "server_error")
        if fault.status == 429:
            code = "rate_limit_exceeded" if fault.rate_headers else "too_many_requests"
            headers += self._rate_headers() if fault.rate_headers else []
        error = {"code": code, "message": _FAULT_MESSAGE}
        body = {"type": "error.list", "request_id": None, "errors": [error]}
        return BufferedResponse(fault.status, headers, json.dumps(body).encode())

    def _rate_headers(self) -> list[tuple[bytes, bytes]]:
        with self._lock:
            limit = self._world.settings.rate_limit_per_10s
            reset = (int(self._world.now) // WINDOW_S + 1) * WINDOW_S
        values = {"limit": int(limit), "remaining": 0, "reset": reset}
        return [(f"x-ratelimit-{name}".encode(), str(value).encode()) for name, value in values.items()]


async def _buffer_request(scope: Scope, receive: Receive) -> Receive:
    """Read the whole request, so that it is processed even if the caller has disconnected by then."""
    body = await Request(scope, receive).body()

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _wait_for_disconnect(receive: Receive) -> None:
    """Return when the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass
