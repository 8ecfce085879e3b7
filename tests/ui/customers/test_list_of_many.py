"""A list of many customers: what is read and painted does not depend on how many there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.domain.model.list_view import ListView
from desktop.engine.views import CustomerPage
from desktop.ui.customers import page_loader
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.list_model import ROW, CustomersModel
from desktop.ui.customers.list_view import CustomerListView

READ = 200
"""Rows of a page: those on the screen and 60 on each side."""
PAINTED = 40
"""Rows asked of the model for one change of the screen."""


class Counted:
    """Counts what a pane reads of the engine and asks of its model."""

    def __init__(self, pane: CustomerList, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[int] = []
        self.asked = 0
        pane._loader.loaded.connect(self._on_loaded)
        data = CustomersModel.data

        def counted(model, index, role=Qt.ItemDataRole.DisplayRole):
            self.asked += role == ROW
            return data(model, index, role)

        monkeypatch.setattr(CustomersModel, "data", counted)

    def _on_loaded(self, _query: object, page: CustomerPage) -> None:
        self.read.append(len(page.rows))

    def during(self, step) -> tuple[list[int], int]:
        """Rows read in each answer, and rows asked of the model, until all is painted."""
        self.read.clear()
        self.asked = 0
        step()
        for _ in range(5):
            QApplication.processEvents()
        return list(self.read), self.asked


@pytest.fixture(params=[1_000, 20_000])
def many(request, engine, people) -> int:
    model = people.row("c", "Tom Baker", window=None)
    engine.queries.rows = tuple(
        replace(
            model,
            customer_id=f"c{n:06}",
            last_at=model.last_at - n * timedelta(minutes=1),
            assignee_ids=frozenset({"" if n % 2 else "91"}),
        )
        for n in range(request.param)
    )
    return int(request.param)


@pytest.fixture
def pane(qtbot, engine, many, theme, ticker) -> CustomerList:
    pane = CustomerList(engine, theme, ticker)
    qtbot.addWidget(pane)
    pane.resize(300, 700)
    pane.show()
    pane.reload()
    QApplication.processEvents()
    return pane


@pytest.fixture
def counted(pane, monkeypatch) -> Counted:
    return Counted(pane, monkeypatch)


def change(engine, customer_id: str, **facts: object) -> None:
    rows = engine.queries.rows
    engine.queries.rows = tuple(replace(r, **facts) if r.customer_id == customer_id else r for r in rows)


def list_of(pane) -> CustomerListView:
    view = pane.findChild(CustomerListView)
    assert isinstance(view, CustomerListView)
    return view


def shown(pane) -> list[str]:
    rows = list_of(pane)
    return [rows.model().index(at, 0).data(ROW).customer_id for at in rows.visible_rows()]


def test_another_view_reads_a_page(pane, counted, many):
    for view in (ListView.UNASSIGNED, ListView.ALL):
        read, asked = counted.during(lambda view=view: pane.choose_view(view))
        assert len(read) == 1
        assert read[0] <= READ
        assert asked <= PAINTED
    assert list_of(pane).model().rowCount() == many


def test_a_change_reads_the_row_of_its_customer(pane, counted, engine, qtbot, clock):
    def news(customer_id: str) -> None:
        pane.update_customers({customer_id})
        qtbot.waitUntil(lambda: bool(counted.read))

    change(engine, "c000003", last_text="New")
    assert counted.during(lambda: news("c000003"))[0] == [1]
    change(engine, "c000500", last_at=clock.now())
    read, asked = counted.during(lambda: news("c000500"))
    assert read == [1]
    assert asked <= PAINTED
    assert shown(pane)[0] == "c000500"


def test_the_end_of_the_list_and_the_way_back(pane, counted, many, qtbot):
    rows = list_of(pane)
    chosen: list[str] = []
    pane.customer_chosen.connect(chosen.append)
    pane.select("c000000")

    def open_last() -> None:
        qtbot.keyClick(rows, Qt.Key.Key_End)
        qtbot.keyClick(rows, Qt.Key.Key_Space)

    read, asked = counted.during(open_last)
    assert len(read) == 1
    assert read[0] <= READ
    assert asked <= 2 * PAINTED, "once while they are on their way, once when they are here"
    assert shown(pane)[-1] == f"c{many - 1:06}"
    assert chosen == [f"c{many - 1:06}"], "chosen as soon as they are here"
    qtbot.keyClick(rows, Qt.Key.Key_K)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert pane.current() == f"c{many - 2:06}"
    counted.during(lambda: qtbot.keyClick(rows, Qt.Key.Key_Home))
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert pane.current() == "c000000"


def test_rows_stay_where_they_are_while_others_come_above_them(pane, counted, engine, many, qtbot, clock):
    rows = list_of(pane)
    pane.select("c000600")
    counted.during(lambda: rows.verticalScrollBar().setValue(595 * rows.row_height + 7))
    seen = shown(pane)
    top = rows.visualRect(rows.currentIndex()).top()
    change(engine, "c000900", last_at=clock.now())
    pane.update_customers({"c000900"})
    qtbot.waitUntil(lambda: rows.currentIndex().row() == 601)
    assert shown(pane) == seen
    assert rows.visualRect(rows.currentIndex()).top() == top
    assert pane.current() == "c000600"


def test_somebody_far_down_is_shown_where_they_are(pane, counted, many):
    read, _asked = counted.during(lambda: pane.select(f"c{many - 200:06}"))
    assert read == [read[0]]
    assert read[0] <= READ
    assert f"c{many - 200:06}" in shown(pane)
    assert list_of(pane).currentIndex().row() == many - 200


def test_a_burst_is_read_once_in_every_pause_and_its_end_is_shown(pane, counted, engine, qtbot, monkeypatch):
    monkeypatch.setattr(page_loader, "PAUSE_MS", 60_000)
    for n in range(50):
        change(engine, "c000002", last_text=f"New {n}")
        pane.update_customers({"c000002"})
        if n % 10 == 9:
            QApplication.processEvents()
    assert counted.read == [1]
    # The pause ends.
    pane._loader._pause.start(0)
    index = list_of(pane).model().index(2, 0)
    qtbot.waitUntil(lambda: index.data(ROW).last_text == "New 49")
    assert counted.read == [1, 1]


def test_nothing_is_painted_or_read_while_the_list_is_hidden(pane, counted, clock, ticker):
    pane.hide()

    def an_hour() -> None:
        for _ in range(60):
            clock.advance(timedelta(minutes=1))
            ticker.tick()

    assert counted.during(an_hour) == ([], 0)
