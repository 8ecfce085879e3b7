"""State that the copies of the hub share: how many desktops there are, and when the last webhook came."""

from __future__ import annotations

from datetime import datetime

import msgspec
from nats.aio.msg import Msg

from desktop.channels.team import signals, subjects
from desktop.hub.broker import Broker
from desktop.hub.metrics import Metrics
from desktop.ports import Clock
from desktop.ports.team import FeedCursor, HubState

STATE_EVERY_S = 5.0
GONE_AFTER_S = 75.0
"""A desktop publishes every 30 s that it runs."""


class _CopyState(msgspec.Struct, frozen=True):
    webhooks_at: datetime | None = None


class Copies:
    """One copy's view of the team. Loop's thread."""

    def __init__(self, workspace_id: str, broker: Broker, clock: Clock, metrics: Metrics) -> None:
        self._workspace_id = workspace_id
        self._broker = broker
        self._clock = clock
        self._metrics = metrics
        self._seen_at_s: dict[str, float] = {}
        self.webhooks_at: datetime | None = None

    def listen(self) -> None:
        """Receive what desktops and other copies publish, from the next connection on."""
        self._broker.listen(subjects.alive(self._workspace_id, "*"), self._on_alive)
        self._broker.listen(subjects.hub_copies(self._workspace_id), self._on_copy)

    @property
    def desks(self) -> int:
        """How many desktops published lately that they run."""
        since_s = self._clock.monotonic() - GONE_AFTER_S
        self._seen_at_s = {desk: at_s for desk, at_s in self._seen_at_s.items() if at_s > since_s}
        self._metrics.desks.set(len(self._seen_at_s))
        return len(self._seen_at_s)

    def note_webhook(self, at: datetime) -> None:
        """A webhook of Intercom came, to whichever copy."""
        self.webhooks_at = max(self.webhooks_at or at, at)

    async def share_with_copies(self) -> None:
        """Publish to the other copies what only this one received."""
        state = _CopyState(self.webhooks_at)
        await self._broker.send(subjects.hub_copies(self._workspace_id), msgspec.json.encode(state))

    async def publish_state(self, *, polls: bool, spare_calls: int | None, newest: FeedCursor | None) -> None:
        """Publish the hub's state to the desktops; only the elected copy does."""
        state = HubState(self.desks, self.webhooks_at, polls, spare_calls, newest)
        await self._broker.send(subjects.hub_state(self._workspace_id), signals.write_hub_state(state))

    async def _on_alive(self, message: Msg) -> None:
        self._seen_at_s[message.subject.split(".")[3]] = self._clock.monotonic()

    async def _on_copy(self, message: Msg) -> None:
        try:
            state = msgspec.json.decode(message.data, type=_CopyState)
        except msgspec.DecodeError:
            return
        if state.webhooks_at is not None and state.webhooks_at.tzinfo is not None:
            self.note_webhook(state.webhooks_at)
