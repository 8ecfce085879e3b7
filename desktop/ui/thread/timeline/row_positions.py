"""Heights and tops of the rows of a list: estimates until a row is measured."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


class RowPositions:
    """Tops are computed when they are asked for, and only behind the first row whose height has changed."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._tops = [0]

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def total(self) -> int:
        """The height of all rows."""
        return self.top(len(self._heights))

    def reset(self, heights: Sequence[int]) -> None:
        self._heights = list(heights)
        self._tops = [0]

    def insert(self, row: int, heights: Sequence[int]) -> None:
        self._heights[row:row] = heights
        del self._tops[row + 1 :]

    def remove(self, first: int, last: int) -> None:
        """last: the last row that goes."""
        del self._heights[first : last + 1]
        del self._tops[first + 1 :]

    def set_height(self, row: int, height: int) -> None:
        if self._heights[row] != height:
            self._heights[row] = height
            del self._tops[row + 1 :]

    def height(self, row: int) -> int:
        return self._heights[row]

    def top(self, row: int) -> int:
        """Return a row's distance from the top of the first one. row: may be the one after the last."""
        known = len(self._tops)
        if row >= known:
            self._tops += list(accumulate(self._heights[known - 1 : row], initial=self._tops[-1]))[1:]
        return self._tops[row]

    def row_at(self, y: int) -> int | None:
        """Return the row at this distance from the top; None above the first and below the last."""
        if not 0 <= y < self.total:
            return None
        return bisect_right(self._tops, y) - 1
