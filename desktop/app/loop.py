"""Runs Qt and asyncio on one loop, and logs uncaught exceptions of both."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)

COLLECT_EVERY_S = 1.0
ALL_EVERY = 30
OLDEST = 2
"""The garbage collector's generation that includes all others."""


def run(application: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run `main` on the application's own loop; its result is the exit status."""
    # Closing the last window must not stop the loop before everything has ended in order.
    application.setQuitOnLastWindowClosed(False)
    hook = sys.excepthook
    sys.excepthook = _log_uncaught
    try:
        with _garbage_on_this_thread(), asyncio.Runner(loop_factory=lambda: _loop(application)) as runner:
            _collect(runner.get_loop(), turn=1)
            return runner.run(main())
    except KeyboardInterrupt:
        return 130
    finally:
        sys.excepthook = hook


@contextmanager
def _garbage_on_this_thread() -> Iterator[None]:
    """Python collects garbage on whatever thread happens to allocate, the keyring's or the store's; objects of Qt in a
    cycle would be deleted there while the loop uses them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _collect(loop: asyncio.AbstractEventLoop, turn: int) -> None:
    """What Python would do by itself: young objects often, all of them rarely."""
    gc.collect(OLDEST if turn % ALL_EVERY == 0 else OLDEST - 1)
    loop.call_later(COLLECT_EVERY_S, _collect, loop, turn + 1)


def _loop(application: QApplication) -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    loop.set_exception_handler(_log_unhandled)
    return loop


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("uncaught", exc_info=(kind, error, trace))


def _log_unhandled(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("unhandled in the loop: %s", context.get("message"), exc_info=context.get("exception"))
