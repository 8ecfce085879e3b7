"""Actions on conversations: from the header, from rows of the list, for one and for several, with Undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, news, press
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QLineEdit, QMenu

from desktop.domain.model.facts import ConversationState, Priority
from desktop.engine.commands import (
    AssignConversation,
    AssignToTeam,
    ChangeSeveral,
    CloseConversation,
    MarkSeen,
    MarkUnread,
    ReopenConversation,
    SetPriority,
    SnoozeConversation,
    TagConversation,
    UntagConversation,
)
from desktop.engine.views import ThreadView
from desktop.ports import Team, WorkspaceTag
from desktop.ui.inbox.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shop(qtbot, window: MainWindow, engine: FakeEngine) -> MainWindow:
    """A workspace with teams and tags, and both customers with a conversation."""
    engine.queries.about = replace(
        engine.queries.about,
        teams=(Team("501", "Deliveries"), Team("502", "Refunds")),
        tags=(WorkspaceTag("1", "refund"), WorkspaceTag("2", "urgent")),
    )
    threads = engine.queries.threads
    # Both have a conversation of this name.
    for customer_id in threads:
        threads[customer_id] = change(threads[customer_id], "web", state=ConversationState.OPEN)
    first, second = engine.queries.rows
    engine.queries.rows = (
        replace(first, conversation_ids=("wa",), assignee_ids=frozenset({"91"})),
        replace(
            second,
            conversation_ids=("web",),
            assignee_ids=frozenset({""}),
            last_at=first.last_at - timedelta(minutes=1),
        ),
    )
    news(qtbot, engine, settings=True)
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    return window


def change(view: ThreadView, conversation_id: str, **facts: object) -> ThreadView:
    chats = tuple(
        replace(c, conversation=replace(c.conversation, **facts)) if c.id == conversation_id else c
        for c in view.thread.chats
    )
    return replace(view, thread=replace(view.thread, chats=chats))


def show_changed(qtbot, engine: FakeEngine, conversation_id: str = "wa", **facts: object) -> None:
    engine.queries.threads["c-1"] = change(engine.queries.threads["c-1"], conversation_id, **facts)
    news(qtbot, engine, threads=frozenset({"c-1"}))


def popup_of(window: MainWindow):
    return window._commands._actions.popup


def type_and_choose(qtbot, window: MainWindow, letters: str) -> None:
    field = popup_of(window).findChild(QLineEdit)
    qtbot.keyClicks(field, letters)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def labels(menu: QMenu) -> list[str]:
    return [a.text().partition("\t")[0] for a in menu.actions() if not a.isSeparator()]


def trigger(menu: QMenu, label: str) -> None:
    next(a for a in menu.actions() if a.text().partition("\t")[0] == label).trigger()
    menu.close()


# One conversation.


def test_assign_offers_teammates_and_teams(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    press(qtbot, shop, Qt.Key.Key_A)
    assert popup_of(shop).labels == [
        *("Teammates", "Me (Maria Lind)", "Tom & Co", "Nobody"),
        *("Teams", "Deliveries", "Refunds", "No team"),
    ]
    type_and_choose(qtbot, shop, "tom")
    assert shop.toast.text == "Order 4711 assigned to Tom & Co."
    shop.toast.press()
    assert engine.command_handler.of(AssignConversation) == [
        AssignConversation("wa", "92"),
        AssignConversation("wa", "91"),
    ]
    assert shop.toast.text == "Undone."
    press(qtbot, shop, Qt.Key.Key_A)
    type_and_choose(qtbot, shop, "refu")
    assert engine.command_handler.of(AssignToTeam) == [AssignToTeam("wa", "502")]


def test_a_tag_is_found_created_and_removed(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    press(qtbot, shop, Qt.Key.Key_L)
    type_and_choose(qtbot, shop, "URG")
    assert engine.command_handler.commands[-1] == TagConversation("wa", "urgent")
    press(qtbot, shop, Qt.Key.Key_L)
    qtbot.keyClicks(popup_of(shop).findChild(QLineEdit), "Broken")
    assert popup_of(shop).labels == ["Create tag “Broken”"]
    type_and_choose(qtbot, shop, "")
    assert engine.command_handler.commands[-1] == TagConversation("wa", "Broken")
    assert shop.toast.text == "Order 4711 tagged “Broken”."
    engine.queries.threads["c-1"] = change(
        engine.queries.threads["c-1"], "wa", tags=(*engine.queries.threads["c-1"].thread.chat("wa").conversation.tags,)
    )
    tags = engine.queries.threads["c-1"].thread.chat("wa").conversation.tags
    press(qtbot, shop, Qt.Key.Key_L)
    popup_of(shop).choose(tags[0].name)
    assert engine.command_handler.commands[-1] == UntagConversation("wa", tags[0].name)


def test_the_star_shows_and_changes_the_priority(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    star = shop.thread_pane.header.action_bar.priority
    star.click()
    assert engine.command_handler.commands[-1] == SetPriority("wa", Priority.HIGH)
    show_changed(qtbot, engine, priority=Priority.URGENT)
    assert star.accessibleName() == "Priority: urgent. Click to remove it."
    press(qtbot, shop, Qt.Key.Key_P)
    assert engine.command_handler.commands[-1] == SetPriority("wa", Priority.NONE)


def test_snooze_takes_any_date_and_shows_it(qtbot, shop: MainWindow, engine: FakeEngine, now) -> None:
    press(qtbot, shop, Qt.Key.Key_S)
    trigger(open_menu(), "Date and time…")
    picker = shop._commands._actions.picker
    picker.field.setDateTime(picker.field.dateTime().addDays(3))
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    (snoozed,) = engine.command_handler.of(SnoozeConversation)
    assert timedelta(days=3) < snoozed.until - now < timedelta(days=5)
    show_changed(qtbot, engine, state=ConversationState.SNOOZED, snoozed_until=snoozed.until)
    assert "Snoozed until" in shop.thread_pane.header.action_bar.snooze.accessibleName()
    shop.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is shop)
    shop.thread_pane.timeline.setFocus()
    press(qtbot, shop, Qt.Key.Key_S)
    trigger(open_menu(), "End snooze now")
    assert engine.command_handler.of(ReopenConversation) == [ReopenConversation("wa")]


def test_the_arrow_keys_of_the_snooze_picker_go_on_past_the_end_of_a_month(qtbot, shop: MainWindow) -> None:
    picker = shop._commands._actions.picker
    chosen: list[datetime] = []
    picker.open_at(QPoint(0, 0), datetime(2026, 11, 30, 9, tzinfo=UTC), chosen.append)
    for _ in range(2):
        qtbot.keyClick(picker.field, Qt.Key.Key_Up)
    assert picker.field.currentSection() is QDateTimeEdit.Section.DaySection
    assert picker.field.date() == QDate(2026, 12, 2)
    qtbot.keyClicks(picker.field, "24")
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert chosen == [datetime(2026, 12, 24, 9, tzinfo=UTC)]
    later = {"Month": (2027, 1, 31, 23, 59), "Hour": (2027, 1, 1, 0, 59), "Minute": (2027, 1, 1, 0, 0)}
    for section, expected in later.items():
        picker.open_at(QPoint(0, 0), datetime(2026, 12, 31, 23, 59, tzinfo=UTC), chosen.append)
        picker.field.setSelectedSection(QDateTimeEdit.Section[f"{section}Section"])
        qtbot.keyClick(picker.field, Qt.Key.Key_Up)
        assert picker._chosen() == datetime(*expected, tzinfo=UTC), section
    picker.close()


def test_a_time_in_the_past_cannot_be_chosen(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    press(qtbot, shop, Qt.Key.Key_S)
    trigger(open_menu(), "Date and time…")
    picker = shop._commands._actions.picker
    picker.field.setDateTime(picker.field.minimumDateTime())
    assert not picker.button.isEnabled()
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    picker.close()
    assert engine.command_handler.of(SnoozeConversation) == []


def test_a_closed_conversation_offers_to_reopen_it(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    show_changed(qtbot, engine, state=ConversationState.CLOSED)
    bar = shop.thread_pane.header.action_bar
    assert bar.close_button.text().strip() == "Reopen"
    press(qtbot, shop, Qt.Key.Key_E)
    assert shop.toast.text == "This conversation is closed already."
    assert engine.command_handler.of(CloseConversation) == []
    bar.close_button.click()
    assert engine.command_handler.of(ReopenConversation) == [ReopenConversation("wa")]


def test_close_and_next_goes_on(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    with qtbot.waitSignal(shop.customer_shown) as shown:
        press(qtbot, shop, Qt.Key.Key_E, SHIFT)
    assert shown.args == ["c-2"]
    assert engine.command_handler.of(CloseConversation) == [CloseConversation("wa")]
    assert shop.toast.text == "Order 4711 closed."


def test_close_and_next_during_a_search_goes_to_the_next_result(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    """Whoever stands next in the list behind the results."""
    first, second = engine.queries.rows
    names = {first.customer_id: "Zed B", second.customer_id: "Mo"}
    rows = [replace(row, name=names.get(row.customer_id, row.name)) for row in engine.queries.rows]
    engine.queries.rows = (*rows, replace(second, customer_id="c-9", name="Zed A"))
    engine.queries.threads["c-9"] = replace(engine.queries.threads["c-2"], customer_id="c-9", name="Zed A")
    news(qtbot, engine, customers=frozenset({"c-1", "c-2", "c-9"}))
    shop.list.search.bar.field.setText("zed")
    view = shop.list.search.view
    results = [row.title for row in view.results.rows[1:3]]
    assert sorted(results) == ["Zed A", "Zed B"]
    for at, other in ((1, 2), (2, 1)):
        view.chosen.emit(view.results.rows[at])
        qtbot.waitUntil(lambda at=at: shop._view.customer_id == view.results.rows[at].place.customer_id)
        with qtbot.waitSignal(shop.customer_shown) as shown:
            shop._commands.run("close_next")
        assert shown.args == [view.results.rows[other].place.customer_id], "at the end of the results, the one before"
        assert (shop.list.search.is_open, view.currentIndex().row()) == (True, other)
    assert len(engine.command_handler.of(CloseConversation)) == 2
    with qtbot.waitSignal(shop.customer_shown) as shown:
        shop._commands.run("next_customer")
    assert shown.args == [view.results.rows[2].place.customer_id]


@pytest.mark.parametrize("name", ["close_button", "close_next"])
def test_a_double_click_is_one_click(qtbot, shop: MainWindow, engine: FakeEngine, name: str) -> None:
    """The second one would reopen what the first closed, or close the next customer's."""
    bar = shop.thread_pane.header.action_bar
    button = getattr(bar, name)
    for press_again in (qtbot.mousePress, qtbot.mouseDClick):
        press_again(button, Qt.MouseButton.LeftButton)
        qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert engine.command_handler.of(CloseConversation | ReopenConversation) == [CloseConversation("wa")]


def test_unread_stays_until_the_customer_is_shown_again(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    seen = len(engine.command_handler.of(MarkSeen))
    press(qtbot, shop, Qt.Key.Key_U)
    assert engine.command_handler.of(MarkUnread) == [MarkUnread("c-1")]
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert len(engine.command_handler.of(MarkSeen)) == seen
    go_to(qtbot, shop, "c-2")
    go_to(qtbot, shop, "c-1")
    assert engine.command_handler.of(MarkSeen)[-1] == MarkSeen("c-1")


# Rows of the list.


def menu_of_row(window: MainWindow, row: int) -> QMenu:
    view = window.list._list
    point = view.visualRect(view.model().index(row, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)
    return open_menu()


def test_the_menu_of_a_row_says_whom_and_which_conversation_it_is_for(
    qtbot, shop: MainWindow, engine: FakeEngine
) -> None:
    menu = menu_of_row(shop, 1)
    assert labels(menu)[0].startswith("Tom Baker · Messenger")
    assert {"Close conversation", "Assign conversation", "Mark as unread", "Open in Intercom"} <= set(labels(menu))
    trigger(menu, "Close conversation")
    assert engine.command_handler.of(CloseConversation) == [CloseConversation("web")]
    assert shop.customer_id == "c-1", "a right click shows nobody else"


def test_what_needs_the_thread_shows_the_customer_first(qtbot, shop: MainWindow) -> None:
    with qtbot.waitSignal(shop.customer_shown) as shown:
        trigger(menu_of_row(shop, 1), "Delete this customer's data from this computer")
    assert shown.args == ["c-2"]
    assert shop.question.is_open


def test_the_menu_key_opens_the_menu_of_the_current_row(qtbot, shop: MainWindow) -> None:
    view = shop.list._list
    view.setFocus()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(view, event)
    menu = open_menu()
    assert labels(menu)[0] == "Jennifer Okafor · WhatsApp · Order 4711"
    menu.close()
    qtbot.keyClick(view, Qt.Key.Key_F10, SHIFT)
    open_menu().close()


def select_both(qtbot, window: MainWindow) -> None:
    view = window.list._list
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert [row.customer_id for row in window.list.selected_rows] == ["c-1", "c-2"]


def test_several_are_closed_with_one_undo(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    select_both(qtbot, shop)
    assert shop.customer_id == "c-1", "selecting several shows nobody else"
    press(qtbot, shop, Qt.Key.Key_E)
    both = (CloseConversation("wa"), CloseConversation("web"))
    assert engine.command_handler.of(ChangeSeveral) == [ChangeSeveral(both)]
    assert shop.toast.text == "2 conversations closed."
    shop.toast.press()
    undone = ChangeSeveral((ReopenConversation("wa"), ReopenConversation("web")))
    assert engine.command_handler.of(ChangeSeveral)[-1] == undone
    assert shop.toast.text == "Undone."


def test_what_was_refused_of_several_is_told(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    engine.command_handler.refused = {"web": "Intercom says no."}
    select_both(qtbot, shop)
    shop.list.command_requested.emit("close")
    assert shop.toast.text == "1 conversation closed. 1 wasn't changed: Intercom says no."
    shop.toast.press()
    assert engine.command_handler.of(ChangeSeveral)[-1] == ChangeSeveral((ReopenConversation("wa"),))


def test_the_bar_is_there_while_several_are_selected(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    bar = shop.list._selection_bar
    assert bar.isHidden()
    select_both(qtbot, shop)
    assert bar.isVisible()
    next(b for b in bar._buttons if b.property("command") == "mark_unread").click()
    assert engine.command_handler.of(MarkUnread) == [MarkUnread("c-1"), MarkUnread("c-2")]
    assert shop.toast.text == "2 customers marked as unread on this computer."
    bar._clear.click()
    assert bar.isHidden()
    assert shop.list.selected_rows == ()
    assert [i.row() for i in shop.list._list.selectionModel().selectedIndexes()] == [0]


def test_selected_customers_stay_selected_when_their_rows_move(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    select_both(qtbot, shop)
    newer = replace(engine.queries.rows[1], last_at=engine.queries.rows[0].last_at + timedelta(minutes=5))
    third = replace(newer, customer_id="c-3", name="New one", last_at=newer.last_at + timedelta(minutes=1))
    engine.queries.rows = (engine.queries.rows[0], newer, third)
    news(qtbot, engine, customers=frozenset({"c-2", "c-3"}))
    assert sorted(row.customer_id for row in shop.list.selected_rows) == ["c-1", "c-2"]
    assert len(shop.list._list.selectionModel().selectedIndexes()) == 2


def test_a_click_with_control_adds_a_row(qtbot, shop: MainWindow) -> None:
    view = shop.list._list
    point = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, CONTROL, point)
    assert len(shop.list.selected_rows) == 2
    menu = menu_of_row(shop, 1)
    assert "Open in Intercom" not in labels(menu)
    menu.close()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, CONTROL, point)
    assert shop.list.selected_rows == ()
