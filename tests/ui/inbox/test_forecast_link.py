"""The link on the forecast line opens what it names: the delivery test, the template picker, another conversation."""

from __future__ import annotations

from datetime import timedelta

from direct_routes import octopods_route, with_direct_routes
from fake_engine import FakeEngine, go_to
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.text.screens import composer as texts
from desktop.ui.inbox.main_window import MainWindow


def press_link(qtbot, window: MainWindow, text: str) -> None:
    link = next(b for b in window.composer.findChildren(QPushButton) if b.text() == text and b.isVisible())
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)


def test_delivery_is_tested(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    go_to(qtbot, window)
    press_link(qtbot, window, texts.TEST())
    assert window.settings.relay_test.is_open


def test_a_template_is_chosen(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), octopods_route())
    go_to(qtbot, window)
    press_link(qtbot, window, texts.SEND_TEMPLATE())
    assert window.template_picker.is_open


def test_the_draft_moves_to_where_the_customer_wrote(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(minutes=10), messenger_age=None)
    go_to(qtbot, window)
    window.thread_pane.choose_conversation("web")
    window.composer.append_text("On its way")
    press_link(qtbot, window, texts.GO_THERE())
    assert (window.composer.conversation_id, window.composer.text) == ("wa", "On its way")
