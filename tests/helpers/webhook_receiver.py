"""A small web server on loopback that takes webhooks, remembers them, and answers what a test wants."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from desktop.sandbox.cable import HOST, Cable, Server, protocol_class

NEVER = -1
"""An answer that does not come before the server stops."""
HELD = -2
"""An answer, 200, that comes after `release`."""


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        fields = parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        assert len(dict(fields)) == len(fields)
        return dict(fields)


class WebhookReceiver:
    """Answers 200, or the next of `answers`: a status, a Response, `NEVER` or `HELD`. Answers Meta's challenge.

    requests: all that came, oldest first; `posts` those with a body.
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.answers: deque[int | Response] = deque()
        self._changed = threading.Condition()
        self._released = asyncio.Event()
        self.verify_token = "sandbox-verify-token"
        self._cable = Cable(0)
        self.url = f"http://{HOST}:{self._cable.port}"
        app = Starlette(routes=[Route("/{rest:path}", self._answer, methods=["GET", "HEAD", "POST"])])
        config = uvicorn.Config(
            app,
            http=protocol_class(self._cable),
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        self._server = Server(config, self._cable)
        self._thread = threading.Thread(target=self._server.run, args=([self._cable.listener],), daemon=True)

    @property
    def posts(self) -> list[Received]:
        return [received for received in self.requests if received.method == "POST"]

    def forget(self) -> None:
        self.requests.clear()

    def wait_for(self, count: int) -> None:
        """Wait until so many requests have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, 30)

    def release(self) -> None:
        """Give all held answers, and later ones at once."""
        self._server.loop.call_soon_threadsafe(self._released.set)

    def unplug(self) -> None:
        """Refuse connections at this address."""
        self._set_plugged(False)

    def plug_in(self) -> None:
        self._set_plugged(True)

    def _set_plugged(self, plugged: bool) -> None:
        asyncio.run_coroutine_threadsafe(self._cable.set_plugged(plugged), self._server.loop).result(30)

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        received = Received(request.method, request.url.path, dict(request.query_params), dict(request.headers), body)
        with self._changed:
            self.requests.append(received)
            self._changed.notify_all()
        answer = self.answers.popleft() if self.answers else None
        if answer == NEVER:
            await self._cable.sleep(3600)
        if answer == HELD:
            await self._released.wait()
            return Response()
        if isinstance(answer, Response):
            return answer
        if answer is None and received.query.get("hub.mode") == "subscribe":
            right = received.query["hub.verify_token"] == self.verify_token
            return PlainTextResponse(received.query["hub.challenge"], 200 if right else 403)
        return Response(status_code=answer or 200)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._server.serving.wait(30)
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.stop()
        self._thread.join()
