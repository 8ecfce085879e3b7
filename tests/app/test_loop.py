"""The loop: its result is the exit status, and what it leaves behind is taken away on its own thread."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

from PySide6.QtWidgets import QApplication

from desktop.app import loop


class Knot:
    """Refers to itself, so that only the garbage collector can take it."""

    def __init__(self) -> None:
        self.itself = self


def test_the_result_is_the_exit_status(qapp: QApplication) -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 7

    assert loop.run(qapp, main) == 7


def test_garbage_is_taken_away_on_the_loops_thread_alone(qapp: QApplication, monkeypatch) -> None:
    monkeypatch.setattr(loop, "COLLECT_EVERY_S", 0.01)
    taken_on: list[str] = []

    def allocate_much() -> None:
        """Enough for Python to collect many times by itself."""
        for _ in range(100):
            kept = [[] for _ in range(5_000)]
            del kept

    async def main() -> int:
        running, all_taken = asyncio.get_running_loop(), asyncio.Event()

        def taken() -> None:
            taken_on.append(threading.current_thread().name)
            if len(taken_on) == 20:
                running.call_soon_threadsafe(all_taken.set)

        for _ in range(20):
            weakref.finalize(Knot(), taken)
        await asyncio.to_thread(allocate_much)
        await all_taken.wait()
        return 0

    gc.enable()
    assert loop.run(qapp, main) == 0
    assert gc.isenabled()
    assert set(taken_on) == {threading.main_thread().name}
