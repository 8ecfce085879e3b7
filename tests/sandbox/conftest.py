"""A fresh world, and shorthands every sandbox test uses."""

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
    with httpx.Client(base_url=sandbox.urls["intercom"]["base_url"], headers=headers, verify=False) as client:
        yield client


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with control_client(sandbox.urls) as client:
        yield client


class Stage:
    """The world behind a server; each call holds the lock, so that the server's own clock does not run into it."""

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
def stage(sandbox: Sandbox) -> Stage:
    """The served world with a clock that stands still, and Jennifer, who is known by number and writes Telegram.

    A Twilio WhatsApp number (`whatsapp-2`) stands beside the one at Meta.
    """
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
    return Stage(sandbox)


@pytest.fixture
def her(stage: Stage) -> Customer:
    return stage.customers["c1"]
