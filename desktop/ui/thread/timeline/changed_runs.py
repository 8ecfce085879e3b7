"""Finds what a newer content of a thread changes, without looking into what stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count, takewhile
from operator import is_not

import msgspec

from desktop.domain.history.thread import Message
from desktop.ui.thread.entries import Content


class ChangedRun(msgspec.Struct, frozen=True):
    """Replace `old[old_start:old_end]` by `new[new_start:new_end]`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def is_empty(self) -> bool:
        return self.old_start == self.old_end and self.new_start == self.new_end


def changed_runs(old: Sequence[Content], new: Sequence[Content]) -> list[ChangedRun]:
    """Return at most two runs, in order: messages that came or went at the start, and one from the first to the last
    difference behind them.
    """
    gone, come = _older_than(old, new), _older_than(new, old)
    first = _common(old[gone:], new[come:])
    left = min(len(old) - gone, len(new) - come) - first
    last = _common(old[: -left - 1 : -1], new[: -left - 1 : -1])
    start = ChangedRun(0, gone, 0, come)
    rest = ChangedRun(gone + first, len(old) - last, come + first, len(new) - last)
    if start.old_end == rest.old_start and start.new_end == rest.new_start:
        start, rest = ChangedRun(0, 0, 0, 0), ChangedRun(0, rest.old_end, 0, rest.new_end)
    return [run for run in (start, rest) if not run.is_empty]


def _older_than(content: Sequence[Content], other: Sequence[Content]) -> int:
    """Return how many messages at the start are older than the first one of `other`."""
    first = other[0] if other else None
    if not isinstance(first, Message):
        return 0
    order = first.entry.order
    return sum(1 for _ in takewhile(lambda c: isinstance(c, Message) and c.entry.order < order, content))


def _common(old: Sequence[Content], new: Sequence[Content]) -> int:
    """Return how many of both are equal before the first difference."""
    # Most that are equal are the same object (see `Queries.thread`).
    others = compress(count(), map(is_not, old, new))
    return next((at for at in others if old[at] != new[at]), min(len(old), len(new)))
