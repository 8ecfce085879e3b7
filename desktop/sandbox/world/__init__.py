"""The simulated world: customers, phones, bridges, Intercom and one clock."""

from desktop.sandbox.world.base import AGENT, BRIDGE, COLLEAGUE, OWNER, REACHLINE, START
from desktop.sandbox.world.customer_actions import Channel
from desktop.sandbox.world.world import World

__all__ = ["AGENT", "BRIDGE", "COLLEAGUE", "OWNER", "REACHLINE", "START", "Channel", "World"]
