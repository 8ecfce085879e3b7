"""Behaviour over time: the one door in (`commands`), reads, sync, outbox, connection, feed. No Qt in here.

Facts flow provider -> store -> `Changes` (feed) -> models -> views. Wishes come back through `commands`.
"""
