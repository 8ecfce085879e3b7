"""Tasks: the owner of everything that runs beside the screen; the only place that starts a task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Tasks:
    """Starts tasks, reports the ones that break, and ends them all at the end. Loop's thread only."""

    def __init__(self, on_broken: Callable[[str, Exception], None] | None = None) -> None:
        """on_broken: told the task's name and what broke it, after it was logged."""
        self._running: set[asyncio.Task[Any]] = set()
        self._on_broken = on_broken
        self._closing = False

    def start(
        self, work: Coroutine[Any, Any, T], name: str, then: Callable[[T], None] | None = None
    ) -> asyncio.Task[Any] | None:
        """Run `work`; when it ends well and nobody is closing, call `then` with its result. None after `aclose`."""
        if self._closing:
            work.close()
            return None
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(self._guarded(work, name, then), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, T], name: str, then: Callable[[T], None] | None) -> T | None:
        try:
            result = await work
            if then is not None and not self._closing:
                then(result)
        except Exception as broken:
            log.exception("task %s broke", name)
            if self._on_broken is not None:
                self._on_broken(name, broken)
            return None
        return result

    async def aclose(self) -> None:
        """Cancel what still runs and wait for its end. Nothing starts afterwards."""
        self._closing = True
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
