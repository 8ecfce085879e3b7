"""Runs a job for as long as a context lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Job = Callable[[], Awaitable[None]]

CANCEL_AGAIN_AFTER_S = 0.5


@asynccontextmanager
async def running(job: Job, ending: asyncio.Event | None = None) -> AsyncIterator[None]:
    """A task for as long as the context lasts; raises at its end what ended the task. ending: set when that happens."""
    task = asyncio.ensure_future(job())
    if ending is not None:
        task.add_done_callback(lambda _: ending.set())
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            # Before Python 3.12, `asyncio.wait_for`, which the broker's client uses, may lose a cancellation.
            await asyncio.wait((task,), timeout=CANCEL_AGAIN_AFTER_S)
        with suppress(asyncio.CancelledError):
            task.result()
