"""Collects Python's garbage on the loop's thread, a little at a time, so that no frame waits for it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FIRST_AFTER_S = 5.0
"""Until then the start goes on; nothing of what it makes is garbage."""

LOOK_EVERY_S = 0.1
LONGEST_PAUSES = 4
"""While little is allocated, the pauses between looks grow to this many times `LOOK_EVERY_S`."""

PAUSES_UNSEEN = 100
"""The same while the window is hidden, so that the program hardly wakes up."""

MANY_OBJECTS = 5_000
"""Looked at in about a millisecond. So many are collected at once, since a frame waits for it; fewer may wait."""

COLLECT_EVERY_S = 10.0
YOUNG, ALL = 1, 2
"""Generations of Python's collector: what was allocated since the last turn, and everything."""

ALL_EVERY_S = 600.0
ALL_AT_LATEST_S = 3_600.0
"""A full collection takes 60 ms and more, so it is made while the window is hidden, or else once an hour."""


@contextmanager
def collecting_on(loop: asyncio.AbstractEventLoop, is_unseen: Callable[[], bool]) -> Iterator[None]:
    """Let the loop's thread alone collect garbage.

    Python does so on whatever thread happens to allocate, the keyring's or the store's; objects of Qt in a cycle would
    be deleted there while the loop uses them. is_unseen: whether a pause disturbs nobody.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    collector = _Collector(loop, is_unseen)
    try:
        yield
    finally:
        collector.stop()
        if was_enabled:
            gc.enable()


class _Collector:
    """Collects young objects and leaves alone what survives (`gc.freeze`), until everything is looked at."""

    def __init__(self, loop: asyncio.AbstractEventLoop, is_unseen: Callable[[], bool]) -> None:
        self._loop, self._is_unseen = loop, is_unseen
        self._all_at_s = self._collected_at_s = loop.time()
        self._pauses = 1
        self._handle = loop.call_later(FIRST_AFTER_S, self._begin)

    def stop(self) -> None:
        self._handle.cancel()

    def _begin(self) -> None:
        gc.freeze()
        self._handle = self._loop.call_later(LOOK_EVERY_S, self._turn)

    def _turn(self) -> None:
        now_s, is_much = self._loop.time(), gc.get_count()[0] > MANY_OBJECTS
        since_all_s = now_s - self._all_at_s
        if since_all_s > ALL_AT_LATEST_S or (since_all_s > ALL_EVERY_S and self._is_unseen()):
            self._all_at_s = now_s
            gc.unfreeze()
            self._collect(ALL)
        elif is_much or now_s - self._collected_at_s > COLLECT_EVERY_S:
            self._collect(YOUNG)
        if is_much:
            self._pauses = 1
        elif self._is_unseen():
            self._pauses = PAUSES_UNSEEN
        else:
            self._pauses = min(2 * self._pauses, LONGEST_PAUSES)
        self._handle = self._loop.call_later(self._pauses * LOOK_EVERY_S, self._turn)

    def _collect(self, generation: int) -> None:
        self._collected_at_s = self._loop.time()
        gc.collect(generation)
        gc.freeze()
