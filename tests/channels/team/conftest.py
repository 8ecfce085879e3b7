"""Shared ground: a broker for all tests of a process, and a workspace of its own for each test."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from broker import SERVER, Broker, Workspace, opened, started_broker

WORKSPACES = 100


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not SERVER.exists():
        pytest.skip("nats-server is not installed")
    yield from started_broker(tmp_path_factory.mktemp("broker"), [f"w{number}" for number in range(WORKSPACES)])


@pytest.fixture
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """For tests that kill it, or change who may connect."""
    if not SERVER.exists():
        pytest.skip("nats-server is not installed")
    yield from started_broker(tmp_path_factory.mktemp("own-broker"), ["own"])


@pytest.fixture
async def workspace(broker: Broker) -> AsyncIterator[Workspace]:
    async with opened(broker, broker.next_workspace()) as found:
        yield found


@pytest.fixture
async def own_workspace(own_broker: Broker) -> AsyncIterator[Workspace]:
    async with opened(own_broker, "own") as found:
        yield found


@pytest.fixture
def unused_port() -> int:
    """One that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port
