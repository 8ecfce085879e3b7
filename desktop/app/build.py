"""Creates what works behind the screen from its parts: a workspace's engine, and the search for new versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from desktop import __version__
from desktop.engine.engine import Engine
from desktop.ports import Channel, ChannelConfig, Clock, ConversationGateway
from desktop.ports.team import TeamFeed
from desktop.store.core.database import Store
from desktop.store.core.media_cache import MediaCache

if TYPE_CHECKING:
    from desktop.engine.notifications.updates import Updates


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


def create_updates(settings: QSettings, clock: Clock) -> Updates:
    """For one profile; it looks for nothing before its `run`. Imported when the first window is on the screen."""
    from desktop.channels.updates.feed import ReleaseFeed
    from desktop.engine.notifications.updates import Updates
    from desktop.system.update_memory import StoredUpdates
    from desktop.ui.help.installation import installation_kind, is_released_copy

    return Updates(
        ReleaseFeed.of_file(),
        StoredUpdates(settings),
        clock,
        __version__,
        installation_kind(),
        checks_by_default=is_released_copy(),
    )
