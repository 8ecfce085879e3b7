"""Measures CPU time turn by turn, and memory."""

from __future__ import annotations

import gc
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Work = Callable[[], object]


def process_ms() -> float:
    """CPU time of all threads of this process so far."""
    return time.process_time() * 1_000


def thread_ms() -> float:
    """CPU time of this thread so far."""
    return time.thread_time() * 1_000


def cpu_ms_of(pid: int) -> float:
    """CPU time of all threads of another process so far (Linux); what ended threads used is not in it."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text("ascii").split()[0]) for thread in threads) / 1e6


def interleave(
    *works: Work, rounds: int, warm_up: int = 1, clock: Callable[[], float] = process_ms
) -> tuple[tuple[float, ...], ...]:
    """Milliseconds of each of the works, which are done in turn, so that all of them meet the same machine.

    No garbage is collected within a turn: the program does that in pauses of its own, which rows 7 and 12 measure.
    """
    samples: tuple[list[float], ...] = tuple([] for _ in works)
    was_enabled = gc.isenabled()
    with _on_one_processor():
        for _ in range(warm_up):
            for work in works:
                work()
        gc.disable()
        try:
            for _ in range(rounds):
                for work, durations in zip(works, samples, strict=True):
                    gc.collect(1)
                    start = clock()
                    work()
                    durations.append(clock() - start)
        finally:
            if was_enabled:
                gc.enable()
    return tuple(map(tuple, samples))


@contextmanager
def _on_one_processor() -> Iterator[None]:
    """Keep all threads of this process on one processor (Linux). Works with threads of their own would otherwise stay
    on different ones, of which one may be slowed down by what else runs there.
    """
    usual = os.sched_getaffinity(0)
    _move_threads({max(usual)})
    try:
        yield
    finally:
        _move_threads(usual)


def _move_threads(processors: set[int]) -> None:
    for task in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(task.name), processors)


def pss_mib(pid: str = "self") -> float:
    """Memory of a process, shared pages counted by share (Linux)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def rss_mib() -> float:
    """Memory of this process (Linux)."""
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def open_file_count() -> int:
    """File descriptors of this process (Linux)."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
