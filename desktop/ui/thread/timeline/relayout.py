"""Lays rows out after a change of width: visible ones at once, the others in small batches."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, QPoint, QTimer

from desktop.ui.thread.timeline.scroll_anchor import AnchoredView, ScrollAnchor

PAUSE_MS = 120
"""Time without another change of width: the splitter has been released or stopped."""
BATCH_S = 0.010
MAX_ROUNDS = 4
"""When visible rows get lower, more rows become visible, which then need a layout too."""


class Relayout(QObject):
    """Until it has finished, invisible rows keep their old height (`TimelineDelegate.keeps_old_heights`)."""

    def __init__(self, view: AnchoredView) -> None:
        super().__init__(view)
        self._view = view
        self._next_row = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._build_batch)

    def start(self) -> None:
        """Lay the visible rows out for the delegate's new width, and schedule the others."""
        self._view.delegate.keeps_old_heights = True
        self._next_row = 0
        self._timer.start(PAUSE_MS)
        self._build_visible()

    def lay_out_visible(self) -> None:
        """Give rows that have become visible their final height, without moving the visible text."""
        for _ in range(MAX_ROUNDS):
            if not self._build_visible():
                return
            with ScrollAnchor(self._view):
                self._view.scheduleDelayedItemsLayout()

    def _build_visible(self) -> bool:
        """Return whether any visible row needed a new layout."""
        view = self._view
        count_before = view.delegate.build_count
        index = view.indexAt(QPoint(view.viewport().width() // 2, 0))
        while index.isValid() and view.visualRect(index).top() < view.viewport().height():
            self._build(index.row())
            index = view.timeline.index(index.row() + 1)
        return view.delegate.build_count > count_before

    def _build(self, row: int) -> None:
        self._view.delegate.layout_of(self._view.timeline.entry(row), self._view.layoutDirection())

    def _build_batch(self) -> None:
        end = perf_counter() + BATCH_S
        rows = self._view.timeline.rowCount()
        while self._next_row < rows and perf_counter() < end:
            self._build(self._next_row)
            self._next_row += 1
        if self._next_row < rows:
            self._timer.start(0)
            return
        self._view.delegate.keeps_old_heights = False
        with ScrollAnchor(self._view):
            self._view.scheduleDelayedItemsLayout()
