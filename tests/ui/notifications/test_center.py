"""What is shown on the desktop, and what happens when the agent chooses something there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, press
from fake_notifier import FakeLoginItem, FakeNotifications, FakeNotifier
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.engine.commands import SnoozeConversation
from desktop.engine.notifications.model import Attention, Notification, NotificationKind, NotificationNews
from desktop.ports import DISMISSED, OPENED
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.app_icon import app_icon
from desktop.ui.notifications.background import Background
from desktop.ui.notifications.center import NotificationCenter
from desktop.ui.notifications.machine_settings import MachineSettings
from desktop.ui.notifications.tray import HOUR, MORNING
from desktop.ui.settings.notifications import NotificationsPage

KEY = "message:100"


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture
def notifications() -> FakeNotifications:
    return FakeNotifications()


@pytest.fixture
def login_item() -> FakeLoginItem:
    return FakeLoginItem()


@pytest.fixture
def sounds() -> list[str]:
    return []


@pytest.fixture
def background(window: MainWindow, engine: FakeEngine) -> Background:
    return Background(window, engine)


@pytest.fixture
def center(
    window: MainWindow,
    engine: FakeEngine,
    notifications: FakeNotifications,
    notifier: FakeNotifier,
    sounds: list[str],
    login_item: FakeLoginItem,
    background: Background,
) -> Iterator[NotificationCenter]:
    center = NotificationCenter(
        window, engine, notifications, notifier, lambda: sounds.append("played") is None, background
    )
    MachineSettings(center, window.settings, engine, notifier, login_item)
    yield center
    center.tray.close()
    window.settings.notifications.set_switch("keeps_running", False)


def message(now, customer_id: str = "c-2", text: str = "Is <b>it</b> here?") -> Notification:
    return Notification(
        key=KEY,
        kind=NotificationKind.MESSAGE,
        at=now,
        customer_id=customer_id,
        conversation_id="100",
        name="Tom Baker",
        text=text,
    )


def test_a_message_is_shown_heard_and_counted(
    center, window, notifications, notifier, sounds, now, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    badges: list[int] = []
    monkeypatch.setattr(QGuiApplication, "setBadgeNumber", lambda _, count: badges.append(count))
    notifications.publish(NotificationNews((message(now),), unread=3))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    shown, _ = notifier.shown[KEY]
    assert (shown.title, shown.body) == ("Tom Baker", "Is <b>it</b> here?")
    assert [label for _, label in shown.actions] == ["Reply", "Snooze 1 h", "Open"]
    assert sounds == ["played"]
    assert badges == [3]
    assert center.tray._icon.toolTip() == "Reachline: unread messages from 3 customers"
    if sys.platform.startswith("linux"):
        assert window.window().windowIcon().cacheKey() == app_icon(3).cacheKey()
    # Not again at once.
    notifications.publish(NotificationNews((message(now, text="Hello?"),), unread=3))
    qtbot.waitUntil(lambda: notifier.shown[KEY][0].body == "Hello?")
    assert sounds == ["played"]
    notifications.publish(NotificationNews(withdrawn=frozenset({KEY})))
    qtbot.waitUntil(lambda: not notifier.shown)


def test_words_and_sound_stay_away_where_that_is_wanted(
    center, window, notifications, notifier, sounds, now, qtbot
) -> None:
    window.settings.notifications.set_switch("shows_text", False)
    window.settings.notifications.set_switch("sound", False)
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    assert notifier.shown[KEY][0].body == "New message"
    assert sounds == []


def test_the_systems_do_not_disturb_silences_the_sound(center, notifications, notifier, sounds, now, qtbot) -> None:
    notifier.quiet = True
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    assert sounds == []


@pytest.mark.parametrize("action", [OPENED, "open"])
def test_a_click_opens_the_conversation(center, window, notifications, notifier, now, qtbot, action: str) -> None:
    window.hide()
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    with qtbot.waitSignal(window.customer_shown) as shown:
        notifier.act(KEY, action)
    assert shown.args == ["c-2"]
    assert window.isVisible()
    assert notifications.dismissed == [KEY]


@pytest.mark.parametrize("is_on_screen", [False, True])
def test_reply_puts_the_keyboard_into_the_reply(
    center, window, notifications, notifier, now, qtbot, is_on_screen: bool
) -> None:
    go_to(qtbot, window, "c-2" if is_on_screen else "c-1")
    window.composer.set_internal(True)
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    notifier.act(KEY, "reply")
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), ComposerEdit) and window.customer_id == "c-2")
    qtbot.waitUntil(lambda: not window.composer.internal)


def test_snooze_leaves_the_window_where_it_is(center, window, engine, notifications, notifier, now, qtbot) -> None:
    window.hide()
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    notifier.act(KEY, "snooze")
    assert engine.command_handler.of(SnoozeConversation) == [SnoozeConversation("100", now + timedelta(hours=1))]
    assert not window.isVisible()


def test_a_snooze_that_fails_says_so_on_the_desktop(
    center, window, engine, notifications, notifier, now, qtbot
) -> None:
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    engine.command_handler.refuse = "Intercom can't be reached."
    notifier.act(KEY, "snooze")
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    assert notifier.shown[KEY][0].body == ("The conversation with Tom Baker wasn't snoozed. Intercom can't be reached.")
    assert window.toast.text == notifier.shown[KEY][0].body


def test_one_that_is_closed_does_nothing(center, window, engine, notifications, notifier, now, qtbot) -> None:
    notifications.publish(NotificationNews((message(now),)))
    qtbot.waitUntil(lambda: KEY in notifier.shown)
    notifier.act(KEY, DISMISSED)
    assert notifications.dismissed == [KEY]
    assert window.customer_id is None


def test_the_engine_knows_what_the_agent_looks_at(center, background, window, notifications, qtbot) -> None:
    assert notifications.attentions[-1] == Attention(True, "")
    go_to(qtbot, window, "c-1")
    assert notifications.attentions[-1] == Attention(True, "c-1")
    background.hide()
    assert notifications.attentions[-1] == Attention(False, "c-1")


# --- closing and quitting ---------------------------------------------------------------------------------------------


def test_closing_asks_once_whether_to_go_on(center, background, window, qtbot) -> None:
    window.close()
    question = window.quitting.question
    assert question.is_open
    assert "Keep Reachline running?" in question.text
    press(qtbot, window, Qt.Key.Key_Escape)
    assert (question.is_open, window.isVisible()) == (False, True)
    window.close()
    question.confirm()
    assert (window.isVisible(), background.is_active) == (False, True)
    background.open_window()
    assert (window.isVisible(), background.is_active) == (True, False)
    window.close()
    assert (window.isVisible(), question.is_open) == (False, False)


def test_quit_closes_for_good_also_from_the_tray(center, background, window, qtbot) -> None:
    window.settings.notifications.set_switch("keeps_running", True)
    window.close()
    with qtbot.waitSignal(background.closed):
        center.tray.quit_requested.emit()
    assert not background.is_active
    assert not window.isVisible()


def test_quit_from_the_tray_asks_where_replies_wait(center, background, window, engine, qtbot) -> None:
    window.settings.notifications.set_switch("keeps_running", True)
    window.close()
    engine.queries.queued = 2
    center.tray.quit_requested.emit()
    qtbot.waitUntil(lambda: window.quitting.question.is_open)
    assert window.isVisible()
    assert "2 replies are waiting" in window.quitting.question.text
    window.quitting.question.confirm()
    assert (window.isVisible(), background.is_active) == (False, False)


def test_who_chooses_to_quit_is_not_asked_again(center, background, window, qtbot) -> None:
    window.close()
    window.quitting.question.choose_alternative()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not background.is_active
    assert window.settings.notifications.choices.keeps_running is False


# --- do not disturb ---------------------------------------------------------------------------------------------------


def test_do_not_disturb_from_the_tray(center, notifications, now) -> None:
    def texts() -> list[str]:
        return [a.text() for a in center.tray.menu.actions() if a.isVisible() and not a.isSeparator()]

    assert "Do not disturb for 1 h" in texts()
    center.tray.pause_requested.emit(HOUR)
    assert notifications.settings.paused_until == now + timedelta(hours=1)
    assert "Turn off Do not disturb (on until 15:00)" in texts()
    assert center.tray._icon.toolTip() == "Reachline\nDo not disturb is on until 15:00."
    center.tray.pause_requested.emit("")
    assert notifications.settings.paused_until is None
    center.tray.pause_requested.emit(MORNING)
    assert notifications.settings.paused_until == (now + timedelta(days=1)).replace(hour=8)


def test_do_not_disturb_that_is_over_is_no_longer_shown(center, engine, notifications, now) -> None:
    center.tray.pause_requested.emit(HOUR)
    engine.clock.advance(timedelta(hours=1))
    notifications.publish(NotificationNews(unread=1))
    assert center.tray._icon.toolTip() == "Reachline: unread messages from 1 customer"


def test_do_not_disturb_by_key(center, window, notifications, now, qtbot) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(qtbot, window, Qt.Key.Key_D, modifiers)
    assert notifications.settings.paused_until == now + timedelta(hours=1)
    assert window.toast.text == "Do not disturb is on until 15:00."
    press(qtbot, window, Qt.Key.Key_D, modifiers)
    assert notifications.settings.paused_until is None


# --- the settings page ------------------------------------------------------------------------------------------------


def page_of(window: MainWindow) -> NotificationsPage:
    window.settings.open_notifications()
    page = window.settings.sheet.page
    assert isinstance(page, NotificationsPage)
    return page


def test_the_page_sets_what_calls(center, window, notifications, qtbot) -> None:
    page = page_of(window)
    page.boxes["messages"].click()
    page.boxes["team"].click()
    page.boxes["quiet"].click()
    settings = notifications.settings
    assert (settings.messages, len(settings.audiences)) == (False, 2)
    assert settings.quiet_hours is not None
    assert not page.boxes["while_in_front"].isEnabled()
    assert page.quiet_from.isEnabled()


def test_the_test_notification_says_how_it_went(center, window, notifier, sounds, qtbot) -> None:
    page = page_of(window)
    qtbot.waitUntil(page.test_button.isEnabled)
    with qtbot.waitSignal(window.settings.notification_tried):
        page.test_button.click()
    qtbot.waitUntil(lambda: "was sent" in page.result)
    assert notifier.shown["test"][0].title == "This is a test"
    assert sounds == ["played"]
    notifier.available = False
    page.test_button.click()
    qtbot.waitUntil(lambda: "shows no notifications" in page.result)


def test_start_at_login_is_what_the_system_says(center, window, login_item, qtbot) -> None:
    page = page_of(window)
    qtbot.waitUntil(page.login.isEnabled)
    assert not page.login.isChecked()
    page.login.click()
    qtbot.waitUntil(lambda: page.result == "Saved.")
    assert login_item.enabled
    login_item.broken = PermissionError(13, "Permission denied")
    page.login.click()
    qtbot.waitUntil(lambda: "couldn't be changed" in page.result)
    qtbot.waitUntil(page.login.isChecked)


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_link_shows_its_place_or_says_that_it_is_not_here(center, background, window, engine, qtbot) -> None:
    engine.queries.places = {("conversation", "100"): ("c-2", "100")}
    background.hide()
    with qtbot.waitSignal(window.customer_shown) as shown:
        center.open_place("conversation", "100")
    assert shown.args == ["c-2"]
    assert window.isVisible()
    center.open_place("contact", "nobody")
    assert window.toast.text == "This link leads to a conversation or customer that isn't on this computer."
