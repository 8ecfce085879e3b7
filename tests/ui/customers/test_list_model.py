"""The model of the customer list: its length, the rows that are here, and how it follows newer pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec import structs
from PySide6.QtCore import QPersistentModelIndex, Qt

from desktop.engine.views import CustomerPage, CustomerRow
from desktop.ui.customers.list_model import ROW, CustomersModel


@pytest.fixture
def model(qapp, qtmodeltester):
    """Watched by pytest-qt's model tester over its whole life."""
    model = CustomersModel(lambda row: f"spoken {row.name}")
    qtmodeltester.check(model, force_py=True)
    return model


def page(rows: Sequence[CustomerRow], first: int = 0, size: int | None = None, **facts: object) -> CustomerPage:
    held = {r.customer_id: r for r in rows}
    return CustomerPage(first, tuple(held), held, len(rows) if size is None else size, **facts)  # type: ignore[arg-type]


def shown(model) -> list[str | None]:
    rows = [model.index(at).data(ROW) for at in range(model.rowCount())]
    return [row.customer_id if row is not None else None for row in rows]


def signals_of(model) -> list[object]:
    seen: list[object] = []
    model.rowsMoved.connect(lambda *_: seen.append("moved"))
    model.rowsInserted.connect(lambda _p, first, last: seen.append(("inserted", first, last)))
    model.rowsRemoved.connect(lambda _p, first, last: seen.append(("removed", first, last)))
    model.modelReset.connect(lambda: seen.append("reset"))
    model.layoutChanged.connect(lambda *_: seen.append("layout"))
    model.dataChanged.connect(lambda first, last, _roles: seen.append(("changed", first.row(), last.row())))
    return seen


def test_the_model_keeps_qt_s_rules_while_rows_come_move_and_go(people, model):
    rows = people.rows()
    for wanted in (rows, rows[::-1], rows[2:5], [rows[4], rows[0], *rows[2:4]], []):
        model.show(page(wanted))
        assert shown(model) == [r.customer_id for r in wanted]


def test_each_row_carries_its_facts_and_what_a_reader_says(people, model):
    rows = people.rows()
    model.show(page(rows))
    assert model.index(1).data(ROW) is rows[1]
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == f"spoken {rows[1].name}"


def test_a_row_that_is_on_its_way_says_so(people, model):
    rows = people.rows()
    model.show(page(rows[:2], first=3, size=100))
    assert model.rowCount() == 100
    assert shown(model)[2:6] == [None, rows[0].customer_id, rows[1].customer_id, None]
    assert model.index(50).data(Qt.ItemDataRole.AccessibleTextRole) == "Loading…"
    assert model.row_of(rows[1].customer_id) == 4
    assert model.has(range(3, 5))
    assert not model.has(range(3, 6))


def test_rows_that_were_held_are_kept(people, model):
    rows = people.rows()
    model.show(page(rows))
    newer = page([replace(rows[5], last_text="New")])
    model.show(structs.replace(newer, ids=(rows[5].customer_id, rows[0].customer_id), size=2))
    assert model.index(0).data(ROW).last_text == "New"
    assert model.index(1).data(ROW) is rows[0]


def test_a_new_message_changes_only_the_rows_above_its_customer_s_place(people, model):
    rows = people.rows()
    model.show(page(rows))
    seen = signals_of(model)
    model.show(page([replace(rows[5], last_text="New"), *rows[:5], *rows[6:]]))
    assert seen == [("changed", 0, 5)]


def test_whoever_is_chosen_stays_chosen_where_they_are_now(people, model):
    rows = people.rows()
    model.show(page(rows))
    chosen, other = QPersistentModelIndex(model.index(5)), QPersistentModelIndex(model.index(2))
    model.show(page([rows[5], *rows[:5], *rows[6:]], located=0), chosen=5)
    assert (chosen.row(), other.row()) == (0, 3)
    assert (chosen.data(ROW), other.data(ROW)) == (rows[5], rows[2])


def test_a_customer_more_makes_the_list_longer_at_its_end(people, model):
    rows = people.rows()
    model.show(page(rows[1:], size=900))
    seen = signals_of(model)
    model.show(page(rows, size=901))
    assert seen == [("inserted", 900, 900), ("changed", 0, len(rows) - 1)]


def test_the_same_rows_again_are_not_worth_a_signal(people, model):
    model.show(page(people.rows()))
    seen = signals_of(model)
    model.show(page(list(people.rows())))
    assert seen == []
