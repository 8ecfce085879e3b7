"""Finds the workspace's tags by their names, and creates those that it lacks."""

from __future__ import annotations

from desktop.engine.changes import Changes, Feed
from desktop.ports import ConversationGateway, WorkspaceTag
from desktop.store import settings
from desktop.store.core.database import Store


def tag_key(name: str) -> str:
    """Equal for the names of one tag."""
    return name.strip().casefold()


class WorkspaceTags:
    """The workspace's tags, from a stored list that is read again when it lacks one. Methods raise ProviderError."""

    def __init__(self, gateway: ConversationGateway, store: Store, feed: Feed) -> None:
        self._gateway = gateway
        self._store = store
        self._feed = feed

    async def find(self, name: str) -> WorkspaceTag | None:
        """The tag of this name. A list that lacks it may be old."""
        known = _find(await self._store.read(settings.tags), name)
        return known or _find(await self._read(), name)

    async def find_or_create(self, name: str) -> WorkspaceTag:
        """The tag of this name."""
        return await self.find(name) or await self.create(name)

    async def create(self, name: str) -> WorkspaceTag:
        """Create a tag, or get the one that has the name by now."""
        tag = await self._gateway.create_tag(name.strip())
        known = await self._store.read(settings.tags)
        await self._save((*(t for t in known if t.id != tag.id), tag))
        return tag

    async def is_listed(self, tag: WorkspaceTag) -> bool:
        """Whether Intercom still has the tag."""
        return tag.id in {listed.id for listed in await self._read()}

    async def _read(self) -> tuple[WorkspaceTag, ...]:
        tags = tuple(await self._gateway.tags())
        await self._save(tags)
        return tags

    async def _save(self, tags: tuple[WorkspaceTag, ...]) -> None:
        self._feed.publish(Changes(settings=await self._store.write(settings.save, "tags", tags)))


def _find(tags: tuple[WorkspaceTag, ...], name: str) -> WorkspaceTag | None:
    return next((tag for tag in tags if tag.key == tag_key(name)), None)
