"""Publishes to the team what the agent does here, and receives what colleagues do where the agent is."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import msgspec

from desktop.domain.model.outgoing import State
from desktop.domain.model.presence import PresenceState
from desktop.engine.sync.team.colleagues import Colleagues
from desktop.engine.tasks import wait_for_wake
from desktop.ports import Clock
from desktop.ports.team import Presence, TeamFeed
from desktop.store import conversations, settings
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import outbox

REPEAT_EVERY_S = {PresenceState.TYPING: 3.0, PresenceState.LOOKING: 20.0, PresenceState.QUEUED: 20.0}
"""How often a state is published again while it lasts; `colleagues.EXPIRES_AFTER_S` allows for a lost one."""
TYPING_HOLDS_S = 5.0
"""After the last key was pressed."""
OPEN_CONVERSATIONS = 3
"""Of each customer in view, how many are listened to."""


class _Published(msgspec.Struct, frozen=True):
    """What the team was last told of a conversation. at_s: of the monotonic clock."""

    state: PresenceState
    at_s: float


class OwnPresence:
    """The agent's presence: one state for each conversation in which they do something. Loop's thread.

    Of several states in one conversation the team is told the strongest: a queued reply, then typing, then looking.
    """

    def __init__(self, team: TeamFeed, store: Store, clock: Clock, colleagues: Colleagues) -> None:
        self._team = team
        self._store = store
        self._clock = clock
        self._colleagues = colleagues
        self._wake_event = asyncio.Event()
        self._open: str | None = None
        self._is_visible = True
        # Conversation id -> monotonic seconds until which the agent counts as typing there.
        self._typing_until_s: dict[str, float] = {}
        self._queued: frozenset[str] = frozenset()
        self._published: dict[str, _Published] = {}
        self._customer_ids: tuple[str, ...] = ()
        self._is_outbox_due = self._is_watch_due = True

    async def run(self) -> None:
        """Publish what is due, and keep the watched conversations up to date, until cancelled."""
        while True:
            pause_s = await self._step()
            # What came due meanwhile needs no pause.
            if pause_s is None or pause_s > 0:
                await wait_for_wake(self._clock, pause_s, self._wake_event)

    def open(self, conversation_id: str | None, is_visible: bool) -> None:
        """The agent looks at this conversation, as long as the window is visible."""
        self._is_watch_due |= conversation_id != self._open
        self._open, self._is_visible = conversation_id, is_visible
        self._wake_event.set()

    def set_typing(self, conversation_id: str, *, is_typing: bool) -> None:
        """The agent is typing here, or has stopped. Counts for `TYPING_HOLDS_S` unless repeated."""
        if is_typing:
            self._typing_until_s[conversation_id] = self._clock.monotonic() + TYPING_HOLDS_S
        else:
            self._typing_until_s.pop(conversation_id, None)
        self._wake_event.set()

    def watch_customers(self, customer_ids: tuple[str, ...]) -> None:
        """These customers are in view in the list: receive what colleagues do in their newest conversations."""
        self._is_watch_due |= customer_ids != self._customer_ids
        self._customer_ids = customer_ids
        self._wake_event.set()

    def check_outbox(self) -> None:
        """Read again which replies are queued: one may have been added or sent."""
        self._is_outbox_due = True
        self._wake_event.set()

    def receive(self, presence: Presence) -> None:
        """Take in what a colleague does. To one who has just come, the own state is published again at once."""
        known = {c.desk for c in self._colleagues.colleagues_in(presence.conversation_id)}
        if presence.desk not in known and presence.state is not PresenceState.LEFT:
            self._published.pop(presence.conversation_id, None)
        self._colleagues.receive(presence)
        self._wake_event.set()

    def mark_disconnected(self) -> None:
        """Forget what colleagues do: nothing is received until the next connection."""
        self._colleagues.clear()

    async def leave(self) -> None:
        """Publish that the agent has left every conversation they were in."""
        self._open, self._queued = None, frozenset()
        self._typing_until_s.clear()
        await self._publish()

    def mark_connected(self) -> None:
        """Publish everything again: over the earlier connection it may not have reached anybody."""
        self._published.clear()
        self._is_watch_due = True
        self._wake_event.set()

    async def _step(self) -> float | None:
        if self._is_watch_due:
            self._is_watch_due = False
            watched = await self._store.read(_to_watch, self._open, self._customer_ids)
            self._colleagues.watch(watched)
            await self._team.watch(tuple(watched))
        if self._is_outbox_due:
            self._is_outbox_due = False
            self._queued = await self._store.read(_queued)
        pauses = (await self._publish(), self._colleagues.expire())
        return min((p for p in pauses if p is not None), default=None)

    async def _publish(self) -> float | None:
        """Publish states that are new or due to be repeated. Returns the seconds until the next one is due."""
        now_s = self._clock.monotonic()
        states = self._states(now_s)
        due = {c: s for c, s in states.items() if self._due_in_s(c, s, now_s) <= 0}
        due |= dict.fromkeys(self._published.keys() - states.keys(), PresenceState.LEFT)
        # Before the first pause, in which another step may come, or a new connection.
        for conversation_id, state in due.items():
            if state is PresenceState.LEFT:
                del self._published[conversation_id]
            else:
                self._published[conversation_id] = _Published(state, now_s)
        if due:
            account = await self._store.read(settings.account)
            teammate_id, name = (account.teammate.id, account.teammate.name) if account is not None else ("", "")
            for conversation_id, state in due.items():
                await self._team.publish_presence(conversation_id, state, teammate_id, name)
        now_s = self._clock.monotonic()
        waits = [self._due_in_s(c, s, now_s) for c, s in states.items()]
        waits += [max(until_s - now_s, 0.0) for until_s in self._typing_until_s.values()]
        return min(waits, default=None)

    def _states(self, now_s: float) -> Mapping[str, PresenceState]:
        """What the agent does, by conversation."""
        self._typing_until_s = {c: until_s for c, until_s in self._typing_until_s.items() if until_s > now_s}
        states: dict[str, PresenceState] = {}
        if self._open is not None and self._is_visible:
            states[self._open] = PresenceState.LOOKING
        states |= dict.fromkeys(self._typing_until_s, PresenceState.TYPING)
        return states | dict.fromkeys(self._queued, PresenceState.QUEUED)

    def _due_in_s(self, conversation_id: str, state: PresenceState, now_s: float) -> float:
        published = self._published.get(conversation_id)
        if published is None or published.state is not state:
            return 0.0
        return max(published.at_s + REPEAT_EVERY_S[state] - now_s, 0.0)


def _to_watch(db: Database, opened: str | None, customer_ids: Collection[str]) -> dict[str, str]:
    """The customers of the open conversation and of those in view, by conversation id."""
    watched = conversations.newest_of_customers(db, customer_ids, OPEN_CONVERSATIONS)
    customer_id = None if opened is None else conversations.customer_of(db, opened)
    if opened is not None and customer_id is not None:
        watched |= conversations.newest_of_customers(db, (customer_id,), OPEN_CONVERSATIONS) | {opened: customer_id}
    return watched


def _queued(db: Database) -> frozenset[str]:
    """Conversations in which a reply to the customer waits to be sent."""
    waiting = (reply for _, reply in outbox.in_states(db, (State.QUEUED, State.SENDING)))
    return frozenset(r.conversation_id for r in waiting if not r.internal and not r.note_of)
