"""Rows 5, 6, 9, 12 and 14: what answers, the first sync, quiet rounds, a burst and an open thread cost."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
import math
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import apsw

from desktop.app.garbage import collecting_on
from desktop.channels.intercom.answers import read_conversation
from desktop.domain.model.facts import Conversation
from desktop.engine.engine import Engine
from desktop.engine.sync.learning import learn_workspace
from desktop.ports import StoredAnswer
from desktop.store import settings
from desktop.store.core.database import Database, Store
from tests.bench.answering_gateway import AnsweringGateway, long_answer
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import interleave, process_ms, thread_ms
from tests.bench.opened_world import BenchClock, opened_engine, opened_window, run_program
from tests.bench.worlds.kept import BIG, SMALL, STARTED, World
from tests.bench.worlds.people import NOW
from tests.helpers.database import create_database

PARTS = 500
ID_WITHIN = 60
"""The bytes at the beginning of an answer that hold its id."""
LOADS = "json.loads of the answer"


@asynccontextmanager
async def new_engine(gateway: AnsweringGateway, clock: BenchClock) -> AsyncIterator[Engine]:
    """An engine on an empty store, not started."""
    with tempfile.TemporaryDirectory(prefix="reachline-bench-", ignore_cleanup_errors=True) as folder:
        store = await Store.open(create_database(Path(folder) / "cache.db"))
        engine = Engine(gateway, store, clock, random.Random(1))  # type: ignore[arg-type]
        try:
            yield engine
        finally:
            await engine.stop()


# --- row 5 ---


class OneAnswer(AnsweringGateway):
    """Gives one answer to everybody who asks for a conversation."""

    def __init__(self) -> None:
        super().__init__(1, 1)
        self.bytes = b""

    async def conversation_if_changed(
        self, conversation_id: str, stored: StoredAnswer, *, background: bool = True
    ) -> Conversation | None:
        return read_conversation(self.bytes, stored)


@row(5, f"conversation of {PARTS} parts")
def long_conversation(bench: Bench) -> Iterator[Figure]:
    rounds = bench.rounds(16)
    numbers = itertools.count(1)
    written: list[float] = []
    with asyncio.Runner() as runner:
        gateway, stack = OneAnswer(), AsyncExitStack()
        engine = runner.run(stack.enter_async_context(new_engine(gateway, BenchClock())))

        def read(answer: bytes) -> None:
            gateway.bytes = answer
            runner.run(engine.open_conversation.read(ids[answer[:ID_WITHIN]]))

        # One after the other, in turn with the floor: new, unchanged, one part more.
        answers = [(long_answer(n, PARTS - 1), long_answer(n, PARTS)) for n in itertools.islice(numbers, rounds + 1)]
        ids = {one[:ID_WITHIN]: _id_of(one) for pair in answers for one in pair}
        turns = {name: iter(answers) for name in ("new", "same", "more")}

        def more() -> None:
            answer = next(turns["more"])[1]
            before = runner.run(engine._store.read(_count_changes))
            read(answer)
            after = runner.run(engine._store.read(_count_changes))
            written.append(sum(after[table] - before[table] for table in ("entry_rows", "conversations")))

        runner.run(engine._store.write(_watch_changes))
        floor, new, same, one_more = interleave(
            lambda: json.loads(answers[0][1]),
            lambda: read(next(turns["new"])[0]),
            lambda: read(_signed_anew(next(turns["same"])[0])),
            more,
            rounds=rounds,
        )
        runner.run(stack.aclose())
    yield Figure("new", new, floor, LOADS, (Bar("ratio", 20),))
    yield Figure("unchanged but for signed addresses", same, floor, LOADS, (Bar("ratio", 3),))
    yield Figure("one part more", one_more, floor, LOADS, (Bar("ratio", 8),))
    yield Figure("rows of messages and conversations written", tuple(written), bars=(Bar("max", 3),), unit="rows")


def _id_of(answer: bytes) -> str:
    return str(json.loads(answer)["id"])


def _signed_anew(answer: bytes) -> bytes:
    return answer.replace(b"abcdef", b"fedcba")


_changes: Counter[str] = Counter()


def _watch_changes(db: Database) -> None:
    db.preupdate_hook(_count_change)


def _count_change(change: apsw.PreUpdate) -> None:
    _changes[change.table_name] += 1


def _count_changes(_db: Database) -> Counter[str]:
    return Counter(_changes)


# --- row 6 ---

TICK_S = 0.001


@row(6, "first sync")
def first_sync(bench: Bench) -> Iterator[Figure]:
    for conversations in (500, 1_000) if bench.quick else (5_000, 20_000):
        yield from _first_sync(conversations)
    yield _seen_first_sync(500 if bench.quick else 2_000)


def _first_sync(conversations: int) -> Iterator[Figure]:
    gateway = AnsweringGateway(conversations, conversations * 3 // 4)
    marks: list[tuple[int, float]] = [(0, process_ms())]
    gaps_ms: list[float] = []

    async def main() -> None:
        with collecting_on(asyncio.get_running_loop(), is_unseen=lambda: False):
            async with new_engine(gateway, BenchClock()) as engine, _ticking(gaps_ms):
                engine.poller._first_sync = conversations // 10
                await engine.poller.run_once()
                marks.append((await engine._store.read(_count_whole), process_ms()))
                while await engine.older_conversations.read_some() == 0.0:
                    marks.append((await engine._store.read(_count_whole), process_ms()))

    asyncio.run(main())
    assert marks[-1][0] == conversations, "all of them are stored"
    tenth = conversations // 10
    first, last = (_cost_ms(marks, upto - tenth, upto) / tenth for upto in (tenth, conversations))
    what = f"{conversations:,} conversations"
    yield Figure(f"{what}: each of the last tenth", (last,), (first,), "of the first tenth", (Bar("ratio", 1.1),))
    yield Figure(f"{what}: requests for each", (gateway.requests / conversations,), bars=(Bar("max", 1.15),), unit="")
    yield _turns(what, gaps_ms)


def _seen_first_sync(conversations: int) -> Figure:
    """The same with the window open, which shows the customers that come."""
    gateway = AnsweringGateway(conversations, conversations * 3 // 4)
    gaps_ms: list[float] = []

    async def main() -> None:
        async with new_engine(gateway, BenchClock()) as engine, opened_window(engine), _ticking(gaps_ms):
            engine.poller._first_sync = conversations // 10
            await engine.poller.run_once()
            while await engine.older_conversations.read_some() == 0.0:
                pass

    run_program(main)
    return _turns(f"{conversations:,} conversations, window open", gaps_ms)


def _turns(what: str, gaps_ms: list[float]) -> Figure:
    bars = (Bar("p99.9", 16), Bar("max", 50))
    return Figure(f"{what}: turns of its thread", tuple(gaps_ms), bars=bars, tail="p99.9")


@asynccontextmanager
async def _ticking(gaps_ms: list[float]) -> AsyncIterator[None]:
    """Note how much CPU time this thread takes from one wake-up to the next, a thousand times a second."""

    async def tick() -> None:
        before = thread_ms()
        while True:
            await asyncio.sleep(TICK_S)
            now = thread_ms()
            gaps_ms.append(now - before)
            before = now

    ticking = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticking.cancel()


def _count_whole(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM conversations WHERE is_whole = 1").get)


def _cost_ms(marks: list[tuple[int, float]], since: int, upto: int) -> float:
    return _at(marks, upto) - _at(marks, since)


def _at(marks: list[tuple[int, float]], count: int) -> float:
    """CPU time when so many were stored, between the nearest marks."""
    below, above = max(m for m in marks if m[0] <= count), min(m for m in marks if m[0] >= count)
    share = 0.0 if above[0] == below[0] else (count - below[0]) / (above[0] - below[0])
    return below[1] + share * (above[1] - below[1])


# --- row 9 ---


@row(9, "quiet round")
def quiet_round(bench: Bench) -> Iterator[Figure]:
    large = STARTED if bench.quick else BIG
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        rounds = [runner.run(stack.enter_async_context(_looked_up(world))) for world in (SMALL, large)]
        few, many = interleave(*(_quiet(runner, engine, clock) for engine, clock in rounds), rounds=bench.rounds(40))
        runner.run(stack.aclose())
    what, floor = f"{large.customers:,} customers", f"{SMALL.customers:,} customers"
    yield Figure(what, many, few, floor, (Bar("ratio", 1.2), Bar("median", 10)))


@asynccontextmanager
async def _looked_up(world: World) -> AsyncIterator[tuple[Engine, BenchClock]]:
    """An engine whose contacts were looked up and whose older conversations are read."""
    clock = BenchClock()
    async with opened_engine(world, AnsweringGateway(1, 1), clock) as engine:  # type: ignore[arg-type]
        await engine._store.write(_mark_all_read)
        await engine.poller.run_once()
        yield engine, clock


def _mark_all_read(db: Database) -> None:
    db.execute("UPDATE contacts SET has_news = 0, looked_up_at_us = 1")
    settings.save(db, "older_listing", {"down_to": {}})
    # What the first round learns would have everything decided again.
    learn_workspace(db, NOW)
    settings.save(db, "decided_by", settings.decision_fingerprint(db))


def _quiet(runner: asyncio.Runner, engine: Engine, clock: BenchClock) -> Callable[[], None]:
    async def once() -> None:
        await engine.poller.run_once()
        await engine.older_conversations.read_some()

    def work() -> None:
        clock.advance(timedelta(seconds=10))
        runner.run(once())

    return work


# --- row 12 ---

CUSTOMERS, A_SECOND, ROUND_S, ROUNDS = 200, 50, 10, 6


@row(12, "burst, without the window")
def burst(bench: Bench) -> Iterator[Figure]:
    gateway, clock = AnsweringGateway(CUSTOMERS, CUSTOMERS, days=1), BenchClock()
    rng, ids = random.Random(2), itertools.count(1)
    costs: list[float] = []
    stored: list[tuple[int, int]] = []

    async def main() -> None:
        async with new_engine(gateway, clock) as engine:
            await engine.poller.run_once()
            while await engine.older_conversations.read_some() == 0.0:
                pass
            for _ in range(bench.rounds(ROUNDS)):
                for number in itertools.islice(ids, A_SECOND * ROUND_S):
                    clock.advance(timedelta(seconds=1 / A_SECOND))
                    gateway.say(rng.randrange(CUSTOMERS), 1_000_000 + number, f"burst {number}", clock.now())
                began = process_ms()
                await engine.poller.run_once()
                costs.append((process_ms() - began) / (ROUND_S * 1_000) * 100)
            stored.append(await engine._store.read(_count_burst))

    asyncio.run(main())
    said = A_SECOND * ROUND_S * len(costs)
    assert stored == [(said, said)], "nothing is lost or doubled"
    yield Figure(f"{A_SECOND} messages/s of {CUSTOMERS} customers", tuple(costs), bars=(Bar("max", 60),), unit="%")


def _count_burst(db: Database) -> tuple[int, int]:
    counted = "SELECT count(*), count(DISTINCT text) FROM entries WHERE text LIKE 'burst %'"
    rows, texts = next(iter(db.execute(counted)))
    return int(rows), int(texts)


# --- row 14 ---


TURNS = 40
"""Of the store, in which a round of reading ends."""
STEP_S = 0.02


class SteppedClock(BenchClock):
    """Sleeping ends when the clock is stepped on."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.monotonic() + seconds, next(self._numbers), woken))
        await woken

    async def step(self, seconds: float, engine: Engine) -> None:
        """Let time pass from one sleeper's end to the next, and let what each wakes run to its end."""
        until_s = self.monotonic() + seconds
        await self._settle(engine)
        while self._sleepers and self._sleepers[0][0] <= until_s:
            due_s, _, woken = heapq.heappop(self._sleepers)
            self._pass_until(due_s)
            if not woken.done():
                woken.set_result(None)
                await self._settle(engine)
        self._pass_until(until_s)

    async def _settle(self, engine: Engine) -> None:
        for _ in range(TURNS):
            await engine._store.read(lambda db: None)

    def _pass_until(self, then_s: float) -> None:
        # Rounded up to what a date holds: who sleeps for less than that would be woken before it is over, for ever.
        left_us = math.ceil(max(then_s - self.monotonic(), 0) * 1e6)
        self.advance(timedelta(microseconds=left_us))


@row(14, "an open thread")
def open_thread(bench: Bench) -> Iterator[Figure]:
    gateway, clock = AnsweringGateway(20, 20, days=1), SteppedClock()
    minutes, said = (2, 5) if bench.quick else (10, 20)
    requests: list[float] = []
    ages_s: list[float] = []

    async def main() -> None:
        async with new_engine(gateway, clock) as engine:
            await engine.poller.run_once()
            while await engine.older_conversations.read_some() == 0.0:
                pass
            await engine.start()
            await clock.step(1, engine)
            engine.open_conversation.watch(str(_id_of(gateway.answer(0))), True)
            for _ in range(minutes):
                before = gateway.requests
                for _ in range(60):
                    await clock.step(1, engine)
                requests.append(gateway.requests - before)
            for number in range(said):
                await clock.step(0.3 * number, engine)
                gateway.say(0, 2_000_000 + number, f"burst {number}", clock.now())
                written_s = clock.monotonic()
                while (await engine._store.read(_count_burst))[0] <= number:
                    await clock.step(STEP_S, engine)
                ages_s.append(clock.monotonic() - written_s)

    asyncio.run(main())
    mean = sum(requests) / len(requests)
    yield Figure("requests a minute", (mean,), bars=(Bar("max", 18),), unit="")
    yield Figure("age of a new message when it is stored", tuple(ages_s), bars=(Bar("max", 6),), unit="s")
