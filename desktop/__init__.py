"""Reachline: a desktop companion that says, before the send, where a reply will arrive."""

__version__ = "0.1.0"
