"""Updates of a list model with as few row changes as possible, so that nothing on the screen jumps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from operator import eq
from typing import TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


def update_rows(
    model: QAbstractListModel,
    rows: list[Row],
    wanted: Sequence[Row],
    key: Callable[[Row], Key],
    same: Callable[[Row, Row], bool] = eq,
) -> None:
    """Make `rows`, the list behind `model`, equal to `wanted`, and notify the views of each step.

    key: identifies a row over its whole life; unique in `wanted`. `dataChanged` is emitted for a row whose key stays
    and which is not `same`; otherwise the newer row replaces it silently. Rows that keep their relative order are
    not moved.
    """
    _remove(model, rows, {key(r) for r in wanted}, key)
    _place(model, rows, wanted, key)
    for at, row in enumerate(wanted):
        held, rows[at] = rows[at], row
        if held is not row and not same(held, row):
            model.dataChanged.emit(model.index(at, 0), model.index(at, 0))


def _remove(model: QAbstractListModel, rows: list[Row], kept: set[Key], key: Callable[[Row], Key]) -> None:
    last = len(rows) - 1
    while last >= 0:
        if key(rows[last]) in kept:
            last -= 1
            continue
        first = last
        while first > 0 and key(rows[first - 1]) not in kept:
            first -= 1
        model.beginRemoveRows(QModelIndex(), first, last)
        del rows[first : last + 1]
        model.endRemoveRows()
        last = first - 1


def _place(model: QAbstractListModel, rows: list[Row], wanted: Sequence[Row], key: Callable[[Row], Key]) -> None:
    """Move and insert rows until the keys have the wanted order.

    Each row that does not stay is put right behind its wanted predecessor, which is in place already.
    """
    held = {key(r): at for at, r in enumerate(rows)}
    keys = [key(r) for r in wanted]
    staying = _longest_increasing([held[k] for k in keys if k in held])
    at = 0
    while at < len(wanted):
        k = keys[at]
        if k not in held:
            end = at
            while end < len(wanted) and keys[end] not in held:
                end += 1
            target = _behind(rows, keys, at, key)
            model.beginInsertRows(QModelIndex(), target, target + end - at - 1)
            rows[target:target] = wanted[at:end]
            model.endInsertRows()
            at = end
            continue
        if held[k] not in staying:
            source = next(i for i, r in enumerate(rows) if key(r) == k)
            target = _behind(rows, keys, at, key)
            if target not in (source, source + 1):
                model.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
                rows.insert(target if target < source else target - 1, rows.pop(source))
                model.endMoveRows()
        at += 1


def _behind(rows: list[Row], keys: Sequence[Key], at: int, key: Callable[[Row], Key]) -> int:
    """Return the index in `rows` right behind the wanted predecessor of the wanted row `at`."""
    if at == 0:
        return 0
    predecessor = keys[at - 1]
    return 1 + next(i for i, r in enumerate(rows) if key(r) == predecessor)


def _longest_increasing(places: Sequence[int]) -> set[int]:
    """Return the longest increasing subsequence of `places` (patience sorting)."""
    if all(a < b for a, b in pairwise(places)):
        return set(places)
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        pile = bisect_left(tops, place)
        before[place] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [place]
    increasing: set[int] = set()
    walker: int | None = tops[-1]
    while walker is not None:
        increasing.add(walker)
        walker = before[walker]
    return increasing
