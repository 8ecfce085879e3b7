"""The main window on a fake engine that records commands and answers them as the real door would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, menu_of, news, press, press_send, write
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton, QToolButton, QWidget
from reasons import said

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.list_view import ListView
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    CloseConversation,
    FocusCustomer,
    MarkSeen,
    PinMapping,
    ReopenConversation,
    ResolvePending,
    SaveDraft,
    SendReply,
    SnoozeConversation,
    SyncNow,
)
from desktop.engine.views import (
    ConnectionState,
    ConnectionView,
    Draft,
    Progress,
    ThreadView,
)
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.inbox.scheduling.choices import snooze_times
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.overlay import Overlay

Jennifer = Callable[..., ThreadView]
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}


# Building.


class _Parents(QObject):
    """Counts how often a widget got a parent."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.ParentChange
        return False


def test_each_widget_is_made_where_it_stays(qapp, qtbot, engine: FakeEngine, theme, ticker) -> None:
    """A widget that gets another parent is styled anew, with all in it: an eighth of a start went to that."""
    frame = QWidget()
    qtbot.addWidget(frame)
    frame.show()
    parents = _Parents()
    qapp.installEventFilter(parents)
    window = MainWindow(engine, theme, ticker, parent=frame)
    window.show()
    qapp.removeEventFilter(parents)
    assert parents.count == len(frame.findChildren(QWidget))


def test_it_goes_on_with_customers_that_are_shown_already(qtbot, engine: FakeEngine, theme, ticker) -> None:
    frame = QWidget()
    qtbot.addWidget(frame)
    frame.show()
    customers = CustomerList(engine, theme, ticker, frame)
    customers.show()
    with qtbot.waitSignal(customers.loaded):
        customers.reload()
    # Nobody shows them yet.
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(customers.focusProxy(), key)
    chosen = customers.current()
    assert chosen is not None
    window = MainWindow(engine, theme, ticker, parent=frame, customers=customers)
    window.show()
    assert window.list is customers
    assert customers.isVisible()
    assert customers.mapTo(window, QPoint()) == QPoint()
    qtbot.waitUntil(lambda: window.view is not None and window.view.customer_id == chosen)


@pytest.mark.slow
def test_sheets_are_built_when_they_are_first_opened(window: MainWindow) -> None:
    opened_by_others = {"WarningSheet", "ConfirmSheet"}
    assert {type(overlay).__name__ for overlay in window.findChildren(Overlay)} == opened_by_others
    for sheet in (window.command_palette, window.shortcut_sheet, window.viewer, window.quitting.question):
        assert not sheet.is_open


# Reading.


@pytest.mark.slow
def test_nothing_is_read_before_the_window_is_shown(qtbot, engine: FakeEngine, theme, ticker) -> None:
    hidden = MainWindow(engine, theme, ticker)
    qtbot.addWidget(hidden)
    engine.feed.publish(Changes(customers=frozenset({"c-1"})))
    QCoreApplication.processEvents()
    assert engine.queries.asked == []


def test_a_burst_of_changes_is_read_once(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    engine.queries.asked.clear()
    for _ in range(50):
        engine.feed.publish(Changes(customers=frozenset({"c-1"}), threads=frozenset({"c-1"})))
    qtbot.waitUntil(lambda: len(engine.queries.asked) >= 2)
    QCoreApplication.processEvents()
    assert sorted(engine.queries.asked) == ["customers", "thread c-1"]


def test_only_the_open_thread_is_read_anew(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    engine.queries.asked.clear()
    engine.feed.publish(Changes(threads=frozenset({"c-2"})))
    news(qtbot, engine, customers=frozenset({"c-2"}))
    assert engine.queries.asked == ["customers"]


def test_older_messages_change_nothing_beside_the_thread(
    qtbot, window: MainWindow, engine: FakeEngine, people, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.queries.threads["c-1"] = people.long_thread(300, customer_id="c-1")
    go_to(qtbot, window)
    rows = window.thread_pane.timeline.timeline
    count, shown = rows.rowCount(), []
    monkeypatch.setattr(window.details, "show_customer", lambda *_: shown.append("details"))
    monkeypatch.setattr(window.composer, "show_conversation", lambda *_: shown.append("composer"))
    window.thread_pane.timeline.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: rows.rowCount() > count + 100)
    assert shown == []
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert sorted(shown) == ["composer", "details"]
    assert window.view is not None
    assert len(window.view.thread.messages) == 300


def test_a_late_thread_of_somebody_else_is_not_shown(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    late = engine.tasks.held = []
    window.choose_customer("c-1")
    qtbot.waitUntil(lambda: len(late) == 1)
    window.choose_customer("c-2")
    with qtbot.assertNotEmitted(window.customer_shown):
        late.pop()()
    assert window.view is None
    qtbot.waitUntil(lambda: len(late) == 1)
    late.pop()()
    assert window.view is not None
    assert window.view.customer_id == "c-2"


@pytest.mark.slow
def test_a_customer_found_to_be_another_one_is_followed(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], customer_id="c-9")
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert window.customer_id == "c-9"


# Choosing.


def test_choosing_tells_the_engine_where_the_agent_looks(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    assert engine.command_handler.of(FocusCustomer)[-1] == FocusCustomer("c-1", "wa", True)
    assert engine.command_handler.of(MarkSeen) == [MarkSeen("c-1")]


def test_the_same_news_is_marked_seen_once_and_newer_news_again(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    go_to(qtbot, window)
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert len(engine.command_handler.of(MarkSeen)) == 1
    engine.queries.threads["c-1"] = jennifer(messenger_age=timedelta(minutes=1))
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert len(engine.command_handler.of(MarkSeen)) == 2


@pytest.mark.slow
def test_a_hidden_window_says_so(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    window.hide()
    assert engine.command_handler.of(FocusCustomer)[-1] == FocusCustomer("c-1", "wa", False)


def test_a_hidden_window_wakes_nobody_up(qtbot, window: MainWindow, ticker: Ticker) -> None:
    def active_timers() -> list[QTimer]:
        return [timer for owner in (window, ticker) for timer in owner.findChildren(QTimer) if timer.isActive()]

    go_to(qtbot, window)
    qtbot.waitUntil(lambda: len(active_timers()) == 1)
    window.hide()
    assert active_timers() == []
    window.show()
    assert len(ticker.findChildren(QTimer)) == len(active_timers()) == 1
    window.showMinimized()
    qtbot.waitUntil(lambda: active_timers() == [])


@pytest.mark.slow
def test_the_keyboard_begins_at_the_customers(qtbot, window: MainWindow) -> None:
    qtbot.waitUntil(window.list.hasFocus)
    with qtbot.waitSignal(window.customer_shown) as shown:
        press(qtbot, window, Qt.Key.Key_Return)
    assert shown.args == [window.list._model.customer_id(window.list._model.index(0))]
    assert window.composer.text_field.hasFocus(), "Return goes on to the reply"
    window.list.setFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.composer.text_field.hasFocus(), "also where the customer is open already"


def test_tab_leads_on_where_nobody_is_chosen(qtbot, window: MainWindow) -> None:
    qtbot.waitUntil(window.list.hasFocus)
    seen = []
    for _ in range(20):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert all(widget is not None and widget.isVisible() for widget in seen)
    assert len(set(seen)) > 6


def test_only_an_open_sheet_is_told_to_a_screen_reader(window: MainWindow) -> None:
    assert window.accessible_parts() is None
    window.question.ask("Close it?", "It stays open.", "Close", lambda: None)
    assert window.accessible_parts() == [window.question]


def test_nobody_chosen_has_no_composer(window: MainWindow) -> None:
    assert not window.composer.isVisible()


def test_another_customer_keeps_the_first_ones_draft(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Half a sen")
    go_to(qtbot, window, "c-2")
    assert [(d.customer_id, d.text) for d in engine.command_handler.of(SaveDraft)] == [("c-1", "Half a sen")]
    assert window.composer.text == ""
    go_to(qtbot, window)
    assert window.composer.text == "Half a sen"


@pytest.mark.slow
def test_news_from_elsewhere_do_not_move_the_agent_who_is_writing(
    qtbot, window: MainWindow, engine: FakeEngine, people
) -> None:
    web = people.web()
    engine.queries.threads["c-1"] = people.view([web, people.whatsapp(timedelta(days=5), None)])
    go_to(qtbot, window)
    assert window.composer.conversation_id == "web"
    write(qtbot, window, "We ship")
    engine.queries.threads["c-1"] = people.view([web, people.whatsapp(timedelta(minutes=1), None)])
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert (window.composer.conversation_id, window.composer.text) == ("web", "We ship")
    assert (
        "Jennifer wrote on WhatsApp 1 min ago. A reply here reaches the Messenger only." in window.composer._line.text
    )


# Sending.


def test_an_open_window_sends_at_once(qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(**OPEN)
    go_to(qtbot, window)
    write(qtbot, window, "On its way")
    press_send(qtbot, window)
    assert [c.text for c in engine.command_handler.of(SendReply)] == ["On its way"]
    assert window.composer.text == ""
    assert not window.warning_sheet.is_open


def test_a_closed_window_asks_and_enter_does_not_send(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    assert window.warning_sheet.is_open
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        press(qtbot, window, key)
    press(qtbot, window, Qt.Key.Key_Return, CONTROL)
    assert window.warning_sheet.is_open
    assert len(engine.command_handler.of(SendReply)) == 1
    assert window.composer.text == "Are you at home?"


def test_sending_knowingly_carries_the_consent(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    qtbot.mouseClick(
        next(b for b in window.warning_sheet.choices if "Messenger only" in b.text()), Qt.MouseButton.LeftButton
    )
    first, second = engine.command_handler.of(SendReply)
    assert first.draft_id == second.draft_id
    assert {c.value for c, _ in second.acknowledged} == {"window_closed", "messenger_reply_did_not_reopen"}
    assert window.composer.text == ""


@pytest.mark.slow
def test_escape_keeps_the_draft_and_gives_the_text_back(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you")
    press_send(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.warning_sheet.is_open
    write(qtbot, window, " there?")
    assert window.composer.text == "Are you there?"


def test_a_refusal_is_a_sentence_and_the_draft_stays(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(**OPEN)
    go_to(qtbot, window)
    engine.command_handler.refuse = "Intercom says this conversation is gone."
    write(qtbot, window, "Hello")
    press_send(qtbot, window)
    assert window.composer.error_text == "Intercom says this conversation is gone."
    assert window.composer.text == "Hello"


def test_an_answer_that_comes_late_does_not_touch_another_draft(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    engine.queries.threads["c-1"] = jennifer(**OPEN)
    go_to(qtbot, window)
    engine.command_handler.held = []
    write(qtbot, window, "For Jennifer")
    press_send(qtbot, window)
    go_to(qtbot, window, "c-2")
    write(qtbot, window, "For Tom")
    engine.command_handler.held.pop()()
    assert window.composer.text == "For Tom"
    go_to(qtbot, window)
    assert window.composer.text == ""


@pytest.mark.slow
def test_a_warning_that_comes_late_is_told_and_leads_back(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    engine.command_handler.held = []
    write(qtbot, window, "For Jennifer")
    press_send(qtbot, window)
    go_to(qtbot, window, "c-2")
    engine.command_handler.held.pop()()
    assert not window.warning_sheet.is_open
    assert window.toast.text == "Your reply to Jennifer wasn't sent. It needs your decision."
    with qtbot.waitSignal(window.customer_shown):
        window.toast.press()
    assert (window.customer_id, window.composer.text) == ("c-1", "For Jennifer")


def test_go_there_takes_the_words_along(qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(minutes=10), messenger_age=None)
    go_to(qtbot, window)
    window.thread_pane.choose_conversation("web")
    write(qtbot, window, "Tomorrow")
    press_send(qtbot, window)
    go = next(b for b in window.warning_sheet.choices if b.text() == "Go to the WhatsApp conversation")
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert (window.composer.conversation_id, window.composer.text) == ("wa", "Tomorrow")
    window.thread_pane.choose_conversation("web")
    assert window.composer.text == ""


def test_reply_in_intercom_opens_the_inbox_with_the_text_at_hand(
    qtbot, window: MainWindow, engine: FakeEngine, opened: list[str]
) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Tomorrow")
    press_send(qtbot, window)
    qtbot.mouseClick(
        next(b for b in window.warning_sheet.choices if b.text() == "Reply in Intercom"), Qt.MouseButton.LeftButton
    )
    assert opened == ["https://inbox/wa"]
    assert QGuiApplication.clipboard().text() == "Tomorrow"
    assert window.composer.text == "Tomorrow"


def test_an_echo_is_answered_with_what_it_was_held_for(qtbot, window: MainWindow, engine: FakeEngine, people) -> None:
    pending = people.pending(State.HELD, codes=(WarningCode.WINDOW_CLOSED,))
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=(pending,))
    go_to(qtbot, window)
    window.thread_pane.timeline.go_to_pending(pending.draft_id)
    press(qtbot, window, Qt.Key.Key_Return, CONTROL)
    press(qtbot, window, Qt.Key.Key_Delete)
    sending, cancelling = engine.command_handler.of(ResolvePending)
    assert {code for code, _ in sending.acknowledged} == {
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
    }
    assert (sending.draft_id, sending.send) == (pending.draft_id, True)
    assert cancelling == ResolvePending(pending.draft_id, cancel=True)


def test_closing_the_window_keeps_the_draft(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Half")
    window.close()
    assert [d.text for d in engine.command_handler.of(SaveDraft)] == ["Half"]


@pytest.mark.slow
def test_a_stored_draft_is_there_after_a_restart(qtbot, window: MainWindow, engine: FakeEngine, now) -> None:
    view = engine.queries.threads["c-1"]
    draft = Draft("d1", "c1", "web", "Half", (), False)
    engine.queries.threads["c-1"] = replace(view, drafts=(draft,))
    go_to(qtbot, window)
    window.thread_pane.choose_conversation("web")
    assert (window.composer.text, window.composer.draft_id) == ("Half", "d1")


# Conversations.


def test_e_closes_and_undo_reopens(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_E)
    assert engine.command_handler.of(CloseConversation) == [CloseConversation("wa")]
    assert window.toast.text == "Order 4711 closed."
    window.toast.press()
    assert engine.command_handler.of(ReopenConversation) == [ReopenConversation("wa")]


@pytest.mark.slow
def test_undo_is_short_lived(qtbot, window: MainWindow, clock, ticker) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_E)
    clock.advance(timedelta(seconds=11))
    ticker.tick()
    assert window.toast.text == ""


def test_letters_are_text_while_writing(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    window.composer.focus_text()
    for key in (Qt.Key.Key_E, Qt.Key.Key_S, Qt.Key.Key_A, Qt.Key.Key_N):
        press(qtbot, window, key)
    assert window.composer.text == "esan"
    assert engine.command_handler.of(CloseConversation) == []


@pytest.mark.slow
def test_letters_do_nothing_while_a_reply_is_on_its_way_to_the_door(
    qtbot, window: MainWindow, engine: FakeEngine
) -> None:
    go_to(qtbot, window)
    engine.command_handler.held = []
    window.composer.focus_text()
    write(qtbot, window, "Hello")
    press_send(qtbot, window)
    press(qtbot, window, Qt.Key.Key_E)
    assert engine.command_handler.of(CloseConversation) == []
    assert window.composer.text == "Hello"


@pytest.mark.slow
def test_letters_do_nothing_behind_a_sheet(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Hello")
    press_send(qtbot, window)
    press(qtbot, window, Qt.Key.Key_E)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    assert engine.command_handler.of(CloseConversation) == []
    assert not window.command_palette.is_open


@pytest.mark.slow
def test_snooze_offers_times(qtbot, window: MainWindow, engine: FakeEngine, now) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_S)
    menu = menu_of(window, "Snooze until")
    menu.actions()[0].trigger()
    menu.close()
    assert engine.command_handler.of(SnoozeConversation) == [SnoozeConversation("wa", now + timedelta(hours=1))]
    assert window.toast.text == "Order 4711 snoozed until 15:00."


def test_snooze_times_lie_ahead_whatever_day_it_is() -> None:
    for hours in range(0, 24 * 8, 5):
        now = datetime(2026, 10, 22, tzinfo=UTC) + timedelta(hours=hours)
        times = snooze_times(now)
        assert all(until > now for _, until in times)
        monday = dict(times)["Monday at 09:00"].astimezone()
        assert (monday.weekday(), monday.hour) == (0, 9)


@pytest.mark.slow
def test_what_intercom_refuses_is_told(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    engine.command_handler.refuse = "Intercom cannot be reached."
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_E)
    assert window.toast.text == "Intercom cannot be reached."


# Keys, palette, connection.


@pytest.mark.slow
def test_n_and_r_choose_what_is_written(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_N)
    assert window.composer.internal
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_R)
    assert not window.composer.internal
    press(qtbot, window, Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.composer.internal


@pytest.mark.slow
def test_without_an_account_the_picker_says_what_to_connect(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    assert "You can't send Jennifer a template yet." in window.template_picker.placeholder


@pytest.mark.slow
def test_f6_visits_every_pane(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    visited = set()
    for _ in range(4):
        press(qtbot, window, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        visited |= {
            name
            for name in ("list", "thread_pane", "composer", "details")
            if getattr(window, name) is focus or getattr(window, name).isAncestorOf(focus)
        }
    assert visited == {"list", "thread_pane", "composer", "details"}


def test_the_palette_goes_to_a_customer(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.command_palette.findChild(QLineEdit), "tom b")
    with qtbot.waitSignal(window.customer_shown) as shown:
        press(qtbot, window, Qt.Key.Key_Return)
    assert shown.args == ["c-2"]


def test_the_palette_does_what_it_lists(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.command_palette.findChild(QLineEdit), "close conv")
    press(qtbot, window, Qt.Key.Key_Return)
    assert engine.command_handler.of(CloseConversation) == [CloseConversation("wa")]


@pytest.mark.slow
def test_closing_the_palette_gives_the_keyboard_back(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    window.composer.focus_text()
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    press(qtbot, window, Qt.Key.Key_Escape)
    qtbot.keyClicks(QApplication.focusWidget(), "on")
    assert window.composer.text == "on"


@pytest.mark.slow
def test_the_shortcut_sheet_opens_and_closes(qtbot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_Slash, CONTROL)
    assert window.shortcut_sheet.is_open
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.shortcut_sheet.is_open


def test_the_connection_tells_reason_and_next_try(qtbot, window: MainWindow, engine: FakeEngine, now, clock, ticker):
    soon = now + timedelta(seconds=12)
    engine.queries.state = ConnectionView(ConnectionState.OFFLINE, said("Intercom cannot be reached."), soon)
    engine.feed.publish(Changes(connection=True))
    assert window.connection.text == "Offline. Intercom cannot be reached. Trying again in 12 s."
    clock.advance(timedelta(seconds=2))
    ticker.tick()
    assert "Trying again in 10 s" in window.connection.text
    button = next(b for b in window.connection.findChildren(QAbstractButton) if b.text() == "Try now")
    button.click()
    assert engine.command_handler.of(SyncNow) == [SyncNow()]


@pytest.mark.slow
def test_the_first_sync_shows_how_far_it_is(window: MainWindow, engine: FakeEngine) -> None:
    engine.queries.first_sync = Progress(120, 300)
    engine.feed.publish(Changes(progress=True))
    assert window.connection.text == "Loading conversations: 120 of 300"
    engine.queries.first_sync = None
    engine.feed.publish(Changes(progress=True))
    assert window.connection.text.startswith("Connected")


def test_a_pin_goes_through_the_door(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    window.details.pin_requested.emit(PinMapping("wa", ChannelKind.TELEGRAM))
    assert engine.command_handler.of(PinMapping) == [PinMapping("wa", ChannelKind.TELEGRAM)]


@pytest.mark.slow
def test_a_narrow_window_folds_the_customer_pane_until_the_agent_chooses(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: not window.details.isVisible())
    press(qtbot, window, Qt.Key.Key_D, CONTROL)
    assert window.details.isVisible()
    window.resize(1000, 700)
    QCoreApplication.processEvents()
    assert window.details.isVisible()


@pytest.mark.slow
def test_the_panes_keep_their_sizes(qtbot, engine: FakeEngine, theme, ticker, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    sizes = []
    for is_first in (True, False):
        window = MainWindow(engine, theme, ticker, settings=settings)
        qtbot.addWidget(window)
        window.resize(1402, 900)
        window.show()
        if is_first:
            window._panes.moveSplitter(360, 1)
        sizes.append(window._panes.sizes())
        window.close()
    assert sizes[0] == sizes[1]
    assert sizes[0][0] == 360


def test_what_leaves_too_little_for_the_thread_takes_the_place_of_another_pane(window: MainWindow, theme) -> None:
    window.resize(1024, 700)
    window._commands.run("toggle_details")
    assert (window.list.isVisible(), window.details.isVisible()) == (True, True)
    window._commands.run("toggle_details")
    theme.set_text_scale(2.0)
    window._commands.run("toggle_details")
    assert (window.list.isVisible(), window.details.isVisible()) == (False, True)
    assert window.width() == 1024, "it has not grown"
    window._commands.run("search")
    assert (window.list.isVisible(), window.details.isVisible()) == (True, False)


def test_panes_grow_with_the_text_until_the_agent_moves_them(window: MainWindow, theme) -> None:
    window.resize(1600, 1000)
    before = window.list.width()
    theme.set_text_scale(2.0)
    assert window.list.width() > before
    window._panes.moveSplitter(300, 1)
    window.resize(1700, 1000)
    assert window.list.width() == 300


@pytest.mark.slow
def test_folded_panes_stay_folded_and_keep_their_width(qtbot, engine: FakeEngine, theme, ticker, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    opened: list[MainWindow] = []

    def reopen() -> MainWindow:
        for window in opened:
            window.close()
        opened.append(MainWindow(engine, theme, ticker, settings=settings))
        qtbot.addWidget(opened[-1])
        opened[-1].resize(1402, 900)
        opened[-1].show()
        return opened[-1]

    window = reopen()
    window._panes.moveSplitter(360, 1)
    width = window.list.width()
    window._footer.list_button.click()
    window._footer.details_button.click()
    window.list.choose_view(ListView.UNASSIGNED)
    window = reopen()
    assert window.list.view is ListView.UNASSIGNED
    assert (window.list.isVisible(), window.details.isVisible()) == (False, False)
    window._commands.run("search")
    assert window.list.isVisible(), "there is nothing to search in otherwise"
    qtbot.waitUntil(lambda: window.list.width() == width)
    window = reopen()
    assert (window.list.isVisible(), window.details.isVisible()) == (True, False)


@pytest.mark.parametrize("link", [None, "c-1"])
def test_the_last_customer_is_on_the_screen_again(qtbot, engine: FakeEngine, theme, ticker, link: str | None) -> None:
    engine.queries.about = replace(engine.queries.about, last_customer_id="c-2")
    window = MainWindow(engine, theme, ticker)
    qtbot.addWidget(window)
    window.list.choose_view(ListView.CLOSING_SOON)
    if link is not None:
        window.choose_customer(link)
    window.show()
    qtbot.waitUntil(lambda: window.view is not None)
    assert window.customer_id == window.list.current() == (link or "c-2")
    if link is None:
        assert window.list.view is ListView.CLOSING_SOON, "also where the view does not show them"


def test_every_control_can_be_named_by_a_screen_reader(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    mine: tuple[QWidget, ...] = (window.composer, window.details, window.connection, window.warning_sheet)
    nameless = [
        b
        for pane in mine
        for b in pane.findChildren(QAbstractButton)
        if not (b.accessibleName() or b.text()) and b.isVisible()
    ]
    assert nameless == []


@pytest.mark.slow
def test_a_pin_is_set_by_the_keyboard_and_undone_by_the_keyboard(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    next(b for b in window.details.findChildren(QToolButton) if b.text() == "How we know").setChecked(True)
    button = next(b for b in window.details.findChildren(QPushButton) if b.text() == "Change channel…")
    button.setFocus()
    assert button.hasFocus()
    telegram = next(a for a in button.menu().actions() if a.text() == "Telegram")
    telegram.trigger()
    assert engine.command_handler.of(PinMapping) == [PinMapping("wa", ChannelKind.TELEGRAM)]
    assert window.toast.text == "The channel of this conversation was changed to Telegram."
    press(qtbot, window, Qt.Key.Key_F8)
    assert engine.command_handler.of(PinMapping)[-1] == PinMapping("wa", None, forget=True)
