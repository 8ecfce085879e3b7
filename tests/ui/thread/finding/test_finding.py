"""Words are found in the thread on the screen, however old the messages with them are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, news, press
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.engine.views import THREAD_PAGE
from desktop.text.catalog import strip_isolates
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.thread.finding import finder

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OLDEST, MIDDLE, NEWEST = "My teapot is broken", "Another Teapot, please", "Thanks for the teapots"


@pytest.fixture
def thread(monkeypatch, qtbot, engine: FakeEngine, people, window: MainWindow) -> MainWindow:
    """Jennifer's long thread, of which the newest messages are on the screen."""
    monkeypatch.setattr(finder, "PAUSE_MS", 5)
    fillers = [people.customer_message("wa", timedelta(hours=n), f"Message {n}") for n in range(2, THREAD_PAGE + 60)]
    told = {200 * 24: OLDEST, 50.5: MIDDLE, 1: NEWEST}
    found = [people.customer_message("wa", timedelta(hours=hours), text) for hours, text in told.items()]
    messages = sorted((*fillers, *found), key=lambda message: message.order)
    engine.queries.threads["c-1"] = people.view([people.conversation("wa", messages)])
    go_to(qtbot, window)
    return window


def current_text(window: MainWindow) -> str:
    timeline = window.thread_pane.timeline
    return timeline.timeline.entry(timeline.currentIndex().row()).text


def find(qtbot, window: MainWindow, text: str) -> None:
    window.finder.bar.field.setText(text)
    press(qtbot, window, Qt.Key.Key_Return)


def test_from_one_message_that_is_found_to_another(qtbot, thread: MainWindow, engine, people) -> None:
    assert OLDEST not in [m.entry.text for m in thread.view.thread.loaded]
    press(qtbot, thread, Qt.Key.Key_G, CONTROL)
    bar, timeline = thread.finder.bar, thread.thread_pane.timeline
    assert bar.field.hasFocus()
    QTest.keyClicks(bar.field, "teapot")
    qtbot.waitUntil(lambda: bar.count.text() != "")
    assert (bar.count.text(), current_text(thread)) == ("1 of 3", NEWEST)
    assert timeline.text_selection.text() == "teapot", "not the whole word, which is longer"
    press(qtbot, thread, Qt.Key.Key_Return)
    assert (bar.count.text(), current_text(thread)) == ("2 of 3", MIDDLE)
    assert timeline.text_selection.text() == "Teapot"
    # By the same keys, and one that is not loaded yet.
    press(qtbot, thread, Qt.Key.Key_G, CONTROL)
    qtbot.waitUntil(lambda: current_text(thread) == OLDEST)
    assert bar.count.text() == "3 of 3"
    assert timeline.viewport().rect().contains(timeline.visualRect(timeline.currentIndex()).center())
    assert bar.field.hasFocus()
    press(qtbot, thread, Qt.Key.Key_Down)
    assert current_text(thread) == MIDDLE
    press(qtbot, thread, Qt.Key.Key_F3, SHIFT)
    assert current_text(thread) == NEWEST
    bar.newer.click()
    assert current_text(thread) == OLDEST, "around the end"

    press(qtbot, thread, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert timeline.hasFocus()
    assert (current_text(thread), timeline.text_selection.text()) == (OLDEST, "")


def test_what_is_counted_follows_the_thread_and_the_text(qtbot, thread: MainWindow, engine, people) -> None:
    thread._commands.run("find_in_thread")
    bar = thread.finder.bar
    find(qtbot, thread, "teapot please")
    assert (bar.count.text(), bar.older.isEnabled()) == ("1 of 1", True)
    view = engine.queries.threads["c-1"]
    texts = [m.entry for m in view.thread.loaded]
    newer = people.customer_message("wa", timedelta(0), "A teapot, please!")
    engine.queries.threads["c-1"] = people.view([people.conversation("wa", [*texts, newer])])
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert (bar.count.text(), current_text(thread)) == ("2 of 2", MIDDLE), "what is read stays where it is"
    find(qtbot, thread, "nothing like this")
    assert (strip_isolates(bar.count.text()), bar.older.isEnabled()) == ("Nothing found.", False)
    assert thread.thread_pane.timeline.text_selection.text() == ""
    find(qtbot, thread, "")
    assert bar.count.text() == ""
    find(qtbot, thread, "teapot")
    go_to(qtbot, thread, "c-2")
    assert not bar.isVisible(), "it was about another customer"
