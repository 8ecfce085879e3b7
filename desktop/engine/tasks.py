"""Owns every task that runs beside the screen; the only place that starts one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from random import Random
from typing import Any, TypeVar

from desktop.ports import Clock

T = TypeVar("T")
log = logging.getLogger(__name__)

RESTART_PAUSE_S = 15.0
JITTER = 0.2


class Tasks:
    """Starts tasks, reports failures, and cancels all tasks at the end. Loop's thread only."""

    def __init__(self, on_broken: Callable[[str, Exception], None] | None = None) -> None:
        """on_broken: called with the task's name and the exception, after it was logged."""
        self._running: set[asyncio.Task[Any]] = set()
        self._on_broken = on_broken
        self._closing = False

    def start(
        self, work: Coroutine[Any, Any, T], name: str, then: Callable[[T], None] | None = None
    ) -> asyncio.Task[Any] | None:
        """Run `work`; when it ends without an exception and nobody is closing, call `then` with its result. Returns
        None after `aclose`.
        """
        if self._closing:
            work.close()
            return None
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(self._guarded(work, name, then), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # A task that is cancelled before its first step never awaits its work.
        task.add_done_callback(lambda _: work.close())
        return task

    async def _guarded(self, work: Coroutine[Any, Any, T], name: str, then: Callable[[T], None] | None) -> T | None:
        async def all_of_it() -> T:
            result = await work
            if then is not None and not self._closing:
                then(result)
            return result

        ending = await self._attempt(all_of_it(), name)
        return None if isinstance(ending, Exception) else ending

    async def _attempt(self, work: Coroutine[Any, Any, T], name: str) -> T | Exception:
        """The task boundary: an exception is logged and returned, never raised."""
        try:
            return await work
        except Exception as broken:
            log.exception("task %s broke", name)
            if self._on_broken is not None:
                self._on_broken(name, broken)
            return broken

    def is_running(self, name: str) -> bool:
        """Whether a task of this name has not ended yet."""
        return any(task.get_name() == name for task in self._running)

    def keep_running(
        self,
        run: Callable[[], Coroutine[Any, Any, None]],
        name: str,
        clock: Clock,
        on_broken: Callable[[str, Exception], None],
    ) -> None:
        """Run a worker until `aclose`. When it fails, call `on_broken` as in `__init__`, pause and restart it."""

        async def run_repeatedly() -> None:
            while isinstance(ending := await self._attempt(run(), name), Exception):
                on_broken(name, ending)
                await clock.sleep(RESTART_PAUSE_S)

        self.start(run_repeatedly(), name)

    async def aclose(self) -> None:
        """Cancel what is running and wait for its end. Nothing starts afterwards."""
        self._closing = True
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def wait_for_wake(clock: Clock, seconds: float | None, wake_event: asyncio.Event) -> bool:
    """Wait until woken or until the timeout (None: no timeout); clears the event. Returns True if woken."""
    waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(wake_event.wait())}
    if seconds is not None:
        waits.add(asyncio.ensure_future(clock.sleep(seconds)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    was_woken = wake_event.is_set()
    wake_event.clear()
    return was_woken


class Alarm:
    """A pause that can be ended, or made shorter while it runs. Loop's thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = asyncio.Event()
        self.is_woken = False
        """Whether the pause that runs, or the next one, ends at once."""
        self._latest_s: float | None = None

    def wake(self) -> None:
        """End the pause, or the next one at once."""
        self.is_woken = True
        self._changed.set()

    def ring_within(self, seconds: float) -> None:
        """End the pause, or the next one, no later than after these seconds."""
        at_s = self._clock.monotonic() + seconds
        self._latest_s = at_s if self._latest_s is None else min(at_s, self._latest_s)
        self._changed.set()

    async def wait(self, seconds: float | None) -> None:
        """Pause for so long; None: until it is ended."""
        due_s = None if seconds is None else self._clock.monotonic() + seconds
        while not self.is_woken:
            ends = [at_s for at_s in (due_s, self._latest_s) if at_s is not None]
            left_s = min(ends) - self._clock.monotonic() if ends else None
            if left_s is not None and left_s <= 0:
                break
            await wait_for_wake(self._clock, left_s, self._changed)
        self.is_woken, self._latest_s = False, None


async def run_periodically(
    step: Callable[[], Coroutine[Any, Any, float | None]], clock: Clock, wake_event: asyncio.Event
) -> None:
    """Run `step` until cancelled. It returns the seconds until its next turn, or None to wait for the event alone."""
    while True:
        await wait_for_wake(clock, await step(), wake_event)


def with_jitter(pause_s: float, rng: Random) -> float:
    """Vary a pause by up to 20 %, so that many desktops do not ask at the same moment."""
    return pause_s * (1 + rng.uniform(-JITTER, JITTER))


async def in_parallel(work: Callable[[T], Coroutine[Any, Any, None]], items: Iterable[T], at_most: int) -> None:
    """Run `work` on every item, `at_most` at a time, in order. The first exception ends the others."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_most):
                group.create_task(worker())
    except BaseExceptionGroup as broken:
        raise broken.exceptions[0] from None
