"""The checklist in the inbox: when it is shown, what it says, where it leads, and that it goes for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine, go_to, news, press
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView
from desktop.ports import ChannelConfig
from desktop.text.screens import first_day as texts
from desktop.ui.help.first_day.checklist import Checklist
from desktop.ui.help.first_day.steps import StepKind
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.accounts import AccountsPage
from desktop.ui.settings.notifications import NotificationsPage
from desktop.ui.settings.octopods import OctopodsPage
from desktop.ui.settings.program.first_steps import FirstStepsPage

BOT = ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, "123", "Shop bot", "@shop_bot")


@pytest.fixture
def start(qtbot, engine: FakeEngine, theme, ticker, tmp_path: Path) -> Iterator[Callable[[], MainWindow]]:
    """Opens the window on what an earlier one has stored."""
    windows: list[MainWindow] = []

    def start() -> MainWindow:
        if windows:
            windows[-1].close()
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(engine, theme, ticker, settings=settings)
        windows.append(window)
        engine.queries.asked.clear()
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window and "workspace" in engine.queries.asked)
        return window

    yield start
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def shown(start: Callable[[], MainWindow]) -> MainWindow:
    """The window after the wizard."""
    window = start()
    window.begin_first_day()
    return window


def checklist_of(window: MainWindow) -> Checklist:
    assert window.checklist.widget is not None
    return window.checklist.widget


def button_of(window: MainWindow, kind: StepKind):
    return next(row.button for row in checklist_of(window).rows() if row.kind is kind)


def test_nothing_is_shown_to_who_did_not_just_connect(start: Callable[[], MainWindow]) -> None:
    window = start()
    assert window.checklist.widget is None
    assert window.hints.presenter is None


def test_each_step_leads_to_its_page(shown: MainWindow) -> None:
    for kind, page in (
        (StepKind.OCTOPODS, OctopodsPage),
        (StepKind.ACCOUNT, AccountsPage),
        (StepKind.NOTIFICATION, NotificationsPage),
    ):
        button_of(shown, kind).click()
        assert isinstance(shown.settings.sheet.page, page)
        shown.settings.sheet.dismiss()
    button_of(shown, StepKind.DELIVERY_TEST).click()
    assert shown.settings.relay_test.is_open


def test_what_is_done_is_said_and_the_last_step_ends_it(qtbot, shown: MainWindow, engine: FakeEngine) -> None:
    rows = {row.kind: row for row in checklist_of(shown).rows()}
    assert rows[StepKind.ACCOUNT].accessibleName() == "Connect a channel account, not done"
    assert "Not tested yet: WhatsApp, Telegram, SMS." in texts.DELIVERY_TEST_ABOUT(channels="WhatsApp, Telegram, SMS")
    about = engine.queries.about
    engine.queries.about = replace(about, workspace=replace(about.workspace, bridge_channels=frozenset()))
    engine.queries.connected = (ChannelView(BOT, ChannelKey(BOT.provider, BOT.channel, BOT.sender)),)
    news(qtbot, engine, settings=True, accounts=True)
    qtbot.waitUntil(lambda: checklist_of(shown).accessibleName() == "Get set up, 2 of 3 done")
    rows = {row.kind: row for row in checklist_of(shown).rows()}
    assert rows[StepKind.ACCOUNT].accessibleName() == "Connect a channel account, done"
    assert not rows[StepKind.ACCOUNT].button.isVisible()
    shown.settings.notification_tried.emit()
    assert shown.checklist.widget is None
    assert shown.toast.text == texts.ALL_DONE()


def test_it_makes_room_for_a_thread_and_keeps_a_choice(qtbot, start, shown: MainWindow) -> None:
    assert not checklist_of(shown).is_folded
    go_to(qtbot, shown)
    assert checklist_of(shown).is_folded
    checklist_of(shown).fold_button.click()
    assert not checklist_of(shown).is_folded
    assert checklist_of(shown).height() < shown.height() // 2
    go_to(qtbot, shown, "c-2")
    assert not checklist_of(shown).is_folded
    again = start()
    qtbot.waitUntil(lambda: again.checklist.widget is not None)
    assert not checklist_of(again).is_folded


def test_once_dismissed_it_stays_away_until_the_settings_bring_it_back(qtbot, start, shown: MainWindow) -> None:
    checklist_of(shown).dismiss_button.click()
    assert shown.checklist.widget is None
    again = start()
    qtbot.wait(1)
    assert again.checklist.widget is None
    again.settings.sheet.open_at(FirstStepsPage)
    again.settings.sheet.first_steps.checklist_button.click()
    assert not again.settings.sheet.is_open
    assert button_of(again, StepKind.OCTOPODS).hasFocus()


def test_all_done_can_still_be_looked_at(qtbot, engine: FakeEngine, shown: MainWindow) -> None:
    about = engine.queries.about
    engine.queries.about = replace(about, workspace=replace(about.workspace, bridge_channels=frozenset()))
    engine.queries.connected = (ChannelView(BOT, ChannelKey(BOT.provider, BOT.channel, BOT.sender)),)
    shown.settings.notification_tried.emit()
    news(qtbot, engine, settings=True, accounts=True)
    qtbot.waitUntil(lambda: shown.checklist.widget is None)
    shown.settings.checklist_requested.emit()
    assert checklist_of(shown).accessibleName() == "Get set up, 3 of 3 done"
    assert checklist_of(shown).fold_button.hasFocus()


def test_the_command_shows_it_too(shown: MainWindow) -> None:
    checklist_of(shown).dismiss_button.click()
    shown._commands.run("set_up")
    assert button_of(shown, StepKind.OCTOPODS).hasFocus()


def test_it_is_reached_with_f6_and_asks_instead_of_the_banner(qtbot, shown: MainWindow) -> None:
    shown.list.setFocus()
    press(qtbot, shown, Qt.Key.Key_F6)
    assert checklist_of(shown).isAncestorOf(QApplication.focusWidget())
    assert shown._panes.octopods_banner.text == ""


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_leaves_room_in_a_small_window(qtbot, theme, shown: MainWindow, scale: float) -> None:
    theme.set_text_scale(scale)
    shown.resize(1024, 700)
    go_to(qtbot, shown)
    checklist_of(shown).fold_button.click()
    qtbot.waitUntil(lambda: checklist_of(shown).height() < shown.height() // 2)
    assert shown.composer.isVisible()
    assert shown.height() == 700
