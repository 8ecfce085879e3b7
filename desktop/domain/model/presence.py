"""What colleagues do in a conversation at this moment."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.model.frozen import frozen


class PresenceState(StrEnum):
    """What a colleague does in a conversation. LEFT: no longer anything."""

    LOOKING = "looking"
    TYPING = "typing"
    QUEUED = "queued"
    LEFT = "left"


@frozen
class Colleague:
    """A colleague who is in a conversation. desk: their desktop's name in the team.

    name: of the teammate; "" where neither their desktop nor Intercom says it. state: never LEFT.
    """

    desk: str
    state: PresenceState
    name: str = ""
