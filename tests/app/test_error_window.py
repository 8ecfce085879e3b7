"""The small window that says why nothing can be shown yet: whole words, and the way on under Enter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from screen_fixtures import delete_later, only_theme, theme

from desktop.app.windows.error_window import ErrorWindow

__all__ = ["delete_later", "only_theme", "theme"]

LONG = "Reachline cannot make its folder on this computer: the disk is full. " * 4


@pytest.fixture
def shown(qtbot, theme):
    made = []

    def show(*, can_repeat: bool) -> ErrorWindow:
        window = ErrorWindow(theme, LONG, can_repeat=can_repeat)
        qtbot.addWidget(window)
        window.show()
        made.append(window)
        return window

    return show


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_word_can_be_seen(shown, theme, qtbot, scale):
    window = shown(can_repeat=True)
    theme.set_text_scale(scale)
    label = window.sentence
    qtbot.waitUntil(lambda: label.font().pointSizeF() == theme.font().pointSizeF())
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))


def test_enter_tries_again_where_that_helps_and_escape_gives_up(shown, qtbot):
    window = shown(can_repeat=True)
    with qtbot.waitSignal(window.retry_requested):
        qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_while_something_is_waited_for_one_can_only_leave(shown, qtbot):
    window = shown(can_repeat=False)
    assert not window.retry_button.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert not window.isVisible()
