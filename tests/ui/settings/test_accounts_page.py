"""The accounts page of the settings: what is connected, how it is, and what may be done about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, news, press
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QLabel, QWidget
from reasons import said

from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView, Checked, Refusal
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.text.screens import settings as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.accounts import AccountsPage

pytestmark = pytest.mark.slow

BOT = ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, "123", "Shop bot", "@shop_bot", carries_bridge=True)
SMS = ChannelConfig(Provider.TWILIO, ChannelKind.SMS, "+35315550102", "Shop", "+35315550102")
SHOP = WorkspaceConfig("w1", "Shop", "EU", "Maria Lind", (BOT, SMS))
OUTLET = WorkspaceConfig("w2", "Outlet", "US", "Tom")


def key(config: ChannelConfig) -> ChannelKey:
    return ChannelKey(config.provider, config.channel, config.sender)


@pytest.fixture
def accounts() -> FakeAccounts:
    accounts = FakeAccounts()
    accounts.profile = Profile((SHOP, OUTLET), "w1")
    return accounts


@pytest.fixture
def page(window: MainWindow, engine: FakeEngine, accounts: FakeAccounts) -> AccountsPage:
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    window.settings.open_accounts()
    found = window.settings.sheet.page
    assert isinstance(found, AccountsPage)
    return found


def settle() -> None:
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def told(page: QWidget) -> str:
    settle()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def rows(page: QWidget) -> list[str]:
    """What a screen reader says of each account."""
    settle()
    return [row.accessibleName() for row in page.findChildren(QFrame, "account") if row.isVisible()]


def button(page: QWidget, words: str) -> QAbstractButton:
    settle()
    found = (b for b in page.findChildren(QAbstractButton) if b.isVisible())
    return next(b for b in found if words in (b.text(), b.accessibleName()))


def buttons(page: QWidget) -> set[str]:
    settle()
    return {b.accessibleName() or b.text() for b in page.findChildren(QAbstractButton) if b.isVisible()}


def test_sample_accounts_are_shown_and_cannot_be_changed(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    window.settings.show_accounts((ChannelView(BOT, key(BOT)),))
    window.settings.open_accounts()
    page = window.settings.sheet.page
    assert texts.SAMPLE_ACCOUNTS() in told(page)
    assert "Telegram · @shop_bot" in told(page)
    assert "Intercom · Shop" in told(page)
    assert buttons(page) == set()


def test_escape_is_heard_after_the_row_with_the_keyboard_is_gone(qtbot, page: AccountsPage, window: MainWindow) -> None:
    button(page, "Remove Twilio SMS · +35315550102").click()
    sure = button(page, "Remove")
    sure.setFocus()
    sure.click()
    qtbot.waitUntil(lambda: "was removed." in told(page))
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.settings.sheet.is_open


def test_what_is_connected_is_listed_with_how_it_is(page: AccountsPage, now) -> None:
    unpaid = ChannelView(SMS, key(SMS), said("Twilio wants to be paid."))
    page.show_accounts((ChannelView(BOT, key(BOT), checked_at=now), unpaid))
    assert rows(page) == [
        "Intercom · Shop\nEurope · Current workspace",
        "Intercom · Outlet\nUnited States",
        "Telegram · @shop_bot\nShared with Octopods.\nConnected. Last used: 20 November 2026, 14:00.",
        "Twilio SMS · +35315550102\nTwilio wants to be paid.",
    ]
    shown = told(page)
    assert "Connected. Last used: 20 November 2026, 14:00." in shown
    assert "Twilio wants to be paid." in shown
    assert "Tokens are stored in the system's password store (" in shown


def test_an_account_that_is_not_open_is_not_said_to_be_well(page: AccountsPage) -> None:
    page.show_accounts((ChannelView(BOT, key(BOT)),))
    assert rows(page)[2:] == [
        "Telegram · @shop_bot\nShared with Octopods.\nNot used since Reachline started.",
        "Twilio SMS · +35315550102\nNot connected right now.",
    ]


def test_a_missing_keyring_is_said_first(window: MainWindow, engine: FakeEngine, accounts: FakeAccounts) -> None:
    accounts.keeps_secrets, accounts.keyring_error = False, said("This system has no keyring that can be used.")
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    window.settings.open_accounts()
    assert "This system has no keyring that can be used." in told(window.settings.sheet.page)


def test_check_now_asks_everybody_and_says_what_each_answered(page: AccountsPage, accounts: FakeAccounts) -> None:
    accounts.checked = (
        Checked("Intercom · Shop", True, said("The token may read all that is needed.")),
        Checked("Telegram", True, said("It answers as Shop bot."), key(BOT)),
        Checked("Twilio", False, said("Twilio does not accept the credential."), key(SMS)),
        Checked("Intercom · Outlet", False, said("Intercom cannot be reached.")),
    )
    button(page, texts.CHECK_NOW()).click()
    assert rows(page) == [
        "Intercom · Shop\nEurope · Current workspace\nThe token may read all that is needed.",
        "Intercom · Outlet\nUnited States\nIntercom cannot be reached.",
        "Telegram · @shop_bot\nShared with Octopods.\nIt answers as Shop bot.",
        "Twilio SMS · +35315550102\nTwilio does not accept the credential.",
    ]


def test_the_workspace_in_use_is_not_switched_to(page: AccountsPage, accounts: FakeAccounts) -> None:
    assert "Switch to Intercom · Shop" not in buttons(page)
    button(page, "Switch to Intercom · Outlet").click()
    assert accounts.calls == [("choose_workspace", "w2")]


def test_another_one_is_added_by_the_wizard(qtbot, window: MainWindow, page: AccountsPage) -> None:
    with qtbot.waitSignal(window.settings.add_workspace_requested):
        button(page, texts.ADD_WORKSPACE()).click()


def test_removing_a_workspace_says_what_goes_and_rests_on_keeping_it(
    qtbot, window: MainWindow, page: AccountsPage, accounts: FakeAccounts
) -> None:
    button(page, "Remove Intercom · Shop").click()
    assert "Its token, its 2 channel accounts, and everything stored for it on this computer" in told(page)
    assert "You can't undo this." in told(page)
    press(qtbot, window, Qt.Key.Key_Return)
    assert accounts.calls == []
    assert "You can't undo this." not in told(page)
    button(page, "Remove Intercom · Outlet").click()
    button(page, "Yes, remove Intercom · Outlet").click()
    assert accounts.calls == [("remove_workspace", "w2")]
    assert "Intercom · Outlet" not in told(page)


def test_what_the_keyring_does_not_let_go_of_stays(page: AccountsPage, accounts: FakeAccounts) -> None:
    accounts.refused = Refusal(said("The keyring does not let go of the token."))
    button(page, "Remove Intercom · Outlet").click()
    button(page, "Yes, remove Intercom · Outlet").click()
    assert "The keyring does not let go of the token." in told(page)
    assert "Intercom · Outlet" in told(page)
    assert "You can't undo this." not in told(page)
    button(page, "Remove Telegram · @shop_bot").click()
    button(page, "Yes, remove Telegram · @shop_bot").click()
    assert "Telegram · @shop_bot" in told(page)


def test_a_channel_account_is_removed_after_a_question(page: AccountsPage, accounts: FakeAccounts) -> None:
    button(page, "Remove Telegram · @shop_bot").click()
    assert accounts.calls == []
    button(page, "Yes, remove Telegram · @shop_bot").click()
    assert accounts.calls == [("remove_channel", "w1", BOT)]
    assert "Telegram · @shop_bot was removed." in told(page)
    assert "Remove Telegram · @shop_bot" not in buttons(page)


def test_a_channel_account_is_added_with_the_keyboard(
    qtbot, window: MainWindow, page: AccountsPage, accounts: FakeAccounts
) -> None:
    button(page, "WhatsApp through 360dialog").click()
    qtbot.keyClicks(QApplication.focusWidget(), "+35315550100")
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.keyClicks(QApplication.focusWidget(), "key")
    press(qtbot, window, Qt.Key.Key_Return)
    settle()
    press(qtbot, window, Qt.Key.Key_Return)
    added = [call for call in accounts.calls if call[0] == "add_channel"]
    assert [(call[1], call[2].sender, call[3]) for call in added] == [("w1", "+35315550100", "key")]
    assert "WhatsApp through 360dialog is connected." in told(page)
    assert "360dialog · +35315550100" in told(page)


def test_escape_leaves_the_form_before_the_sheet(qtbot, window: MainWindow, page: AccountsPage) -> None:
    button(page, "Telegram bot").click()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.settings.sheet.is_open
    assert "Add channel account" in told(page)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.settings.sheet.is_open


def test_a_question_stays_open_while_only_states_change(page: AccountsPage, now) -> None:
    button(page, "Remove Telegram · @shop_bot").click()
    page.show_accounts((ChannelView(BOT, key(BOT), checked_at=now),))
    assert "Yes, remove Telegram · @shop_bot" in buttons(page)


def test_what_another_place_changed_is_shown(page: AccountsPage, accounts: FakeAccounts) -> None:
    accounts._changed(Profile((replace(SHOP, channels=()),), "w1"), "w1")
    assert "Telegram · @shop_bot" not in told(page)
    assert "Intercom · Outlet" not in told(page)


def test_the_window_tells_the_page_of_every_change(qtbot, window, engine: FakeEngine, page: AccountsPage, now) -> None:
    engine.queries.connected = (ChannelView(BOT, key(BOT), said("Telegram is busy."), now),)
    news(qtbot, engine, accounts=True, settings=True)
    assert "Telegram is busy." in told(page)


def test_a_window_that_is_gone_hears_nothing_more(qtbot, window, page: AccountsPage, accounts: FakeAccounts) -> None:
    window.settings.sheet.dismiss()
    for each in (page, window.settings.sheet.team, window.settings.sheet.translation):
        each.setParent(None)
        each.deleteLater()
    settle()
    accounts._changed(Profile((SHOP,), "w1"), "w1")
    assert accounts._listeners == []
