"""The sandbox over HTTP: providers, control API, faults and an interruptible network."""

from desktop.sandbox.server.server import Sandbox, main

__all__ = ["Sandbox", "main"]
