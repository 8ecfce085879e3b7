"""Runs Qt and asyncio on one loop, and logs uncaught exceptions of both."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

from desktop.app.garbage import collecting_on
from desktop.system.accessibility.screen_reader import ScreenReaders
from desktop.ui.widgets.screen_reader import announce, factory

log = logging.getLogger(__name__)


def run(application: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run `main` on the application's own loop; its result is the exit status."""
    _prepare_for_screen_readers()
    # Closing the last window must not stop the loop before everything has ended in order.
    application.setQuitOnLastWindowClosed(False)
    hook = sys.excepthook
    sys.excepthook = _log_uncaught
    try:
        with (
            asyncio.Runner(loop_factory=lambda: _loop(application)) as runner,
            collecting_on(runner.get_loop(), lambda: _is_in_background(application)),
        ):
            return runner.run(main())
    except KeyboardInterrupt:
        return 130
    finally:
        sys.excepthook = hook


def _prepare_for_screen_readers() -> None:
    factory.install()
    if sys.platform == "linux":
        announce.if_not_heard = ScreenReaders().if_announcements_are_not_heard


def _is_in_background(application: QApplication) -> bool:
    window = application.focusWindow()
    return window is None or not window.isVisible()


def _loop(application: QApplication) -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    loop.set_exception_handler(_log_unhandled)
    return loop


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("uncaught", exc_info=(kind, error, trace))


def _log_unhandled(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("unhandled in the loop: %s", context.get("message"), exc_info=context.get("exception"))
