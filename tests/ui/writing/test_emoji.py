"""Emoji: their names in six languages, the picker, and the list that opens while writing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from fake_engine import FakeEngine, go_to, news, press, write
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.writing.emoji.memory import EmojiMemory
from desktop.ui.writing.emoji.picker import RECENT, EmojiPicker
from desktop.ui.writing.emoji.table import FOLDER, load
from desktop.ui.writing.suggestions import SuggestionList

LANGUAGES = ("en", "es", "pt-BR", "de", "fr", "ar")


def found(language: str, query: str) -> list[str]:
    return [emoji.text for emoji in load(language).find(query)]


def test_every_language_names_every_emoji() -> None:
    names = {language: [e.name for e in load(language).emoji] for language in LANGUAGES}
    assert len({len(listed) for listed in names.values()}) == 1
    assert len(names["en"]) > 1_500
    assert all(name for listed in names.values() for name in listed)
    assert len({tuple(listed) for listed in names.values()}) == len(LANGUAGES)
    assert all(path.stat().st_size < 250_000 for path in FOLDER.glob("*.json"))
    # One that is not translated, and the language that tests for missing translations.
    assert load("en-XA").emoji == load("fi").emoji == load("en").emoji


@pytest.mark.parametrize(
    ("language", "query", "emoji"),
    [
        ("en", "thumbs up", "👍"),
        ("en", "thumbs_up", "👍"),
        ("de", "daumen hoch", "👍"),
        ("es", "pulgar hacia arriba", "👍"),
        ("pt-BR", "polegar para cima", "👍"),
        ("fr", "pouce vers le haut", "👍"),
        ("ar", "إبهام", "👍"),
        ("de", "thumbs up", "👍"),
        ("de", "brasil", "🇧🇷"),
        ("fr", "cafe", "☕"),
        ("en", "heart", "❤️"),
    ],
)
def test_an_emoji_is_found_by_its_name(language: str, query: str, emoji: str) -> None:
    assert emoji in found(language, query)


def test_names_come_before_keywords() -> None:
    table = load("en")
    names = [e.name for e in table.find("cat")]
    assert names[0].startswith("cat")
    assert found("en", "zzzz") == []
    assert len(table.find("")) == len(table.emoji)


def test_skin_tones() -> None:
    table = load("en")
    assert [table.with_tone("👍", tone) for tone in range(6)] == ["👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿"]
    assert table.with_tone("☕", 5) == "☕"


def test_a_missing_list_is_an_empty_one(tmp_path: Path) -> None:
    assert load("en", tmp_path).find("cat") == []
    assert load("en", tmp_path).groups == ()


def test_what_was_used_is_remembered(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    memory = EmojiMemory(settings)
    for text in ("👍", "☕", "👍"):
        memory.add(text)
    memory.set_tone(3)
    settings.sync()
    again = EmojiMemory(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert (again.recent, again.tone) == (["👍", "☕"], 3)
    settings.setValue("emoji/recent", "nonsense")
    settings.setValue("emoji/skin_tone", "9")
    assert (EmojiMemory(settings).recent, EmojiMemory(settings).tone) == ([], 0)


@pytest.fixture
def shop(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> MainWindow:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    news(qtbot, engine, settings=True)
    go_to(qtbot, window)
    window.composer.focus_text()
    return window


def suggestions(window: MainWindow) -> SuggestionList:
    return next(s for s in window.findChildren(SuggestionList) if s.accessibleName() == "Emoji")


def test_a_colon_and_a_name_write_an_emoji(qtbot, shop: MainWindow) -> None:
    for smiley in (":D ", ":) ", "10:30 ", "Hi: ", ":-( "):
        write(qtbot, shop, smiley)
        assert not shop.composer.emoji.is_open, smiley
    shop.composer.findChild(ComposerEdit).clear()
    shop.composer.append_text("👋")
    write(qtbot, shop, " :thumbs_u")
    assert suggestions(shop).labels[0] == "👍  thumbs up"
    press(qtbot, shop, Qt.Key.Key_Return)
    assert shop.composer.text == "👋 👍"
    write(qtbot, shop, " :coff")
    press(qtbot, shop, Qt.Key.Key_Escape)
    write(qtbot, shop, "e")
    assert not shop.composer.emoji.is_open
    # Used once, it is first where several begin alike; another list does not open on the same word.
    assert not shop.composer.saved_replies.is_open


def test_the_picker_is_worked_by_keyboard(qtbot, shop: MainWindow) -> None:
    write(qtbot, shop, "Thanks ")
    shop._commands.run("emoji")
    picker: EmojiPicker = shop.composer.emoji.picker
    assert picker.isVisible()
    assert picker.shown[0] == "😀"
    qtbot.keyClicks(picker.field, "raised hand")
    assert picker.current.name == "raised hand"
    picker.field.clear()
    qtbot.keyClick(picker.field, Qt.Key.Key_Right)
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    below = picker.shown.index(picker.current.text)
    assert below > 4
    qtbot.keyClick(picker.field, Qt.Key.Key_Left)
    qtbot.keyClick(picker.field, Qt.Key.Key_Up)
    assert picker.shown.index(picker.current.text) == 0
    picker.field.setText("zzzz")
    assert picker.current is None
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert picker.isVisible()
    picker.group_buttons["people"].click()
    assert picker.field.text() == ""
    assert picker.shown[0] == "👋"
    picker.tone_button.menu().actions()[5].trigger()
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert not picker.isVisible()
    assert shop.composer.text == "Thanks 👋🏿"
    assert isinstance(QApplication.focusWidget(), ComposerEdit)
    # What was used last comes first, with the chosen tone.
    shop._commands.run("emoji")
    assert picker.group_buttons[RECENT].isChecked()
    assert picker.shown == ["👋"]
    qtbot.keyClick(picker.field, Qt.Key.Key_Escape)
    assert not picker.isVisible()
    write(qtbot, shop, " :wav")
    assert "👋🏿  waving hand" in suggestions(shop).labels


def test_the_files_are_what_the_program_reads() -> None:
    order = json.loads((FOLDER / "order.json").read_text("utf-8"))
    assert [key for key, _ in order["groups"]] == list(load("en").groups)
    assert "Unicode" in (FOLDER / "LICENCES.txt").read_text("utf-8")
