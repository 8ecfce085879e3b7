"""The first start by a new user, from an empty profile to a working inbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_keyrings import FakeKeyring
from first_start import (
    READY,
    REQUEST,
    TOKEN,
    WELCOME,
    WHO,
    ProgramDriver,
    connect,
    finish_wizard,
    go_to_next_page,
    token_of,
)
from PySide6.QtCore import Qt

from desktop.ui.customers.list_view import CustomerListView
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.appearance import AppearancePage
from desktop.ui.wizard.wizard import Wizard

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]


def customer_count(driver: ProgramDriver) -> int:
    """Number of rows in the customer list."""
    return driver.inbox.list.findChild(CustomerListView).model().rowCount()


def test_from_an_empty_profile_to_a_working_inbox(play: Play, ring: FakeKeyring, tmp_path: Path) -> None:
    """Only the token and the first letters of a name are typed."""
    secrets: list[str] = []

    async def first(driver: ProgramDriver) -> None:
        secrets.append(token_of(driver))
        await driver.wait_for_page(WELCOME)
        titles = [await change_language(driver, lambda: driver.wizard, code) for code in ("es", "")]
        assert titles[0] != titles[1] == driver.wizard.windowTitle()
        driver.pages.clear()
        await connect(driver)
        await driver.wait_until(lambda: driver.wizard.teammate.list.count() > 1, "the teammates")
        driver.save_picture("who")
        driver.type("sam")
        driver.save_picture("who-found")
        await finish_wizard(driver)
        await driver.wait_until(lambda: customer_count(driver), "the customers")
        driver.save_picture("inbox")
        assert driver.pages == [WELCOME, REQUEST, TOKEN, WHO, READY]
        # One key per page, the paste, and three letters of a name.
        assert driver.input_count <= len(driver.pages) + 1 + len("sam")
        workspace = await driver.program.session.engine.queries.workspace()
        assert workspace.me is not None
        assert workspace.me.name == "Sam Byrne"

    async def second(driver: ProgramDriver) -> None:
        await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox at once")
        assert driver.program.wizard is None
        assert driver.input_count == 0
        window = driver.inbox
        await driver.wait_until(lambda: customer_count(driver), "the customers")
        window.choose_customer(next(iter(window.list.findChild(CustomerListView).model().rows.values())).customer_id)
        await driver.wait_until(lambda: window.composer.isEnabled(), "the thread")
        window.composer.text_field.setPlainText("Half a sentence")
        await change_language(driver, lambda: driver.inbox, "de")
        assert "Reachline ist jetzt auf Deutsch." in driver.visible_text()
        await change_language(driver, lambda: driver.inbox, "")
        assert (driver.inbox.customer_id, driver.inbox.composer.text) == (window.customer_id, "Half a sentence")
        assert "Reachline is in English now." in driver.visible_text()

    assert play(first) == []
    stored = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert stored
    assert not any(secret.encode() in content for secret in secrets for content in stored)
    assert secrets[0] in ring.passwords.values()
    assert play(second) == []


async def change_language(driver: ProgramDriver, window: Callable[[], MainWindow | Wizard], language: str) -> str:
    """Choose a language in a window, and return the title of the one that takes its place."""
    former = window()
    choice = former.welcome.language if isinstance(former, Wizard) else _page(former).language
    choice.chosen.emit(language)
    await driver.wait_until(lambda: window() is not former and window().isVisible(), "another window")
    return window().windowTitle()


async def go_to_accounts(driver: ProgramDriver) -> None:
    """Go from the page with the teammates through the inbox to the settings of accounts."""
    await finish_wizard(driver)
    driver.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    driver.press(Qt.Key.Key_Down)
    await driver.wait_for_button("Check now")


def test_channel_accounts_are_added(play: Play, ring: FakeKeyring) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        urls = driver.sandbox.urls
        await connect(driver)
        await go_to_accounts(driver)

        driver.click("Telegram bot")
        driver.save_picture("telegram")
        driver.paste(urls["telegram"]["token"])
        driver.enter()
        await driver.wait_for_button("Add")
        driver.save_picture("telegram-found")
        driver.click("This bot is connected to Octopods")
        driver.click("Add Telegram bot")
        await driver.wait_for_text("Telegram bot is connected.")
        driver.save_picture("telegram-added")

        driver.click("SMS through Twilio")
        await add_twilio(driver)
        await driver.wait_for_text("SMS through Twilio is connected.")
        driver.save_picture("two-added")
        assert {key.split(":")[0] for key in secret_names(driver)} == {"telegram", "twilio"}
        # The running engine has the channels without a restart.
        queries = driver.program.session.engine.queries
        await driver.wait_until(lambda: len(queries.accounts()) == 2, "the engine to know them")
        assert {view.key.provider.value for view in queries.accounts()} == {"telegram", "twilio"}
        telegram = next(view.config for view in queries.accounts() if view.key.provider.value == "telegram")
        assert telegram.carries_bridge

    assert play(scenario) == []
    assert sum("telegram" in name or "twilio" in name for name in ring.names()) == 2


async def add_twilio(driver: ProgramDriver) -> None:
    """Fill in the form with Enter; errors are shown beside their fields."""
    twilio = driver.sandbox.urls["twilio"]
    driver.save_picture("twilio")
    driver.type("+353 1")
    driver.enter()
    driver.paste(twilio["account_sid"])
    driver.press(Qt.Key.Key_Tab)
    driver.paste(twilio["key_sid"])
    driver.enter()
    driver.paste("not-the-secret")
    driver.enter()
    await driver.wait_for_text("The number starts with +")
    assert driver.field("SMS number or Messaging Service").hasFocus()
    driver.save_picture("twilio-number-refused")
    driver.field("SMS number or Messaging Service").selectAll()
    driver.paste(twilio["senders"]["sms"])
    driver.enter()
    await driver.wait_until(lambda: driver.field("API key secret or auth token").hasFocus(), "the secret to be refused")
    driver.save_picture("twilio-secret-refused")
    driver.field("API key secret or auth token").selectAll()
    driver.paste(twilio["key_secret"])
    driver.enter()
    await driver.wait_for_button("Add")
    driver.save_picture("twilio-found")
    driver.enter()


def secret_names(driver: ProgramDriver) -> list[str]:
    workspaces = driver.program.accounts.profile.workspaces
    return [config.secret_name for w in workspaces for config in w.channels]


def test_an_account_that_was_added_can_be_removed_again(play: Play, ring: FakeKeyring) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await connect(driver)
        await go_to_accounts(driver)
        driver.click("Telegram bot")
        driver.paste(driver.sandbox.urls["telegram"]["token"])
        driver.enter()
        await driver.wait_for_button("Add")
        driver.enter()
        await driver.wait_for_text("Telegram bot is connected.")
        stored = len(ring.passwords)
        ring.locked = True
        [remove] = [name for name in driver.button_names() if name.startswith("Remove Telegram")]
        driver.click(remove)
        driver.save_picture("remove")
        driver.click("Remove")
        await driver.wait_for_text("couldn't be deleted from the system's password store")
        driver.save_picture("remove-refused")
        ring.locked = False
        await driver.wait_until(lambda: remove in driver.button_names(), "the account to be there")
        driver.click(remove)
        driver.click("Remove")
        await driver.wait_for_text("was removed.")
        assert secret_names(driver) == []
        assert len(ring.passwords) == stored - 1
        await driver.wait_until(
            lambda: not driver.program.session.engine.queries.accounts(), "the inbox to know it too"
        )

    assert play(scenario) == []


def test_going_back_loses_nothing(play: Play) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await connect(driver)
        await driver.wait_until(lambda: driver.wizard.teammate.list.count() > 1, "the teammates")
        driver.type("priya")
        await go_to_next_page(driver, READY)
        for title in (WHO, TOKEN, REQUEST):
            driver.click("Back")
            await driver.wait_for_page(title)
            if title == WHO:
                assert driver.field("Search teammates by name").text() == "priya"
        for button, title in (("I have a token", TOKEN), ("Next", WHO), ("Next", READY)):
            driver.click(button)
            await driver.wait_for_page(title)
            if title == TOKEN:
                assert driver.wizard.intercom.field.secret == token_of(driver)
        view = await driver.program.session.engine.queries.workspace()
        assert view.me is not None
        assert view.me.name == "Priya Nair"
        assert len(driver.program.accounts.profile.workspaces) == 1

    assert play(scenario) == []


def test_sample_data_without_any_account(play: Play) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await driver.wait_for_page(WELCOME)
        driver.click("Look around with sample data")
        await driver.wait_until(lambda: driver.program.sample is not None, "the sample workspace")
        assert driver.program.accounts.profile.workspaces == ()

    assert play(scenario) == []


def test_a_workspace_that_is_removed_leaves_nothing_and_the_wizard_comes_back(
    play: Play, ring: FakeKeyring, tmp_path: Path
) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await connect(driver)
        await go_to_accounts(driver)
        await driver.wait_until(lambda: customer_count(driver), "the customers")
        assert list((tmp_path / "cache").iterdir())
        driver.click("Check now")
        await driver.wait_for_text("can read everything Reachline needs.")
        driver.save_picture("settings-checked")
        driver.click("Remove…")
        await driver.wait_for_text("You can't undo this.")
        driver.save_picture("settings-remove")
        driver.click("Remove")
        await driver.wait_for_page(WELCOME)
        await driver.wait_until(lambda: driver.program.session is None, "the workspace to be closed")
        assert driver.program.accounts.profile.workspaces == ()

    assert play(scenario) == []
    assert not {name for name in ring.names() if "intercom" in name}
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_token_that_the_keyring_lost_is_asked_for_again(play: Play, ring: FakeKeyring) -> None:
    async def first(driver: ProgramDriver) -> None:
        await connect(driver)

    async def second(driver: ProgramDriver) -> None:
        await driver.wait_for_page(TOKEN)
        await driver.wait_for_text("The token of Harbour Parcels is no longer in the system's password store")
        driver.save_picture("token-lost")
        driver.paste(token_of(driver))
        await driver.wait_for_text("This token belongs to Lukas Brandt.")
        await go_to_next_page(driver, READY)
        driver.enter()
        await driver.wait_until(lambda: driver.program.wizard is None and driver.program.session.window, "the inbox")

    assert play(first) == []
    ring.passwords.clear()
    assert play(second) == []


def _page(window: MainWindow) -> AppearancePage:
    [page] = [page for page in window.settings.sheet.pages if isinstance(page, AppearancePage)]
    return page
