"""Build: one workspace's engine from its parts. Nobody else knows all of them."""

from __future__ import annotations

from pathlib import Path

from desktop.channels.http import Token
from desktop.channels.intercom.channel import IntercomTrunk
from desktop.engine.engine import Engine
from desktop.store.database import Store
from desktop.system.clock import ServerClock


async def engine(base_url: str, token: str, database: Path) -> Engine:
    """An engine on the Intercom at `base_url`, not started. database: made when it is not there.

    Raises the store's KnownError, with a sentence, where the file cannot be used.
    """
    clock = ServerClock()
    store = await Store.open(database)
    return Engine(IntercomTrunk(base_url, Token(token), clock), store, clock)
