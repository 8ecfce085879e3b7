"""Hold: keeps what the agent reads where it is while rows come, go or change their height around it."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint

if TYPE_CHECKING:
    from desktop.ui.thread.timeline.view import TimelineView


class Held:
    """`with Held(view):` change rows or sizes. At the bottom it stays there; else the topmost visible row stays put.

    While held, the view takes scrolling for our own and not for the agent's.
    """

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._key: str | None = None
        self._top = 0

    def __enter__(self) -> None:
        view = self._view
        if not view.at_bottom:
            self._remember(view.indexAt(QPoint(view.viewport().width() // 2, 0)))
        view.holding = True

    def _remember(self, index: QModelIndex) -> None:
        """The topmost visible row that somebody wrote: separators come and go with what stands around them."""
        timeline = self._view.timeline
        while index.isValid():
            entry = timeline.entry(index.row())
            if entry.message is not None or entry.echo is not None:
                self._key, self._top = entry.key, self._view.visualRect(index).top()
                return
            index = timeline.index(index.row() + 1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        view = self._view
        view.executeDelayedItemsLayout()
        bar = view.verticalScrollBar()
        row = view.timeline.row_of(self._key) if self._key is not None else None
        if view.at_bottom:
            bar.setValue(bar.maximum())
        elif row is not None:
            bar.setValue(bar.value() + view.visualRect(view.timeline.index(row)).top() - self._top)
        view.holding = False
