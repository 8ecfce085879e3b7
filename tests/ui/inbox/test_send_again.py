"""A reply that did not arrive is offered as a template and directly, at its bubble; nothing is sent by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from direct_routes import octopods_route, sms_route, telegram_route, with_direct_routes
from fake_engine import FakeEngine, go_to, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from desktop.engine.commands import SendDirect, SendReply
from desktop.text.screens import inbox as texts
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.thread.timeline.accessible_text import accessible_text

LATE = "Are you at home tomorrow between 9 and 11?"


def row_of(window: MainWindow, text: str) -> int:
    model = window.thread_pane.timeline.timeline
    return next(row for row in range(model.rowCount()) if model.entry(row).text == text)


def offered(window: MainWindow, text: str = LATE) -> list[str]:
    description = window.thread_pane.timeline.timeline.entry(row_of(window, text)).description
    return [action for action, _ in description.actions] if description is not None else []


def choose(window: MainWindow) -> None:
    timeline = window.thread_pane.timeline
    index = timeline.timeline.index(row_of(window, LATE))
    timeline.setCurrentIndex(index)
    timeline.scrollTo(index)
    timeline.setFocus()


def sends(engine: FakeEngine) -> int:
    return len(engine.command_handler.of(SendReply)) + len(engine.command_handler.of(SendDirect))


def test_the_bubble_its_menu_and_keys_offer_both_ways(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), octopods_route(), sms_route())
    go_to(qtbot, window)
    assert offered(window) == ["template", "direct"]
    timeline = window.thread_pane.timeline
    entry = timeline.timeline.entry(row_of(window, LATE))
    assert accessible_text(entry, window._ticker.now()).endswith("You can: Send as template…, Send directly…")

    # A click on the button in the bubble.
    choose(window)
    index = timeline.timeline.index(row_of(window, LATE))
    layout = timeline.painting_of(index.row())
    place = next(p for p in layout.pieces if p.action == "reply:template")
    qtbot.mouseClick(
        timeline.viewport(),
        Qt.MouseButton.LeftButton,
        pos=timeline.visualRect(index).topLeft() + place.rect.center().toPoint(),
    )
    picker = window.template_picker
    assert picker.is_open
    assert picker._text == LATE, "offered as a value"
    picker.dismiss()
    assert window.composer.text == ""

    # The key for the other; the text is in the composer, on the route, and is not sent.
    choose(window)
    press(qtbot, window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert (window.composer.text, window.composer.route) == (LATE, sms_route().route)
    assert isinstance(QApplication.focusWidget(), ComposerEdit)
    assert sends(engine) == 0

    # A draft is not mixed with it.
    choose(window)
    press(qtbot, window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert window.composer.text == LATE
    assert window.toast.text == texts.DRAFT_IN_THE_WAY()

    # The menu of the row.
    choose(window)
    press(qtbot, window, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    labels = [action.text().partition("\t")[0] for action in menu.actions()]
    assert labels[-2:] == ["Send as template…", "Send directly…"]
    menu.actions()[-2].trigger()
    menu.close()
    assert window.template_picker.is_open


def test_where_no_account_leads_to_them_it_says_so(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    choose(window)
    press(qtbot, window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert window.toast.text == texts.NO_DIRECT_ROUTE(name="Jennifer")
    assert window.composer.text == ""


def test_nothing_is_offered_once_they_were_reached(qtbot, window, engine: FakeEngine, people, jennifer) -> None:
    later = (people.entry("wa", timedelta(minutes=2), "And one more thing."),)
    engine.queries.threads["c-1"] = jennifer(more=later)
    go_to(qtbot, window)
    assert offered(window) == offered(window, "And one more thing.") == ["template", "direct"]
    assert offered(window, "Thank you. Here is your invoice.") == [], "that one arrived"
    back = people.customer_message("wa", timedelta(minutes=1), "Hello?", app_code="octopods-vv1")
    reached = people.entry("wa", timedelta(seconds=30), "Here we are.")
    engine.queries.threads["c-1"] = jennifer(more=(*later, back, reached))
    go_to(qtbot, window, "c-2")
    go_to(qtbot, window)
    assert offered(window) == offered(window, "And one more thing.") == []


def test_the_route_with_the_fewest_warnings_is_chosen(qtbot, window, engine: FakeEngine, jennifer) -> None:
    blocked = replace(telegram_route(), owner="Somebody else")
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), sms_route(), blocked)
    go_to(qtbot, window)
    choose(window)
    press(qtbot, window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert window.composer.route == sms_route().route
