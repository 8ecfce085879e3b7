"""Fixtures of the sandbox tests: a world in process, and a served one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from control_client import control_client

from desktop.sandbox.model.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def jennifer(world: World) -> Customer:
    """A customer whom Intercom knows as user by phone and e-mail."""
    return world.add_customer("Jennifer Okafor", phone="+353871234567", email="jennifer@example.com", known_as="user")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A served world without conversations, with a running clock."""
    with Sandbox.start() as served:
        yield served


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """HTTP client of Reachline's app, version 2.16."""
    headers = {"Authorization": f"Bearer {sandbox.urls['intercom']['token']}", "Intercom-Version": "2.16"}
    with httpx.Client(base_url=sandbox.urls["intercom"]["base_url"], headers=headers, verify=False) as client:
        yield client


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with control_client(sandbox.urls) as client:
        yield client


class LockedWorld:
    """The world of a served sandbox; each method call holds the lock, against the server's own clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._sandbox.world, name)
        if not callable(value):
            return value

        def locked(*args: Any, **kwargs: Any) -> Any:
            with self._sandbox.lock:
                return value(*args, **kwargs)

        return locked


@pytest.fixture
def stage(sandbox: Sandbox) -> LockedWorld:
    """The served world with a standing clock, a second WhatsApp line `whatsapp-2` at Twilio, and Jennifer (user)."""
    with sandbox.lock:
        sandbox.world.clock.run(0)
        sandbox.world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")
        sandbox.world.add_customer(
            "Jennifer Okafor",
            phone="+353871234567",
            email="jennifer@example.com",
            telegram_id=9001,
            known_as="user",
        )
    return LockedWorld(sandbox)


@pytest.fixture
def customer(stage: LockedWorld) -> Customer:
    return stage.customers["c1"]
