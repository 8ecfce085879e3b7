"""A fresh world, and shorthands every sandbox test uses."""

from __future__ import annotations

import pytest

from desktop.sandbox.people import Customer
from desktop.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def jennifer(world: World) -> Customer:
    """Known to Intercom by phone and e-mail, as in the story of the trap."""
    return world.add_customer("Jennifer Okafor", phone="+353871234567", email="jennifer@example.com", known_as="user")
