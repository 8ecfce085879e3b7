"""Elects the one copy of the hub that polls, by a key on the broker that lives for some seconds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from desktop.hub.broker import BROKER_ERRORS, LOCK_LIVES_S, BrokerUnavailable
from desktop.hub.tasks import running
from desktop.ports import Clock

log = logging.getLogger(__name__)

KEY = "poller"
RENEWS_PER_LIFE = 3
SAFE_SHARE = 2 / 3
"""Share of the key's life after its last renewal: then its holder stops polling, before another copy can take it."""


class Election:
    """One copy's part in it.

    copy_id: its own name. bucket: gives the bucket of the lock; raises BrokerUnavailable. lives_s: how long its keys
    live. jitter: a number in [0, 1).
    """

    def __init__(
        self,
        copy_id: str,
        bucket: Callable[[], Awaitable[KeyValue]],
        clock: Clock,
        lives_s: float = LOCK_LIVES_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._renew_after_s = lives_s / RENEWS_PER_LIFE
        self._safe_for_s = lives_s * SAFE_SHARE
        self._copy_id = copy_id
        self._bucket = bucket
        self._clock = clock
        self._jitter = jitter
        self._revision = 0
        self._renewed_at_s = float("-inf")

    @property
    def is_elected(self) -> bool:
        """Whether this copy is the one that polls, right now."""
        return bool(self._revision) and self._clock.monotonic() - self._renewed_at_s < self._safe_for_s

    async def run(self) -> None:
        """Stand for election until cancelled, and hold the key as long as possible."""
        while True:
            await self.step()
            await self._clock.sleep(self._renew_after_s * (0.9 + 0.2 * self._jitter()))

    async def step(self) -> None:
        """Renew the key, or take it where nobody has it."""
        began_s = self._clock.monotonic()
        was_elected = self.is_elected
        try:
            async with asyncio.timeout(self._renew_after_s):
                bucket = await self._bucket()
                if self._revision:
                    self._revision = await bucket.update(KEY, self._copy_id.encode(), last=self._revision)
                else:
                    self._revision = await bucket.create(KEY, self._copy_id.encode())
        except (KeyWrongLastSequenceError, KeyNotFoundError):
            # Another copy has it, or it ran out and is free from the next step on.
            self._revision = 0
        except (BrokerUnavailable, *BROKER_ERRORS) as error:
            log.debug("election: %s", type(error).__name__)
        else:
            self._renewed_at_s = began_s
        if self.is_elected is not was_elected:
            log.info("polls from now on" if self.is_elected else "no longer polls", extra={"copy": self._copy_id})

    async def resign(self) -> None:
        """Let another copy take over at once."""
        revision, self._revision = self._revision, 0
        if revision:
            with suppress(BrokerUnavailable, *BROKER_ERRORS):
                async with asyncio.timeout(self._renew_after_s):
                    await (await self._bucket()).delete(KEY, last=revision)


@asynccontextmanager
async def standing(election: Election) -> AsyncIterator[Election]:
    """Stand for election until the context ends, and then resign."""
    try:
        async with running(election.run):
            yield election
    finally:
        await election.resign()
