"""The left pane: choosing, moving, searching, and rows that fit whatever they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from desktop.domain.model.facts import Priority
from desktop.domain.model.list_view import ListView
from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.text.catalog import strip_isolates
from desktop.text.formats import coming_moment
from desktop.text.screens import customers
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.list_model import ROW
from desktop.ui.customers.list_view import CustomerListView
from desktop.ui.customers.row_delegate import COMFORTABLE, COMPACT, CustomerRowDelegate, RowSizes


@pytest.fixture
def pane(qtbot, engine, theme, ticker, people) -> CustomerList:
    pane = CustomerList(engine, theme, ticker)
    qtbot.addWidget(pane)
    pane.resize(300, 700)
    show_rows(pane, engine, people.rows())
    pane.empty.show_connection(ConnectionView(ConnectionState.ONLINE))
    pane.show()
    return pane


def test_in_a_narrow_list_the_search_has_the_room_of_its_buttons(pane, qtbot) -> None:
    buttons, field = (pane.unread_button, pane.new_button), pane.search.bar.field
    assert {b.parentWidget() for b in buttons} == {pane}
    pane.resize(210, 700)
    qtbot.waitUntil(lambda: pane.new_button.parentWidget() is pane.picker)
    assert field.width() > 130
    assert pane.picker.more_button.text() == "More"
    assert pane.picker.more_button.nextInFocusChain() is pane.unread_button
    pane.resize(300, 700)
    qtbot.waitUntil(lambda: pane.new_button.parentWidget() is pane)
    assert pane.picker.more_button.text() == "More views"


def show_rows(pane, engine, rows) -> None:
    engine.queries.rows = tuple(rows)
    pane.reload()


def count_of(pane, view) -> int | None:
    return pane.picker.list.rows.views.row(view).count


def rows_of(pane) -> list[str]:
    model = pane.findChild(CustomerListView).model()
    return [model.index(at, 0).data(ROW).customer_id for at in range(model.rowCount())]


def test_arrows_and_j_k_move_and_a_key_opens(pane, qtbot):
    seen = []
    pane.customer_chosen.connect(seen.append)
    rows = pane.findChild(CustomerListView)
    order = rows_of(pane)
    entered = []
    pane.entered.connect(lambda: entered.append(pane.current()))
    rows.setFocus()
    for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_Down, Qt.Key.Key_K):
        qtbot.keyClick(rows, key)
    assert (seen, rows.currentIndex().row()) == ([], 2), "the first row is current when the list gets the focus"
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert (seen, entered) == ([order[2]], [])
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    pane.reload()
    assert (pane.current(), rows.currentIndex().row()) == (order[2], 1), "the keyboard is on its way to another row"
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert (seen, entered) == ([order[2], order[1]], [order[1]])


def test_coming_by_with_the_keyboard_opens_nobody(pane, qtbot):
    with qtbot.assertNotEmitted(pane.customer_chosen):
        pane.focus_search()
        pane.findChild(CustomerListView).setFocus(Qt.FocusReason.TabFocusReason)
    assert pane.current() is None


def test_a_click_chooses(pane, qtbot):
    rows = pane.findChild(CustomerListView)
    box = rows.visualRect(rows.model().index(2, 0))
    with qtbot.waitSignal(pane.customer_chosen) as chosen:
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert chosen.args == [rows_of(pane)[2]]


def test_select_emits_nothing_and_leaves_a_view_that_hides_the_customer(pane, qtbot):
    pane.choose_view(ListView.UNASSIGNED)
    with qtbot.assertNotEmitted(pane.customer_chosen):
        pane.select("jennifer")
    assert pane.current() == "jennifer"
    assert "jennifer" in rows_of(pane)


def test_the_chosen_customer_stays_chosen_when_rows_move_or_the_view_hides_them(pane, engine, qtbot, people):
    pane.select("jennifer")
    rows = people.rows()
    with qtbot.assertNotEmitted(pane.customer_chosen):
        show_rows(pane, engine, [replace(rows[0], last_at=rows[0].last_at - timedelta(days=2)), *rows[1:]])
        pane.choose_view(ListView.UNASSIGNED)
        pane.choose_view(ListView.ALL)
    assert pane.current() == "jennifer"
    assert pane.findChild(CustomerListView).currentIndex().data(ROW).customer_id == "jennifer"


def test_tab_goes_from_the_search_to_views_to_rows(pane):
    stops, at = [], pane.search.bar.field
    while len(stops) < 7:
        stops.append(at)
        at = at.nextInFocusChain()
        while at.focusPolicy() is Qt.FocusPolicy.NoFocus or not at.isVisible():
            at = at.nextInFocusChain()
    assert stops[:3] == [pane.search.bar.field, pane.search.bar.filters_button, pane.unread_button]
    assert stops[3:6] == [pane.new_button, pane.picker.list, pane.picker.more_button]
    assert stops[6] is pane.findChild(CustomerListView)


def test_an_empty_view_says_why(pane, engine):
    show_rows(pane, engine, [])
    for view in ListView:
        pane.choose_view(view)
        assert pane.empty.isVisible()
        assert pane.empty.text.endswith(".")


def test_a_window_that_closes_leaves_closing_soon_by_itself(pane, clock, ticker):
    pane.choose_view(ListView.CLOSING_SOON)
    assert rows_of(pane) == ["amal"]
    pane.set_closing_within(timedelta(hours=24))
    assert rows_of(pane) == ["amal", "long", "tom"]
    clock.advance(timedelta(minutes=42))
    ticker.tick()
    assert rows_of(pane) == ["long", "tom"]
    assert count_of(pane, ListView.CLOSING_SOON) == 2


def test_a_row_is_painted_anew_at_the_second_its_window_closes(pane, engine, people, clock, ticker):
    show_rows(pane, engine, [people.row("c-1", "Tom Baker", window=people.window(timedelta(seconds=40)))])
    painted = []
    pane.findChild(CustomerListView).itemDelegate()._paint_avatar = lambda *parts: painted.append(parts[4])
    clock.advance(timedelta(seconds=30))
    ticker.tick()
    for _ in range(3):
        QApplication.processEvents()
    painted.clear()
    clock.advance(timedelta(seconds=10))
    ticker.tick()
    QApplication.processEvents()
    assert painted == [clock.now()]


def test_a_row_follows_facts_that_come_without_a_message(pane, engine, people, clock):
    """The ring, what a reader hears of it and the views: as the newest facts have them, though the text is the same."""
    row = people.row("c-1", "Tom Baker", window=people.window(timedelta(hours=12)))
    show_rows(pane, engine, [row])
    pane.select("c-1")
    index = pane.findChild(CustomerListView).model().index(0, 0)

    def look() -> tuple[bytes, str]:
        pane.findChild(CustomerListView).viewport().repaint()
        picture = pane.findChild(CustomerListView).grab().toImage()
        return bytes(picture.constBits()), index.data(Qt.ItemDataRole.AccessibleTextRole)

    before = look()
    show_rows(pane, engine, [replace(row, window=people.window(-timedelta(hours=2)), messenger_only=True)])
    after = look()
    assert after[0] != before[0]
    assert "WhatsApp closed 2 hours ago. Latest reply: Messenger only." in after[1]
    assert count_of(pane, ListView.MESSENGER_ONLY) == 1
    assert pane.current() == "c-1"


def test_an_empty_view_of_closing_windows_names_the_threshold(pane, engine):
    show_rows(pane, engine, [])
    pane.choose_view(ListView.CLOSING_SOON)
    pane.set_closing_within(timedelta(hours=4))
    assert pane.empty.text.startswith("No windows close in the next 4 h\n")


def test_an_empty_view_of_mine_leads_to_what_nobody_answers(pane, engine, people):
    show_rows(pane, engine, [people.row("c-1", "Tom Baker", assignee_ids=frozenset({""}))])
    pane.choose_view(ListView.MINE)
    assert pane.empty.text == "Nobody in Mine\n1 customer isn't assigned to anybody."
    [show] = pane.empty.buttons()
    show.click()
    assert rows_of(pane) == ["c-1"]


def test_the_first_start_says_what_is_on_its_way(pane, engine, qtbot):
    show_rows(pane, engine, [])
    # Before the first answer nobody knows that there are no customers.
    pane.empty.show_connection(ConnectionView(ConnectionState.CONNECTING))
    assert pane.empty.text.startswith("Loading your conversations")
    pane.empty.show_progress(Progress(12, 40))
    assert "12 of 40 loaded." in pane.empty.text
    pane.empty.show_progress(None)
    pane.empty.show_connection(ConnectionView(ConnectionState.OFFLINE))
    assert pane.empty.text.startswith("You're offline\n")
    with qtbot.waitSignal(pane.empty.try_requested):
        pane.empty.buttons()[0].click()
    pane.empty.show_connection(ConnectionView(ConnectionState.ONLINE))
    assert pane.empty.text.startswith("No customers yet\n")


def test_a_reader_hears_name_channel_words_age_and_window(pane):
    model = pane.findChild(CustomerListView).model()
    spoken = {
        model.index(at, 0).data(ROW).customer_id: model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for at in range(model.rowCount())
    }
    assert spoken["jennifer"] == (
        "Jennifer Okafor, unread. WhatsApp, 5 minutes ago: Any news about my parcel? WhatsApp closed 2 hours ago. "
        "Latest reply: Messenger only."
    )


def test_a_reader_hears_no_marks_of_direction(pane, engine, people):
    row = replace(people.rows()[0], name="عمر حداد")
    show_rows(pane, engine, [row])
    index = pane.findChild(CustomerListView).model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("عمر حداد, unread. WhatsApp")


def test_the_tooltip_says_what_each_mark_means(theme, ticker, people):
    delegate = CustomerRowDelegate(theme, ticker)
    for row in people.rows():
        lines = delegate.tooltip(row).splitlines()
        assert [m for m in customers.ROW_MARKS if m.describe(row, ticker.now()) in lines] == customers.marks_of(row)
    assert any(map(customers.marks_of, people.rows()))


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [240, 300, 420])
@pytest.mark.parametrize(("marks", "sizes"), [(1, COMFORTABLE), (3, COMFORTABLE), (3, COMPACT)])
def test_everything_in_a_row_fits_and_nothing_overlaps(
    theme, ticker, people, direction, scale, width, marks, sizes: RowSizes, monkeypatch
):
    monkeypatch.setattr(customers, "ROW_MARKS", customers.ROW_MARKS * marks)
    theme.set_text_scale(scale)
    delegate = CustomerRowDelegate(theme, ticker)
    delegate.set_sizes(sizes)
    within = QRect(0, 0, width, delegate._height)
    tags = ("vip", "waits for a refund since the third of November", "whatsapp", "b2b", "urgent")
    for row in (*people.rows(), *(replace(row, tags=tags) for row in people.rows())):
        text = delegate._text(row, ticker.now(), width)
        layout = delegate.layout_row(within, row, text.age_width, direction)
        apart = [layout.ring, layout.name, layout.age, layout.line]
        apart += [layout.dot] if row.unread else []
        apart += [layout.marks] if row.messenger_only else []
        apart += [layout.tags] if layout.tags.width() else []
        assert all(within.contains(box) for box in apart)
        assert all(not a.intersects(b) for a, b in combinations(apart, 2))
        # Qt cuts before the last letters are joined anew, which some fonts draw wider; painting ends at the box.
        room = sum(delegate._tag_width(tag) + 4 for tag in text.tags) - 4
        assert bool(text.tags) is (bool(row.tags) and sizes.has_tags)
        assert room <= layout.tags.width() + 2
        dots = delegate._small_metrics.horizontalAdvance("…")
        assert delegate._small_metrics.horizontalAdvance(text.line) <= layout.line.width() + dots


def test_rows_grow_with_the_text_while_the_list_is_open(pane, theme, qtbot):
    rows = pane.findChild(CustomerListView)
    before = rows.visualRect(rows.model().index(0, 0)).height()
    assert before == 64
    theme.set_text_scale(2.0)
    qtbot.waitUntil(lambda: rows.visualRect(rows.model().index(0, 0)).height() > before)


def test_the_initials_of_a_customer_grow_with_the_text(theme, ticker, people):
    delegate, row = CustomerRowDelegate(theme, ticker), people.rows()[0]

    def side() -> int:
        return delegate.layout_row(
            QRect(0, 0, 300, delegate._height), row, 30, Qt.LayoutDirection.LeftToRight
        ).avatar.width()

    assert side() == 36
    theme.set_text_scale(2.0)
    assert side() == 54
    theme.set_text_scale(0.9)
    assert side() == 36


def test_compact_rows_show_more_customers(pane, qtbot):
    rows = pane.findChild(CustomerListView)
    before = len(rows.visible_rows()), rows.row_height
    pane.set_compact(True)
    qtbot.waitUntil(lambda: rows.row_height < before[1])
    assert rows.row_height == 42
    assert rows.indexAt(rows.visualRect(rows.model().index(2, 0)).center()).row() == 2
    pane.set_compact(False)
    qtbot.waitUntil(lambda: rows.row_height == before[1])


def test_the_ring_stays_dimmed_after_we_answered(pane, engine, people):
    """Who waits is told apart, and the window of everybody else can be seen still."""
    window = people.window(timedelta(hours=12))

    def look(**facts) -> bytes:
        show_rows(pane, engine, [replace(people.row("c-1", "Tom Baker", window=window), **facts)])
        image = pane.findChild(CustomerListView).grab().toImage()
        return bytes(image.constBits())

    assert len({look(waits=True), look(waits=False), look(waits=False, window=None)}) == 3


def test_tags_and_priority_are_shown_and_said(theme, ticker, people, pane, engine):
    row = replace(people.row("c-1", "Tom Baker"), tags=("whatsapp", "vip", "b2b"), priority=Priority.HIGH)
    delegate = CustomerRowDelegate(theme, ticker)
    assert delegate._text(row, ticker.now(), 300).tags == ("vip", "b2b"), "the icon tells the channel"
    assert delegate.tooltip(row).splitlines()[-2:] == ["Priority: high", "Tags: vip, b2b"]
    show_rows(pane, engine, [row])
    spoken = pane.findChild(CustomerListView).model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("Priority: high. Tags: vip, b2b.")


def test_a_snoozed_row_says_when_it_comes_back(theme, ticker, people):
    row = replace(people.row("c-1", "Tom Baker"), snoozed_until=ticker.now() + timedelta(days=2))
    delegate = CustomerRowDelegate(theme, ticker)
    until = strip_isolates(coming_moment(row.snoozed_until, ticker.now()))
    assert strip_isolates(delegate._text(row, ticker.now(), 600).line).startswith(f"Snoozed until {until} · ")
    assert f"Snoozed until {until}" in strip_isolates(delegate.tooltip(row)).splitlines()
    assert f"Snoozed until {until}." in customers.accessible_row(row, ticker.now())
