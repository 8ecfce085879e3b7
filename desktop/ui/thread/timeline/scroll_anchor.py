"""Keeps the first visible message in place while rows above it change."""

from __future__ import annotations

from types import TracebackType

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtWidgets import QListView

from desktop.ui.thread.timeline.delegate import TimelineDelegate
from desktop.ui.thread.timeline.model import TimelineModel


class AnchoredView(QListView):
    """A message list that works with `ScrollAnchor`.

    at_bottom: the newest message is visible. is_anchored: the scroll bar moves because of an anchor, not the agent.
    """

    at_bottom: bool
    is_anchored: bool
    timeline: TimelineModel
    delegate: TimelineDelegate


class ScrollAnchor:
    """Context manager for changes of rows or sizes.

    A view at the bottom stays at the bottom; otherwise the topmost visible message stays where it is.
    """

    def __init__(self, view: AnchoredView) -> None:
        self._view = view
        self._key: str | None = None
        self._top = 0

    def __enter__(self) -> None:
        view = self._view
        if not view.at_bottom:
            self._remember_first_message(view.indexAt(QPoint(view.viewport().width() // 2, 0)))
        view.is_anchored = True

    def _remember_first_message(self, index: QModelIndex) -> None:
        """Remember the first message from `index` on; separators may come and go with the rows around them."""
        timeline = self._view.timeline
        while index.isValid():
            entry = timeline.entry(index.row())
            if entry.message is not None or entry.pending is not None:
                self._key, self._top = entry.key, self._view.visualRect(index).top()
                return
            index = timeline.index(index.row() + 1)

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        view = self._view
        view.executeDelayedItemsLayout()
        bar = view.verticalScrollBar()
        row = view.timeline.row_of(self._key) if self._key is not None else None
        if view.at_bottom:
            bar.setValue(bar.maximum())
        elif row is not None:
            bar.setValue(bar.value() + view.visualRect(view.timeline.index(row)).top() - self._top)
        view.is_anchored = False
