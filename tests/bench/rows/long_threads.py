"""Rows 3 and 8, the engine's part: opening a customer and one new message, with 100,000 messages and with 100."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import apsw

from desktop.domain.model.facts import Role
from desktop.engine.queries import _thread
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.engine.views import THREAD_PAGE, ConnectionState, ConnectionView
from desktop.store import conversations
from desktop.store.core.database import _open
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import interleave
from tests.bench.worlds.kept import KEY, World
from tests.bench.worlds.people import NOW

LONG = World(200, long_threads=(100, 100_000))
LONG_QUICK = World(200, long_threads=(100, 10_000))
ROUNDS = 20
FLOOR = "a customer with 100"


@row(3, "open a long thread: read and decided")
def opening(bench: Bench) -> Iterator[Figure]:
    world = LONG_QUICK if bench.quick else LONG
    with world.copy() as path, closing(_open(path, KEY)) as db:
        works = [_opened(db, world.long_customer_id(n)) for n in world.long_threads]
        short, long = interleave(*works, rounds=bench.rounds(ROUNDS))
    yield Figure(f"{world.long_threads[1]:,} messages", long, short, FLOOR, (Bar("ratio", 1.2),))


@row(8, "one new message in a long thread: taken, judged, read")
def new_message(bench: Bench) -> Iterator[Figure]:
    world = LONG_QUICK if bench.quick else LONG
    with world.copy() as path, closing(_open(path, KEY)) as db:
        works = [_received(db, world.long_customer_id(n)) for n in world.long_threads]
        short, long = interleave(*works, rounds=bench.rounds(ROUNDS))
    yield Figure(f"{world.long_threads[1]:,} messages", long, short, FLOOR, (Bar("ratio", 1.2),))


def _opened(db: apsw.Connection, customer_id: str) -> Callable[[], object]:
    return lambda: _read(db, customer_id)


def _read(db: apsw.Connection, customer_id: str) -> object:
    with db:
        view, _ = _thread(db, customer_id, THREAD_PAGE, ConnectionView(ConnectionState.ONLINE), NOW, True)
    assert view is not None
    return view


def _received(db: apsw.Connection, customer_id: str) -> Callable[[], object]:
    """Intercom's answer holds the whole conversation, so that it is cut to as many parts for both."""
    stored = conversations.load(db, conversations.newest_open(db, customer_id) or "")
    assert stored is not None
    answer = replace(stored, entries=stored.entries[-100:], unseen_before=stored.entries[-100].sent_at)
    last = max((e for e in answer.entries if e.role is Role.CUSTOMER), key=lambda e: e.order)
    count = 0

    def receive() -> object:
        nonlocal answer, count
        count += 1
        at = NOW + timedelta(seconds=count)
        message = replace(last, id=f"9{count:06}{last.id[-4:]}", sent_at=at, arrival=0, is_first=False)
        answer = replace(answer, updated_at=at, fingerprint=count, entries=(*answer.entries[1:], message))
        with db:
            store_facts(db, Facts((answer,)), at)
        return _read(db, customer_id)

    return receive
