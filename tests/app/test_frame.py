"""The window of an inbox: painted while it is empty, then the window of what it is filled with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.frame import InboxFrame
from desktop.ui.look.theme import LIST_WIDTH, Theme


class Content(QWidget):
    """may_close: whether it agrees to be closed. changes: the types of the changes that it was told of."""

    def __init__(self, frame: InboxFrame) -> None:
        super().__init__(frame)
        self.may_close = True
        self.changes: list[QEvent.Type] = []
        self.setWindowTitle("Shop")

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self.may_close)

    def changeEvent(self, event: QEvent) -> None:
        self.changes.append(event.type())


@pytest.fixture
def frame(qapp: QApplication) -> Iterator[InboxFrame]:
    frame = InboxFrame(Theme(qapp, scheme=Qt.ColorScheme.Light))
    frame.show_at_once()
    yield frame
    frame.deleteLater()


def test_it_shows_the_outline_of_the_list_on_its_side(frame: InboxFrame, qapp: QApplication) -> None:
    assert frame.isVisible()

    def color_at(x: int) -> str:
        return frame.grab().toImage().pixelColor(x, 100).name()

    left, right = color_at(10), color_at(frame.width() - 10)
    assert left != right
    frame.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert (color_at(10), color_at(frame.width() - 10)) == (right, left)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_customers_cover_the_outline_of_the_list(qapp: QApplication, direction: Qt.LayoutDirection) -> None:
    frame = InboxFrame(Theme(qapp, scheme=Qt.ColorScheme.Light))
    frame.setLayoutDirection(direction)
    frame.show_at_once()
    customers = QWidget(frame)
    frame.show_customers(customers)
    assert customers.isVisible()
    for width in (frame.width(), 900):
        frame.resize(width, 600)
        left = width - LIST_WIDTH if frame.isRightToLeft() else 0
        assert customers.geometry() == QRect(left, 0, LIST_WIDTH, frame.height())
    frame.deleteLater()


def test_it_becomes_the_window_of_its_content(frame: InboxFrame, qapp: QApplication) -> None:
    content = Content(frame)
    frame.set_content(content)
    assert content.isVisible()
    assert content.window() is frame
    assert frame.windowTitle() == "Shop"
    content.setWindowTitle("Shop (sandbox)")
    assert frame.windowTitle() == "Shop (sandbox)"
    frame.showMinimized()
    assert QEvent.Type.WindowStateChange in content.changes


def test_it_stays_open_until_its_content_agrees(frame: InboxFrame) -> None:
    content = Content(frame)
    frame.set_content(content)
    content.may_close = False
    assert not frame.close()
    assert frame.isVisible()
    content.may_close = True
    assert frame.close()
    assert not content.isVisible()


def test_an_empty_one_closes_at_once(frame: InboxFrame) -> None:
    assert frame.close()
