"""Row 12, the part of the screen: messages pour in for many customers while the agent scrolls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from desktop.domain.model.facts import Conversation
from desktop.engine.changes import Changes
from desktop.engine.engine import Engine
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.store import conversations
from desktop.store.core.database import Database
from desktop.ui.inbox.main_window import MainWindow
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import process_ms, thread_ms
from tests.bench.opened_world import open_customer, opened_engine, opened_window, run_program
from tests.bench.worlds.kept import SMALL
from tests.bench.worlds.people import NOW

CUSTOMERS, PER_SECOND, SECONDS = 200, 50, 60
FRAME_S, STEP_PX = 0.016, 60


@row(12, "messages pour in while scrolling")
def burst(bench: Bench) -> Iterator[Figure]:
    frames: list[float] = []
    stored: list[int] = []
    spent_ms: list[float] = []

    async def main() -> None:
        async with opened_engine(SMALL) as engine, opened_window(engine) as window:
            await open_customer(window, SMALL.customer_id(0))
            await asyncio.sleep(1.0)
            began_ms = process_ms()
            pouring = asyncio.create_task(_pour_in(engine, bench.rounds(SECONDS)))
            direction = -1
            while not pouring.done():
                frames.append(await _frame(window, direction * STEP_PX))
                bar = window.thread_pane.timeline.verticalScrollBar()
                if bar.value() in (bar.minimum(), bar.maximum()):
                    direction = -direction
            stored.append(await pouring)
            spent_ms.append(process_ms() - began_ms)

    run_program(main)
    taken = stored[0] / bench.rounds(SECONDS)
    what = f"{taken:.0f} of {PER_SECOND} messages a second for {CUSTOMERS} customers, per frame"
    yield Figure(what, tuple(frames), bars=(Bar("max", 33),), tail="p99")
    # Fewer are taken where other programs have the processor: what the other threads need shows whether it is that.
    share = (spent_ms[0] - sum(frames)) / stored[0] * PER_SECOND / 1_000 * 100
    yield Figure(
        f"what the store needs of a core for {PER_SECOND} a second", (share,), bars=(Bar("max", 60),), unit="%"
    )


async def _frame(window: MainWindow, by_px: int) -> float:
    """CPU time of the thread that paints, with all that it does until the next frame."""
    start = thread_ms()
    bar = window.thread_pane.timeline.verticalScrollBar()
    bar.setValue(bar.value() + by_px)
    await asyncio.sleep(FRAME_S)
    return thread_ms() - start


async def _pour_in(engine: Engine, seconds: int) -> int:
    """Store messages at the wanted rate, or as fast as the store takes them. Returns how many it took."""
    loop, number = asyncio.get_running_loop(), 0
    start = loop.time()
    while (passed := loop.time() - start) < seconds:
        engine.feed.publish(await engine._store.write(_store_one_more, SMALL.customer_id(number % CUSTOMERS), number))
        number += 1
        await asyncio.sleep(max(number / PER_SECOND - passed, 0))
    return number


def _store_one_more(db: Database, customer_id: str, number: int) -> Changes:
    """Store another message like the customer's last one, as the newest of all."""
    newest: Conversation = conversations.of_customer(db, customer_id)[0]
    entry = replace(newest.entries[-1], id=str(9_000_000_000 + number), sent_at=NOW, text=f"Message {number}")
    return store_facts(db, Facts((replace(newest, entries=(*newest.entries, entry), updated_at=NOW),)), NOW)
