"""The settings: what each page shows, the command each choice sends, and what is kept over a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, news, press, write
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import NOTICE_PATTERNS, Relay
from desktop.engine.commands import (
    ChooseTeammate,
    DeleteFiles,
    SendReply,
    SetBridgeCodes,
    SetFilesLimits,
    SetNoticePatterns,
    SetPhoneRegion,
    SetRelay,
    SetRetentionDays,
)
from desktop.engine.views import FilesView
from desktop.text.screens import settings as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT
from desktop.ui.settings.appearance import AppearancePage
from desktop.ui.settings.page import Page
from desktop.ui.settings.privacy import PrivacyPage
from desktop.ui.settings.recognition.app_codes import AppCodesPage
from desktop.ui.settings.recognition.failure_notices import FailureNoticesPage, find_error
from desktop.ui.settings.region import RegionPage
from desktop.ui.settings.relay_test.page import RelayPage
from desktop.ui.settings.sheet import SettingsSheet
from desktop.ui.settings.teammate import TeammatePage
from desktop.ui.settings.writing import WritingPage

UNKNOWN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}


@pytest.fixture
def sheet(qtbot, window: MainWindow, engine: FakeEngine) -> SettingsSheet:
    engine.queries.about = replace(engine.queries.about, code_histogram=(("octopods-vv1", 412), ("zapier", 9)))
    news(qtbot, engine, settings=True)
    return window.settings.sheet


def opened(sheet: SettingsSheet, page: type[Page]) -> Page:
    sheet.open_at(page)
    return sheet.page


def button(page: QWidget, words: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if words in (b.text(), b.accessibleName()))


def told(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_a_key_and_the_palette_open_it_and_escape_closes_it(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Comma, CONTROL)
    assert window.settings.sheet.is_open
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.settings.sheet.is_open
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.command_palette.findChild(QLineEdit), "settings")
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.settings.sheet.is_open


@pytest.mark.slow
def test_every_page_is_reached_with_the_keyboard(qtbot, window: MainWindow, sheet: SettingsSheet) -> None:
    sheet.open_at(TeammatePage)
    seen = [type(sheet.page)]
    for _ in sheet.pages[1:]:
        press(qtbot, window, Qt.Key.Key_Down)
        seen.append(type(sheet.page))
        press(qtbot, window, Qt.Key.Key_Tab)
        assert sheet.isAncestorOf(QApplication.focusWidget())
        sheet._names.setFocus()
    assert seen == [type(p) for p in sheet.pages]


@pytest.mark.slow
def test_keys_of_the_window_do_nothing_behind_it(qtbot, window: MainWindow, sheet: SettingsSheet) -> None:
    sheet.open_at(TeammatePage)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    assert not window.command_palette.is_open


# Profile.


def test_a_teammate_is_chosen(qtbot, window: MainWindow, engine: FakeEngine, sheet: SettingsSheet) -> None:
    page = opened(sheet, TeammatePage)
    assert not button(page, texts.SAVE()).isEnabled()
    page._list.setFocus()
    press(qtbot, window, Qt.Key.Key_Down)
    button(page, texts.SAVE()).click()
    assert engine.command_handler.of(ChooseTeammate) == [ChooseTeammate("92")]
    assert page.result == "Saved. Your replies are now sent as Tom & Co."
    button(page, texts.USE_TOKEN_OWNER()).click()
    assert engine.command_handler.of(ChooseTeammate)[-1] == ChooseTeammate("")


@pytest.mark.slow
def test_what_does_not_work_is_said(engine: FakeEngine, sheet: SettingsSheet) -> None:
    page = opened(sheet, TeammatePage)
    engine.command_handler.refuse = "The disk is full."
    button(page, texts.USE_TOKEN_OWNER()).click()
    assert page.result == "The disk is full."


# Bridge codes.


def test_codes_are_listed_with_counts_and_chosen(engine: FakeEngine, sheet: SettingsSheet) -> None:
    page = opened(sheet, AppCodesPage)
    boxes = page._boxes
    assert [b.text() for b in boxes.values()] == ["octopods-vv1 · 412 messages", "zapier · 9 messages"]
    assert [b.isChecked() for b in boxes.values()] == [True, False]
    assert not button(page, texts.SAVE()).isEnabled()
    boxes["zapier"].click()
    button(page, texts.SAVE()).click()
    assert engine.command_handler.of(SetBridgeCodes) == [SetBridgeCodes(frozenset({"octopods-vv1", "zapier"}))]
    button(page, texts.DETECT()).click()
    assert engine.command_handler.of(SetBridgeCodes)[-1] == SetBridgeCodes(frozenset())


@pytest.mark.slow
def test_no_code_at_all_cannot_be_chosen_by_accident(sheet: SettingsSheet) -> None:
    page = opened(sheet, AppCodesPage)
    page._boxes["octopods-vv1"].click()
    assert not button(page, texts.SAVE()).isEnabled()


@pytest.mark.slow
def test_a_half_made_choice_survives_news_about_other_things(qtbot, engine: FakeEngine, sheet: SettingsSheet) -> None:
    page = opened(sheet, AppCodesPage)
    page._boxes["zapier"].click()
    news(qtbot, engine, settings=True)
    assert page._boxes["zapier"].isChecked()


# Failure notices.


def test_patterns_are_judged_while_typing_and_the_fault_is_named(
    qtbot, engine: FakeEngine, sheet: SettingsSheet
) -> None:
    page = opened(sheet, FailureNoticesPage)
    edit = page.findChild(QPlainTextEdit)
    assert edit.toPlainText().splitlines() == list(NOTICE_PATTERNS)
    edit.setPlainText("undelivered\n(abc")
    assert page.error == "Line 2: missing ), unterminated subpattern at position 0."
    assert not button(page, texts.SAVE()).isEnabled()
    qtbot.keyClicks(edit, "")
    edit.setPlainText("undelivered\n\n  (abc)  ")
    assert page.error == ""
    button(page, texts.SAVE()).click()
    assert engine.command_handler.of(SetNoticePatterns) == [SetNoticePatterns(("undelivered", "(abc)"))]
    button(page, texts.RESTORE_DEFAULTS()).click()
    assert engine.command_handler.of(SetNoticePatterns)[-1] == SetNoticePatterns(())


@pytest.mark.slow
def test_half_written_patterns_survive_news(qtbot, engine: FakeEngine, sheet: SettingsSheet) -> None:
    page = opened(sheet, FailureNoticesPage)
    page.findChild(QPlainTextEdit).setPlainText("half")
    news(qtbot, engine, settings=True)
    assert page.findChild(QPlainTextEdit).toPlainText() == "half"


@pytest.mark.parametrize("lines", ["", "a\nb", r"\b470\b", "\n\n"])
def test_sound_patterns_have_no_fault(lines: str) -> None:
    assert find_error(lines) == ""


# Relay.


def test_each_channel_says_what_is_known_and_how(qtbot, engine: FakeEngine, sheet: SettingsSheet, now) -> None:
    evidence = RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, now)
    workspace = replace(engine.queries.about.workspace, relay={ChannelKind.WHATSAPP: Relay.PROVEN})
    engine.queries.about = replace(engine.queries.about, workspace=workspace, relay_evidence=(evidence,))
    news(qtbot, engine, settings=True)
    page = opened(sheet, RelayPage)
    assert "WhatsApp: Octopods forwards replies sent from Reachline." in told(page)
    assert "Tested with your own phone (20 November 2026, 14:00)." in told(page)
    assert "Telegram: delivery isn't tested yet." in told(page)
    button(page, "Reset the test result: WhatsApp").click()
    assert engine.command_handler.of(SetRelay) == [SetRelay(ChannelKind.WHATSAPP, Relay.UNPROVEN)]


def test_every_kind_of_evidence_has_words(qtbot, window, engine: FakeEngine, now) -> None:
    go_to(qtbot, window)
    said = []
    for proof in RelayProof:
        evidence = RelayEvidence(ChannelKind.WHATSAPP, Relay.REFUSED, proof, now)
        engine.queries.about = replace(engine.queries.about, relay_evidence=(evidence,))
        news(qtbot, engine, settings=True)
        [sentence] = [line for line in told(window.details).splitlines() if "(20 November 2026, 14:00)." in line]
        said.append(sentence)
    assert len(set(said)) == len(RelayProof)


def test_the_test_begins_for_the_channel_that_was_asked_for(window: MainWindow, sheet: SettingsSheet) -> None:
    button(opened(sheet, RelayPage), "Test delivery on Telegram with your own phone").click()
    assert not sheet.is_open
    assert "Write to your business on Telegram from your own phone" in window.settings.relay_test.text


# Appearance and keys.


def choose(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


@pytest.mark.slow
def test_scheme_and_size_are_in_force_at_once_and_kept(qtbot, engine: FakeEngine, theme, ticker, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(engine, theme, ticker, settings=settings)
    qtbot.addWidget(window)
    page = opened(window.settings.sheet, AppearancePage)
    choose(page._scheme, "contrast_light")
    assert theme.colors is HIGH_CONTRAST_LIGHT
    choose(page._scheme, "contrast_dark")
    choose(page._scale, 1.3)
    choose(page._rows, True)
    theme.set_system_reduces_motion(True)
    assert theme.reduces_motion
    theme.set_system_reduces_motion(False)
    page.motion.click()
    assert theme.reduces_motion
    assert (theme.colors.dark, theme.text_scale) == (True, 1.3)
    theme.set_color_scheme(Qt.ColorScheme.Light)
    theme.set_text_scale(1.0)
    theme.set_reduced_motion(None)
    again = MainWindow(engine, theme, ticker, settings=settings)
    qtbot.addWidget(again)
    assert (theme.colors is HIGH_CONTRAST_DARK, theme.text_scale) == (True, 1.3)
    page = opened(again.settings.sheet, AppearancePage)
    assert (page._scheme.currentData(), page._scale.currentData()) == ("contrast_dark", 1.3)
    assert page._rows.currentData() is again.settings.preferences.compact_rows is True
    assert page.motion.isChecked()
    assert theme.reduces_motion
    theme.set_system_reduces_motion(True)
    page.motion.click()
    assert not theme.reduces_motion, "the agent's word counts more than the system's"


@pytest.mark.slow
def test_what_was_never_chosen_leaves_the_theme_alone(qtbot, engine: FakeEngine, theme, ticker, tmp_path) -> None:
    theme.set_color_scheme(Qt.ColorScheme.Dark)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    qtbot.addWidget(MainWindow(engine, theme, ticker, settings=settings))
    assert theme.colors.dark
    assert settings.allKeys() == []


def test_enter_sends_if_the_agent_wants_it(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(**UNKNOWN)
    go_to(qtbot, window)
    window.composer.focus_text()
    write(qtbot, window, "a")
    press(qtbot, window, Qt.Key.Key_Return)
    assert engine.command_handler.of(SendReply) == []
    opened(window.settings.sheet, WritingPage).with_enter.click()
    window.settings.sheet.dismiss()
    window.composer.focus_text()
    press(qtbot, window, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    write(qtbot, window, "b")
    press(qtbot, window, Qt.Key.Key_Return)
    assert [c.text for c in engine.command_handler.of(SendReply)] == ["a\n\nb"]
    write(qtbot, window, "c")
    press(qtbot, window, Qt.Key.Key_Return, CONTROL)
    assert [c.text for c in engine.command_handler.of(SendReply)] == ["a\n\nb", "c"]


def test_a_country_for_bare_numbers_is_chosen_and_shown_as_the_engine_has_it(qtbot, sheet, engine: FakeEngine) -> None:
    page = opened(sheet, RegionPage)
    choice = page.findChild(QComboBox)
    assert choice.currentData() == ""
    assert not button(page, texts.SAVE()).isEnabled()
    choice.setCurrentIndex(choice.findText("Ireland (IE)"))
    button(page, texts.SAVE()).click()
    assert engine.command_handler.of(SetPhoneRegion) == [SetPhoneRegion("IE")]
    assert page.result == "Saved."
    engine.queries.about = replace(engine.queries.about, phone_region="DE")
    news(qtbot, engine, settings=True)
    assert choice.currentData() == "DE"


def test_for_how_long_words_stay_is_chosen_and_shown_as_the_engine_has_it(qtbot, sheet, engine: FakeEngine) -> None:
    page = opened(sheet, PrivacyPage)
    choice = page.findChild(QComboBox)
    assert choice.currentData() == 90
    assert not button(page, texts.SAVE()).isEnabled()
    choice.setCurrentIndex(choice.findText("30 days"))
    button(page, texts.SAVE()).click()
    assert engine.command_handler.of(SetRetentionDays) == [SetRetentionDays(30)]
    assert page.result == "Saved."
    engine.queries.about = replace(engine.queries.about, retention_days=45)
    news(qtbot, engine, settings=True)
    assert choice.currentText() == "45 days"


def test_files_are_counted_limited_and_deleted(qtbot, sheet, engine: FakeEngine) -> None:
    page = opened(sheet, PrivacyPage)
    delete, save = button(page, texts.DELETE_FILES()), button(page, texts.SAVE())
    assert not delete.isEnabled()
    shown = FilesView(1_204, 48_200_000)
    engine.queries.about = replace(engine.queries.about, files=shown)
    news(qtbot, engine, settings=True)
    assert "1,204 files of messages, 48.2 MB, are on this computer." in [w.text() for w in page.findChildren(QLabel)]
    limit, days = page.findChildren(QComboBox)[1:]
    assert (limit.currentText(), days.currentText()) == ("500 MB", "As long as messages")
    limit.setCurrentIndex(limit.findText("100 MB"))
    days.setCurrentIndex(days.findText("30 days"))
    save.click()
    assert engine.command_handler.of(SetFilesLimits) == [SetFilesLimits(100, 30)]
    assert engine.command_handler.of(SetRetentionDays) == []
    engine.queries.about = replace(engine.queries.about, files=replace(shown, limit_mb=100, kept_days=30))
    news(qtbot, engine, settings=True)
    assert not save.isEnabled()
    delete.click()
    assert (engine.command_handler.of(DeleteFiles), page.result) == ([DeleteFiles()], texts.FILES_DELETED())
    engine.queries.about = replace(engine.queries.about, files=replace(shown, count=0, size_bytes=0))
    news(qtbot, engine, settings=True)
    assert texts.NO_FILES_HERE() in [w.text() for w in page.findChildren(QLabel)]
    assert not delete.isEnabled()
