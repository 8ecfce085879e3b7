"""The language of the screen: by the command line, by the environment, else the system's where it is translated."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QApplication
from screen_fixtures import speak_english_again

from desktop.__main__ import main
from desktop.app import language
from desktop.text import catalog, locale
from desktop.text.locale import EnglishFormats
from desktop.text.terminal import command_line as texts
from desktop.ui.commands.table import shown_keys
from desktop.ui.look.locale_formats import territory_name


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak_english_again(qapp)


@pytest.fixture
def arabic_and_german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code, close, direction in (("ar", "إغلاق", "RTL"), ("de", "Schließen", "LTR")):
        target = tmp_path / code / "LC_MESSAGES" / "reachline.mo"
        target.parent.mkdir(parents=True)
        translated = Catalog(locale=code)
        translated.add("Close", close, context="close the window")
        translated.add("LTR", direction, context="direction of the language")
        with target.open("wb") as file:
            write_mo(file, translated)
    for function in (catalog.use_language, catalog.is_translated):
        monkeypatch.setattr(function, "__defaults__", (tmp_path,))


@pytest.mark.parametrize(
    ("arguments", "variable", "requested"),
    [
        (["--language", "de"], "", "de"),
        (["demo", "--language=pt-BR", "--tour", "x"], "fr", "pt-BR"),
        (["doctor"], "fr", "fr"),
        (["doctor"], "", ""),
        # Said by the parser of the command line.
        (["--language"], "", ""),
    ],
)
def test_the_option_counts_before_the_variable(arguments: list[str], variable: str, requested: str) -> None:
    assert language.requested_language(arguments, {language.VARIABLE: variable}) == requested


@pytest.mark.parametrize(
    ("environment", "used"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de-AT"),
        ({"LC_ALL": "C", "LANG": "de_AT.UTF-8"}, "en"),
        ({"LANG": "it_IT.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
@pytest.mark.usefixtures("arabic_and_german")
def test_a_command_answers_in_the_terminals_language_where_it_is_translated(
    environment: dict[str, str], used: str
) -> None:
    language.start("", environment)
    assert catalog.language() == used


@pytest.mark.usefixtures("arabic_and_german")
def test_windows_follow_the_system_and_a_language_from_right_to_left_mirrors_them(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    egypt = QLocale("ar-EG")
    monkeypatch.setattr(QLocale, "system", lambda: egypt)
    language.follow(qapp, "")
    assert (texts.CLOSE(), qapp.layoutDirection()) == ("إغلاق", Qt.LayoutDirection.RightToLeft)
    assert not isinstance(locale.formats(), EnglishFormats)

    language.follow(qapp, "de")
    assert (texts.CLOSE(), qapp.layoutDirection()) == ("Schließen", Qt.LayoutDirection.LeftToRight)


def test_every_language_of_the_program_has_its_own_qt_its_keys_and_countries_and_western_digits(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    america = QLocale("en-US")
    monkeypatch.setattr(QLocale, "system", lambda: america)
    shown, at = {}, datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    for code in catalog.LANGUAGES:
        language.follow(qapp, code)
        undo = QCoreApplication.translate("QWidgetTextControl", "&Undo")
        shown[code] = (undo, shown_keys("Ctrl+Return"), territory_name("DE"), locale.formats().weekday(at.date()))
        assert (qapp.layoutDirection() is Qt.LayoutDirection.RightToLeft) is (code == "ar")
        written = (locale.number(1234.5, 1), QLocale().toString(1234), locale.formats().time(at, seconds=True))
        written += (locale.formats().day(at.date(), year=True),)
        assert all(not c.isdecimal() or c.isascii() for text in written for c in text)
    assert shown["de"][1:] == ("Strg+Enter", "Deutschland", "Freitag")
    assert shown["en"] == ("&Undo", "Ctrl+Enter", "Germany", "Friday")
    assert len({undo for undo, *_ in shown.values()}) == len({country for _, _, country, _ in shown.values()}) == 6


def test_the_language_chosen_in_the_program_is_read_from_its_settings(tmp_path: Path) -> None:
    assert language.chosen(tmp_path / "none.ini") == ""
    for text, expected in (("pt-BR", "pt-BR"), ("en", "en"), ("fi", ""), ("", "")):
        file = tmp_path / f"{text}.ini"
        file.write_text(f"[look]\nlanguage={text}\n", "utf-8")
        assert language.chosen(file) == expected


def test_a_language_of_another_country_is_shown_in_the_one_that_there_is() -> None:
    assert [catalog.is_translated(code) for code in ("pt-PT", "es-419", "fr-CA", "fi")] == [True, True, True, False]
    assert [catalog.catalogue_language(code) for code in ("pt-PT", "de-AT", "fi")] == ["pt-BR", "de", "en"]


def test_a_system_whose_language_is_not_translated_gets_english(qapp: QApplication, monkeypatch) -> None:
    finland = QLocale("fi-FI")
    monkeypatch.setattr(QLocale, "system", lambda: finland)
    language.follow(qapp, "")
    assert texts.CLOSE() == "Close"


def test_a_system_without_a_locale_keeps_24_hours(qapp: QApplication, monkeypatch) -> None:
    nowhere = QLocale("C")
    monkeypatch.setattr(QLocale, "system", lambda: nowhere)
    language.follow(qapp, "")
    assert isinstance(locale.formats(), EnglishFormats)


@pytest.mark.usefixtures("arabic_and_german")
@pytest.mark.parametrize(
    ("requested", "used", "said"),
    [
        ("", "", ""),
        ("en-GB", "en-GB", ""),
        ("de-AT", "de-AT", ""),
        ("fi", "en", "Reachline isn't translated into fi yet. It continues in English.\n"),
    ],
)
def test_a_requested_language_that_is_not_translated_is_said_and_english(
    requested: str, used: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert language.start(requested, {}) == used
    assert (catalog.language(), capsys.readouterr().err) == (used or "en", said)


def test_the_help_comes_in_the_requested_language(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--language", "en-XA", "--help"])
    assert "[ķééþ åççöûñţš" in capsys.readouterr().out


@pytest.mark.slow
def test_a_program_starts_in_the_language_of_the_variable() -> None:
    script = (
        "from desktop.app import qt; from desktop.text.terminal import command_line as t; qt.start(offscreen=True, "
    )
    script += "requested_language='en-XA'); print(t.CLOSE())"
    command = [sys.executable, "-X", "utf8", "-c", script]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("[Çļöšé")
