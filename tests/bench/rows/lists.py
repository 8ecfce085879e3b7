"""Row 10: another view, a search cleared and one key in the search: what the GUI thread spends until it is painted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from itertools import cycle

from desktop.domain.model.list_view import ListView
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.search.field import SearchField
from desktop.ui.inbox.main_window import MainWindow
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import thread_ms
from tests.bench.opened_world import opened_engine, opened_window, run_program
from tests.bench.worlds.kept import BIG, STARTED, World

FEW = World(1_000, busy=300)
ROUNDS = 15
BAR = Bar("median", 30)
SETTLED_S = 0.05
"""In which what was loaded is painted."""


@row(10, "another view, a search cleared, one key in the search")
def lists(bench: Bench) -> Iterator[Figure]:
    large = STARTED if bench.quick else BIG
    samples: dict[tuple[str, World], list[float]] = {}

    async def main() -> None:
        async with AsyncExitStack() as opened:
            windows: dict[World, MainWindow] = {}
            for world in (FEW, large):
                engine = await opened.enter_async_context(opened_engine(world))
                windows[world] = await opened.enter_async_context(opened_window(engine))
            await asyncio.sleep(1.0)
            views, keys = cycle((ListView.UNASSIGNED, ListView.ALL)), cycle("eoa")
            for _ in range(bench.rounds(ROUNDS)):
                view, key = next(views), next(keys)
                for world, window in windows.items():
                    await _measure(samples, world, window.list, view, key)

    run_program(main)
    for what in ("another view", "one key", "search cleared"):
        floor = tuple(samples[what, FEW])
        yield Figure(
            f"{what}, {large.customers:,} customers",
            tuple(samples[what, large]),
            floor,
            f"{FEW.customers:,} customers",
            (BAR,),
        )


async def _measure(
    samples: dict[tuple[str, World], list[float]], world: World, pane: CustomerList, view: ListView, key: str
) -> None:
    field = pane.findChild(SearchField)
    assert isinstance(field, SearchField)
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("another view", lambda: pane.choose_view(view)),
        ("one key", lambda: field.insert(key)),
        ("search cleared", field.clear),
    )
    for what, step in steps:
        samples.setdefault((what, world), []).append(await _gui_ms(pane, step))


async def _gui_ms(pane: CustomerList, step: Callable[[], object]) -> float:
    """CPU time of this thread until the list shows what `step` asks for."""
    shown = asyncio.Event()
    connection = pane.filled.connect(shown.set)
    start = thread_ms()
    step()
    async with asyncio.timeout(10):
        await shown.wait()
    await asyncio.sleep(SETTLED_S)
    taken = thread_ms() - start
    pane.filled.disconnect(connection)
    return taken
