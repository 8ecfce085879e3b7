"""The views above the customer list."""

from __future__ import annotations

from enum import StrEnum


class ListView(StrEnum):
    """Which customers the list shows."""

    CLOSING_SOON = "closing_soon"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    MESSENGER_ONLY = "messenger_only"
