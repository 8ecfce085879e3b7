"""After a change of width, lay out the visible rows at once and the others in small portions."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, QPoint, QTimer

from desktop.ui.thread.timeline.scroll_anchor import AnchoredView, ScrollAnchor

PAUSE_MS = 120
"""Without another change of width: the splitter has been let go, or stands still."""
PORTION_S = 0.010
MOST_ROUNDS = 4
"""Rows that come into view because others became lower may bring others into view again."""


class Relayout(QObject):
    """While it works, rows out of view keep the height they had at another width (`TimelineDelegate.is_patient`)."""

    def __init__(self, view: AnchoredView) -> None:
        super().__init__(view)
        self._view = view
        self._next_row = 0
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._do_a_portion)

    def begin(self) -> None:
        """The delegate's width has changed; what is in view is built now."""
        self._view.delegate.is_patient = True
        self._next_row = 0
        self._pause.start(PAUSE_MS)
        self._build_visible()

    def lay_out_visible(self) -> None:
        """Give rows that came into view their right height, without moving what is read."""
        for _ in range(MOST_ROUNDS):
            if not self._build_visible():
                return
            with ScrollAnchor(self._view):
                self._view.scheduleDelayedItemsLayout()

    def _build_visible(self) -> bool:
        """Whether any of them had to be built."""
        view = self._view
        built = view.delegate.built
        index = view.indexAt(QPoint(view.viewport().width() // 2, 0))
        while index.isValid() and view.visualRect(index).top() < view.viewport().height():
            self._build(index.row())
            index = view.timeline.index(index.row() + 1)
        return view.delegate.built > built

    def _build(self, row: int) -> None:
        self._view.delegate.layout_of(self._view.timeline.entry(row), self._view.layoutDirection())

    def _do_a_portion(self) -> None:
        end = perf_counter() + PORTION_S
        rows = self._view.timeline.rowCount()
        while self._next_row < rows and perf_counter() < end:
            self._build(self._next_row)
            self._next_row += 1
        if self._next_row < rows:
            self._pause.start(0)
            return
        self._view.delegate.is_patient = False
        with ScrollAnchor(self._view):
            self._view.scheduleDelayedItemsLayout()
