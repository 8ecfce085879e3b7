"""Selection: words marked with the mouse, inside one message or across several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place between two letters. position: UTF-16 units in the row's words."""

    key: str
    position: int


class Selection:
    """From an anchor to a head; either may come first. Rows are named by key, so it survives rows coming and going."""

    def __init__(self) -> None:
        self._anchor: Spot | None = None
        self._head: Spot | None = None

    def begin(self, at: Spot) -> None:
        self._anchor = self._head = at

    def extend(self, to: Spot) -> None:
        if self._anchor is not None:
            self._head = to

    def mark(self, start: Spot, end: Spot) -> None:
        self._anchor, self._head = start, end

    def clear(self) -> None:
        self._anchor = self._head = None

    def ranges(
        self, row_of: Callable[[str], int | None], key_at: Callable[[int], str], end_of: Callable[[str], int]
    ) -> Mapping[str, tuple[int, int]]:
        """What is marked in each row, top to bottom; rows without words or without anything marked are left out.

        end_of: length of a row's words. Empty when a row at one end is gone.
        """
        if self._anchor is None or self._head is None:
            return {}
        anchor_row, head_row = row_of(self._anchor.key), row_of(self._head.key)
        if anchor_row is None or head_row is None:
            return {}
        ends = sorted([(anchor_row, self._anchor.position), (head_row, self._head.position)])
        (first, start), (last, stop) = ends
        marked = {}
        for row in range(first, last + 1):
            key = key_at(row)
            span = (start if row == first else 0, stop if row == last else end_of(key))
            if span[0] < span[1]:
                marked[key] = span
        return marked
