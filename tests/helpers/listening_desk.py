"""A desktop that takes in its team's feed, as the engine does, and keeps what it heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from types import TracebackType
from typing import TypeVar

from desktop.channels.team.feed import NatsTeamFeed
from desktop.channels.team.invitation import Invitation
from desktop.ports import ProviderError
from desktop.ports.team import ConversationChanged, FeedBatch, FeedCursor, TeamEvent

Event = TypeVar("Event")
PATIENCE_S = 10.0


class ListeningDesk:
    """cursor: where it begins; afterwards how far it is. batches: how the facts came."""

    def __init__(self, invitation: Invitation, cursor: FeedCursor | None = None, feed: NatsTeamFeed | None = None):
        self.feed = feed or NatsTeamFeed(invitation)
        self.cursor = cursor
        self.events: list[TeamEvent] = []
        self.error: ProviderError | None = None
        self._news = asyncio.Event()
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> ListeningDesk:
        """Begins, and waits until it has caught up."""
        known = len(self.batches)
        self.begin()
        await self.until(lambda: any(batch.is_caught_up for batch in self.batches[known:]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    def begin(self) -> None:
        """Connect, once more where it was connected before."""
        self.error = None
        self._task = asyncio.create_task(self._listen())
        self._task.add_done_callback(lambda _: self._news.set())

    async def end(self) -> None:
        """As when the computer sleeps: the feed itself can begin again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def pause(self) -> None:
        """Take nothing in until `go_on`."""
        self._may_go_on.clear()

    def go_on(self) -> None:
        self._may_go_on.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what it heard."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                if self.has_ended:
                    raise AssertionError(f"the feed has ended: {self.error}")
                self._news.clear()
                await self._news.wait()

    @property
    def has_ended(self) -> bool:
        return self._task is not None and self._task.done()

    async def until_ended(self) -> ProviderError:
        """Wait for the connection's end."""
        await self.until(lambda: self.has_ended)
        assert self.error is not None
        return self.error

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def batches(self) -> list[FeedBatch]:
        return self.of(FeedBatch)

    @property
    def numbers(self) -> list[int]:
        """Of the conversations that changed, in the order in which it heard of them."""
        facts = (fact for batch in self.batches for fact in batch.facts)
        return [int(fact.conversation_id) for fact in facts if isinstance(fact, ConversationChanged)]

    async def _listen(self) -> None:
        try:
            async with aclosing(self.feed.events(self.cursor)) as events:
                async for event in events:
                    await self._may_go_on.wait()
                    self.events.append(event)
                    if isinstance(event, FeedBatch):
                        self.cursor = event.cursor
                    self._news.set()
        except ProviderError as error:
            self.error = error
