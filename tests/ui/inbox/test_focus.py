"""Where the keyboard is after the mouse has done something, with real clicks and keys in a window that is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import whatsapp_route, with_direct_routes
from fake_engine import CONTROL, FakeEngine, go_to, news
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from desktop.domain.content.template import Category, Status, Template, fill
from desktop.engine.commands import CloseConversation, SendDirect, SendReply
from desktop.engine.views import TemplatesView
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow

pytestmark = pytest.mark.slow
LETTERS = "ersnat "
"""Every letter that is a command somewhere, and the key that presses a button."""


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """As the mouse does: on the window, which finds out who is under it."""
    window = widget.window()
    place = widget.mapTo(window, at if at is not None else widget.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def type_keys(window: MainWindow, text: str) -> None:
    for letter in text:
        QTest.keyClick(window.windowHandle(), letter)


def button(window: QWidget, name: str) -> QWidget:
    buttons = [*window.findChildren(QPushButton), *window.findChildren(QToolButton)]
    return next(b for b in buttons if name in (b.text(), b.accessibleName()) and b.isVisible())


def is_composer_focused(window: MainWindow) -> bool:
    return isinstance(QApplication.focusWidget(), ComposerEdit) and window.composer.hasFocus()


@pytest.fixture
def shown(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> MainWindow:
    """A window of a customer whom a reply reaches without a warning."""
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    go_to(qtbot, window)
    return window


def has_done_nothing(window: MainWindow, engine: FakeEngine) -> bool:
    is_folded = not window.details.isVisible()
    return engine.command_handler.of(CloseConversation) == [] and not window.composer.internal and not is_folded


@pytest.mark.parametrize("began_in", ["composer", "list"])
def test_after_send_by_mouse_the_keyboard_is_in_the_text(shown: MainWindow, engine: FakeEngine, began_in: str) -> None:
    shown.composer.focus_text()
    type_keys(shown, "On its way.")
    if began_in == "list":
        shown.list.setFocus()
    click(button(shown, "Send"))
    assert [c.text for c in engine.command_handler.of(SendReply)] == ["On its way."]
    assert is_composer_focused(shown)
    type_keys(shown, LETTERS)
    assert shown.composer.text == LETTERS
    assert has_done_nothing(shown, engine)


def test_while_the_answer_is_not_there_yet_letters_go_nowhere(shown: MainWindow, engine: FakeEngine) -> None:
    engine.command_handler.held = []
    shown.composer.focus_text()
    type_keys(shown, "On its way.")
    click(button(shown, "Send"))
    type_keys(shown, LETTERS)
    click(button(shown, "Send"))
    assert is_composer_focused(shown), "also after a click on a button that is disabled"
    assert has_done_nothing(shown, engine)
    engine.command_handler.held[0]()
    assert (is_composer_focused(shown), shown.composer.text) == (True, "")


def test_send_by_the_keyboard_on_its_button_leads_back_to_the_text(shown: MainWindow, engine: FakeEngine) -> None:
    shown.composer.focus_text()
    type_keys(shown, "On its way.")
    button(shown, "Send").setFocus(Qt.FocusReason.TabFocusReason)
    type_keys(shown, " ")
    assert len(engine.command_handler.of(SendReply)) == 1
    assert is_composer_focused(shown)


@pytest.mark.parametrize("by_mouse", [True, False])
def test_the_warning_gives_the_keyboard_back_to_the_text(qtbot, window: MainWindow, engine, by_mouse: bool) -> None:
    go_to(qtbot, window)
    window.composer.focus_text()
    type_keys(window, "Are you at home?")
    window.list.setFocus()
    click(button(window, "Send"))
    assert window.warning_sheet.is_open
    if by_mouse:
        click(button(window.warning_sheet, "Keep draft"))
    else:
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert not window.warning_sheet.is_open
    assert is_composer_focused(window)


def test_sending_anyway_leads_back_to_the_text(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    window.composer.focus_text()
    type_keys(window, "Are you at home?")
    click(button(window, "Send"))
    click(next(b for b in window.warning_sheet.choices if b.text().startswith(("Send anyway", "Send to"))))
    assert window.composer.text == ""
    assert is_composer_focused(window)


@pytest.mark.parametrize("tool", ["Attach files", "Insert a saved reply (# or /)", "Reply", "Note"])
def test_a_tool_of_the_composer_leads_to_the_text(shown: MainWindow, monkeypatch, tool: str) -> None:
    monkeypatch.setattr("desktop.ui.composer.composer.QFileDialog.open", lambda self: None)
    shown.list.setFocus()
    click(button(shown, tool))
    assert is_composer_focused(shown)


def test_after_a_template_the_keyboard_is_in_the_text(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    parcel = Template("t-1", "parcel", "en", "Your parcel is at our depot.", Status.APPROVED, Category.UTILITY)
    direct_route = whatsapp_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(whatsapp_age=timedelta(hours=30)), direct_route)
    engine.queries.lists[direct_route.route.key] = TemplatesView(direct_route.route.key, (parcel,))
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    type_keys(window, "t")
    picker = window.template_picker
    assert picker.is_open
    picker.send_requested.emit(
        SendDirect(picker.draft_id, "c-1", "wa", direct_route.route, parcel.body, template=fill(parcel, {}))
    )
    assert not picker.is_open
    assert is_composer_focused(window)


@pytest.mark.parametrize("place", ["list", "timeline", "composer"])
@pytest.mark.parametrize("opens", ["command_palette", "settings", "shortcut_sheet", "question"])
def test_a_sheet_gives_the_keyboard_back_to_where_it_was(shown: MainWindow, place: str, opens: str) -> None:
    where = {"list": shown.list, "timeline": shown.thread_pane.timeline, "composer": shown.composer}[place]
    where.setFocus()
    if opens == "settings":
        shown.settings.open()
    elif opens == "question":
        shown.question.ask("Sure?", "It cannot be undone.", "Do it", lambda: None)
    else:
        key = {"command_palette": Qt.Key.Key_K, "shortcut_sheet": Qt.Key.Key_Slash}[opens]
        QTest.keyClick(shown.windowHandle(), key, CONTROL)
    assert not where.hasFocus()
    QTest.keyClick(shown.windowHandle(), Qt.Key.Key_Escape)
    assert where.hasFocus()


def test_a_sheet_gives_it_to_the_text_where_its_place_is_gone(shown: MainWindow, engine: FakeEngine) -> None:
    extra = QPushButton("Extra", shown.details)
    extra.show()
    for way_to_go in (extra.hide, lambda: extra.setEnabled(False), extra.deleteLater):
        extra.show()
        extra.setEnabled(True)
        extra.setFocus()
        QTest.keyClick(shown.windowHandle(), Qt.Key.Key_K, CONTROL)
        way_to_go()
        QApplication.sendPostedEvents(extra, QEvent.Type.DeferredDelete.value)
        QTest.keyClick(shown.windowHandle(), Qt.Key.Key_Escape)
        assert is_composer_focused(shown)


def test_what_goes_with_the_keyboard_on_it_leads_to_the_text(shown: MainWindow, engine: FakeEngine) -> None:
    shown.toast.show_message("Closed.", "Undo", lambda: None)
    button(shown.toast, "Undo").setFocus()
    type_keys(shown, " ")
    assert shown.toast.text == ""
    assert is_composer_focused(shown)
    type_keys(shown, LETTERS)
    assert shown.composer.text == LETTERS
    assert has_done_nothing(shown, engine)


def test_the_bars_button_leaves_the_keyboard_where_it_is(shown: MainWindow) -> None:
    shown.list.setFocus()
    shown.toast.show_message("Closed.", "Undo", lambda: None)
    click(button(shown.toast, "Undo"))
    assert shown.toast.text == ""
    assert shown.list.hasFocus()


def test_letters_are_commands_only_on_list_and_thread(qtbot, shown: MainWindow, engine: FakeEngine) -> None:
    buttons = [*shown.findChildren(QPushButton), *shown.findChildren(QToolButton)]
    stops = [b for b in buttons if b.isVisible() and b.isEnabled() and b.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) > 5
    for stop in stops:
        stop.setFocus()
        assert stop.hasFocus()
        type_keys(shown, LETTERS.strip())
        assert has_done_nothing(shown, engine), stop.accessibleName()
    shown.list.setFocus()
    type_keys(shown, "e")
    shown.thread_pane.timeline.setFocus()
    type_keys(shown, "e")
    assert len(engine.command_handler.of(CloseConversation)) == 2


def test_first_rows_do_not_take_the_keyboard_from_a_sheet(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    rows, window._has_rows = engine.queries.rows, False
    window.settings.open()
    held = QApplication.focusWidget()
    engine.queries.rows = tuple(replace(row, unread=True) for row in rows)
    news(qtbot, engine, customers=frozenset({"c-1"}))
    assert QApplication.focusWidget() is held
