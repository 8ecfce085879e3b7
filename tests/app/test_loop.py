"""The loop: its result is the exit status, and what it leaves behind is taken away on its own thread."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app import garbage, loop


class Knot:
    """Refers to itself, so that only the garbage collector can take it."""

    def __init__(self) -> None:
        self.itself = self


def test_the_result_is_the_exit_status(qapp: QApplication) -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 7

    assert loop.run(qapp, main) == 7


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(garbage, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(garbage, "COLLECT_EVERY_S", 0.1)


@pytest.fixture
def collections() -> Iterator[list[int]]:
    """The generations that are collected."""
    seen: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            seen.append(about["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


@pytest.mark.usefixtures("quick")
def test_garbage_is_taken_away_on_the_loops_thread_alone(qapp: QApplication) -> None:
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

        # What the start makes is left alone.
        await asyncio.sleep(0.05)
        for _ in range(20):
            weakref.finalize(Knot(), taken)
        await asyncio.to_thread(allocate_much)
        await all_taken.wait()
        return 0

    gc.enable()
    assert loop.run(qapp, main) == 0
    assert gc.isenabled()
    assert set(taken_on) == {threading.main_thread().name}


@pytest.mark.usefixtures("quick")
def test_while_somebody_looks_only_young_objects_are_looked_at(
    qapp: QApplication, collections: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "ALL_EVERY_S", 0.0)

    async def main() -> int:
        collections.clear()
        monkeypatch.setattr(loop, "_is_in_background", lambda _application: False)
        await asyncio.sleep(0.3)
        assert set(collections) == {garbage.YOUNG}
        monkeypatch.setattr(loop, "_is_in_background", lambda _application: True)
        taken = asyncio.Event()
        weakref.finalize(Knot(), taken.set)
        gc.freeze()
        await taken.wait()
        assert garbage.ALL in collections
        return 0

    assert loop.run(qapp, main) == 0


@pytest.mark.usefixtures("quick")
def test_little_waits_and_much_is_collected_at_once(
    qapp: QApplication, collections: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_is_in_background", lambda _application: False)

    async def main() -> int:
        await asyncio.sleep(0.05)
        collections.clear()
        await asyncio.sleep(0.5)
        # Looking every time would make it more than ten.
        assert 0 < len(collections) < 8
        monkeypatch.setattr(garbage, "COLLECT_EVERY_S", 600.0)
        collections.clear()
        kept = [[] for _ in range(garbage.MANY_OBJECTS + 1)]
        taken = asyncio.Event()
        weakref.finalize(Knot(), taken.set)
        await taken.wait()
        assert collections == [garbage.YOUNG]
        return len(kept) - garbage.MANY_OBJECTS

    assert loop.run(qapp, main) == 1


@pytest.mark.usefixtures("quick")
def test_while_nobody_looks_it_hardly_wakes_up(
    qapp: QApplication, collections: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_is_in_background", lambda _application: True)

    async def main() -> int:
        await asyncio.sleep(0.05)
        collections.clear()
        await asyncio.sleep(0.4)
        # Pauses that grow by and by would make it two at least.
        assert len(collections) < 2
        return 0

    assert loop.run(qapp, main) == 0
