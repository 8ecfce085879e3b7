"""Spell check in the composer, by a dictionary that answers when the test says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, press
from fake_spell_checker import FakeChecker
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QMenu

from desktop.text.writing import spelling as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.writing.spelling.composer_spelling import ComposerSpelling, contact_language
from desktop.ui.writing.spelling.menu import language_name
from desktop.ui.writing.spelling.preferences import SpellingPreferences
from desktop.ui.writing.spelling.settings_section import SpellingSection
from desktop.ui.writing.spelling.speller import Speller


@pytest.fixture
def checker() -> FakeChecker:
    return FakeChecker()


@pytest.fixture
def spelling(qtbot, window: MainWindow, checker: FakeChecker) -> ComposerSpelling:
    """Of the composer with Jennifer's draft, which has the keyboard."""
    window.spelling.open_checker = lambda: checker
    window.choose_customer("c-1")
    qtbot.waitUntil(lambda: window.composer.isVisible())
    window.composer.focus_text()
    qtbot.waitUntil(window.composer.text_field.hasFocus)
    found = window.spelling.spelling
    assert found is not None
    return found


def underlined(window: MainWindow) -> list[str]:
    found, block = [], window.composer.text_field.document().begin()
    while block.isValid():
        encoded = block.text().encode("utf-16-le")
        found += (
            encoded[2 * part.start : 2 * (part.start + part.length)].decode("utf-16-le")
            for part in block.layout().formats()
            if part.format.underlineStyle() == QTextCharFormat.UnderlineStyle.WaveUnderline
        )
        block = block.next()
    return found


def menu_at(window: MainWindow, position: int) -> QMenu:
    edit = window.composer.text_field
    cursor = QTextCursor(edit.document())
    cursor.setPosition(position)
    edit.customContextMenuRequested.emit(edit.viewport().mapTo(edit, edit.cursorRect(cursor).center()))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def labels(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def choose(menu: QMenu, label: str) -> None:
    next(action for action in menu.actions() if action.text() == label).trigger()
    menu.close()


def test_typing_is_checked_and_corrected(qtbot, window, spelling: ComposerSpelling, checker: FakeChecker) -> None:
    edit, changes = window.composer.text_field, []
    checker.held = []
    edit.insertPlainText("Helo 😀 ")
    qtbot.keyClicks(edit, "wrold")
    edit.textChanged.connect(lambda: changes.append(edit.toPlainText()))
    # Nothing waits for the answers, and the word under the cursor is left alone until the cursor leaves it.
    assert underlined(window) == []
    checker.release()
    assert (underlined(window), spelling.misspelt) == ([], ["wrold"])
    qtbot.keyClicks(edit, " parcle ")
    edit.insertPlainText("and don’t")
    press(qtbot, window, Qt.Key.Key_Home)
    assert underlined(window) == ["wrold", "parcle", "don’t"]
    # Underlines are no changes of the text: nothing is saved for them, and undo knows nothing of them.
    assert changes[-1] == edit.toPlainText() == "Helo 😀 wrold parcle and don’t"
    asked = [word for _, words in checker.asked for word in words]
    assert len(asked) == len(set(asked))
    # The menu is there at once, the suggestions when they are known.
    checker.held = []
    menu = menu_at(window, 10)
    assert labels(menu)[:3] == [texts.LOOKING(), texts.ADD_WORD(text="wrold"), texts.IGNORE()]
    checker.release()
    assert labels(menu)[:4] == ["world", "would", texts.ADD_WORD(text="wrold"), texts.IGNORE()]
    choose(menu, "world")
    assert edit.toPlainText() == "Helo 😀 world parcle and don’t"
    edit.undo()
    assert edit.toPlainText() == "Helo 😀 wrold parcle and don’t"
    menu = menu_at(window, 16)
    assert labels(menu)[0] == texts.NO_SUGGESTIONS()
    choose(menu, texts.ADD_WORD(text="parcle"))
    assert underlined(window) == ["wrold", "don’t"]
    choose(menu_at(window, 10), texts.IGNORE())
    assert underlined(window) == ["don’t"]
    assert window.spelling.preferences.own_words == {"parcle"}
    # Of what follows, a suggestion that comes too late changes nothing.
    checker.held = []
    menu = menu_at(window, len(edit.toPlainText()) - 1)
    menu.close()
    edit.clear()
    checker.release()
    assert edit.toPlainText() == ""
    window.close()
    assert checker.is_closed


def test_each_conversation_has_its_language(qtbot, window, spelling, checker, engine: FakeEngine) -> None:
    composer = window.composer
    composer.append_text("Hello wrold, Jennifer Okafor\n> wrold")
    # The customer's name is right, and what is quoted is theirs.
    assert underlined(window) == ["wrold"]
    menu = menu_at(window, 1)
    languages = next(a.menu() for a in menu.actions() if a.text() == texts.LANGUAGE())
    assert labels(languages) == ["English", "Español"]
    choose(languages, "Español")
    menu.close()
    assert (spelling.language, underlined(window)) == ("es", ["Hello"])
    # A note to the team is in the language of the screen, and the reply stays as it was chosen.
    composer.set_internal(True)
    assert spelling.language == "en"
    composer.set_internal(False)
    assert spelling.language == "es"
    # Off, and on again by the key that goes from one to the next.
    menu = menu_at(window, 1)
    choose(menu, texts.CHECK_SPELLING())
    assert (underlined(window), window.spelling.preferences.is_on) == ([], False)
    window._commands.run("spelling")
    assert window.toast.isVisible()
    window.toast.press()
    assert underlined(window) == ["Hello"]
    window._commands.run("spelling")
    menu = QApplication.activePopupWidget()
    assert composer.text_field.textCursor().selectedText() == "Hello"
    menu.close()
    composer.text_field.setPlainText("Bien")
    window._commands.run("spelling")
    assert texts.NO_MISTAKES() in window.toast.accessibleName()
    checker.languages, checker.is_broken = (), True
    window.spelling.preferences.set_on(True)
    composer.text_field.setPlainText("wrold")
    window._commands.run("spelling")
    assert texts.STOPPED() in window.toast.accessibleName()


def test_the_language_is_the_contacts(people) -> None:
    contact = people.view([people.web()]).thread.contacts[0]
    assert contact_language(contact) == ""
    assert contact_language(replace(contact, attributes={"Language": "pt-BR"})) == "pt"
    assert contact_language(replace(contact, bridge_attributes={"octopods_language": "ar"})) == "ar"
    assert [language_name(code) for code in ("de", "pt", "en", "tlh")] == ["Deutsch", "Português", "English", "tlh"]


def test_nothing_is_started_before_the_composer_has_the_keyboard(qtbot, window, checker, engine) -> None:
    opened = []
    window.spelling.open_checker = lambda: opened.append(1) or checker
    window.choose_customer("c-1")
    qtbot.waitUntil(lambda: window.composer.isVisible())
    assert not opened
    window.composer.focus_text()
    qtbot.waitUntil(lambda: bool(opened))
    assert not checker.asked


def test_preferences_and_own_words_are_kept(qtbot, theme, qapp, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    preferences = SpellingPreferences(settings, qapp)
    section = SpellingSection(theme, preferences, FakeChecker("de", "en"))
    qtbot.addWidget(section)
    section.show()
    assert section.check.isChecked()
    assert not section.words.isVisible()
    preferences.add_word("don’t")
    assert SpellingPreferences(settings, qapp).own_words == {"don't"}
    preferences.add_word("Octopods")
    section.check.setChecked(False)
    again = SpellingPreferences(settings, qapp)
    assert (again.is_on, again.own_words) == (False, {"don't", "Octopods"})
    assert [section.words.item(row).text() for row in range(2)] == ["don't", "Octopods"]
    assert not section.remove.isEnabled()
    section.words.item(1).setSelected(True)
    section.remove.click()
    assert SpellingPreferences(settings, qapp).own_words == {"don't"}
    # A word at the beginning of a sentence is the same word.
    speller = Speller(FakeChecker(), preferences, qapp)
    preferences.add_word("wrold")
    assert speller.find_misspelt("en", ["wrold", "Wrold"]) == set()
    nothing = SpellingSection(theme, preferences, None)
    qtbot.addWidget(nothing)
    assert not nothing.check.isEnabled()
