"""Closing the window while replies wait: asked once, told what becomes of them, and never held up by the program."""

from __future__ import annotations

import pytest
from fake_engine import CONTROL, FakeEngine, news, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.ui.inbox.main_window import MainWindow


def wait_for(qtbot, window: MainWindow, engine: FakeEngine, count: int) -> None:
    engine.queries.queued = count
    news(qtbot, engine, customers=frozenset({"c-1"}))
    qtbot.waitUntil(lambda: window.quitting.waiting_count == count)


@pytest.mark.parametrize(("count", "says"), [(1, "1 reply is waiting"), (3, "3 replies are waiting")])
def test_it_asks_and_says_what_happens(qtbot, window: MainWindow, engine: FakeEngine, count: int, says: str) -> None:
    wait_for(qtbot, window, engine, count)
    window.close()
    assert window.isVisible()
    question = window.quitting.question
    assert question.is_open
    assert says in question.text
    assert "this computer" in question.text
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    assert not window.command_palette.is_open
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert (question.is_open, window.isVisible()) == (False, True)
    window.close()
    question.confirm()
    assert not window.isVisible()


def test_the_question_lies_over_an_open_sheet(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    wait_for(qtbot, window, engine, 1)
    window.settings.open()
    window.close()
    question = window.quitting.question
    over = window.childAt(window.rect().center())
    assert over is question or question.isAncestorOf(over)


def test_nothing_is_asked_where_nothing_waits_any_more(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    wait_for(qtbot, window, engine, 2)
    wait_for(qtbot, window, engine, 0)
    window.close()
    assert not window.isVisible()


def test_the_program_closes_it_without_asking(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    wait_for(qtbot, window, engine, 2)
    window.quitting.close_without_asking()
    assert not window.isVisible()


def test_where_nothing_is_kept_it_says_what_will_be_lost(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.queries.drafts = 2
    wait_for(qtbot, window, engine, 1)
    window.quitting.keeps_nothing = True
    window.close()
    text = window.quitting.question.text
    assert "1 reply that is waiting to be sent will be lost." in text
    assert "2 drafts will be lost." in text
    assert "stays on this computer" not in text


def test_a_draft_alone_is_asked_about_only_where_it_would_be_lost(
    qtbot, window: MainWindow, engine: FakeEngine
) -> None:
    engine.queries.drafts = 1
    wait_for(qtbot, window, engine, 0)
    qtbot.waitUntil(lambda: window.quitting.draft_count == 1)
    window.quitting.keeps_nothing = True
    window.close()
    assert window.isVisible()
    window.quitting.keeps_nothing = False
    window.close()
    assert not window.isVisible()
