"""Selects text of the message list with the mouse, within one message or across several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QModelIndex, QPoint, QPointF
from PySide6.QtWidgets import QListView

from desktop.domain.search.folding import find_ranges
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Paragraph
from desktop.ui.thread.layout.text_body import utf16_length
from desktop.ui.thread.timeline.delegate import TimelineDelegate
from desktop.ui.thread.timeline.model import TimelineModel
from desktop.ui.thread.timeline.selection_range import SelectionRange, TextPosition


class TextSelection:
    """The selection of one view; passes each change to the delegate. ranges: see `SelectionRange.ranges`."""

    def __init__(self, view: QListView, model: TimelineModel, delegate: TimelineDelegate) -> None:
        self._view = view
        self._model = model
        self._delegate = delegate
        self._selection = SelectionRange()
        self.ranges: Mapping[str, tuple[int, int]] = {}

    def start(self, point: QPoint) -> None:
        """Clear the selection and start a new one at the text nearest to `point`."""
        self._selection.clear()
        position = self._position_at(point)
        if position is not None:
            self._selection.start(position)
        self.refresh()

    def extend(self, point: QPoint) -> None:
        """Move the head of the selection to the text nearest to `point`."""
        position = self._position_at(point)
        if position is not None:
            self._selection.extend(position)
            self.refresh()

    def select_word(self, point: QPoint) -> None:
        """Select the word at `point`."""
        position = self._position_at(point)
        body = self._body(position.key) if position is not None else None
        if position is not None and body is not None:
            start, end = body.body.word_bounds(position.offset)
            self._selection.set(TextPosition(position.key, start), TextPosition(position.key, end))
            self.refresh()

    def select_found(self, key: str, words: Iterable[str], phrases: Iterable[str]) -> None:
        """Select the first phrase, or beginning of a word, that is in the text of this row; nothing where none is."""
        body = self._body(key)
        text = body.body.layout.text() if body is not None else ""
        ranges = find_ranges(text, phrases) or find_ranges(text, words, at_word_start=True)
        self._selection.clear()
        if ranges:
            start, end = (TextPosition(key, utf16_length(text[:at])) for at in ranges[0])
            self._selection.set(start, end)
        self.refresh()

    def clear(self) -> None:
        self._selection.clear()
        self.refresh()

    def refresh(self) -> None:
        """Update `ranges` and the delegate; call it after rows came or went."""
        ranges = self._selection.ranges(self._model.row_of, lambda row: self._model.entry(row).key, self._end)
        if ranges != self.ranges:
            self.ranges = ranges
            self._delegate.set_selected(ranges)
            self._view.viewport().update()

    def text(self) -> str:
        """Return the selected text, one line for each message."""
        bodies = ((self._body(key), span) for key, span in self.ranges.items())
        return "\n".join(body.body.substring(*span) for body, span in bodies if body is not None)

    def layout_at(self, index: QModelIndex) -> BubbleLayout:
        return self._delegate.layout_of(self._model.entry(index.row()), self._view.layoutDirection())

    def to_row(self, index: QModelIndex, point: QPoint) -> QPointF:
        """Convert a point of the viewport to one relative to the row's top left corner."""
        return QPointF(point - self._view.visualRect(index).topLeft())

    def word_at(self, index: QModelIndex, point: QPoint) -> str:
        """Return the word under `point`; "" beside the text."""
        body = self.layout_at(index).body
        within = self.to_row(index, point)
        if body is None or not body.rect.contains(within):
            return ""
        start, end = body.body.word_bounds(body.body.position_at(within - body.rect.topLeft()))
        return body.body.substring(start, end)

    def _position_at(self, point: QPoint) -> TextPosition | None:
        """Return the position nearest to `point`: in the row there, otherwise at the end of the nearest text above."""
        index = self._view.indexAt(point)
        if index.isValid():
            body = self.layout_at(index).body
            if body is not None:
                within = self.to_row(index, point) - body.rect.topLeft()
                return TextPosition(self._model.entry(index.row()).key, body.body.position_at(within))
        row = index.row() if index.isValid() else self._model.rowCount() - 1
        for above in range(row, -1, -1):
            body = self.layout_at(self._model.index(above)).body
            if body is not None:
                return TextPosition(self._model.entry(above).key, body.body.end)
        return None

    def _body(self, key: str) -> Paragraph | None:
        row = self._model.row_of(key)
        return self.layout_at(self._model.index(row)).body if row is not None else None

    def _end(self, key: str) -> int:
        body = self._body(key)
        return body.body.end if body is not None else 0
