"""Shared ground: a broker for all tests of a process, and a workspace of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from hub_stage import HubBroker, HubCopy, give_secrets, needs_broker, running_hub, started_hub_broker

from desktop.hub.config import Folder


@pytest.fixture(scope="session")
def hub_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubBroker]:
    needs_broker()
    yield from started_hub_broker(tmp_path_factory.mktemp("hub") / "broker")


@pytest.fixture
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubBroker]:
    """For tests that kill it, change who may connect, or look into its files."""
    needs_broker()
    yield from started_hub_broker(tmp_path_factory.mktemp("own") / "broker")


@pytest.fixture
def folder(hub_broker: HubBroker) -> Folder:
    """Of a hub with the secrets of all providers, for a workspace of its own."""
    found = hub_broker.new_folder()
    give_secrets(found)
    return found


@pytest.fixture
async def hub(folder: Folder) -> AsyncIterator[HubCopy]:
    async with running_hub(folder, body_timeout_s=0.3) as running:
        yield running
