"""Marking: finds the words under the mouse in a timeline and keeps what is marked, inside and across messages."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPoint, QPointF
from PySide6.QtWidgets import QListView

from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Paragraph
from desktop.ui.thread.timeline.delegate import TimelineDelegate
from desktop.ui.thread.timeline.model import TimelineModel
from desktop.ui.thread.timeline.selection import Selection, Spot


class Marking:
    """Belongs to one view; the delegate is told of every change."""

    def __init__(self, view: QListView, model: TimelineModel, delegate: TimelineDelegate) -> None:
        self._view = view
        self._model = model
        self._delegate = delegate
        self._selection = Selection()
        self.ranges: Mapping[str, tuple[int, int]] = {}

    def begin(self, point: QPoint) -> bool:
        """Whether there are words to mark at or above `point`. What was marked is not any more."""
        self._selection.clear()
        spot = self._spot_at(point)
        if spot is not None:
            self._selection.begin(spot)
        self.refresh()
        return spot is not None

    def extend(self, point: QPoint) -> None:
        spot = self._spot_at(point)
        if spot is not None:
            self._selection.extend(spot)
            self.refresh()

    def mark_word(self, point: QPoint) -> None:
        spot = self._spot_at(point)
        body = self._body(spot.key) if spot is not None else None
        if spot is not None and body is not None:
            start, end = body.body.word_around(spot.position)
            self._selection.mark(Spot(spot.key, start), Spot(spot.key, end))
            self.refresh()

    def clear(self) -> None:
        self._selection.clear()
        self.refresh()

    def refresh(self) -> None:
        """Also after rows came or went."""
        self.ranges = self._selection.ranges(self._model.row_of, lambda row: self._model.entry(row).key, self._end)
        self._delegate.set_selected(self.ranges)
        self._view.viewport().update()

    def text(self) -> str:
        """The marked words of each message, one below the other."""
        bodies = ((self._body(key), span) for key, span in self.ranges.items())
        return "\n".join(body.body.cut_out(*span) for body, span in bodies if body is not None)

    def layout_at(self, index: QModelIndex) -> BubbleLayout:
        return self._delegate.layout_of(self._model.entry(index.row()), self._view.layoutDirection())

    def within(self, index: QModelIndex, point: QPoint) -> QPointF:
        """A point of the viewport, relative to the row's corner."""
        return QPointF(point - self._view.visualRect(index).topLeft())

    def word_at(self, index: QModelIndex, point: QPoint) -> str:
        body = self.layout_at(index).body
        within = self.within(index, point)
        if body is None or not body.rect.contains(within):
            return ""
        start, end = body.body.word_around(body.body.position_at(within - body.rect.topLeft()))
        return body.body.cut_out(start, end)

    def _spot_at(self, point: QPoint) -> Spot | None:
        """The place in the words nearest to `point`: in the row there, else at the end of the nearest words above."""
        index = self._view.indexAt(point)
        if index.isValid():
            body = self.layout_at(index).body
            if body is not None:
                within = self.within(index, point) - body.rect.topLeft()
                return Spot(self._model.entry(index.row()).key, body.body.position_at(within))
        row = index.row() if index.isValid() else self._model.rowCount() - 1
        for above in range(row, -1, -1):
            body = self.layout_at(self._model.index(above)).body
            if body is not None:
                return Spot(self._model.entry(above).key, body.body.end)
        return None

    def _body(self, key: str) -> Paragraph | None:
        row = self._model.row_of(key)
        return self.layout_at(self._model.index(row)).body if row is not None else None

    def _end(self, key: str) -> int:
        body = self._body(key)
        return body.body.end if body is not None else 0
