"""Receives what desktops learnt, checks it, and keeps the newest fact on each subject for all of them."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from nats.aio.msg import Msg
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError

from desktop.channels.team import signals, subjects
from desktop.channels.team.sealed import NotSealed
from desktop.hub.broker import BROKER_ERRORS, Broker, BrokerUnavailable
from desktop.hub.metrics import Metrics
from desktop.ports import Clock
from desktop.ports.team import LearnedFact

log = logging.getLogger(__name__)

QUEUE = "hub"
MAX_LETTERS = 300
PER_MINUTE = 120
"""Offers of one desktop; what is more is left out, and offered again by whoever learns it again."""

AHEAD = timedelta(minutes=2)
"""How far a desktop's clock may be ahead. A fact of a far future could never be replaced."""

_TRIES = 5


class LearnedFacts:
    """One copy's part: each offer comes to one copy."""

    def __init__(self, workspace_id: str, broker: Broker, clock: Clock, metrics: Metrics) -> None:
        self._workspace_id = workspace_id
        self._broker = broker
        self._clock = clock
        self._metrics = metrics
        self._offers: Counter[str] = Counter()
        self._minute_began_s = clock.monotonic()

    def listen(self) -> None:
        """Receive every desktop's offers, from the next connection on."""
        self._broker.listen(subjects.learned(self._workspace_id, "*", "*"), self.on_offer, QUEUE)

    async def on_offer(self, message: Msg) -> None:
        """Take one offer, or leave it with a reason that is counted."""
        result = await self._take(message.subject, message.data)
        self._metrics.learned.labels(result).inc()
        if result not in ("kept", "known"):
            log.warning("learned fact refused", extra={"subject": message.subject, "reason": result})

    async def _take(self, subject: str, sealed: bytes) -> str:
        """Returns a word for the counts: what became of the offer."""
        match subject.split("."):
            case [_, _, _, desk, _, kind]:
                pass
            case _:
                return "subject"
        if self._is_too_busy(desk):
            return "too_many"
        try:
            fact = signals.read_learned(sealed, self._broker.keys)
        except NotSealed:
            return "unreadable"
        if fact.desk not in ("", desk) or fact.kind != kind:
            return "forged"
        if not self._is_well_formed(fact):
            return "form"
        try:
            return await self._keep(replace(fact, desk=desk))
        except (BrokerUnavailable, *BROKER_ERRORS) as error:
            log.warning("learned fact: %s", type(error).__name__)
            return "no_broker"

    def _is_too_busy(self, desk: str) -> bool:
        now_s = self._clock.monotonic()
        if now_s - self._minute_began_s >= 60.0:
            self._offers.clear()
            self._minute_began_s = now_s
        self._offers[desk] += 1
        return self._offers[desk] > PER_MINUTE

    def _is_well_formed(self, fact: LearnedFact) -> bool:
        texts = (fact.about, fact.value, fact.evidence_id)
        return bool(fact.about) and all(len(t) <= MAX_LETTERS for t in texts) and fact.at <= self._clock.now() + AHEAD

    async def _keep(self, fact: LearnedFact) -> str:
        """Keep the newer fact. Each kind has keys of its own, so that no proof replaces a contrary fact."""
        bucket = await self._broker.bucket(subjects.learned_bucket(self._workspace_id))
        key = signals.learned_key(fact, self._broker.keys)
        for _ in range(_TRIES):
            revision = 0
            try:
                entry = await bucket.get(key)
            except KeyNotFoundError:
                pass
            else:
                revision = entry.revision or 0
                try:
                    known = signals.read_learned(entry.value or b"", self._broker.keys)
                except NotSealed:
                    # Of a key that is gone, or written by none of us.
                    pass
                else:
                    if known.at >= fact.at:
                        return "known"
            try:
                await bucket.update(key, signals.write_learned(fact, self._broker.keys), last=revision)
            except KeyWrongLastSequenceError:
                continue
            return "kept"
        return "no_broker"
