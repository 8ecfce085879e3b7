"""Creates one workspace's engine from its parts."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.engine.engine import Engine
from desktop.ports import Channel, ChannelConfig, Clock, ConversationGateway
from desktop.store.core.database import Store


def create_engine(
    gateway: ConversationGateway, clock: Clock, store: Store, channels: Iterable[tuple[ChannelConfig, Channel]] = ()
) -> Engine:
    """An engine, not started, that owns `gateway`, `store` and `channels`."""
    return Engine(gateway, store, clock, channels=channels)
