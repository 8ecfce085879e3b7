"""The command palette: fuzzy, by keyboard alone, and quiet about what it covers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.ui.commands.palette import CommandPalette, PaletteEntry, rank_entries

ENTRIES = (
    PaletteEntry("customer", "1", "Jennifer Okafor", "WhatsApp"),
    PaletteEntry("customer", "2", "Noor de Vries", "Telegram"),
    PaletteEntry("command", "close", "Close the conversation", "E"),
    PaletteEntry("command", "note", "Write a note", "N"),
)


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


@pytest.fixture
def palette(window: QWidget, theme) -> CommandPalette:
    palette = CommandPalette(theme, window)
    palette.open_with(ENTRIES)
    return palette


@pytest.mark.parametrize(
    ("query", "first"),
    [("jen", "Jennifer Okafor"), ("ok", "Jennifer Okafor"), ("cl", "Close the conversation"), ("wan", "Write a note")],
)
def test_a_few_letters_find_it(query: str, first: str) -> None:
    assert rank_entries(query, ENTRIES)[0].title == first


def test_everything_is_on_offer_before_typing() -> None:
    assert rank_entries("", ENTRIES) == list(ENTRIES)


def test_arrows_and_enter_take_an_entry(palette: CommandPalette, qtbot) -> None:
    field = QApplication.focusWidget()
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as taken:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert taken.args == [ENTRIES[2]]
    assert not palette.is_open


def test_typing_narrows_and_escape_closes(palette: CommandPalette, qtbot) -> None:
    field = QApplication.focusWidget()
    qtbot.keyClicks(field, "noor")
    assert palette.titles[0] == "Noor de Vries"
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not palette.is_open


def test_nothing_found_takes_nothing(palette: CommandPalette, qtbot) -> None:
    field = QApplication.focusWidget()
    qtbot.keyClicks(field, "zzzz")
    assert palette.titles == []
    said = [label.text() for label in palette.findChildren(QLabel) if label.isVisible()]
    assert said == ["Nothing found."]
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert palette.is_open


def test_it_forgets_the_last_query(palette: CommandPalette, qtbot) -> None:
    qtbot.keyClicks(QApplication.focusWidget(), "noor")
    palette.dismiss()
    palette.open_with(ENTRIES)
    assert len(palette.titles) == len(ENTRIES)
