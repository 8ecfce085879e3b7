"""Build: one workspace's engine from its parts. Nobody else knows all of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from desktop.engine.engine import Engine
from desktop.ports import Channel, ChannelConfig, Clock, Trunk
from desktop.store.database import Store


async def engine_of(
    trunk: Trunk, clock: Clock, database: Path, channels: Iterable[tuple[ChannelConfig, Channel]] = ()
) -> Engine:
    """An engine, not started, that owns `trunk` and `channels`. database: made when it is not there.

    Raises the store's KnownError, with a sentence, where the file cannot be used; it owns nothing then.
    """
    store = await Store.open(database)
    return Engine(trunk, store, clock, channels=channels)
