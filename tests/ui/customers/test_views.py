"""The views above the list: choosing, the unread filter and the agent's own views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import FakeEngine, news
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.model.facts import ConversationState
from desktop.domain.model.list_view import ListView, SavedView, TeamListView
from desktop.domain.search.query import SearchQuery
from desktop.engine.commands import DeleteView, SaveView
from desktop.engine.views import ConnectionState, ConnectionView, FoundCustomer, SearchResults, WorkspaceView
from desktop.ports import Team
from desktop.text.catalog import strip_isolates
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.list_model import ROW
from desktop.ui.customers.saved_state import restore_state
from desktop.ui.customers.views.picker import ViewList
from desktop.ui.customers.views.rows import Heading
from desktop.ui.customers.views.search_counts import PAUSE, FoundCount, count_customers
from desktop.ui.inbox.main_window import MainWindow

REFUNDS = SavedView("s1", "Late refunds", ListView.ALL, "refund")
NEW_TO_ME = SavedView("s2", "New to me", ListView.MINE, "", True)
TEAMS = (Team("7", "Billing"), Team("8", "Returns", ("91",)), Team("9", "Deliveries", ("91",)))


@pytest.fixture(autouse=True)
def rows_and_teams(engine: FakeEngine, people) -> None:
    theirs = {"assignee_ids": frozenset({"92"})}
    engine.queries.rows = (
        people.row("c-1", "Jennifer Okafor", unread=True),
        people.row("c-2", "Tom Baker"),
        people.row("c-3", "Amal Haddad", team_ids=frozenset({"7"}), **theirs),
        people.row("c-4", "Lena Vogt", unread=True, state=ConversationState.CLOSED, **theirs),
    )
    engine.queries.about = replace(engine.queries.about, teams=TEAMS)


@pytest.fixture
def pane(qtbot, engine: FakeEngine, theme, ticker) -> CustomerList:
    pane = CustomerList(engine, theme, ticker)
    qtbot.addWidget(pane)
    pane.resize(300, 700)
    pane.reload()
    pane.show_workspace(engine.queries.about)
    pane.empty.show_connection(ConnectionView(ConnectionState.ONLINE))
    pane.show()
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    return pane


def names(views: ViewList) -> list[str]:
    return [row.name for row in views.rows.rows]


def spoken(views: ViewList) -> list[str]:
    roles = (views.rows.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(views.rows.rowCount()))
    return [text for text in roles if isinstance(text, str)]


def listed(pane: CustomerList) -> list[str]:
    model = pane._list.model()
    return sorted(model.index(at, 0).data(ROW).name for at in range(model.rowCount()))


def own(about: WorkspaceView, *views: SavedView) -> WorkspaceView:
    return replace(about, saved_views=views)


# --- choosing --------------------------------------------------------------------------------------------------------


def test_the_first_views_are_always_there_and_the_rest_behind_more(pane):
    views = pane.picker.list
    first = ["Closing soon", "Mine", "Unassigned", "Mentions"]
    assert names(views) == [*first, "All"], "the view that is shown is among them"
    pane.choose_view(ListView.CLOSED)
    assert names(views) == [*first, "Closed"]
    pane.choose_view(ListView.MINE)
    assert names(views) == [*first, "Closed"], "what was chosen stays at hand, and nothing below moves"
    pane.picker.more_button.click()
    assert names(views) == [*first, "Teams", "Open", "Snoozed", "Closed", "All", "Messenger-only replies"]
    assert pane.picker.more_button.text() == "Fewer views"


def test_the_agents_teams_come_first_and_the_one_that_is_shown_is_never_folded(pane, qtbot):
    views = pane.picker.list
    pane.picker.set_has_more(True)
    views.show_row(views.rows.row_of(Heading.TEAMS))
    qtbot.keyClick(views, Qt.Key.Key_Return)
    assert names(views)[4:8] == ["Teams", "Deliveries", "Returns", "Billing"]
    views.show_row(views.rows.row_of(TeamListView("7")))
    qtbot.keyClick(views, Qt.Key.Key_Space)
    assert listed(pane) == ["Amal Haddad"]
    views.show_row(views.rows.row_of(Heading.TEAMS))
    qtbot.keyClick(views, Qt.Key.Key_Left)
    assert names(views)[4:7] == ["Teams", "Billing", "Open"]
    pane.picker.set_has_more(False)
    assert names(views)[4:] == ["Billing"]


def test_arrows_move_and_enter_chooses_with_one_page_for_each_view(pane, engine, qtbot):
    views = pane.picker.list
    before = engine.queries.asked.count("customers")
    qtbot.keyClick(views, Qt.Key.Key_Home)
    qtbot.keyClick(views, Qt.Key.Key_Down)
    assert (pane.view, engine.queries.asked.count("customers")) == (ListView.ALL, before), "moving chooses nothing"
    pane.show_workspace(engine.queries.about)
    qtbot.keyClick(views, Qt.Key.Key_Return)
    assert pane.view is ListView.MINE
    assert listed(pane) == ["Jennifer Okafor", "Tom Baker"]
    assert engine.queries.asked.count("customers") == before + 1
    pane.choose_view(NEW_TO_ME)
    assert engine.queries.asked.count("customers") == before + 2


def test_a_click_chooses(pane, qtbot):
    views = pane.picker.list
    box = views.visualRect(views.rows.index(2))
    qtbot.mouseClick(views.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert pane.view is ListView.UNASSIGNED


def test_a_reader_hears_each_view_with_its_count(pane):
    pane.picker.set_has_more(True)
    assert spoken(pane.picker.list)[1:6] == ["Mine: 2", "Unassigned: 0", "Mentions: 0", "Teams, collapsed", "Open: 3"]
    pane.set_unread_only(True)
    assert "Mine: 1 unread" in spoken(pane.picker.list)
    assert "All: 2 unread, shown" in spoken(pane.picker.list)


def test_in_mirrored_layouts_the_other_arrow_opens(pane, qtbot):
    pane.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    pane.picker.set_has_more(True)
    views = pane.picker.list
    views.show_row(views.rows.row_of(Heading.TEAMS))
    qtbot.keyClick(views, Qt.Key.Key_Right)
    assert not pane.picker.has_teams_open
    qtbot.keyClick(views, Qt.Key.Key_Left)
    assert pane.picker.has_teams_open


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_customers_have_the_most_of_the_height(pane, theme, scale):
    theme.set_text_scale(scale)
    pane.picker.set_has_teams_open(True)
    pane.picker.set_has_more(True)
    pane.choose_view(ListView.MESSENGER_ONLY)
    QApplication.processEvents()
    assert pane._stack.height() > pane.height() / 2
    views = pane.picker.list
    shown = views.visualRect(views.rows.index(views.rows.row_of(ListView.MESSENGER_ONLY)))
    assert views.viewport().rect().contains(shown.center())


# --- unread ----------------------------------------------------------------------------------------------------------


def test_the_unread_filter_goes_with_any_view(pane, engine):
    pane.unread_button.click()
    assert listed(pane) == ["Jennifer Okafor", "Lena Vogt"]
    pane.choose_view(ListView.MINE)
    assert listed(pane) == ["Jennifer Okafor"]
    assert pane.own_views.isVisible()
    pane.choose_view(ListView.UNASSIGNED)
    assert pane.empty.text.startswith("No unread conversations\n")
    [show_all] = pane.empty.buttons()
    assert show_all.text() == "Show all"
    show_all.click()
    assert not pane.unread_button.isChecked()
    assert not pane.own_views.isVisible()


def test_who_is_opened_stays_among_the_unread_until_somebody_else_is(pane, engine, qtbot):
    pane.set_unread_only(True)
    first, second = (pane._model.customer_id(pane._model.index(row)) for row in (0, 1))
    qtbot.keyClick(pane._list, Qt.Key.Key_J)
    qtbot.keyClick(pane._list, Qt.Key.Key_Space)
    assert pane.current() == first
    engine.queries.rows = tuple(replace(r, unread=r.unread and r.customer_id != first) for r in engine.queries.rows)
    pane.reload()
    assert pane._model.customer_id(pane._list.currentIndex()) == first
    qtbot.keyClick(pane._list, Qt.Key.Key_J)
    qtbot.keyClick(pane._list, Qt.Key.Key_Space)
    pane.reload()
    assert (pane.current(), pane._model.rowCount()) == (second, 1)
    pane.set_unread_only(False)
    pane.set_unread_only(True)
    assert pane._model.rowCount() == 1, "whoever was opened before is not among them"


def test_a_customer_who_is_asked_for_is_shown_though_read(pane):
    pane.choose_view(ListView.MINE)
    pane.set_unread_only(True)
    pane.select("c-2")
    assert listed(pane) == ["Jennifer Okafor", "Tom Baker"]
    assert pane.unread_button.isChecked()
    pane.select("c-3")
    assert pane.view is ListView.ALL
    assert not pane.unread_button.isChecked()


# --- the agent's own views -------------------------------------------------------------------------------------------


def test_a_search_is_saved_renamed_and_deleted_each_with_undo(qtbot, window: MainWindow, engine: FakeEngine):
    pane, line = window.list, window.list.own_views
    assert not line.isVisible()
    pane.search.bar.field.setText("refund")
    line.save_button.click()
    assert line.popup.field.text() == "refund", "a name to begin with"
    line.popup.field.clear()
    assert not line.popup.save_button.isEnabled()
    line.popup.field.setText("Late refunds ")
    qtbot.keyClick(line.popup.field, Qt.Key.Key_Return)
    [saved] = [command.view for command in engine.command_handler.of(SaveView)]
    assert saved == replace(REFUNDS, id=saved.id)
    window.toast.press()
    assert engine.command_handler.of(DeleteView) == [DeleteView(saved.id)]

    engine.queries.about = own(engine.queries.about, saved)
    news(qtbot, engine, settings=True)
    qtbot.waitUntil(lambda: line.text == "Late refunds")
    assert not line.save_button.isVisible()
    rename, delete = line.open_menu(saved, window.pos()).actions()
    rename.trigger()
    line.popup.field.setText("Refunds")
    line.popup.accept()
    assert engine.command_handler.of(SaveView)[-1] == SaveView(replace(saved, name="Refunds"))
    window.toast.press()
    assert engine.command_handler.of(SaveView)[-1] == SaveView(saved)
    delete.trigger()
    assert strip_isolates(window.toast.text).startswith("View “Late refunds” deleted.")
    window.toast.press()
    assert engine.command_handler.of(SaveView)[-1] == SaveView(saved)


def test_an_own_view_opens_with_its_search_and_leaves_with_it(pane, engine):
    pane.show_workspace(own(engine.queries.about, REFUNDS, NEW_TO_ME))
    pane.picker.set_has_more(True)
    assert names(pane.picker.list)[-3:] == ["My views", "Late refunds", "New to me"]
    assert spoken(pane.picker.list)[-2:] == ["Late refunds", "New to me: 1 unread"]
    pane.picker.list.setFocus()
    pane.picker.chosen.emit(REFUNDS)
    assert pane.search.view.hasFocus()
    assert pane.search.bar.field.text() == "refund"
    assert pane._stack.currentWidget() is pane.search.view
    assert pane.own_view == REFUNDS
    assert pane.own_views.text == "Late refunds"
    pane.search.close()
    assert (pane.own_view, pane.view) == (None, ListView.ALL)
    pane.picker.chosen.emit(NEW_TO_ME)
    assert listed(pane) == ["Jennifer Okafor"]
    assert spoken(pane.picker.list)[-1] == "New to me: 1 unread, shown"
    pane.picker.chosen.emit(ListView.MINE)
    assert listed(pane) == ["Jennifer Okafor", "Tom Baker"], "its filter goes with it"
    pane.choose_view(NEW_TO_ME)
    pane.show_workspace(engine.queries.about)
    assert pane.own_views.save_button.isVisible(), "deleted while it is shown"


def test_a_search_saved_as_a_view_counts_whom_it_finds(pane, engine, people, ticker, clock):
    pane.show_workspace(own(engine.queries.about, replace(REFUNDS, search="lena")))
    ticker.tick()
    assert "search lena" not in engine.queries.asked, "nobody sees the count yet"
    pane.picker.set_has_more(True)
    ticker.tick()
    assert spoken(pane.picker.list)[-1] == "Late refunds: 1"
    engine.queries.rows = (*engine.queries.rows, people.row("c-9", "Lena Brandt"))
    pane.update_customers(["c-9"])
    ticker.tick()
    assert spoken(pane.picker.list)[-1] == "Late refunds: 2"
    # Not with every message.
    asked = engine.queries.asked.count("search lena")
    for _ in range(5):
        pane.update_customers(["c-9"])
        clock.advance(timedelta(seconds=1))
        ticker.tick()
    assert engine.queries.asked.count("search lena") == asked
    clock.advance(PAUSE)
    ticker.tick()
    assert engine.queries.asked.count("search lena") == asked + 1
    pane.show_workspace(own(engine.queries.about, replace(REFUNDS, search="amal")))
    assert spoken(pane.picker.list)[-1] == "Late refunds: 1"


def test_of_many_results_the_count_says_that_there_are_more(pane, engine, people, ticker):
    found = FoundCustomer(people.row("c-1", "Jennifer Okafor"))
    results = SearchResults(SearchQuery(), (found, found), customer_count=3)
    assert count_customers(results) == FoundCount(1, is_at_least=True)
    pane.show_workspace(own(engine.queries.about, REFUNDS))
    pane.picker.set_has_more(True)
    pane.picker.set_found({REFUNDS.id: FoundCount(50, is_at_least=True)})
    assert spoken(pane.picker.list)[-1] == "Late refunds: 50+"


def test_a_search_is_saved_without_the_view_and_filter_that_it_ignores(qtbot, window: MainWindow, engine: FakeEngine):
    pane, line = window.list, window.list.own_views
    pane.choose_view(ListView.MINE)
    pane.set_unread_only(True)
    pane.search.bar.field.setText("refund")
    line.save_button.click()
    line.popup.accept()
    [saved] = [command.view for command in engine.command_handler.of(SaveView)]
    assert (saved.view, saved.unread_only, saved.search) == (ListView.ALL, False, "refund")
    engine.queries.about = own(engine.queries.about, saved)
    news(qtbot, engine, settings=True)
    qtbot.waitUntil(lambda: line.text == "refund")
    assert not line.save_button.isVisible(), "it is the same search, whatever the list behind it shows"


def _choose_team(pane: CustomerList) -> None:
    pane.picker.set_has_teams_open(True)
    pane.picker.set_has_more(True)
    pane.choose_view(TeamListView("8"))


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        (_choose_team, (TeamListView("8"), False, "")),
        (lambda pane: (pane.choose_view(ListView.SNOOZED), pane.set_unread_only(True)), (ListView.SNOOZED, True, "")),
        (lambda pane: pane.choose_view(REFUNDS), (ListView.ALL, False, "refund")),
        (lambda pane: pane.choose_view(NEW_TO_ME), (ListView.MINE, True, "")),
    ],
)
def test_the_view_is_there_again_after_a_restart(
    qtbot, engine: FakeEngine, theme, ticker, tmp_path, choose: Callable[[CustomerList], object], expected
):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    engine.queries.about = own(engine.queries.about, REFUNDS, NEW_TO_ME)
    seen = []
    for is_first, is_shown_before in ((True, False), (False, False), (False, True)):
        frame = QWidget()
        qtbot.addWidget(frame)
        frame.show()
        customers = CustomerList(engine, theme, ticker, frame) if is_shown_before else None
        if customers is not None:
            restore_state(customers, settings)
            customers.reload()
        window = MainWindow(engine, theme, ticker, settings=settings, parent=frame, customers=customers)
        window.show()
        pane = window.list
        qtbot.waitUntil(lambda pane=pane: len(pane._own) == 2)
        if is_first:
            choose(pane)
        seen.append(
            (
                (pane.view, pane.unread_only, pane.search.bar.field.text()),
                pane.own_view,
                names(pane.picker.list),
                pane.picker.has_more,
            )
        )
        window.close()
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == expected
