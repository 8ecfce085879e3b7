"""What colleagues do in the conversations that are open or in view, as their desktops say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from desktop.domain.model.presence import Colleague, PresenceState
from desktop.engine.changes import Changes, Feed
from desktop.ports import Clock
from desktop.ports.team import Presence

HOLDS_S = {PresenceState.TYPING: 8.0, PresenceState.LOOKING: 50.0, PresenceState.QUEUED: 50.0}
"""For how long each state holds after it was told last; it is told more than twice as often."""

_ORDER = (PresenceState.QUEUED, PresenceState.TYPING, PresenceState.LOOKING)


class _Heard(msgspec.Struct, frozen=True):
    """until_s: of the monotonic clock."""

    colleague: Colleague
    until_s: float


class Colleagues:
    """Holds what was heard for as long as it counts. Loop's thread."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._clock = clock
        self._feed = feed
        # Conversation id -> its customer; of no others it is heard.
        self._customers: Mapping[str, str] = {}
        # (conversation id, agent) -> what that agent does there.
        self._heard: dict[tuple[str, str], _Heard] = {}

    def watch(self, customers: Mapping[str, str]) -> None:
        """Take in what is heard of these conversations alone. customers: by conversation id."""
        self._customers = customers
        self._keep({key: heard for key, heard in self._heard.items() if key[0] in customers})

    def hear(self, told: Presence) -> None:
        """Take in what a colleague does; it replaces what they did in this conversation before."""
        if told.conversation_id not in self._customers:
            return
        key = (told.conversation_id, told.agent)
        if told.state is PresenceState.LEFT:
            self._keep({k: heard for k, heard in self._heard.items() if k != key})
            return
        until_s = self._clock.monotonic() + HOLDS_S[told.state]
        self._keep({**self._heard, key: _Heard(Colleague(told.agent, told.state, told.name), until_s)})

    def expire(self) -> float | None:
        """Forget what no longer holds. Returns the seconds until something else will not; None for never."""
        now_s = self._clock.monotonic()
        self._keep({key: heard for key, heard in self._heard.items() if heard.until_s > now_s})
        return min((heard.until_s - now_s for heard in self._heard.values()), default=None)

    def clear(self) -> None:
        """Forget everybody: nothing can be heard any more."""
        self._keep({})

    def _keep(self, heard: dict[tuple[str, str], _Heard]) -> None:
        before, self._heard = self._heard, heard
        changed = {
            key
            for key in before.keys() | heard.keys()
            if key not in before or key not in heard or before[key].colleague != heard[key].colleague
        }
        customers = {self._customers[key[0]] for key in changed if key[0] in self._customers}
        self._feed.publish(Changes(presence=frozenset(customers)))

    def colleagues_in(self, conversation_id: str) -> tuple[Colleague, ...]:
        """Who is in a conversation: who has a reply queued first, then who types, then who looks; by name."""
        return _in_order(heard for key, heard in self._heard.items() if key[0] == conversation_id)

    def colleagues_with(self, customer_id: str) -> tuple[Colleague, ...]:
        """Who is in any conversation of a customer, each once, as in `colleagues_in`."""
        return _in_order(heard for key, heard in self._heard.items() if self._customers.get(key[0]) == customer_id)


def _in_order(heard: Iterable[_Heard]) -> tuple[Colleague, ...]:
    found = sorted((h.colleague for h in heard), key=lambda c: (_ORDER.index(c.state), c.name, c.agent))
    return tuple(_first_of_each(found))


def _first_of_each(found: Iterable[Colleague]) -> Iterator[Colleague]:
    agents = set()
    for colleague in found:
        if colleague.agent not in agents:
            agents.add(colleague.agent)
            yield colleague
