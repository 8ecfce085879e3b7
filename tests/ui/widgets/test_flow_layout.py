"""Items side by side, and on further lines where they do not fit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.widgets.flow_layout import FlowLayout


@pytest.fixture
def place(qtbot) -> QWidget:
    place = QWidget()
    qtbot.addWidget(place)
    buttons = [QPushButton(text, place) for text in ("Save", "Use the owner of the token", "Cancel")]
    for button in buttons:
        button.setFixedSize(100, 30)
    place.setLayout(FlowLayout(*buttons, spacing=10))
    return place


def corners(place: QWidget) -> list[tuple[int, int]]:
    return [(b.x(), b.y()) for b in place.findChildren(QPushButton)]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (320, [(0, 0), (110, 0), (220, 0)]),
        (319, [(0, 0), (110, 0), (0, 40)]),
        (100, [(0, 0), (0, 40), (0, 80)]),
    ],
)
def test_what_does_not_fit_goes_to_the_next_line(place, width, expected):
    place.resize(width, 200)
    place.show()
    assert corners(place) == expected
    assert place.layout().heightForWidth(width) == expected[-1][1] + 30


def test_mirrored_it_begins_at_the_right(place):
    place.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    place.resize(319, 200)
    place.show()
    assert corners(place) == [(219, 0), (109, 0), (219, 40)]


def test_hidden_items_take_no_room(place):
    place.findChildren(QPushButton)[1].hide()
    place.resize(210, 200)
    place.show()
    assert place.layout().heightForWidth(210) == 30


def test_items_are_taken_out(place):
    layout = place.layout()
    assert layout.takeAt(1).widget().text() == "Use the owner of the token"
    assert (layout.count(), layout.itemAt(2), layout.takeAt(5)) == (2, None, None)
