"""What the agent had seen while writing: the highest arrival while the end of the thread was in view and the draft was
touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, news, press_send, write
from PySide6.QtWidgets import QApplication

from desktop.domain.model.warning import WarningCode
from desktop.engine.commands import SaveDraft, SendReply
from desktop.ui.inbox.main_window import MainWindow

MINUTE = timedelta(minutes=1)
NEWER = WarningCode.NEWER_CUSTOMER_MESSAGE


@pytest.fixture
def chat(people):
    many = tuple(
        people.customer_message("wa", (70 - i) * MINUTE, f"Line {i} " * 12, app_code="octopods-vv1", arrival=i + 1)
        for i in range(30)
    )
    return people.whatsapp(timedelta(hours=2), None, many)


@pytest.fixture
def shown(qtbot, window: MainWindow, engine: FakeEngine, people, chat) -> MainWindow:
    engine.queries.threads["c-1"] = people.view([chat])
    go_to(qtbot, window)
    return window


def receive_message(qtbot, engine: FakeEngine, window: MainWindow, people, chat) -> str:
    """Another message of the customer; gives its id."""
    entry = people.customer_message("wa", MINUTE, "One more thing", app_code="octopods-vv1", arrival=31)
    engine.queries.threads["c-1"] = people.view([people.adding(chat, entry)])
    news(qtbot, engine, threads=frozenset({"c-1"}))
    qtbot.waitUntil(lambda: window.view is not None and window.view.newest_arrival == 31)
    return entry.id


def send_anyway(window: MainWindow) -> None:
    next(b for b in window.warning_sheet.choices if b.text() == "Send anyway").click()


def warns_of_newer_message(window: MainWindow) -> bool:
    forecast = window.composer.forecast
    return forecast is not None and NEWER in forecast.warnings


def test_what_came_after_the_last_letter_was_not_seen(qtbot, shown, engine, people, chat) -> None:
    write(qtbot, shown, "On its way")
    entry_id = receive_message(qtbot, engine, shown, people, chat)
    assert warns_of_newer_message(shown)
    press_send(qtbot, shown)
    (sent,) = engine.command_handler.of(SendReply)
    assert sent.seen_upto == 30
    assert shown.warning_sheet.is_open
    send_anyway(shown)
    assert (NEWER, entry_id) in engine.command_handler.of(SendReply)[-1].acknowledged


def test_writing_on_with_the_end_in_view_has_seen_it(qtbot, shown, engine, people, chat) -> None:
    write(qtbot, shown, "On its way")
    receive_message(qtbot, engine, shown, people, chat)
    write(qtbot, shown, "!")
    assert not warns_of_newer_message(shown)
    shown.composer.flush()
    assert engine.command_handler.of(SaveDraft)[-1].seen_upto == 31


def test_scrolled_up_it_was_not_seen_until_the_end_is_in_view(qtbot, shown, engine, people, chat) -> None:
    timeline = shown.thread_pane.timeline
    write(qtbot, shown, "On its way")
    timeline.verticalScrollBar().setValue(0)
    receive_message(qtbot, engine, shown, people, chat)
    write(qtbot, shown, "!")
    assert warns_of_newer_message(shown)
    timeline.scrollToBottom()
    assert warns_of_newer_message(shown), "nothing was written since"
    write(qtbot, shown, "!")
    assert not warns_of_newer_message(shown)


def test_a_draft_begun_further_up_has_seen_what_was_in_view_before(qtbot, shown, engine, people, chat) -> None:
    shown.thread_pane.timeline.verticalScrollBar().setValue(0)
    write(qtbot, shown, "On its way")
    assert not warns_of_newer_message(shown)
    press_send(qtbot, shown)
    assert engine.command_handler.of(SendReply)[-1].seen_upto == 30


def test_under_a_sheet_and_behind_another_window_nothing_is_seen(qtbot, shown: MainWindow) -> None:
    assert QApplication.activeWindow() is shown
    assert shown.composer.is_end_visible()
    shown.settings.open()
    assert not shown.composer.is_end_visible()
    shown.settings.sheet.dismiss()
    assert shown.composer.is_end_visible()


def test_accepted_with_other_ids_it_is_asked_about_again(qtbot, shown, engine, people, chat) -> None:
    write(qtbot, shown, "On its way")
    first = receive_message(qtbot, engine, shown, people, chat)
    press_send(qtbot, shown)
    assert shown.warning_sheet.is_open
    later = people.customer_message("wa", MINUTE / 2, "And another", app_code="octopods-vv1", arrival=32)
    both = people.adding(shown.view.thread.chat("wa").conversation, later)
    engine.queries.threads["c-1"] = people.view([both])
    send_anyway(shown)
    assert shown.warning_sheet.is_open, "what came meanwhile was not accepted"
    send_anyway(shown)
    assert not shown.warning_sheet.is_open
    accepted = [{i for code, i in r.acknowledged if code is NEWER} for r in engine.command_handler.of(SendReply)]
    assert accepted == [set(), {first}, {first, later.id}]
    assert len({r.draft_id for r in engine.command_handler.of(SendReply)}) == 1
