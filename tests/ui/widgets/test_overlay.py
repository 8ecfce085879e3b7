"""Overlay: it stays over its parent, and Qt's questions do no harm while it is being taken apart."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.overlay import Overlay


def test_it_keeps_covering_its_parent_when_that_is_resized(qtbot, theme):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(300, 200)
    parent.show()
    overlay = Overlay(theme, parent)
    overlay.show_popup()
    parent.resize(500, 400)
    assert overlay.size() == QSize(500, 400)


def test_a_half_made_overlay_answers_events_of_its_parent(qtbot, theme):
    """The garbage collector empties an object before Qt lets go of it, and Qt then still asks it."""
    parent = QWidget()
    qtbot.addWidget(parent)
    overlay = Overlay(theme, parent)
    overlay.__dict__.clear()
    assert not overlay.eventFilter(parent, QEvent(QEvent.Type.ChildRemoved))
    assert not overlay.eventFilter(parent, QResizeEvent(QSize(10, 10), QSize(20, 20)))
