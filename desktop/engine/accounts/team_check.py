"""Tries a team's server once, for somebody who waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import ProviderError
from desktop.ports.reasons import AccountReason
from desktop.ports.team import HubState, TeamFeed

PATIENCE_S = 12.0
"""The hub speaks every 5 s, and to be connected may take as long."""


async def check_team(team: TeamFeed, patience_s: float = PATIENCE_S) -> tuple[bool, Reason]:
    """Connect, wait for the hub's state, and end the connection. Returns whether all is well, and why or why not."""
    events = team.events(None)
    try:
        async with asyncio.timeout(patience_s):
            async for event in events:
                if isinstance(event, HubState):
                    return True, make_reason(AccountReason.TEAM_ANSWERS, desk=team.desk, desks=event.desks)
    except ProviderError as error:
        return False, error.reason
    except TimeoutError:
        pass
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
        await team.aclose()
    return False, make_reason(AccountReason.TEAM_HUB_SILENT, desk=team.desk)
