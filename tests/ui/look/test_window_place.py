"""The place of the window: as it was, and always where it can be taken hold of."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtWidgets import QWidget

from desktop.ui.look.window_place import restore_place, save_place


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def shown(qtbot, place: QRect | None = None) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    if place is not None:
        window.setGeometry(place)
        window.show()
    return window


def reopened(qtbot, window: QWidget, settings: QSettings) -> QWidget:
    save_place(window, settings)
    window.close()
    again = shown(qtbot)
    restore_place(again, settings)
    again.show()
    return again


def test_a_window_comes_back_where_it_was(qtbot, settings: QSettings) -> None:
    window = shown(qtbot, QRect(60, 80, 500, 400))
    assert reopened(qtbot, window, settings).geometry() == QRect(60, 80, 500, 400)


def test_a_window_that_filled_the_screen_does_so_again(qtbot, settings: QSettings) -> None:
    window = shown(qtbot, QRect(60, 80, 500, 400))
    window.showMaximized()
    again = reopened(qtbot, window, settings)
    assert again.isMaximized()
    again.showNormal()
    assert again.geometry().size() == QRect(60, 80, 500, 400).size()


@pytest.mark.parametrize(("left", "top"), [(5000, 5000), (-480, 80), (60, -390), (60, 5000)])
def test_a_window_off_every_screen_comes_onto_one(qtbot, settings: QSettings, left: int, top: int) -> None:
    window = shown(qtbot, QRect(left, top, 500, 400))
    again = reopened(qtbot, window, settings)
    available = again.screen().availableGeometry()
    seen = again.geometry().intersected(available)
    assert seen.width() >= 80
    assert again.geometry().top() >= available.top()
    assert again.geometry().top() < available.bottom()


def test_nothing_saved_changes_nothing(qtbot, settings: QSettings) -> None:
    window = shown(qtbot, QRect(60, 80, 500, 400))
    for saved in (None, "nonsense"):
        if saved is not None:
            settings.setValue("main_window/place", saved)
        restore_place(window, settings)
        assert window.geometry() == QRect(60, 80, 500, 400)
