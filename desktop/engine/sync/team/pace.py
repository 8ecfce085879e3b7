"""How often one desktop asks Intercom, so that all desktops of a team together stay within the workspace's budget.

Intercom counts an app's calls per workspace, all desktops together: 10,000 a minute (Intercom reference, 5.1). Pure: a
simulation of many desktops decides by the same functions.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import msgspec

from desktop.ports.team import HubState

HUB_SILENT_AFTER_S = 30.0
"""The hub publishes its state every few seconds; after this long without one it counts as gone."""
WEBHOOKS_FRESH_FOR = timedelta(minutes=10)
CALLS_A_MINUTE, FEWEST_CALLS_A_MINUTE = 10_000, 100
"""What Intercom allows an app, used until the hub publishes what is left of it; and the least that is assumed."""
CROWD_SHARE = 0.375
"""Of the calls that are left, for the search and the open conversation of all desktops, while no feed spares them
these. With the reads below, and what a thousand agents open and send themselves, a team stays under 6,000.
"""
READS_SHARE = 0.05
"""Of the calls that are left, for conversations that the search shows to be different, of all desktops together."""
CALLS_BY_PACE = 2
SPREAD = 0.2
"""A team's pauses are by up to so much longer, and never shorter: the budget counts the shortest."""


class Pace(msgspec.Struct, frozen=True):
    """The shortest and the longest pause, in seconds, between two of the same kind.

    search_s: between two searches for what changed. open_s: between two reads of the open conversation. hidden_s: the
    same, while the window is hidden. reads_a_minute: how many of the conversations that the search shows to be
    different are read; None for all.
    """

    search_s: tuple[float, float]
    open_s: tuple[float, float]
    hidden_s: tuple[float, float]
    reads_a_minute: float | None = None


ALONE = Pace((9.0, 10.0), (5.1, 5.6), (24.0, 36.0))
"""Without a team: a message is shown within 6 s in the open conversation, within 15 s in the list, and an agent takes
no more than 18 of the workspace's calls a minute.
"""


class TeamCondition(msgspec.Struct, frozen=True):
    """What a desktop knows of its team's feed.

    hub: the state that the hub published last, kept also when the connection broke. hub_seen_s: when that was, of the
    monotonic clock.
    """

    is_connected: bool = False
    hub: HubState | None = None
    hub_seen_s: float | None = None

    @property
    def desks(self) -> int:
        """How many desktops the hub counted last; at least this one."""
        return max(self.hub.desks if self.hub is not None else 1, 1)

    @property
    def calls_left(self) -> int:
        """Of Intercom's calls in a minute, for all desktops, as the hub published last."""
        spare = self.hub.spare_calls if self.hub is not None else None
        return max(CALLS_A_MINUTE if spare is None else spare, FEWEST_CALLS_A_MINUTE)

    @property
    def crowd_pause_s(self) -> float:
        """How long each must at least wait between two calls of one kind, so that all together stay in the budget."""
        return self.desks * 60 * CALLS_BY_PACE / (CROWD_SHARE * self.calls_left)

    def is_hub_alive(self, now_s: float) -> bool:
        """Whether the hub's state was received lately. now_s: of the monotonic clock."""
        return self.is_connected and self.hub_seen_s is not None and now_s - self.hub_seen_s < HUB_SILENT_AFTER_S

    def is_fed(self, now: datetime, now_s: float) -> bool:
        """Whether the feed brings what changes at Intercom, so that asking for it is only a safety net."""
        if not self.is_hub_alive(now_s) or self.hub is None:
            return False
        at = self.hub.webhooks_at
        return self.hub.polls or (at is not None and now - at < WEBHOOKS_FRESH_FOR)


def find_pace(team: TeamCondition | None, now: datetime, now_s: float) -> Pace:
    """The pace at this moment. team: None for a desktop that is in no team. now_s: of the monotonic clock."""
    if team is None:
        return ALONE
    reads, crowd_s = READS_SHARE * team.calls_left / team.desks, team.crowd_pause_s
    if team.is_fed(now, now_s):
        return Pace(_longer(max(300.0, crowd_s)), _longer(max(60.0, crowd_s)), _longer(max(300.0, crowd_s)), reads)
    return Pace(
        _longer(max(ALONE.search_s[1], crowd_s)),
        _longer(max(ALONE.open_s[0], crowd_s)),
        _longer(max(ALONE.hidden_s[0], crowd_s)),
        reads,
    )


def _longer(pause_s: float) -> tuple[float, float]:
    return pause_s, pause_s * (1 + SPREAD)


def choose_pause_s(between_s: tuple[float, float], rng: Random) -> float:
    """A pause, so that many desktops do not ask at the same moment."""
    return rng.uniform(*between_s)


def choose_start_s(between_s: tuple[float, float], rng: Random) -> float:
    """How long to wait after the pace has changed for all desktops at once: anything up to one pause."""
    return rng.uniform(0.0, between_s[1])


class ReadAllowance:
    """How many conversations one desktop may read that nobody opened here: so many a minute, two minutes' worth at
    once.
    """

    SAVED_FOR_MIN = 2.0
    """What is saved is spent by all desktops at once when the feed breaks."""

    def __init__(self) -> None:
        self._left: float | None = None
        self._rate = 0.0
        self._counted_s = 0.0

    def left(self, pace: Pace, now_s: float) -> int | None:
        """Whole ones; None for any number. now_s: of the monotonic clock."""
        rate = pace.reads_a_minute
        if rate is None:
            self._left = None
            return None
        if self._left is None or rate != self._rate:
            # Many desktops may start at once, or learn at once how many they are.
            self._left = rate if self._left is None else min(self._left, rate)
        else:
            earned = (now_s - self._counted_s) / 60 * rate
            self._left = min(self._left + earned, max(rate * self.SAVED_FOR_MIN, 1.0))
        self._rate, self._counted_s = rate, now_s
        return max(int(self._left), 0)

    def take(self, count: int) -> None:
        """So many calls were made; more than were left delay the next ones."""
        if self._left is not None:
            self._left -= count


FIRST_RECONNECT_S, LONGEST_RECONNECT_S = 1.0, 60.0


def reconnect_pause_s(failures: int, rng: Random) -> float:
    """How long to wait before connecting to the team again. failures: in a row, from 1 on."""
    growing: float = min(FIRST_RECONNECT_S * 2 ** min(failures - 1, 10), LONGEST_RECONNECT_S)
    return growing * rng.uniform(0.5, 1.5)
