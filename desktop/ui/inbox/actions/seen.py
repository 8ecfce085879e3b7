"""Marks a customer's newest message as seen once the agent has looked at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.engine.commands import Command, MarkSeen
from desktop.engine.views import ThreadView


class SeenMarker:
    """Submits `MarkSeen` once for each newest message that is shown while the window is active."""

    def __init__(self, submit: Callable[[Command], None], window: QWidget) -> None:
        self._submit, self._window = submit, window
        self._marked: tuple[str, tuple[str, str]] | None = None

    def mark_seen(self, view: ThreadView | None) -> None:
        """view: the thread on the screen."""
        messages = view.thread.loaded if view is not None else ()
        newest = next((m for m in reversed(messages) if m.may_be_from_customer), None)
        if view is None or newest is None or not self._window.isActiveWindow():
            return
        mark = (view.customer_id, newest.key)
        # Also where it was seen before: the agent may have marked the customer as unread since.
        if mark != self._marked:
            self._marked = mark
            self._submit(MarkSeen(view.customer_id))
