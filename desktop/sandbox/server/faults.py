"""What lies between the caller and the providers: the sandbox's Date, and faults on demand."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from email.utils import formatdate

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.sandbox.cable import Cable
from desktop.sandbox.intercom.http import FLAW, WINDOW_S
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import providers
from desktop.sandbox.world import World

SAFE_PATHS = ("/control",)
_CODES = {401: "unauthorized", 408: "request_timeout", 503: "service_unavailable"}
_TOLD = "The sandbox was told to fail"
_HTML = b"text/html; charset=utf-8"
_JSON = b"application/json; charset=utf-8"


@dataclass(slots=True)
class Answer:
    """A whole answer; its length is said when it is sent."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def typed(self, content_type: bytes) -> Answer:
        others = [(name, value) for name, value in self.headers if name != b"content-type"]
        return Answer(self.status, [*others, (b"content-type", content_type)], self.body)

    async def send(self, send: Send, *, announced: int | None = None) -> None:
        """announced: bytes the headers promise; with more than there are, the answer is left unfinished."""
        length = len(self.body) if announced is None else announced
        headers = [(name, value) for name, value in self.headers if name not in (b"content-length", b"date")]
        headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": length > len(self.body)})


class Wire:
    """Dates every answer by the sandbox's clock and lets `settings.fail_next` happen.

    Faults never touch the control API.
    """

    def __init__(self, app: ASGIApp, world: World, lock: threading.RLock, cable: Cable) -> None:
        self._app = app
        self._world = world
        self._lock = lock
        self._cable = cable

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
        try:
            if fault is None:
                await self._app(scope, receive, dated)
            else:
                await self._fail(fault, scope, receive, dated)
        except ClientDisconnect:
            # Gone in the middle of its request, as a killed program is: nothing of it was processed.
            pass

    def _take(self, method: str, path: str) -> Fault | None:
        if path.startswith(SAFE_PATHS):
            return None
        with self._lock:
            waiting = self._world.settings.fail_next
            for fault in waiting:
                if fault.fits(method, path) and (fault.chance >= 1 or self._world.dice.random() < fault.chance):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            waiting.remove(fault)
                    return fault
        return None

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.action:
            case "status":
                await self._page(fault, scope["path"]).send(send)
            case "drop_before":
                await self._cut(scope, receive)
            case "delay" | "clock_jump" | "repeat_hits" | "miss_hit":
                await self._hinder(fault, scope, receive, send)
            case _:
                await self._spoil(fault, await self._swallow(scope, receive), scope, receive, send)

    async def _hinder(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Faults that strike before or while the request is processed; the answer itself is whole."""
        if fault.action == "delay":
            receive = await _whole(scope, receive)
            if not await self._cable.pause(fault.seconds):
                self._cable.cut(scope["client"])
                return
        if fault.action == "clock_jump":
            with self._lock:
                self._world.advance(fault.seconds)
        if fault.action in ("repeat_hits", "miss_hit"):
            scope[FLAW] = fault.action
        await self._app(scope, receive, send)

    async def _spoil(self, fault: Fault, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        """Faults of the answer to a request that was processed."""
        half = Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
        match fault.action:
            case "status_after":
                await self._page(fault, scope["path"]).send(send)
            case "drop_after":
                await self._cut(scope, receive)
            case "delay_after":
                if await self._cable.pause(fault.seconds):
                    await answer.send(send)
                else:
                    await self._cut(scope, receive)
            case "close_mid_answer":
                await half.send(send, announced=len(answer.body))
                self._cable.close(scope["client"])
                await _gone(receive)
            case "truncate":
                await half.send(send)
            case "empty":
                await Answer(answer.status, answer.headers).send(send)
            case "wrong_type":
                await answer.typed(_HTML).send(send)

    async def _swallow(self, scope: Scope, receive: Receive) -> Answer:
        """Process the request and keep the answer from the caller."""
        answer = Answer()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, receive, keep)
        return answer

    async def _cut(self, scope: Scope, receive: Receive) -> None:
        self._cable.cut(scope["client"])
        await _gone(receive)

    def _page(self, fault: Fault, path: str) -> Answer:
        if fault.html:
            page = f"<html><head><title>{fault.status}</title></head><body>Something went wrong</body></html>"
            return Answer(fault.status, [(b"content-type", _HTML)], page.encode())
        headers = [(b"content-type", _JSON)]
        body = providers.failure(path, fault.status, _TOLD)
        if body is not None:
            return Answer(fault.status, headers, json.dumps(body).encode())
        code = _CODES.get(fault.status, "server_error")
        if fault.status == 429:
            code = "rate_limit_exceeded" if fault.rate_headers else "too_many_requests"
            headers += self._rate_headers() if fault.rate_headers else []
        error = {"code": code, "message": _TOLD}
        body = {"type": "error.list", "request_id": None, "errors": [error]}
        return Answer(fault.status, headers, json.dumps(body).encode())

    def _rate_headers(self) -> list[tuple[bytes, bytes]]:
        with self._lock:
            limit = self._world.settings.rate_limit_per_10s
            reset = (int(self._world.now) // WINDOW_S + 1) * WINDOW_S
        values = {"limit": int(limit), "remaining": 0, "reset": reset}
        return [(f"x-ratelimit-{name}".encode(), str(value).encode()) for name, value in values.items()]


async def _whole(scope: Scope, receive: Receive) -> Receive:
    """Take in the request, so that it is processed even when the caller has gone by then."""
    body = await Request(scope, receive).body()

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _gone(receive: Receive) -> None:
    """Returns when the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass
