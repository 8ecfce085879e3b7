"""A fresh world, and shorthands every sandbox test uses."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from desktop.sandbox.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def jennifer(world: World) -> Customer:
    """Known to Intercom by phone and e-mail, as in the story of the trap."""
    return world.add_customer("Jennifer Okafor", phone="+353871234567", email="jennifer@example.com", known_as="user")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A served, empty world; its clock runs."""
    with Sandbox.start() as served:
        yield served


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Reachline's app, on version 2.16."""
    headers = {"Authorization": f"Bearer {sandbox.urls['intercom']['token']}", "Intercom-Version": "2.16"}
    with httpx.Client(base_url=sandbox.urls["intercom"]["base_url"], headers=headers) as client:
        yield client


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.urls["control"]["base_url"]) as client:
        yield client
