"""The manual and the facts about this installation, opened from the window and complete."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine, go_to, press
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from desktop import __version__
from desktop.text import help as texts
from desktop.ui.commands.table import BY_NAME
from desktop.ui.help.installation import Installation, Package, read_installation
from desktop.ui.help.pages import AboutSheet, HelpSheet
from desktop.ui.inbox.main_window import MainWindow

Key = Qt.Key


def shown_texts(sheet: HelpSheet) -> list[str]:
    return [label.text() for label in sheet.findChildren(QLabel)]


@pytest.mark.parametrize(("key", "modifier", "name"), [("F1", "No", "manual"), ("F1", "Shift", "about")])
def test_a_key_opens_each_and_escape_closes_it(qtbot, window: MainWindow, engine: FakeEngine, key, modifier, name):
    go_to(qtbot, window)
    window.composer.focus_text()
    press(qtbot, window, getattr(Key, f"Key_{key}"), getattr(Qt.KeyboardModifier, f"{modifier}Modifier"))
    sheet = getattr(window._commands, name)
    assert sheet.is_open
    area = sheet.findChild(QScrollArea)
    assert area.hasFocus(), "the arrow keys scroll"
    qtbot.mousePress(sheet, Qt.MouseButton.LeftButton, pos=sheet._card.geometry().center())
    assert sheet.is_open, "a click on the text closes nothing"
    press(qtbot, sheet, Key.Key_Escape)
    assert not sheet.is_open
    press(qtbot, window, getattr(Key, f"Key_{key}"), getattr(Qt.KeyboardModifier, f"{modifier}Modifier"))
    qtbot.mousePress(sheet, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert not sheet.is_open


def test_the_manual_names_the_keys_of_this_system(window: MainWindow) -> None:
    said = " ".join(shown_texts(window._commands.manual))
    assert "Type into the search (Ctrl+F)" in said
    assert "Send with Ctrl+Enter." in said
    assert "{" not in said
    named = {name for _, paragraphs in texts.TOPICS for text in paragraphs for name in text.placeholders}
    assert named <= set(BY_NAME)


def test_the_facts_are_shown_and_copied(qtbot, window: MainWindow) -> None:
    sheet = window._commands.about
    sheet.show_popup()
    said = shown_texts(sheet)
    assert __version__ in said
    assert any("httpx" in text and "BSD-3-Clause" in text for text in said)
    sheet.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == f"Version: {__version__}"
    assert lines[1] == "Installed as: Source code"
    assert lines[2].startswith("Installed in: /") or ":\\" in lines[2]
    assert [line.partition(":")[0] for line in lines[3:]] == ["Python", "Qt", "System"]
    assert sheet.copy_button.text() == "Copied."
    sheet.dismiss()
    sheet.show_popup()
    assert sheet.copy_button.text() == "Copy"


def test_a_built_program_says_where_its_licences_are(qtbot, theme) -> None:
    built = Installation(
        "1.0", "installer", "/opt/reachline", "3.11.7", "6.11.1", "Linux", (), "/opt/reachline/licenses"
    )
    window = QWidget()
    qtbot.addWidget(window)
    said = shown_texts(AboutSheet(theme, window, built))
    assert "The texts of all licences are in /opt/reachline/licenses." in said
    assert not any("Packages" in text for text in said)


def test_a_package_without_a_licence_is_named_alone(qtbot, theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    found = Installation(
        "1.0", "checkout", "/x", "3.11.7", "6.11.1", "Linux", (Package("abc", "2", ""), Package("d", "1", "MIT")), ""
    )
    assert "Packages in use:\nabc 2\nd 1 · MIT" in shown_texts(AboutSheet(theme, window, found))


def test_every_package_of_this_installation_says_its_licence() -> None:
    installation = read_installation()
    assert {"PySide6_Essentials", "httpx"} <= {p.name for p in installation.packages}
    assert [p.name for p in installation.packages if not p.license] == []
    assert all("\n" not in p.license for p in installation.packages)
