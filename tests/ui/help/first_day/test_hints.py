"""The five hints: one at a time, each once, at its place, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, press
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QAccessible

from desktop.domain.model.list_view import ListView
from desktop.ui.help.first_day.hints import PAUSE, Hint, HintPresenter
from desktop.ui.inbox.main_window import MainWindow

Wait = Callable[[], None]


@pytest.fixture
def trap(engine: FakeEngine, jennifer) -> None:
    """Jennifer wrote last in the Messenger."""
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=20), messenger_age=timedelta(hours=1))


@pytest.fixture
def wait(clock, ticker) -> Wait:
    """Lets the pause between two hints go by."""

    def wait() -> None:
        clock.advance(PAUSE + timedelta(seconds=1))
        ticker.tick()

    return wait


@pytest.fixture
def presenter(qtbot, trap, window: MainWindow) -> HintPresenter:
    window.hints.begin()
    go_to(qtbot, window)
    assert window.hints.presenter is not None
    return window.hints.presenter


def test_each_comes_once_and_alone(presenter: HintPresenter, wait: Wait, ticker) -> None:
    ticker.tick()
    assert presenter.shown is None
    shown: list[Hint] = []
    for _ in Hint:
        wait()
        assert presenter.shown is not None
        assert presenter.bubble.text
        shown.append(presenter.shown)
        presenter.bubble.button.click()
        ticker.tick()
        assert presenter.shown is None
    assert shown == list(Hint)
    wait()
    assert presenter.shown is None


def test_it_covers_neither_its_place_nor_what_is_typed(
    window: MainWindow, presenter: HintPresenter, wait: Wait
) -> None:
    def place_of(widget) -> QRect:
        return QRect(widget.mapTo(window, QPoint()), widget.size())

    for _ in Hint:
        wait()
        box = presenter.bubble.geometry()
        assert window.rect().contains(box)
        assert not box.intersects(place_of(window.list.search.bar.field))
        assert not box.intersects(place_of(window.composer._edit))
        if presenter.shown is Hint.COUNTDOWN:
            assert not box.intersects(place_of(window.thread_pane.header.countdown))
        presenter.bubble.button.click()


def test_none_begins_while_something_is_written_or_covered(window: MainWindow, presenter, wait: Wait) -> None:
    window.composer.focus_text()
    window.composer._edit.setPlainText("Hello")
    wait()
    assert presenter.shown is None
    window.composer._edit.setPlainText("")
    window.settings.open()
    wait()
    assert presenter.shown is None
    window.settings.sheet.dismiss()
    wait()
    assert presenter.shown is Hint.VIEWS


def test_a_sheet_hides_it_for_the_time(window: MainWindow, presenter: HintPresenter, wait: Wait, ticker) -> None:
    wait()
    window.settings.open()
    ticker.tick()
    assert presenter.bubble.isHidden()
    window.settings.sheet.dismiss()
    ticker.tick()
    assert presenter.bubble.text


def test_a_screen_reader_is_not_interrupted(presenter, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    wait()
    assert presenter.shown is None


def test_who_does_it_needs_no_hint(qtbot, window: MainWindow, presenter: HintPresenter, wait: Wait) -> None:
    wait()
    assert presenter.shown is Hint.VIEWS
    window.list.picker.chosen.emit(ListView.CLOSING_SOON)
    assert presenter.bubble.isHidden()
    window.list.picker.chosen.emit(ListView.ALL)
    window.thread_pane.header.countdown.click()
    window.thread_pane.header._chart_popup.hide()
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    window.command_palette.dismiss()
    window.composer.focus_text()
    qtbot.keyClicks(window.composer._edit, "Hello")
    press(qtbot, window, Qt.Key.Key_Return, CONTROL)
    assert presenter.left == [Hint.NOT_SHOWN]


def test_f6_and_escape_do_without_a_mouse(qtbot, window: MainWindow, presenter: HintPresenter, wait: Wait) -> None:
    wait()
    window.list.setFocus()
    press(qtbot, window, Qt.Key.Key_F6)
    assert presenter.bubble.button.hasFocus()
    assert presenter.bubble.button.accessibleDescription() == presenter.bubble.text
    press(qtbot, window, Qt.Key.Key_Escape)
    assert presenter.shown is None
    assert window.focusWidget() is not None


def test_a_click_on_it_is_enough(qtbot, presenter: HintPresenter, wait: Wait) -> None:
    wait()
    qtbot.mouseClick(presenter.bubble, Qt.MouseButton.LeftButton)
    assert Hint.VIEWS not in presenter.left


def test_those_left_come_at_the_next_start_and_all_of_them_on_request(
    qtbot, trap, engine: FakeEngine, theme, ticker, tmp_path: Path, wait: Wait
) -> None:
    def start() -> MainWindow:
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(engine, theme, ticker, settings=settings)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    first = start()
    first.hints.begin()
    go_to(qtbot, first)
    wait()
    first.hints.presenter.bubble.button.click()
    first.close()
    second = start()
    qtbot.waitUntil(lambda: second.hints.presenter is not None)
    assert second.hints.presenter.left == [hint for hint in Hint if hint is not Hint.VIEWS]
    # Another workspace was connected: what was shown is known.
    second.hints.begin()
    assert Hint.VIEWS not in second.hints.presenter.left
    second.settings.sheet.first_steps.hints_button.click()
    assert second.hints.presenter.left == list(Hint)
    second.close()
