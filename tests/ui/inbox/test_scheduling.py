"""Sending later, in the window: the menu at Send, what the thread says of it, and the list of all scheduled replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, news, press, write
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import OutboxReason, Schedule, State
from desktop.domain.model.reason import make_reason
from desktop.domain.model.warning import WarningCode
from desktop.engine.commands import EditPending, Reschedule, ResolvePending, SaveDraft, SendReply
from desktop.engine.views import Draft, WaitingReply
from desktop.text.thread import scheduling as texts
from desktop.ui.composer.reply_box import ComposerBox
from desktop.ui.composer.toolbar import ComposerTools
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.inbox.scheduling.choices import schedule_choices
from desktop.ui.thread.pending_reply import describe

pytestmark = pytest.mark.slow
KEY, HOUR = Qt.Key, timedelta(hours=1)


def plain(text: str) -> str:
    return "".join(c for c in text if c not in "\u2068\u2069")


def choose(window: MainWindow, part: str) -> None:
    """Choose in the menu of times."""
    menu = window.scheduling.menu
    action = next(a for a in menu.actions() if part in plain(a.text()))
    menu.close()
    action.trigger()


def shows(qtbot, engine: FakeEngine, *pending) -> None:
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=pending)
    news(qtbot, engine, threads=frozenset({"c-1"}))


def test_from_the_arrow_beside_send_to_the_list(qtbot, window: MainWindow, engine: FakeEngine, people, now) -> None:
    engine.queries.threads["c-1"] = people.jennifer(whatsapp_age=2 * HOUR, messenger_age=None)
    go_to(qtbot, window)
    window.composer.focus_text()
    tools = window.composer.findChild(ComposerTools)
    assert not tools.later.isEnabled()
    press(qtbot, window, KEY.Key_S, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.scheduling.menu is None
    write(qtbot, window, "See you tomorrow!")
    tools.later.click()
    menu = window.scheduling.menu
    assert QApplication.activePopupWidget() is menu
    # One that WhatsApp closes before says so, and those who choose it are warned as before any other reply.
    choose(window, "In a week · WhatsApp closed by then".replace(" · ", "   ·   "))
    sheet = window.warning_sheet
    assert sheet.is_open
    assert "will be closed by then" in plain(sheet.accessibleName())
    send = next(c for c in sheet.choices if c.text() == texts.SCHEDULE_ANYWAY())
    send.click()
    first, again = engine.command_handler.of(SendReply)
    assert first.schedule == again.schedule == Schedule(now + timedelta(days=7))
    assert {code for code, _ in again.acknowledged} == {WarningCode.WINDOW_CLOSED}
    assert window.composer.text == ""
    window.toast.press()
    assert engine.command_handler.of(EditPending) == [EditPending(again.draft_id)]
    write(qtbot, window, "In time")
    press(qtbot, window, KEY.Key_S, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    choose(window, "Just before WhatsApp closes")
    window_left = engine.queries.threads["c-1"].situations["wa"].window.closes_at - timedelta(minutes=10)
    assert engine.command_handler.of(SendReply)[-1].schedule == Schedule(window_left)
    write(qtbot, window, "When they do")
    tools.later.click()
    choose(window, "When they write again on WhatsApp")
    assert engine.command_handler.of(SendReply)[-1].schedule == Schedule(awaits=ChannelKind.WHATSAPP)
    window.composer.set_internal(True)
    write(qtbot, window, "A note")
    tools.later.click()
    assert not any("again" in a.text() or "before" in a.text() for a in window.scheduling.menu.actions())
    choose(window, "Date and time")
    window.scheduling.picker._accept()
    note = engine.command_handler.of(SendReply)[-1]
    assert (note.internal, note.schedule is not None) == (True, True)

    # The list of all customers.
    timed = people.pending(State.SCHEDULED, schedule=Schedule(now + 20 * HOUR))
    awaiting = people.pending(State.SCHEDULED, "Welcome back", schedule=Schedule(awaits=ChannelKind.WHATSAPP))
    engine.queries.scheduled = (WaitingReply("c-1", "Jennifer Okafor", timed), WaitingReply("c-2", "Tomás", awaiting))
    news(qtbot, engine, customers=frozenset({"c-1"}))
    qtbot.waitUntil(window._footer.scheduled.isVisible)
    # The offscreen platform leaves the pop-up in front.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.composer.focus_text()
    press(qtbot, window, KEY.Key_X, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    listed = window.scheduling.sheet
    assert listed.is_open
    rows = [plain(listed.list.item(n).text()) for n in range(listed.list.count())]
    assert "Jennifer Okafor" in rows[0]
    assert rows[1].startswith("When they write again on WhatsApp")
    press(qtbot, window, KEY.Key_Down)
    press(qtbot, window, KEY.Key_Delete)
    assert engine.command_handler.of(ResolvePending) == [ResolvePending(awaiting.draft_id, cancel=True)]
    buttons = {b.text(): b for b in listed.findChildren(QPushButton)}
    buttons["Undo"].click()
    assert engine.command_handler.of(Reschedule)[-1] == Reschedule(awaiting.draft_id, awaiting.schedule)
    listed.list.setCurrentRow(0)
    buttons[texts.CHANGE_TIME()].click()
    choose(window, "In 3 hours")
    assert engine.command_handler.of(Reschedule)[-1] == Reschedule(timed.draft_id, Schedule(now + 3 * HOUR))
    buttons[texts.SEND_NOW()].click()
    assert engine.command_handler.of(ResolvePending)[-1] == ResolvePending(timed.draft_id, send=True)
    listed.list.setFocus()
    press(qtbot, window, KEY.Key_Return)
    assert not listed.is_open
    window.quitting.scheduled_count = 2
    window.close()
    assert "2 replies are scheduled" in window.quitting.question.text
    window.quitting.close_without_asking()


def test_the_thread_says_what_will_become_of_it(qtbot, window: MainWindow, engine: FakeEngine, people, now) -> None:
    view = engine.queries.threads["c-1"] = people.jennifer(whatsapp_age=2 * HOUR, messenger_age=None)
    go_to(qtbot, window)
    newest = max(m.entry.arrival for m in view.thread.messages)
    timed = people.pending(
        State.SCHEDULED, schedule=Schedule(now + 3 * HOUR), seen_upto=newest, author_id="91", conversation_id="wa"
    )
    said = describe(timed, view, now)
    assert plain(said.headline).startswith("Scheduled for")
    assert [a for a, _ in said.actions] == ["send", "time", "edit", "cancel"]
    assert said.why == texts.CHECKED_AGAIN()
    later = structs.replace(timed, schedule=Schedule(now + 30 * HOUR))
    assert plain(describe(later, view, now).why) == "We'll ask you before it's sent: WhatsApp will be closed by then."
    shows(qtbot, engine, timed)
    window.thread_pane.timeline.go_to_pending(timed.draft_id)
    press(qtbot, window, KEY.Key_D)
    choose(window, "In 1 hour")
    assert engine.command_handler.of(Reschedule) == [Reschedule(timed.draft_id, Schedule(now + HOUR))]
    press(qtbot, window, KEY.Key_Delete)
    assert engine.command_handler.of(ResolvePending) == [ResolvePending(timed.draft_id, cancel=True)]
    window.toast.press()
    assert engine.command_handler.of(Reschedule)[-1] == Reschedule(timed.draft_id, timed.schedule)
    missed = structs.replace(timed, state=State.HELD, reason=make_reason(OutboxReason.MISSED_TIME, at=now.isoformat()))
    said = describe(missed, view, now)
    assert said.headline == texts.NOT_SENT_IN_TIME()
    assert "while Reachline was closed" in said.why
    assert [a for a, _ in said.actions] == ["send", "edit", "time", "cancel"]


def test_a_scheduled_reply_that_is_edited_keeps_its_time(qtbot, window: MainWindow, engine: FakeEngine, people, now):
    soon, awaited = Schedule(now + 2 * HOUR), Schedule(awaits=ChannelKind.WHATSAPP)
    view = people.jennifer(whatsapp_age=2 * HOUR, messenger_age=None)
    engine.queries.threads["c-1"] = replace(view, drafts=(Draft("d9", "c-1", "wa", "Tomorrow then", schedule=soon),))
    go_to(qtbot, window)
    composer, box = window.composer, window.composer.findChild(ComposerBox)
    send = next(b for b in box.tools.findChildren(QPushButton) if b.text() == texts.SCHEDULE())
    assert plain(box.kept_time.text()) == "Scheduled for 16:00"
    write(qtbot, window, "!")
    send.click()
    [sent] = engine.command_handler.of(SendReply)
    assert sent.schedule == soon
    assert (box.kept_time.isHidden(), send.text()) == (True, "Send")
    # The agent may want it sent at once after all; and another time goes before the earlier one.
    for number, schedule in enumerate((soon, awaited)):
        draft = Draft(f"d{number}", "c-1", "wa", f"Draft {number}", schedule=schedule)
        engine.queries.threads["c-1"] = replace(view, drafts=(draft,))
        news(qtbot, engine, threads=frozenset({"c-1"}))
        assert box.kept_time.isVisible()
        if schedule is awaited:
            box.tools.later.click()
            choose(window, "Just before WhatsApp closes")
        else:
            box.kept_time.click()
            composer.flush()
            assert engine.command_handler.of(SaveDraft)[-1].schedule is None
            send.click()
    assert [c.schedule for c in engine.command_handler.of(SendReply)[1:]] == [
        None,
        Schedule(view.situations["wa"].window.closes_at - timedelta(minutes=10)),
    ]
    # Once its time has passed, and when its text is gone, nothing of it is left.
    draft = Draft("d7", "c-1", "wa", "Late", schedule=soon)
    engine.queries.threads["c-1"] = replace(view, drafts=(draft,))
    news(qtbot, engine, threads=frozenset({"c-1"}))
    engine.clock.advance(3 * HOUR)
    window._ticker.tick()
    assert box.kept_time.isHidden()


def test_no_moment_is_offered_that_the_window_does_not_have(people, now) -> None:
    closed = people.jennifer(whatsapp_age=26 * HOUR, messenger_age=None).situations["wa"]
    almost = people.jennifer(whatsapp_age=23.9 * HOUR, messenger_age=None).situations["wa"]
    for situation in (closed, almost):
        assert not any("before" in c.label for c in schedule_choices(situation, now))
    assert [c.schedule.at is None for c in schedule_choices(None, now)] == [False] * 5
