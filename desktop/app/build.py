"""Creates one workspace's engine from its parts."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.engine.engine import Engine
from desktop.ports import Channel, ChannelConfig, Clock, ConversationGateway
from desktop.ports.team import TeamFeed
from desktop.store.core.database import Store
from desktop.store.core.media_cache import MediaCache


def create_engine(
    gateway: ConversationGateway,
    clock: Clock,
    store: Store,
    channels: Iterable[tuple[ChannelConfig, Channel]] = (),
    media_cache: MediaCache | None = None,
    team: TeamFeed | None = None,
) -> Engine:
    """An engine, not started, that owns what it is given."""
    return Engine(gateway, store, clock, channels=channels, media_cache=media_cache, team=team)
