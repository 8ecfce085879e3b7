"""The workspace's keys: handed to the invited desktops through the broker, and to the copies of the hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nats.js.errors import KeyNotFoundError

from desktop.channels.team import subjects
from desktop.channels.team.nkeys import NKey, seal_keys
from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.hub.broker import BROKER_ERRORS, Broker, BrokerUnavailable
from desktop.hub.config import HUB


class SharedKeys:
    """What one copy of the hub seals with. known: the keys in its folder, oldest first.

    Keys that came later, from whoever revoked an invitation beside another copy, are on the broker.
    """

    def __init__(self, workspace_id: str, key: NKey, known: Sequence[bytes]) -> None:
        self._bucket = subjects.keys_bucket(workspace_id)
        self._key = key
        self.keys = tuple(known)
        self._on_broker: tuple[bytes, ...] = ()

    @property
    def ring(self) -> KeyRing:
        """For `Broker.keys`."""
        return KeyRing(*self.keys)

    async def refresh(self, broker: Broker) -> bool:
        """Take up what is on the broker; whether something there was not known. Raises BrokerUnavailable."""
        bucket = await broker.bucket(self._bucket)
        try:
            sealed = (await bucket.get(HUB)).value or b""
            newer = self._key.open_keys(sealed)
        except (KeyNotFoundError, NotSealed):
            return False
        except BROKER_ERRORS:
            raise BrokerUnavailable from None
        self._on_broker = newer
        known = self.keys
        root, *own = known
        # Whatever is here alone is newer: it waits to be handed out.
        self.keys = (root, *newer, *(key for key in own if key not in newer))
        broker.keys = self.ring
        return self.keys != known

    async def hand_out(self, broker: Broker, desks: Mapping[str, str], gone: Iterable[str] = ()) -> None:
        """Seal the keys after the first for each of these, and at last for the hub, which then seals with the newest.

        gone: what these had is taken away. desks: names and public keys. Raises BrokerUnavailable.
        """
        bucket = await broker.bucket(self._bucket)
        newer = self.keys[1:]
        try:
            for name in gone:
                await bucket.purge(name)
            for name, public in {**desks, HUB: self._key.public}.items() if newer else ():
                await bucket.put(name, seal_keys(newer, public))
        except BROKER_ERRORS:
            raise BrokerUnavailable from None
        self._on_broker = newer

    async def hand_out_missing(self, broker: Broker, desks: Mapping[str, str]) -> None:
        """Hand out what was changed while there was no broker. Raises BrokerUnavailable.

        Whoever's keys were taken away gets none: this copy's list of desktops may be an old one.
        """
        await self.refresh(broker)
        if self._on_broker != self.keys[1:]:
            await self.hand_out(broker, desks)
            return
        bucket = await broker.bucket(self._bucket)
        try:
            for name, public in desks.items() if self._on_broker else ():
                try:
                    await bucket.get(name)
                except KeyNotFoundError as missing:
                    if missing.op is None:
                        await bucket.put(name, seal_keys(self._on_broker, public))
        except BROKER_ERRORS:
            raise BrokerUnavailable from None
