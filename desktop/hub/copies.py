"""What the copies of the hub know together: how many desktops there are, and when the last webhook came."""

from __future__ import annotations

from datetime import datetime

import msgspec
from nats.aio.msg import Msg

from desktop.channels.team import signals, subjects
from desktop.hub.broker import Broker
from desktop.hub.metrics import Metrics
from desktop.ports import Clock
from desktop.ports.team import FeedCursor, HubState

TELL_EVERY_S = 5.0
GONE_AFTER_S = 75.0
"""A desktop says every 30 s that it lives."""


class _CopyState(msgspec.Struct, frozen=True):
    webhooks_at: datetime | None = None


class Copies:
    """One copy's picture of the team. Loop's thread."""

    def __init__(self, workspace_id: str, broker: Broker, clock: Clock, metrics: Metrics) -> None:
        self._workspace_id = workspace_id
        self._broker = broker
        self._clock = clock
        self._metrics = metrics
        self._heard_at_s: dict[str, float] = {}
        self.webhooks_at: datetime | None = None

    def listen(self) -> None:
        """Hear desktops and other copies."""
        self._broker.listen(subjects.alive(self._workspace_id, "*"), self._on_alive)
        self._broker.listen(subjects.hub_copies(self._workspace_id), self._on_copy)

    @property
    def desks(self) -> int:
        """How many desktops were heard of lately."""
        since_s = self._clock.monotonic() - GONE_AFTER_S
        self._heard_at_s = {agent: at_s for agent, at_s in self._heard_at_s.items() if at_s > since_s}
        self._metrics.desks.set(len(self._heard_at_s))
        return len(self._heard_at_s)

    def note_webhook(self, at: datetime) -> None:
        """A webhook of Intercom came, to whichever copy."""
        self.webhooks_at = max(self.webhooks_at or at, at)

    async def tell_copies(self) -> None:
        """Tell the others what only this copy heard."""
        state = _CopyState(self.webhooks_at)
        await self._broker.tell(subjects.hub_copies(self._workspace_id), msgspec.json.encode(state))

    async def tell_desktops(self, *, polls: bool, spare_calls: int | None, newest: FeedCursor | None) -> None:
        """Tell the desktops how the hub is; the elected copy alone does."""
        state = HubState(self.desks, self.webhooks_at, polls, spare_calls, newest)
        await self._broker.tell(subjects.hub_state(self._workspace_id), signals.write_hub_state(state))

    async def _on_alive(self, message: Msg) -> None:
        self._heard_at_s[message.subject.split(".")[3]] = self._clock.monotonic()

    async def _on_copy(self, message: Msg) -> None:
        try:
            told = msgspec.json.decode(message.data, type=_CopyState)
        except msgspec.DecodeError:
            return
        if told.webhooks_at is not None and told.webhooks_at.tzinfo is not None:
            self.note_webhook(told.webhooks_at)
