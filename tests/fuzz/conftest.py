"""Fuzzing: a share of it in every run, all of it with `python -m pytest tests/fuzz --whole`."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from recorded_exchanges import InstantClock, Recording, RecordingTransport, record

from desktop.sandbox.server import Sandbox


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`shard`: seeds of its own, so that a share is the same on every day."""
    if "shard" in metafunc.fixturenames:
        metafunc.parametrize("shard", range(8 if metafunc.config.getoption("whole") else 2))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> RecordingTransport:
    """Every request of every HTTP client made from now on."""
    wire = RecordingTransport()

    async def handle(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await wire.handle(transport, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    return wire


@pytest.fixture
async def recording(wire: RecordingTransport) -> AsyncIterator[Recording]:
    """What every adapter asked the sandbox and was answered; the sandbox is gone by now."""
    with Sandbox.start() as sandbox:
        found = await record(sandbox, wire, InstantClock())
    yield found
    await found.adapters.aclose()


@pytest.fixture
def cut_off(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """No connection leaves this process; holds the places that something wanted to reach."""
    tried: list[object] = []

    def refuse(_self: object, address: object, *_more: object) -> None:
        tried.append(address)
        raise OSError("cut off")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_a, **_k: refuse(None, host))
    yield tried
    assert tried == []
