"""Seen: tells the engine that the agent has looked at a customer's newest message."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.engine.commands import Command, MarkSeen
from desktop.engine.views import ThreadView


class Seen:
    """Only what is on the screen of somebody who looks at it, and once for each newest message."""

    def __init__(self, submit: Callable[[Command], None], window: QWidget) -> None:
        self._submit, self._window = submit, window
        self._marked: tuple[str, tuple[str, str]] | None = None

    def look_at(self, view: ThreadView | None) -> None:
        """view: the thread that is shown."""
        messages = view.thread.messages if view is not None else ()
        newest = next((m for m in reversed(messages) if m.may_be_from_customer), None)
        if view is None or newest is None or not self._window.isActiveWindow():
            return
        mark = (view.customer_id, newest.key)
        seen = view.seen_upto is not None and view.seen_upto >= newest.entry.sent_at
        if mark != self._marked and not seen:
            self._marked = mark
            self._submit(MarkSeen(view.customer_id))
