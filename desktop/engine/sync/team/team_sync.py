"""The desktop's place in its team: follows the feed, and says how it stands."""

from __future__ import annotations

from desktop.engine.changes import Feed
from desktop.engine.sync.team.colleagues import Colleagues
from desktop.engine.sync.team.presence import OwnPresence
from desktop.engine.views import TeamState, TeamView
from desktop.ports import Clock
from desktop.ports.team import TeamFeed
from desktop.store.core.database import Store


class TeamSync:
    """Without a team nothing here does anything. Loop's thread."""

    def __init__(self, team: TeamFeed | None, store: Store, clock: Clock, feed: Feed) -> None:
        self._team = team
        self.colleagues = Colleagues(clock, feed)
        self.presence = None if team is None else OwnPresence(team, store, clock, self.colleagues)
        self.view = TeamView() if team is None else TeamView(TeamState.CONNECTING, agent=team.agent)
