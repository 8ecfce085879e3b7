"""Tab through the main window, as the eye reads it."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tab_order import describe, tab_round, unreachable

from desktop.ui.inbox.main_window import MainWindow


def test_tab_goes_through_the_panes_as_they_are_read(qtbot, window: MainWindow) -> None:
    """From the customers over the thread to the reply, the customer's details after these; then the footer."""
    window.resize(1600, 1000)
    window.show()
    qtbot.waitUntil(window.list.hasFocus)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(window.composer.hasFocus)
    panes: dict[str, QWidget] = {
        "customers": window.list,
        "thread": window.thread_pane,
        "reply": window.composer,
        "details": window.details,
    }

    def pane_of(widget: QWidget) -> str:
        return next((n for n, pane in panes.items() if pane is widget or pane.isAncestorOf(widget)), "footer")

    window.list.search.bar.field.setFocus()
    stops = tab_round(window)
    assert [describe(widget) for widget in unreachable(window, stops)] == []
    assert [pane for pane, _ in groupby(stops, pane_of)] == ["customers", "thread", "reply", "details", "footer"]
    back = tab_round(window, back=True)
    assert back == [stops[0], *reversed(stops[1:])]
