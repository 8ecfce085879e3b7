"""What colleagues do in the conversations that are open or in view, as their desktops publish it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from desktop.domain.model.presence import Colleague, PresenceState
from desktop.engine.changes import Changes, Feed
from desktop.ports import Clock
from desktop.ports.team import Presence

EXPIRES_AFTER_S = {PresenceState.TYPING: 8.0, PresenceState.LOOKING: 50.0, PresenceState.QUEUED: 50.0}
"""How long each state counts after it was last received; desktops publish it more than twice as often."""

_ORDER = (PresenceState.QUEUED, PresenceState.TYPING, PresenceState.LOOKING)


class _Presence(msgspec.Struct, frozen=True):
    """What a colleague does. until_s: when that expires, of the monotonic clock."""

    colleague: Colleague
    until_s: float


class Colleagues:
    """The colleagues' states that have not expired; publishes every change. Loop's thread."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._clock = clock
        self._feed = feed
        # Conversation id -> its customer; presence in other conversations is dropped.
        self._customers: Mapping[str, str] = {}
        # (conversation id, desk) -> what the agent at that desktop does there.
        self._present: dict[tuple[str, str], _Presence] = {}

    def watch(self, customers: Mapping[str, str]) -> None:
        """Keep presence in these conversations alone from now on. customers: by conversation id."""
        self._customers = customers
        self._keep({key: p for key, p in self._present.items() if key[0] in customers})

    def receive(self, presence: Presence) -> None:
        """Take in what a colleague does; it replaces what they did in this conversation before."""
        if presence.conversation_id not in self._customers:
            return
        key = (presence.conversation_id, presence.desk)
        if presence.state is PresenceState.LEFT:
            self._keep({k: p for k, p in self._present.items() if k != key})
            return
        until_s = self._clock.monotonic() + EXPIRES_AFTER_S[presence.state]
        self._keep({**self._present, key: _Presence(Colleague(presence.desk, presence.state, presence.name), until_s)})

    def expire(self) -> float | None:
        """Drop expired states. Returns the seconds until the next one expires; None for none."""
        now_s = self._clock.monotonic()
        self._keep({key: p for key, p in self._present.items() if p.until_s > now_s})
        return min((p.until_s - now_s for p in self._present.values()), default=None)

    def clear(self) -> None:
        """Forget everybody: the connection is broken."""
        self._keep({})

    def _keep(self, present: dict[tuple[str, str], _Presence]) -> None:
        before, self._present = self._present, present
        changed = {
            key
            for key in before.keys() | present.keys()
            if key not in before or key not in present or before[key].colleague != present[key].colleague
        }
        customers = {self._customers[key[0]] for key in changed if key[0] in self._customers}
        self._feed.publish(Changes(presence=frozenset(customers)))

    def colleagues_in(self, conversation_id: str) -> tuple[Colleague, ...]:
        """Who is in a conversation: who has a reply queued first, then who types, then who looks; by name."""
        return _in_order(p for key, p in self._present.items() if key[0] == conversation_id)

    def colleagues_with(self, customer_id: str) -> tuple[Colleague, ...]:
        """Who is in any conversation of a customer, each once, as in `colleagues_in`."""
        return _in_order(p for key, p in self._present.items() if self._customers.get(key[0]) == customer_id)


def _in_order(present: Iterable[_Presence]) -> tuple[Colleague, ...]:
    found = sorted((p.colleague for p in present), key=lambda c: (_ORDER.index(c.state), c.name, c.desk))
    return tuple(_first_of_each(found))


def _first_of_each(found: Iterable[Colleague]) -> Iterator[Colleague]:
    desks = set()
    for colleague in found:
        if colleague.desk not in desks:
            desks.add(colleague.desk)
            yield colleague
