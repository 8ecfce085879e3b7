"""A person's word on where one message came from: by mouse, key and palette, with a way back."""

from __future__ import annotations

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, press
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import SetMessageChannel
from desktop.ui.inbox.main_window import MainWindow


def current(window: MainWindow, text: str) -> str:
    """Make the message with this text the current row; gives its id."""
    timeline = window.thread_pane.timeline
    for row in range(timeline.timeline.rowCount()):
        message = timeline.timeline.entry(row).message
        if message is not None and message.entry.text.startswith(text):
            timeline.setCurrentIndex(timeline.timeline.index(row))
            timeline.setFocus()
            return message.entry.id
    pytest.fail(f"{text!r} is not shown")


def popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, words: str) -> None:
    next(a for a in menu.actions() if a.text() == words).trigger()
    menu.close()


def test_the_menu_of_a_message_says_where_it_came_from(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    entry_id = current(window, "Any news")
    timeline = window.thread_pane.timeline
    point = timeline.visualRect(timeline.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, timeline.viewport().mapToGlobal(point))
    QApplication.sendEvent(timeline.viewport(), event)
    menu = popup()
    sub = next(a.menu() for a in menu.actions() if a.text() == "Change channel")
    choose(sub, "WhatsApp")
    menu.close()
    assert engine.command_handler.of(SetMessageChannel) == [SetMessageChannel("wa", entry_id, ChannelKind.WHATSAPP)]
    assert window.toast.text == "The channel of this message was changed to WhatsApp."
    window.toast.press()
    assert engine.command_handler.of(SetMessageChannel)[-1] == SetMessageChannel("wa", entry_id, None)


def test_a_key_opens_the_channels_of_the_current_message(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    entry_id = current(window, "Any news")
    press(qtbot, window, Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    choose(popup(), "Telegram")
    assert engine.command_handler.of(SetMessageChannel) == [SetMessageChannel("wa", entry_id, ChannelKind.TELEGRAM)]


def test_the_palette_leads_there_too(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    current(window, "Any news")
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.command_palette.findChild(QLineEdit), "channel of the selected")
    press(qtbot, window, Qt.Key.Key_Return)
    menu = popup()
    assert "WhatsApp" in [a.text() for a in menu.actions()]
    menu.close()


def test_our_own_messages_have_no_channel_to_say(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    current(window, "Are you at home")
    press(qtbot, window, Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.activePopupWidget() is None
    assert window.toast.text.startswith("Select a customer's message first")


def test_what_was_said_is_checked_and_can_be_taken_back(qtbot, window, engine: FakeEngine, people, jennifer) -> None:
    view = engine.queries.threads["c-1"]
    newest = view.thread.newest_from_customer.entry
    people.workspace = people.saying(newest.key, ChannelKind.WHATSAPP)
    chats = [c.conversation for c in view.thread.chats]
    engine.queries.threads["c-1"] = people.view(chats)
    go_to(qtbot, window)
    current(window, "Any news")
    press(qtbot, window, Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    menu = popup()
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["WhatsApp"]
    choose(menu, "Detect automatically")
    assert engine.command_handler.of(SetMessageChannel) == [SetMessageChannel("wa", newest.id, None)]
    window.toast.press()
    assert engine.command_handler.of(SetMessageChannel)[-1].channel is ChannelKind.WHATSAPP
