"""A template sent in place of a reply: what became of the reply's text is said, and can be changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from direct_routes import whatsapp_route, with_direct_routes
from fake_engine import CONTROL, FakeEngine, go_to
from PySide6.QtCore import Qt
from template_picker_driver import choose, fill_in

from desktop.domain.content.template import Category, Status, Template, fill, list_slots
from desktop.engine.commands import Reschedule, ResolvePending, SendDirect
from desktop.engine.views import TemplatesView
from desktop.text.thread import scheduling
from desktop.ui.inbox.main_window import MainWindow

REPLY = "Yes, it arrives tomorrow."
NEWS = Template("t-1", "news", "en", "About your order: {{1}}", Status.APPROVED, Category.UTILITY)


def send_template(window: MainWindow, value: str) -> None:
    """With the value filled in, from the picker that the warning opens."""
    route = whatsapp_route()
    window.warning_sheet.template_wanted.emit()
    picker = window.template_picker
    assert picker.is_open
    filled = fill(NEWS, {list_slots(NEWS)[0].key: value})
    picker.send_requested.emit(SendDirect(picker.draft_id, "c-1", "wa", route.route, filled.body, template=filled))
    assert not picker.is_open


@pytest.fixture
def written(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> MainWindow:
    """A reply that would not arrive is written."""
    route = whatsapp_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(whatsapp_age=timedelta(hours=30)), route)
    engine.queries.lists[route.route.key] = TemplatesView(route.route.key, (NEWS,))
    go_to(qtbot, window)
    window.composer.focus_text()
    qtbot.keyClicks(window.composer.focusProxy(), REPLY)
    return window


def test_a_text_that_was_not_sent_stays_and_is_named_a_draft(written: MainWindow) -> None:
    send_template(written, "it's on its way")
    assert written.composer.text == REPLY
    assert written.toast.text == "Only the template was sent. Your text is still here as a draft."
    written.toast.press()
    assert (written.composer.text, written.toast.text) == ("", "Draft deleted.")
    written.toast.press()
    assert written.composer.text == REPLY


def test_a_text_that_was_sent_in_the_template_leaves_the_draft(
    written: MainWindow, engine: FakeEngine, jennifer
) -> None:
    send_template(written, REPLY)
    assert (written.composer.text, written.toast.text) == (
        "",
        "Your text was sent in the template, so the draft is now empty.",
    )


def test_a_template_from_the_picker_waits_for_its_time(qtbot, written: MainWindow, engine: FakeEngine) -> None:
    written.composer.replace_reply("wa", REPLY, "")
    written.warning_sheet.template_wanted.emit()
    picker = written.template_picker
    choose(picker, NEWS)
    fill_in(picker, {list_slots(NEWS)[0].key: "it's on its way"})
    # Not taken by the window's shortcut of this name.
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(picker.template_list.list, Qt.Key.Key_S, CONTROL | shift)
    menu = written.scheduling.menu
    assert menu is not None
    # Neither a message nor a closing window is to be waited for.
    assert not any("WhatsApp" in a.text() or "again" in a.text() for a in menu.actions())
    menu.close()
    menu.actions()[0].trigger()
    [sent] = engine.command_handler.of(SendDirect)
    assert sent.schedule is not None
    assert not picker.is_open
    assert written.toast.text.startswith("Reply scheduled for")
    # It never was a draft, so Undo cancels it; and that can be undone too.
    written.toast.press()
    assert engine.command_handler.of(ResolvePending) == [ResolvePending(sent.draft_id, cancel=True)]
    assert written.toast.text == scheduling.CANCELLED()
    written.toast.press()
    assert engine.command_handler.of(Reschedule) == [Reschedule(sent.draft_id, sent.schedule)]


def test_without_a_text_nothing_is_said(written: MainWindow) -> None:
    written.composer.replace_reply("wa", REPLY, "")
    send_template(written, "it's on its way")
    assert written.toast.text == ""
