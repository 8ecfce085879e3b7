"""One desktop of a team as a process of its own, which another kills: its agent types in the conversation `1`.

Reads from standard input the path of its database and its invitation, a line each, and says when it has told the team.
Its clock stands still, so it tells that once, and does not end by itself.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from desktop.channels.team import invitation
from desktop.channels.team.feed import NatsTeamFeed
from desktop.domain.model.presence import PresenceState
from desktop.engine.commands import FocusCustomer, SetTyping
from desktop.engine.views import TeamState
from tests.engine import conftest as kit

TYPES = "types"


class _TellingFeed(NatsTeamFeed):
    """Says on standard output that the agent types, once the broker has it."""

    async def publish_presence(self, conversation_id: str, state: PresenceState, teammate_id: str, name: str) -> None:
        await super().publish_presence(conversation_id, state, teammate_id, name)
        if state is PresenceState.TYPING:
            print(TYPES, flush=True)


async def main() -> None:
    """Type until the process is killed."""
    path, line = (sys.stdin.readline().strip() for _ in range(2))
    clock = kit.FakeClock()
    gateway = kit.FakeGateway(clock)
    gateway.put(kit.whatsapp("1", "c1", kit.START - timedelta(hours=1)))
    world = await kit.build(Path(path), clock, gateway, _TellingFeed(invitation.read(line)))
    await world.sync()
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.team().state is TeamState.LIVE)
    await world.engine.command_handler.do(FocusCustomer("c1", "1"))
    await world.engine.command_handler.do(SetTyping("1"))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
