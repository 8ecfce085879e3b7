"""The feed over websockets: directly, and through a company's proxy."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator

import msgspec
import pytest
from broker import BEHIND_PROXY, Workspace
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from listening_desk import ListeningDesk

from desktop.channels.team import connection
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.proxy import ProxyRefused, ProxySilent, open_tunnel
from desktop.ports import ProviderErrorKind
from desktop.ports.team import Presence, PresenceState


class CompanyProxy:
    """A proxy that lets CONNECT through to one port on loopback, whatever host is asked for.

    requests: request line and fields, in the order of arrival. refusal: what it answers instead; "" to say nothing.
    """

    def __init__(self, port_behind: int) -> None:
        self.port_behind = port_behind
        self.requests: list[list[str]] = []
        self.refusal: str | None = None
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._pipes: list[asyncio.Task[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(head.decode().strip().split("\r\n"))
        if self.refusal is not None:
            writer.write(self.refusal.encode())
            return
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self.port_behind)
        self._writers.append(behind_writer)
        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n")
        for source, target in ((reader, behind_writer), (behind_reader, writer)):
            self._pipes.append(asyncio.create_task(self._pipe(source, target)))

    async def _pipe(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                target.write(data)
        except ConnectionError:
            pass
        target.close()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.close()


@pytest.fixture
async def proxy(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CompanyProxy]:
    """Set as this computer's."""
    company = CompanyProxy(workspace.broker.web_port)
    server = await asyncio.start_server(company.serve, "127.0.0.1", 0)
    company.port = server.sockets[0].getsockname()[1]
    for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{company.port}")
    yield company
    server.close()
    company.hang_up()
    await server.wait_closed()


def behind_proxy(workspace: Workspace) -> Invitation:
    return msgspec.structs.replace(workspace.invitation("anna"), servers=(f"wss://{BEHIND_PROXY}",))


async def refusal(invitation: Invitation) -> tuple[str, str]:
    desk = ListeningDesk(invitation)
    desk.begin()
    error = await desk.until_ended()
    return error.kind, error.reason.code


async def hears_and_tells(workspace: Workspace, invitation: Invitation) -> None:
    since = await workspace.cursor()
    await asyncio.gather(*(workspace.tell(number) for number in range(300)))
    ben = ListeningDesk(workspace.invitation("ben"))
    await ben.feed.watch({"1"})
    async with ListeningDesk(invitation, since) as anna, ben:
        await anna.until(lambda: len(anna.numbers) == 300)
        await workspace.tell(300)
        await anna.until(lambda: anna.numbers[-1] == 300)
        await anna.feed.publish_presence("1", PresenceState.TYPING, "7001", "Anna")
        await ben.until(lambda: bool(ben.of(Presence)))
        await anna.feed.aclose()
        await anna.until(lambda: anna.has_ended)
        assert anna.error is None


async def test_over_websockets(workspace: Workspace) -> None:
    await hears_and_tells(workspace, workspace.invitation("anna", web=True))


async def test_through_the_companys_proxy(workspace: Workspace, proxy: CompanyProxy) -> None:
    await hears_and_tells(workspace, behind_proxy(workspace))
    (request,) = proxy.requests
    assert request[0] == f"CONNECT {BEHIND_PROXY}:443 HTTP/1.1"
    assert f"Host: {BEHIND_PROXY}:443" in request
    assert not [field for field in request if field.startswith("Proxy-Authorization")]


async def test_what_cannot_be_reached_directly_is_reached_through_the_proxy(
    workspace: Workspace, proxy: CompanyProxy, unused_port: int
) -> None:
    invitation = behind_proxy(workspace)
    both = msgspec.structs.replace(invitation, servers=(*invitation.servers, f"tls://localhost:{unused_port}"))
    async with ListeningDesk(both) as anna:
        assert anna.batches
    assert len(proxy.requests) == 1


async def test_the_proxy_is_told_who_asks(
    workspace: Workspace, proxy: CompanyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://anna:p%40ss@127.0.0.1:{proxy.port}")
    async with ListeningDesk(behind_proxy(workspace)):
        pass
    (request,) = proxy.requests
    expected = base64.b64encode(b"anna:p@ss").decode()
    assert f"Proxy-Authorization: Basic {expected}" in request


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy_sign_in"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "proxy_refuses_status"),
        ("220 smtp.example.test\r\n\r\n", "proxy_refuses"),
        ("HTTP/1.1 200 OK\r\n" + "x" * 100_000, "proxy_refuses"),
    ],
)
async def test_a_proxy_that_lets_nobody_through(
    workspace: Workspace, proxy: CompanyProxy, answer: str, code: str
) -> None:
    proxy.refusal = answer
    assert await refusal(behind_proxy(workspace)) == (ProviderErrorKind.OFFLINE, code)


async def test_a_proxy_that_says_nothing(
    workspace: Workspace, proxy: CompanyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "STEP_TIMEOUT_S", 0.1)
    proxy.refusal = ""
    assert await refusal(behind_proxy(workspace)) == (ProviderErrorKind.OFFLINE, "proxy_silent")


async def test_a_proxy_that_is_not_there(
    workspace: Workspace, proxy: CompanyProxy, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{unused_port}")
    assert await refusal(behind_proxy(workspace)) == (ProviderErrorKind.OFFLINE, "proxy_silent")
    monkeypatch.setenv("https_proxy", f"socks5://127.0.0.1:{proxy.port}")
    assert await refusal(behind_proxy(workspace)) == (ProviderErrorKind.OFFLINE, "proxy_refuses")


async def test_a_connection_that_the_proxy_ends(workspace: Workspace, proxy: CompanyProxy) -> None:
    async with ListeningDesk(behind_proxy(workspace)) as anna:
        proxy.hang_up()
        error = await anna.until_ended()
        assert (error.kind, error.reason.code) == (ProviderErrorKind.OFFLINE, "connection_broke")


async def test_what_speaks_no_websocket(workspace: Workspace, proxy: CompanyProxy) -> None:
    """The broker's other port greets in the clear, before any TLS."""
    proxy.port_behind = workspace.broker.port
    assert await refusal(behind_proxy(workspace)) == (ProviderErrorKind.OFFLINE, "connection_intercepted")


async def test_a_proxys_own_certificate_is_not_trusted(workspace: Workspace, proxy: CompanyProxy) -> None:
    invitation = msgspec.structs.replace(behind_proxy(workspace), ca="")
    assert await refusal(invitation) == (ProviderErrorKind.OFFLINE, "untrusted_certificate")


@given(answer=st.binary(max_size=60))
@examples(30)
async def test_no_answer_of_a_proxy_is_too_odd(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises((ProxyRefused, ProxySilent)):
        await open_tunnel(f"http://127.0.0.1:{port}", "team.example.test", 443, connection._tls_context(""))
    server.close()
    await server.wait_closed()
