"""The views above the customer list."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.model.frozen import frozen


class ListView(StrEnum):
    """Which customers the list shows, in every workspace.

    OPEN, SNOOZED, CLOSED: by `CustomerRow.state`, so that each customer is in one of them. MENTIONS: a note in a
    conversation that is not closed mentions this teammate.
    """

    CLOSING_SOON = "closing_soon"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    MENTIONS = "mentions"
    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    ALL = "all"
    MESSENGER_ONLY = "messenger_only"


@frozen
class TeamListView:
    """Customers with an open conversation that is assigned to this team."""

    team_id: str


AnyView = ListView | TeamListView


@frozen
class SavedView:
    """A view with a search that the agent has named. id: minted when it was saved first."""

    id: str
    name: str
    view: AnyView
    search: str = ""
    unread_only: bool = False
