"""The customer list: what a view holds, its order, and how few row changes an update needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractListModel, Qt
from pytestqt.modeltest import ModelTester

from desktop.domain.model.list_view import ListView
from desktop.ui.customers.list_model import ROW, CustomerFilter, CustomersModel
from desktop.ui.widgets.row_updates import update_rows


@pytest.fixture
def model(qapp, qtmodeltester):
    """Watched by pytest-qt's model tester over its whole life."""
    model = CustomersModel(lambda row: f"spoken {row.name}")
    qtmodeltester.check(model, force_py=True)
    return model


def shown(model) -> list[str]:
    return [model.index(at).data(ROW).customer_id for at in range(model.rowCount())]


def test_the_model_keeps_qt_s_rules_while_rows_come_move_and_go(people, model):
    rows = people.rows()
    for wanted in (rows, rows[::-1], rows[2:5], [rows[4], rows[0], *rows[2:4]], []):
        model.set_rows(wanted)
        assert shown(model) == [r.customer_id for r in wanted]


def test_each_row_carries_its_facts_and_what_a_reader_says(people, model):
    rows = people.rows()
    model.set_rows(rows)
    assert model.index(1).data(ROW) is rows[1]
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == f"spoken {rows[1].name}"


def test_a_new_message_moves_one_row_and_changes_one(people, model):
    rows = people.rows()
    model.set_rows(rows)
    seen = []
    model.rowsMoved.connect(lambda _p, first, last, _q, to: seen.append(("moved", first, last, to)))
    model.rowsInserted.connect(lambda *_: seen.append("inserted"))
    model.rowsRemoved.connect(lambda *_: seen.append("removed"))
    model.modelReset.connect(lambda: seen.append("reset"))
    model.dataChanged.connect(lambda first, last, _roles: seen.append(("changed", first.row(), last.row())))
    model.set_rows([replace(rows[5], last_text="New"), *rows[:5], *rows[6:]])
    assert seen == [("moved", 5, 5, 0), ("changed", 0, 0)]


def test_the_same_rows_again_are_not_worth_a_signal(people, model, qtbot):
    model.set_rows(people.rows())
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.layoutChanged):
        model.set_rows(list(people.rows()))


class _Letters(QAbstractListModel):
    """The smallest model over `update_rows`."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, int]] = []
        self.moves = 0

    def rowCount(self, parent=None):
        return len(self.rows)

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return self.rows[index.row()][0] if role == Qt.ItemDataRole.DisplayRole else None


letters = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 1)), unique_by=lambda r: r[0])


@given(st.lists(letters, min_size=2, max_size=4))
def test_any_list_turns_into_any_other(qapp, states):
    model = _Letters()
    tester = ModelTester(None)
    tester.check(model, force_py=True)
    for wanted in states:
        update_rows(model, model.rows, wanted, key=lambda r: r[0])
        assert model.rows == wanted


def test_only_the_rows_out_of_order_move(qapp):
    model = _Letters()
    update_rows(model, model.rows, [(c, 0) for c in "abcdefgh"], key=lambda r: r[0])
    moved = []
    model.rowsMoved.connect(lambda *args: moved.append(args[1]))
    update_rows(model, model.rows, [(c, 0) for c in "bcdefgha"], key=lambda r: r[0])
    assert moved == [0]


# --- views -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def view(people) -> CustomerFilter:
    view = CustomerFilter()
    view.set_rows(people.rows(), me_id="91")
    return view


def names(view, now) -> list[str]:
    return [r.customer_id for r in view.visible(now)]


def test_closing_soon_holds_who_waits_on_an_open_window_first_to_close_first(view, now):
    view.view = ListView.CLOSING_SOON
    assert names(view, now) == ["amal"], "two hours at most"
    view.closing_within = timedelta(hours=24)
    assert names(view, now) == ["amal", "long", "tom"]


def test_all_is_newest_first(view, now):
    got = view.visible(now)
    assert len(got) == 8
    assert [r.last_at for r in got] == sorted((r.last_at for r in got), reverse=True)


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (ListView.MINE, {"jennifer", "amal", "long", "never", "blank"}),
        (ListView.UNASSIGNED, {"tom"}),
        (ListView.MESSENGER_ONLY, {"jennifer"}),
    ],
)
def test_other_views_hold_what_their_name_says(view, now, which, expected):
    view.view = which
    assert set(names(view, now)) == expected
    assert view.counts(now)[which] == len(expected)


def test_search_narrows_the_view_but_not_the_counts(view, now):
    view.search = "  OKAFOR parcel "
    assert names(view, now) == ["jennifer"]
    assert view.counts(now)[ListView.ALL] == 8


def test_time_alone_empties_closing_soon(view, now):
    view.view = ListView.CLOSING_SOON
    assert "amal" in names(view, now)
    assert not view.is_stale(now + timedelta(minutes=41))
    later = now + timedelta(minutes=42)
    assert view.is_stale(later)
    assert "amal" not in names(view, later)


def test_time_alone_brings_a_window_into_closing_soon(people, now):
    view = CustomerFilter()
    view.set_rows([people.row("c-1", "Tom Baker", window=people.window(timedelta(hours=3)))], me_id="91")
    view.view = ListView.CLOSING_SOON
    assert names(view, now) == []
    assert not view.is_stale(now + timedelta(minutes=59))
    later = now + timedelta(minutes=60)
    assert view.is_stale(later)
    assert names(view, later) == ["c-1"]


def test_a_row_is_stale_when_its_ring_looks_different(people, now):
    view = CustomerFilter((timedelta(hours=6),))
    view.set_rows([people.row("c-1", "Tom Baker", window=people.window(timedelta(hours=7)))], me_id="91")
    view.visible(now)
    assert not view.is_stale(now + timedelta(minutes=59))
    assert view.is_stale(now + timedelta(hours=1))
