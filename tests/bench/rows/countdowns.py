"""Row 7: the share of a core that 500 counting windows take while nothing happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import cpu_ms_of, process_ms
from tests.bench.opened_world import BenchClock, open_customer, opened_engine, opened_window, run_program
from tests.bench.staying_window import staying_window
from tests.bench.worlds.kept import World
from tests.bench.worlds.people import NOW

COUNTING = World(500, busy=500, long_threads=())
SECONDS = 10
"""As long as the longest pause between two wake-ups of a hidden window, so that none is left out."""

ROUNDS = 4
FLOOR = "bare window with a list view"


class RunningClock(BenchClock):
    """The time of day of the world, running."""

    def now(self) -> datetime:
        return NOW + (datetime.now(UTC) - _started)


_started = datetime.now(UTC)


@row(7, "500 windows count down")
def countdowns(bench: Bench) -> Iterator[Figure]:
    shares: dict[str, list[float]] = {"visible": [], "hidden": [], "bare": []}

    async def main() -> None:
        async with opened_engine(COUNTING, clock=RunningClock()) as engine, opened_window(engine) as window:
            await open_customer(window, COUNTING.customer_id(0))
            with staying_window() as bare:
                for _ in range(bench.rounds(ROUNDS)):
                    for name in ("visible", "hidden"):
                        window.setVisible(name == "visible")
                        await asyncio.sleep(1.0)
                        idle, mine = await _shares_of_a_core(bare)
                        shares["bare"].append(idle)
                        shares[name].append(mine)

    run_program(main)
    bare = tuple(shares["bare"])
    yield Figure("visible", tuple(shares["visible"]), bare, FLOOR, (Bar("median", 0.5),), "%")
    yield Figure("hidden", tuple(shares["hidden"]), bare, FLOOR, (Bar("median", 0.05),), "%")


async def _shares_of_a_core(other: int) -> tuple[float, float]:
    """Percent that another process and this one take."""
    started, theirs, ours = time.monotonic(), cpu_ms_of(other), process_ms()
    await asyncio.sleep(SECONDS)
    passed_ms = (time.monotonic() - started) * 1_000
    return (cpu_ms_of(other) - theirs) / passed_ms * 100, (process_ms() - ours) / passed_ms * 100
