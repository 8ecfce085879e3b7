"""A team in memory: a stand-in for the feed's port, with a stream of facts that desktops follow from their cursors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field, replace

from desktop.ports import ProviderError
from desktop.ports.team import (
    FeedBatch,
    FeedCursor,
    HubState,
    LearnedFact,
    LearnedKind,
    Presence,
    PresenceState,
    TeamEvent,
    TeamFact,
)

SINCE_US = 1_800_000_000_000_000


@dataclass
class MemoryTeam:
    """The team's server. created_us: of its stream. first: the oldest sequence that it still has.

    refusal: raised to whoever connects.
    """

    facts: list[TeamFact] = field(default_factory=list)
    created_us: int = SINCE_US
    first: int = 1
    learned: dict[tuple[LearnedKind, str], LearnedFact] = field(default_factory=dict)
    desks: list[MemoryTeamFeed] = field(default_factory=list)
    refusal: ProviderError | None = None

    def desk(self, name: str) -> MemoryTeamFeed:
        self.desks.append(MemoryTeamFeed(name, self))
        return self.desks[-1]

    def tell(self, *facts: TeamFact) -> None:
        """Each fact in a batch of its own, as it comes."""
        for fact in facts:
            self.facts.append(fact)
            cursor = FeedCursor(self.created_us, len(self.facts))
            self.broadcast(FeedBatch((fact,), cursor))

    def beat(self, state: HubState) -> None:
        """The hub's sign of life."""
        self.broadcast(state)

    def broadcast(self, event: TeamEvent | ProviderError, sender: str = "") -> None:
        for feed in self.desks:
            if feed.desk != sender:
                feed.queue.put_nowait(event)

    def end(self, error: ProviderError) -> None:
        """Every connection breaks, and nobody can connect."""
        self.refusal = error
        self.broadcast(error)


class MemoryTeamFeed:
    """One desktop's connection. told: what it told of presence, in order. connected: how often it connected."""

    def __init__(self, desk: str, team: MemoryTeam) -> None:
        self.desk = desk
        self.team = team
        self.queue: asyncio.Queue[TeamEvent | ProviderError] = asyncio.Queue()
        self.told: list[tuple[str, PresenceState]] = []
        self.told_learned: list[LearnedFact] = []
        self.watched: frozenset[str] = frozenset()
        self.connected = 0
        self.is_closed = False

    async def events(self, since: FeedCursor | None) -> AsyncIterator[TeamEvent]:
        if self.team.refusal is not None:
            raise self.team.refusal
        self.connected += 1
        self.queue = asyncio.Queue()
        for fact in [f for f in self.team.learned.values() if f.desk != self.desk]:
            yield fact
        newest = FeedCursor(self.team.created_us, len(self.team.facts))
        if since is None:
            yield FeedBatch((), newest)
        else:
            is_other = since.stream_created_us != self.team.created_us
            start = self.team.first if is_other else max(since.sequence + 1, self.team.first)
            has_gap = is_other or start > since.sequence + 1
            yield FeedBatch(tuple(self.team.facts[start - 1 :]), newest, has_gap=has_gap)
        while True:
            event = await self.queue.get()
            if isinstance(event, ProviderError):
                raise event
            if not isinstance(event, Presence) or event.conversation_id in self.watched:
                yield event

    async def watch(self, conversation_ids: Collection[str]) -> None:
        self.watched = frozenset(conversation_ids)

    async def publish_presence(self, conversation_id: str, state: PresenceState, teammate_id: str, name: str) -> None:
        self.told.append((conversation_id, state))
        self.team.broadcast(Presence(self.desk, conversation_id, state, teammate_id, name), self.desk)

    async def publish_learned(self, fact: LearnedFact) -> None:
        fact = replace(fact, desk=self.desk)
        self.told_learned.append(fact)
        known = self.team.learned.get((fact.kind, fact.about))
        if known is None or known.at < fact.at:
            self.team.learned[fact.kind, fact.about] = fact
            self.team.broadcast(fact, self.desk)

    async def aclose(self) -> None:
        self.is_closed = True
