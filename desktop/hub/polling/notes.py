"""Keeps on the broker how far Intercom was polled."""

from __future__ import annotations

from nats.js.errors import KeyNotFoundError

from desktop.channels.team import subjects
from desktop.hub.broker import BROKER_ERRORS, Broker, BrokerUnavailable

KEY = "intercom.cursor"


class BrokerCursor:
    """Implements `CursorStore` in the bucket of the hub's notes."""

    def __init__(self, workspace_id: str, broker: Broker) -> None:
        self._bucket = subjects.notes_bucket(workspace_id)
        self._broker = broker

    async def load(self) -> int | None:
        """See `CursorStore`."""
        bucket = await self._broker.bucket(self._bucket)
        try:
            value = (await bucket.get(KEY)).value or b""
        except KeyNotFoundError:
            return None
        except BROKER_ERRORS:
            raise BrokerUnavailable from None
        return int(value) if value.isdigit() else None

    async def save(self, cursor_s: int) -> None:
        """See `CursorStore`."""
        bucket = await self._broker.bucket(self._bucket)
        try:
            await bucket.put(KEY, str(cursor_s).encode())
        except BROKER_ERRORS:
            raise BrokerUnavailable from None
