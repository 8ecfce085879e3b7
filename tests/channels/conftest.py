"""Shared ground of the channel tests: answers as Intercom gives them."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from typing import Any

import pytest

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.sandbox.server import Sandbox
from desktop.system.clock import ServerClock

Json = dict[str, Any]
BEGAN = 1_790_000_000
BRIDGE = "bridge-app-x1y2"


class Answers:
    """Builds answers of API 2.16; keyword arguments replace or add fields."""

    bridge = BRIDGE
    began = BEGAN

    def author(self, kind: str = "lead", **more: Any) -> Json:
        who = {"admin": ("7001", "Sam Byrne"), "bot": ("9", "Operator")}.get(kind, ("c1", "Jennifer Okafor"))
        return {"type": kind, "id": who[0], "name": who[1], "email": None} | more

    def part(self, number: int = 1, body: str | None = "<p>Hello</p>", by: str = "lead", **more: Any) -> Json:
        return {
            "type": "conversation_part",
            "id": str(45763812690 + number),
            "part_type": "comment",
            "body": body,
            "created_at": BEGAN + 60 * number,
            "author": self.author(by),
            "attachments": [],
            "redacted": False,
            "tags": [],
            "metadata": {},
            "email_message_metadata": None,
            "app_package_code": None,
        } | more

    def conversation(self, *parts: Any, id: str = "215471234500001", **more: Any) -> Json:
        return {
            "type": "conversation",
            "id": id,
            "title": None,
            "created_at": BEGAN,
            "updated_at": BEGAN + 60 * len(parts),
            "snoozed_until": None,
            "open": True,
            "state": "open",
            "read": False,
            "admin_assignee_id": 7001,
            "team_assignee_id": 0,
            "channel": {"initial": "messenger", "current": "messenger"},
            "source": self.source(),
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c1"}]},
            "tags": {"type": "tag.list", "tags": []},
            "statistics": {"count_conversation_parts": len(parts)},
            "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
        } | more

    def source(self, **more: Any) -> Json:
        return {
            "type": "conversation",
            "id": "403918350",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p>Hi, where is my parcel?</p>",
            "url": None,
            "redacted": False,
            "attachments": [],
            "author": self.author(),
        } | more

    def tags(self, *names: str) -> Json:
        return {"type": "tag.list", "tags": [{"type": "tag", "id": n, "name": n} for n in names]}

    def contact(self, **more: Any) -> Json:
        return {
            "type": "contact",
            "id": "c1",
            "role": "lead",
            "name": "Jennifer O&#39;Kafor",
            "email": "jennifer@example.com",
            "phone": "+353871234567",
            "unsubscribed_from_emails": False,
            "has_hard_bounced": False,
            "marked_email_as_spam": False,
            "custom_attributes": {},
        } | more


@pytest.fixture
def answers() -> Answers:
    return Answers()


class PatientClock(ServerClock):
    """Real time, except that `sleep` passes at once: it is only noted."""

    def __init__(self) -> None:
        self.pauses_s: list[float] = []
        super().__init__(lambda: time.time() + sum(self.pauses_s), lambda: time.monotonic() + sum(self.pauses_s))

    async def sleep(self, seconds: float) -> None:
        self.pauses_s.append(seconds)
        await asyncio.sleep(0)


class Provider:
    """A server on loopback that answers by the book: each request takes the next answer, the last one stays.

    requests: (request line, headers in lower case, body) in the order of arrival.
    byte_every_s: how slowly their bodies trickle; 0 for all at once.
    """

    def __init__(self) -> None:
        self.byte_every_s = 0.0
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self._book: list[bytes | None] = []
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.base_url = ""

    def answers(
        self, status: int = 200, body: Any = None, *, headers: dict[str, str] | None = None, cut: int | None = None
    ) -> Provider:
        """body: bytes as they are, anything else as JSON. cut: the connection ends after so many bytes of it."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Date": formatdate(usegmt=True), "Content-Length": str(len(content)), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in (given | (headers or {})).items())
        self._book.append(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content[:cut])
        return self

    def restart(self) -> Provider:
        """With an empty book; `requests` stay."""
        self._book.clear()
        return self

    def fails(self, code: int, message: str, **more: Any) -> Provider:
        problem = {"type": "error.list", "request_id": "r-1", "errors": [{"code": "some_code", "message": message}]}
        return self.answers(code, problem, **more)

    def hangs_up(self) -> Provider:
        self._book.append(b"")
        return self

    def stays_silent(self) -> Provider:
        self._book.append(None)
        return self

    def talks_nonsense(self) -> Provider:
        self._book.append(b"\x00\x01 what?\r\n\r\n")
        return self

    async def __aenter__(self) -> Provider:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *fields = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
        self.requests.append((line, headers, await reader.readexactly(int(headers.get("content-length", "0")))))
        answer = self._book.pop(0) if len(self._book) > 1 else self._book[0]
        if answer is None:
            return
        if self.byte_every_s:
            with suppress(ConnectionError):
                head, end, body = answer.partition(b"\r\n\r\n")
                writer.write(head + end)
                for byte in body:
                    writer.write(bytes((byte,)))
                    await writer.drain()
                    await asyncio.sleep(self.byte_every_s)
        else:
            writer.write(answer)
        writer.close()


SECRET = "dG9rOnNlY3JldC1vZi1qZW5uaWZlcg=="


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with Provider() as serving:
        yield serving


@pytest.fixture
async def gateway(provider: Provider, clock: PatientClock) -> AsyncIterator[IntercomGateway]:
    """Against the provider by the book."""
    gateway = IntercomGateway(provider.base_url, Token(SECRET), clock, jitter=lambda: 0.5)
    yield gateway
    await gateway.aclose()


@pytest.fixture
async def impatient(provider: Provider, clock: PatientClock) -> AsyncIterator[IntercomGateway]:
    """As `gateway`, for a provider that stays silent: gives up after a moment."""
    gateway = IntercomGateway(provider.base_url, Token(SECRET), clock, read_timeout_s=0.2, jitter=lambda: 0.5)
    yield gateway
    await gateway.aclose()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as served:
        yield served


@pytest.fixture
async def live(sandbox: Sandbox, clock: PatientClock) -> AsyncIterator[IntercomGateway]:
    """Against the sandbox."""
    access = sandbox.urls["intercom"]
    gateway = IntercomGateway(access["base_url"], Token(access["token"]), clock, jitter=lambda: 0.5)
    yield gateway
    await gateway.aclose()


@pytest.fixture
def unreachable(clock: PatientClock) -> Callable[[], IntercomGateway]:
    """A trunk whose server refuses connections: a port that was free a moment ago."""

    def make() -> IntercomGateway:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        return IntercomGateway(f"http://127.0.0.1:{port}", Token(SECRET), clock, jitter=lambda: 0.5)

    return make
