"""Desktops of one team, each with its own database, against one Intercom and one feed in memory."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from team_in_memory import MemoryTeam

from desktop.engine.views import TeamState
from desktop.ports.team import ConversationUpdated, HubState


@pytest.fixture
def team() -> MemoryTeam:
    return MemoryTeam()


@pytest_asyncio.fixture
async def open_desk(
    tmp_path: Any, clock: Any, kit: Any, team: MemoryTeam
) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Opens one more desktop. With the gateway of another, it is the same Intercom; with its name, the same desktop."""
    worlds = []
    numbers = itertools.count(1)

    async def open_one(gateway: Any = None, name: str = "") -> Any:
        name = name or f"desk{next(numbers)}"
        world = await kit.build(tmp_path / f"{name}.db", clock, gateway or kit.FakeGateway(clock), team.desk(name))
        worlds.append(world)
        return world

    yield open_one
    for world in worlds:
        await world.engine.tasks.aclose()
        await world.store.close()


@pytest.fixture
def tools(kit: Any, team: MemoryTeam) -> Any:
    class Tools:
        HUB = HubState(3, polls=True)

        @staticmethod
        async def go_live(*worlds: Any, hub: HubState | None = HUB) -> None:
            """Start the desktops, and wait until each is connected, has heard the hub and searched once."""
            for world in worlds:
                rounds = world.engine.poller.rounds
                await world.engine.start()
                await kit.eventually(lambda: world.engine.poller.rounds > rounds)  # noqa: B023
                await kit.eventually(lambda: world.engine.queries.team().state is TeamState.LIVE)  # noqa: B023
            if hub is not None:
                team.beat(hub)
                for world in worlds:
                    await kit.eventually(lambda: world.engine.queries.team().desks == hub.desks)  # noqa: B023

        @staticmethod
        async def pass_time(world: Any, seconds: float) -> None:
            """From rest to rest."""
            await world.rest()
            await world.clock.advance(seconds)
            await world.rest()

        @staticmethod
        def newest(
            gateway: Any, conversation_id: str, count: int = 1, *, is_plain: bool = False
        ) -> ConversationUpdated:
            """What is told of a conversation when its newest entries have come."""
            now = gateway.conversations[conversation_id]
            return ConversationUpdated(replace(now, entries=now.entries[-count:], is_partial=True), is_plain)

        @staticmethod
        async def shows(world: Any, *texts: str, customer_id: str = "c1") -> bool:
            """Whether the customer's thread ends with these texts."""
            view = await world.engine.queries.thread(customer_id)
            shown = [m.entry.text for m in view.thread.messages] if view is not None else []
            return tuple(shown[-len(texts) :]) == texts

    return Tools
