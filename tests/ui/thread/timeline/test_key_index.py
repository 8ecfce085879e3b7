"""Numbers of rows by key are those of a list that is counted anew, whatever goes and comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.timeline.key_index import KeyIndex


@given(st.integers(0, 30), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), st.integers(0, 6)), max_size=8))
def test_every_row_is_found_at_its_place(length: int, changes: list[tuple[int, int, int]]) -> None:
    made = iter(TimelineEntry(f"k{number}", EntryType.MESSAGE) for number in range(1_000))
    rows, index = [next(made) for _ in range(length)], KeyIndex()
    index.reset(rows)
    for first, go, come in changes:
        first = min(first, len(rows))
        gone = rows[first : first + go]
        # The first of those that go may come again.
        rows[first : first + go] = [*[next(made) for _ in range(come)], *gone[:1]]
        index.replace(rows, first, gone, come + len(gone[:1]))
        assert [index.row_of(row.key) for row in rows] == list(range(len(rows)))
        assert [index.row_of(row.key) for row in gone[1:]] == [None] * len(gone[1:])


@given(st.integers(1, 30), st.data())
def test_a_row_that_moves_towards_the_end_comes_there_before_it_goes(length: int, data: st.DataObject) -> None:
    rows, index = [TimelineEntry(f"k{number}", EntryType.MESSAGE) for number in range(length)], KeyIndex()
    index.reset(rows)
    old = data.draw(st.integers(0, length - 1))
    new, moved = data.draw(st.integers(old + 1, length)), rows[old]
    rows.insert(new, moved)
    index.replace(rows, new, [], 1)
    del rows[old]
    index.replace(rows, old, [moved], 0)
    assert [index.row_of(row.key) for row in rows] == list(range(length))
