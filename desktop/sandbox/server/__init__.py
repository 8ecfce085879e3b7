"""The sandbox over HTTP: providers, control API, faults and the network cable."""

from desktop.sandbox.server.server import Sandbox, main

__all__ = ["Sandbox", "main"]
