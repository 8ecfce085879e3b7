"""Fixtures of the fuzz tests: a share runs always, all with `python -m pytest tests/fuzz --whole`."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from recorded_exchanges import InstantClock, Recording, RecordingTransport, record

from desktop.sandbox.server import Sandbox


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize `shard`, which determines the seeds."""
    if "shard" in metafunc.fixturenames:
        metafunc.parametrize("shard", range(8 if metafunc.config.getoption("whole") else 2))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> RecordingTransport:
    """Records all requests of all HTTP clients."""
    wire = RecordingTransport()

    async def handle(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await wire.handle(transport, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    return wire


@pytest.fixture
async def recording(wire: RecordingTransport) -> AsyncIterator[Recording]:
    """Exchanges of all adapters with a sandbox that has been stopped."""
    with Sandbox.start() as sandbox:
        recording = await record(sandbox, wire, InstantClock())
    yield recording
    await recording.adapters.aclose()


@pytest.fixture
def no_network(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Refuse all connections, and fail if there was an attempt. Value: the attempted addresses."""
    attempts: list[object] = []

    def refuse(_self: object, address: object, *_more: object) -> None:
        attempts.append(address)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_a, **_k: refuse(None, host))
    yield attempts
    assert attempts == []
