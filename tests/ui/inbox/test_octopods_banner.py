"""The question which channels Octopods carries: asked once where it matters, and answered in the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, news, press
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import SetBridgeChannels, SetBridgeTaggers, SetOtherCodes
from desktop.engine.views import ThreadView
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.octopods import OctopodsPage
from desktop.ui.settings.recognition.app_codes import AppCodesPage


@pytest.fixture
def untagged(people) -> ThreadView:
    message = people.customer_message("q", timedelta(hours=2), "Is my order on its way?", app_code="octopods-vv1")
    return people.view([people.conversation("q", [message], title="Order")])


@pytest.fixture
def banner(window: MainWindow):
    return window._panes.octopods_banner


def button(parent, words: str) -> QPushButton:
    return next(b for b in parent.findChildren(QPushButton) if b.text() == words)


@pytest.fixture
def page(qtbot, window: MainWindow, engine: FakeEngine) -> OctopodsPage:
    go_to(qtbot, window)
    window.settings.open_octopods()
    page = window.settings.sheet.page
    assert isinstance(page, OctopodsPage)
    return page


# The question.


def test_messages_of_octopods_without_a_channel_raise_the_question(qtbot, window, engine, untagged, banner) -> None:
    engine.queries.threads["c-1"] = untagged
    go_to(qtbot, window)
    assert banner.text.startswith("Which channels do you use with Octopods?")
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    assert window.settings.sheet.is_open
    assert isinstance(window.settings.sheet.page, OctopodsPage)


def test_in_a_low_window_it_is_one_line_and_the_messages_keep_three(
    qtbot, window, engine, untagged, banner, theme
) -> None:
    engine.queries.threads["c-1"] = untagged
    theme.set_text_scale(2.0)
    window.resize(1024, 700)
    go_to(qtbot, window)
    qtbot.waitUntil(lambda: banner._text.text().endswith("…"))
    assert banner._text.toolTip() == banner._text.accessibleName() == banner.text != banner._text.text()
    assert banner._text.height() < 2 * banner.fontMetrics().lineSpacing()
    assert window.thread_pane.timeline.height() >= 3 * window.fontMetrics().lineSpacing()
    theme.set_text_scale(1.0)
    window.resize(1400, 1000)
    qtbot.waitUntil(lambda: banner._text.text() == banner.text)


@pytest.mark.slow
def test_where_nothing_is_known_of_octopods_it_is_asked_whether_it_is_used(
    qtbot, window, engine, people, banner
) -> None:
    people.workspace = replace(people.workspace, bridge_codes=frozenset())
    first = people.customer_message(
        "q", timedelta(hours=2), "Hi", is_first=True, event="source", app_code_reported=False
    )
    engine.queries.threads["c-1"] = people.view([people.conversation("q", [first])])
    go_to(qtbot, window)
    assert banner.text == "Do you use Octopods? If so, for which channels?"


@pytest.mark.slow
def test_where_the_answer_would_change_nothing_it_is_not_asked(qtbot, window, engine, jennifer, banner) -> None:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    go_to(qtbot, window)
    assert banner.text == ""


@pytest.mark.slow
def test_once_answered_it_is_not_asked_again(qtbot, window, engine, people, untagged, banner) -> None:
    engine.queries.threads["c-1"] = untagged
    go_to(qtbot, window)
    people.workspace = replace(people.workspace, bridge_channels=frozenset({ChannelKind.WHATSAPP}))
    engine.queries.threads["c-1"] = people.view([c.conversation for c in untagged.thread.chats])
    news(qtbot, engine, threads=frozenset({"c-1"}))
    qtbot.waitUntil(lambda: banner.text == "")


@pytest.mark.slow
def test_put_away_it_stays_away_over_a_restart(qtbot, theme, ticker, engine, untagged, tmp_path) -> None:
    engine.queries.threads["c-1"] = untagged
    settings = QSettings(str(tmp_path / "ui.ini"), QSettings.Format.IniFormat)
    for expected in (True, False):
        window = MainWindow(engine, theme, ticker, settings=settings)
        qtbot.addWidget(window)
        window.show()
        go_to(qtbot, window)
        assert bool(window._panes.octopods_banner.text) is expected
        if expected:
            qtbot.mouseClick(window._panes.octopods_banner.quiet_button, Qt.MouseButton.LeftButton)
            assert window._panes.octopods_banner.text == ""
        window.close()


@pytest.mark.slow
def test_the_palette_leads_to_the_page(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.command_palette.findChild(QLineEdit), "channels you use with octopods")
    press(qtbot, window, Qt.Key.Key_Return)
    assert isinstance(window.settings.sheet.page, OctopodsPage)


# The page.


def test_ticking_a_channel_answers(engine: FakeEngine, page: OctopodsPage) -> None:
    assert page.not_answered.isChecked()
    assert not button(page, "Save").isEnabled()
    page.boxes[ChannelKind.WHATSAPP].click()
    page.boxes[ChannelKind.VIBER].click()
    assert page.used.isChecked()
    button(page, "Save").click()
    assert engine.command_handler.of(SetBridgeChannels) == [
        SetBridgeChannels(frozenset({ChannelKind.WHATSAPP, ChannelKind.VIBER}))
    ]
    assert page.result == "Saved."


def test_no_octopods_is_an_answer_and_none_at_all_is_another(qtbot, engine: FakeEngine, page: OctopodsPage) -> None:
    page.unused.click()
    button(page, "Save").click()
    answered = replace(engine.queries.about.workspace, bridge_channels=frozenset())
    engine.queries.about = replace(engine.queries.about, workspace=answered)
    news(qtbot, engine, settings=True)
    qtbot.waitUntil(lambda: not button(page, "Save").isEnabled())
    assert page.unused.isChecked()
    page.not_answered.click()
    button(page, "Save").click()
    assert engine.command_handler.of(SetBridgeChannels) == [SetBridgeChannels(frozenset()), SetBridgeChannels(None)]


@pytest.mark.slow
def test_using_it_for_nothing_is_no_answer(page: OctopodsPage) -> None:
    page.used.click()
    assert not button(page, "Save").isEnabled()


@pytest.mark.slow
def test_the_admin_in_whose_name_it_tags_is_chosen(engine: FakeEngine, page: OctopodsPage) -> None:
    assert [box.text() for box in page.admins.values()] == ["Maria Lind", "Tom && Co"]
    page.admins["92"].click()
    button(page, "Save").click()
    assert engine.command_handler.of(SetBridgeTaggers) == [SetBridgeTaggers(frozenset({"92"}))]
    assert engine.command_handler.of(SetBridgeChannels) == []


@pytest.mark.slow
def test_a_half_made_choice_survives_news_about_other_things(qtbot, engine: FakeEngine, page: OctopodsPage) -> None:
    page.boxes[ChannelKind.SMS].click()
    page.admins["92"].click()
    engine.queries.about = replace(engine.queries.about, phone_region="IE")
    news(qtbot, engine, settings=True)
    assert page.boxes[ChannelKind.SMS].isChecked()
    assert page.admins["92"].isChecked()


# App codes that are not of Octopods.


@pytest.mark.slow
def test_a_code_is_said_to_be_of_another_app(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.queries.about = replace(engine.queries.about, code_histogram=(("octopods-vv1", 412), ("zapier", 9)))
    go_to(qtbot, window)
    news(qtbot, engine, settings=True)
    window.settings.sheet.open_at(AppCodesPage)
    page = window.settings.sheet.page
    qtbot.waitUntil(lambda: "zapier" in page._others)
    assert not page._others["octopods-vv1"].isEnabled(), "a code cannot be both"
    page._others["zapier"].click()
    button(page, "Save").click()
    assert engine.command_handler.of(SetOtherCodes) == [SetOtherCodes(frozenset({"zapier"}))]
