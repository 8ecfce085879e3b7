"""Tops and rows follow whatever comes, goes and is measured."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.thread.timeline.row_positions import RowPositions

HEIGHTS = st.lists(st.integers(1, 90), max_size=6)
STEPS = st.lists(st.tuples(st.sampled_from(["insert", "remove", "measure", "ask"]), st.integers(0, 30), HEIGHTS))


@given(HEIGHTS, STEPS)
def test_positions_are_those_of_the_heights(heights: list[int], steps) -> None:
    positions = RowPositions()
    positions.reset(heights)
    expected = list(heights)
    for step, number, more in steps:
        row = number % (len(expected) + 1)
        if step == "insert":
            positions.insert(row, more)
            expected[row:row] = more
        elif expected and step == "remove":
            first = number % len(expected)
            last = min(first + len(more), len(expected) - 1)
            positions.remove(first, last)
            del expected[first : last + 1]
        elif expected and step == "measure":
            positions.set_height(number % len(expected), 50)
            expected[number % len(expected)] = 50
        else:
            assert positions.top(row) == sum(expected[:row])
    tops = [0, *accumulate(expected)]
    assert [positions.top(row) for row in range(len(expected) + 1)] == tops
    assert positions.total == tops[-1]
    for row, height in enumerate(expected):
        assert positions.row_at(tops[row]) == positions.row_at(tops[row] + height - 1) == row
    assert positions.row_at(-1) is positions.row_at(tops[-1]) is None
