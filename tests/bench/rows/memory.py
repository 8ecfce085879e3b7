"""Row 13: memory with 100,000 customers after opening 50 of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import pss_mib
from tests.bench.opened_world import open_customer, opened_engine, opened_window, run_program
from tests.bench.staying_window import staying_window
from tests.bench.worlds.kept import BIG, STARTED

OPENED = 50


@row(13, "memory")
def memory(bench: Bench) -> Iterator[Figure]:
    world = STARTED if bench.quick else BIG
    used: list[float] = []

    async def main() -> None:
        async with opened_engine(world) as engine, opened_window(engine) as window:
            for index in range(OPENED):
                await open_customer(window, world.customer_id(index))
            await asyncio.sleep(0.5)
            used.append(pss_mib())

    run_program(main)
    bare = _bare_pss_mib()
    what = f"more than a bare window, {world.customers:,} customers, {OPENED} opened"
    yield Figure(what, (used[0] - bare,), (bare,), "bare window", (Bar("median", 140),), "MiB")


def _bare_pss_mib() -> float:
    """Of a process with a bare window, measured while this one runs, so that both share the same libraries."""
    with staying_window() as pid:
        return pss_mib(str(pid))
