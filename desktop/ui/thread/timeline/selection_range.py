"""A text selection within one message or across several, independent of widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec


class TextPosition(msgspec.Struct, frozen=True):
    """A cursor position in a row's text. key: of the row. offset: in UTF-16 code units."""

    key: str
    offset: int


class SelectionRange:
    """The range from an anchor to a head; either may come first. Rows are named by key, so others may come and go."""

    def __init__(self) -> None:
        self._anchor: TextPosition | None = None
        self._head: TextPosition | None = None

    def start(self, at: TextPosition) -> None:
        self._anchor = self._head = at

    def extend(self, to: TextPosition) -> None:
        if self._anchor is not None:
            self._head = to

    def set(self, start: TextPosition, end: TextPosition) -> None:
        self._anchor, self._head = start, end

    def clear(self) -> None:
        self._anchor = self._head = None

    def ranges(
        self, row_of: Callable[[str], int | None], key_at: Callable[[int], str], end_of: Callable[[str], int]
    ) -> Mapping[str, tuple[int, int]]:
        """Return row key -> start and end of the selected text, from top to bottom, without rows with none.

        Empty if the row of the anchor or of the head is gone. end_of: returns the length of a row's text.
        """
        if self._anchor is None or self._head is None:
            return {}
        anchor_row, head_row = row_of(self._anchor.key), row_of(self._head.key)
        if anchor_row is None or head_row is None:
            return {}
        ends = sorted([(anchor_row, self._anchor.offset), (head_row, self._head.offset)])
        (first, start), (last, stop) = ends
        selected = {}
        for row in range(first, last + 1):
            key = key_at(row)
            span = (start if row == first else 0, stop if row == last else end_of(key))
            if span[0] < span[1]:
                selected[key] = span
        return selected
