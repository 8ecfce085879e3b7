"""Some of the crowd's desktops, in one process: each has the product's own feed, its cursor and what it has stored.

Reads commands, one JSON object a line: `{"do": "sleep" | "wake", "desks": [...]}`, `{"do": "report", "told": N}`,
`{"do": "end"}`. Answers one JSON object a line.

All desktops share one machine here and none does outside, so what is equal for all of them is done once in a process:
a fact is opened and mapped for the first desktop that meets it. Everything else, from the socket to the cursor, each
desktop does itself.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from random import Random

import msgspec

from desktop.channels.team.facts import open_facts
from desktop.channels.team.feed import NatsTeamFeed
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.sealed import KeyRing
from desktop.domain.model.facts import Conversation
from desktop.engine.sync.team.pace import reconnect_pause_s
from desktop.ports import ProviderError
from desktop.ports.team import ConversationUpdated, FeedBatch, FeedCursor, TeamFact

LINE_BYTES = 64 * 1024 * 1024


class Arrivals:
    """What all desktops of this process received. late_ms: how many deliveries took how many milliseconds."""

    def __init__(self) -> None:
        self.late_ms: Counter[int] = Counter()
        self._opened: dict[bytes, tuple[TeamFact, ...]] = {}

    def open_facts(self, sealed: bytes, keys: KeyRing) -> tuple[TeamFact, ...]:
        """The product's own way, once per message."""
        facts = self._opened.get(sealed)
        if facts is None:
            facts = self._opened[sealed] = open_facts(bytes(sealed), keys)
        return facts


class Desk:
    """One desktop. ready: set once it has a place in the feed. stored: the numbers of the messages it has, as its
    database would hold each once.
    """

    def __init__(self, invited: Invitation, arrivals: Arrivals, reconnect_pause_s: Callable[[int], float]) -> None:
        self._feed = NatsTeamFeed(invited, arrivals.open_facts)
        self._arrivals = arrivals
        self._reconnect_pause_s = reconnect_pause_s
        self._cursor: FeedCursor | None = None
        self._running: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.stored: set[int] = set()
        self.heard_again = 0
        self.gaps = 0
        self.is_measured = True

    def wake(self) -> None:
        """Connect, and go on from the cursor."""
        self._running = asyncio.create_task(self._run())

    async def sleep(self) -> None:
        """Away, as a computer whose lid is shut. What it hears after it woke is late by the sleep: it is not timed."""
        self.is_measured = False
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                async for event in self._feed.events(self._cursor):
                    failures = 0
                    if isinstance(event, FeedBatch):
                        self._store(event)
            except ProviderError:
                failures += 1
            await asyncio.sleep(self._reconnect_pause_s(max(failures, 1)))

    def _store(self, batch: FeedBatch) -> None:
        now = time.time()
        self.gaps += batch.has_gap
        for fact in batch.facts:
            assert isinstance(fact, ConversationUpdated)
            number, sent_at = _number_and_time(fact.conversation)
            if number in self.stored:
                self.heard_again += 1
                continue
            self.stored.add(number)
            if self.is_measured:
                self._arrivals.late_ms[int((now - sent_at) * 1000)] += 1
        self._cursor = batch.cursor
        self.ready.set()


@lru_cache(maxsize=100_000)
def _of_text(text: str) -> tuple[int, float]:
    number, sent_at, *_ = text.split()
    return int(number), float(sent_at)


def _number_and_time(conversation: Conversation) -> tuple[int, float]:
    return _of_text(conversation.entries[0].text)


async def main() -> None:
    """Run the desktops whose invitations the first line lists, until told to end."""
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    first = json.loads(await reader.readline())
    rng = Random(first["seed"])
    invited = msgspec.convert(first["invitations"], list[Invitation])
    arrivals = Arrivals()
    desks = [Desk(each, arrivals, lambda failures: reconnect_pause_s(failures, rng)) for each in invited]
    for desk in desks:
        desk.wake()
        # A company's computers are not switched on at one instant.
        await asyncio.sleep(0.002)
    for desk in desks:
        await desk.ready.wait()
    # What a thousand connections are made of stays; a search through it for garbage would take a share of each second
    # that no single desktop spends.
    gc.freeze()
    _say({"ready": len(desks)})
    while line := await reader.readline():
        command = json.loads(line)
        match command["do"]:
            case "sleep":
                await asyncio.gather(*(desks[i].sleep() for i in command["desks"]))
                _say({"asleep": len(command["desks"])})
            case "wake":
                for i in command["desks"]:
                    desks[i].wake()
                _say({"woken": len(command["desks"])})
            case "report":
                told = range(command["told"])
                missing = sum(len(told) - len(desk.stored) for desk in desks)
                _say(
                    {
                        "missing": missing,
                        "whole": sum(len(desk.stored) == len(told) for desk in desks),
                        "heard_again": sum(desk.heard_again for desk in desks),
                        "gaps": sum(desk.gaps for desk in desks),
                        "late_ms": {str(ms): count for ms, count in arrivals.late_ms.items()},
                        "cpu_s": time.process_time(),
                    }
                )
            case _:
                break
    for desk in desks:
        await desk.sleep()


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
