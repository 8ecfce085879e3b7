"""Row 13: what grows over a simulated week of an agent's work: memory, open files, threads, journal, database."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from desktop.domain.model.facts import Conversation, Entry, EntryKind, Role
from desktop.engine.engine import Engine
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.store import conversations
from desktop.store.core.database import Database
from desktop.ui.inbox.main_window import MainWindow
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import open_file_count, rss_mib
from tests.bench.opened_world import BenchClock, open_customer, opened_engine, opened_window, run_program
from tests.bench.worlds.kept import SMALL
from tests.bench.worlds.people import BRIDGE

HOURS = 24
OPENED_AN_HOUR, MESSAGES_AN_HOUR = 3, 20
RETENTION_EVERY_H = 6
NIGHT_FROM = 16
"""The window is hidden from this hour of the day on."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What the process held at the end of a day. stored: messages that were added until then."""

    rss_mib: float
    files: int
    threads: int
    journal_mib: float
    database_mib: float
    stored: int


@row(13, "a simulated week")
def week(bench: Bench) -> Iterator[Figure]:
    evenings: list[Evening] = []

    async def main() -> None:
        clock = BenchClock()
        async with opened_engine(SMALL, clock=clock) as engine, opened_window(engine) as window:
            rng = random.Random(1)
            for _ in range(3 if bench.quick else 7):
                evenings.append(await _live_a_day(engine, window, clock, rng, evenings[-1].stored if evenings else 0))

    run_program(main)
    # The first day fills caches.
    first, last = evenings[1], evenings[-1]
    rss, grown = last.rss_mib - first.rss_mib, last.stored - first.stored
    yield Figure("resident memory, from the second evening on", (rss,), bars=(Bar("median", 10),), unit="MiB more")
    yield Figure("open files, from the second evening on", (last.files - first.files,), bars=(Bar("max", 0),), unit="")
    yield Figure("threads, from the second evening on", (last.threads - first.threads,), bars=(Bar("max", 0),), unit="")
    journals = tuple(evening.journal_mib for evening in evenings)
    yield Figure("write-ahead log", journals, bars=(Bar("max", 16),), unit="MiB", tail="max")
    each = (last.database_mib - first.database_mib) * 1024 / grown
    yield Figure("database, for each new message", (each,), bars=(Bar("median", 2),), unit="KiB")


async def _live_a_day(
    engine: Engine, window: MainWindow, clock: BenchClock, rng: random.Random, stored: int
) -> Evening:
    store = engine._store
    for hour in range(HOURS):
        clock.advance(timedelta(hours=1))
        window.setVisible(hour < NIGHT_FROM)
        for _ in range(MESSAGES_AN_HOUR):
            stored += 1
            conversation_id = f"{SMALL.customer_id(rng.randrange(SMALL.customers)).replace('c', 'v', 1)}0001"
            engine.feed.publish(await store.write(_add_message, conversation_id, stored, clock))
        if hour < NIGHT_FROM:
            for _ in range(OPENED_AN_HOUR):
                await open_customer(window, SMALL.customer_id(rng.randrange(SMALL.customers)))
        if hour % RETENTION_EVERY_H == 0:
            await engine.retention.run_once()
    await asyncio.sleep(0.5)
    # As the program does while nobody looks, which takes no ten minutes here.
    gc.unfreeze()
    gc.collect()
    path = store._path
    assert path is not None
    journal = path.with_name(f"{path.name}-wal")
    return Evening(
        rss_mib(),
        open_file_count(),
        threading.active_count(),
        journal.stat().st_size / 2**20 if journal.exists() else 0.0,
        path.stat().st_size / 2**20,
        stored,
    )


def _add_message(db: Database, conversation_id: str, number: int, clock: BenchClock) -> object:
    """Store an answer with one message more, from the customer or from us."""
    stored = conversations.load(db, conversation_id)
    assert isinstance(stored, Conversation)
    is_ours = number % 2 == 0
    entry = Entry(
        f"9{number:09}",
        conversation_id,
        clock.now(),
        Role.TEAMMATE if is_ours else Role.CUSTOMER,
        EntryKind.MESSAGE,
        author_id="91" if is_ours else stored.contact_ids[0],
        text=f"Message {number} of the week, about a parcel that is late.",
        app_code=None if is_ours else BRIDGE,
    )
    answer = replace(stored, updated_at=clock.now(), entries=(*stored.entries, entry))
    return store_facts(db, Facts((answer,)), clock.now())
