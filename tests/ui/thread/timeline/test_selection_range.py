"""Selections over several rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.thread.timeline.selection_range import SelectionRange, TextPosition

ROWS = {"a": 5, "b": 0, "c": 7}
spots = st.sampled_from(sorted(ROWS)).flatmap(
    lambda key: st.builds(TextPosition, st.just(key), st.integers(0, ROWS[key]))
)


def ranges(anchor: TextPosition, head: TextPosition) -> dict[str, tuple[int, int]]:
    selection = SelectionRange()
    selection.start(anchor)
    selection.extend(head)
    keys = list(ROWS)
    return dict(selection.ranges(keys.index, keys.__getitem__, ROWS.__getitem__))


def test_a_selection_takes_the_rows_between_whole():
    assert ranges(TextPosition("a", 2), TextPosition("c", 3)) == {"a": (2, 5), "c": (0, 3)}


@given(spots, spots)
def test_dragging_up_marks_what_dragging_down_marks(one, other):
    assert ranges(one, other) == ranges(other, one)
    assert all(0 <= start < end <= ROWS[key] for key, (start, end) in ranges(one, other).items())


def test_a_selection_whose_row_is_gone_marks_nothing():
    selection = SelectionRange()
    selection.set(TextPosition("a", 0), TextPosition("c", 2))
    assert selection.ranges(lambda key: None if key == "c" else 0, lambda _warning_texts: "a", lambda _key: 5) == {}
