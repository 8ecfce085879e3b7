"""The numbers of rows by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop.ui.thread.entries import TimelineEntry


class KeyIndex:
    """Numbers of rows by key. A change costs as much as what goes and comes, and the shorter part of the list beside
    it.
    """

    def __init__(self) -> None:
        # Each is `_shift` less than the row's number, so that all rows behind a change move at once.
        self._numbers: dict[str, int] = {}
        self._shift = 0

    def row_of(self, key: str) -> int | None:
        """Return the number of the row with this key; None if there is none."""
        number = self._numbers.get(key)
        return None if number is None else number + self._shift

    def reset(self, rows: Sequence[TimelineEntry]) -> None:
        self._numbers, self._shift = {}, 0
        self._count(rows, 0)

    def replace(self, rows: Sequence[TimelineEntry], first: int, gone: Sequence[TimelineEntry], come: int) -> None:
        """Rows went and others came in their place. rows: all of them now. first: where the change begins. come: how
        many came. A row may be there twice in the meantime, when it moves towards the end.
        """
        for number, row in enumerate(gone, first - self._shift):
            if self._numbers[row.key] == number:
                del self._numbers[row.key]
        if first < len(rows) - first - come:
            self._shift += come - len(gone)
            self._count(rows[: first + come], 0)
        else:
            self._count(rows[first:], first)

    def _count(self, rows: Iterable[TimelineEntry], first: int) -> None:
        self._numbers.update((row.key, number) for number, row in enumerate(rows, first - self._shift))
