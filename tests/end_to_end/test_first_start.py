"""The first start as a new user goes through it: from an empty profile to a working inbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_keyrings import FakeKeyring
from first_start import (
    BRIDGE,
    CHANNELS,
    READY,
    RELAY,
    TOKEN,
    WELCOME,
    WHO,
    ProgramDriver,
    connect,
    go_on_to,
    token_of,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]


def customers(person: ProgramDriver) -> int:
    """How many stand in the list of the inbox."""
    return max(found.model().rowCount() for found in person.inbox.list.findChildren(QListView))


def test_from_an_empty_profile_to_a_working_inbox(play: Play, ring: FakeKeyring, tmp_path: Path) -> None:
    """Only what has to be typed is: the token, and enough of one's name to be found."""
    secrets: list[str] = []

    async def first(person: ProgramDriver) -> None:
        secrets.append(token_of(person))
        await connect(person)
        await person.until(lambda: person.wizard.teammate.list.count() > 1, "the teammates")
        person.picture("who")
        person.type("sam")
        person.picture("who-found")
        await go_on_to(person, BRIDGE)
        await person.sees("Seen in your conversations:")
        person.picture("bridge")
        await go_on_to(person, CHANNELS)
        person.picture("channels")
        await go_on_to(person, RELAY)
        person.picture("relay")
        await go_on_to(person, READY)
        assert "You write as Sam Byrne" in person.screen()
        assert "No channel account is connected" in person.screen()
        person.picture("ready")
        person.enter()
        await person.until(lambda: person.program.wizard is None, "the wizard to be gone")
        await person.until(lambda: person.inbox.isActiveWindow() and customers(person), "the inbox with customers")
        person.picture("inbox")
        assert person.pages == [WELCOME, TOKEN, WHO, BRIDGE, CHANNELS, RELAY, READY]
        # One key a page, the paste and its check, and three letters of a name.
        assert person.presses <= len(person.pages) + 2 + len("sam")
        workspace = await person.program.session.engine.queries.workspace()
        assert workspace.me is not None
        assert workspace.me.name == "Sam Byrne"

    async def second(person: ProgramDriver) -> None:
        await person.until(lambda: person.program.session and person.program.session.window, "the inbox at once")
        assert person.program.wizard is None
        assert person.presses == 0

    assert play(first) == []
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    assert not any(secret.encode() in content for secret in secrets for content in kept)
    assert secrets[0] in ring.kept.values()
    assert play(second) == []


def test_channel_accounts_are_added_with_what_a_person_has(play: Play, ring: FakeKeyring) -> None:
    async def scenario(person: ProgramDriver) -> None:
        urls = person.sandbox.urls
        await connect(person)
        await go_on_to(person, BRIDGE)
        await go_on_to(person, CHANNELS)

        person.click("Telegram bot")
        person.picture("telegram")
        person.paste(urls["telegram"]["token"])
        person.enter()
        await person.can_press("Add")
        person.picture("telegram-found")
        person.click("The bridge uses this very bot")
        person.click("Add Telegram bot")
        await person.sees("Telegram bot is connected.")
        person.picture("telegram-added")

        person.click("SMS at Twilio")
        await add_twilio(person)
        await person.sees("SMS at Twilio is connected.")
        person.picture("two-added")
        assert {key.split(":")[0] for key in names(person)} == {"telegram", "twilio"}
        await go_on_to(person, RELAY)
        person.click("Later")
        await person.sees_page(READY)
        await person.sees("Connected: ")
        person.picture("ready-with-channels")
        assert person.screen().count("Connected: ") == 2
        person.enter()
        await person.until(lambda: person.program.wizard is None, "the wizard to be gone")
        await person.until(lambda: person.program.session.window, "the inbox")
        # The running engine has them, without a restart.
        views = person.program.session.engine.queries.accounts()
        assert {view.key.provider.value for view in views} == {"telegram", "twilio"}
        telegram = next(view.config for view in views if view.key.provider.value == "telegram")
        assert telegram.carries_bridge

    assert play(scenario) == []
    assert sum("telegram" in name or "twilio" in name for name in ring.names()) == 2


async def add_twilio(person: ProgramDriver) -> None:
    """Enter leads from field to field; what is wrong is said beside the field that it is about."""
    twilio = person.sandbox.urls["twilio"]
    person.picture("twilio")
    person.type("+353 1")
    person.enter()
    person.paste(twilio["account_sid"])
    person.press(Qt.Key.Key_Tab)
    person.paste(twilio["key_sid"])
    person.enter()
    person.paste("not-the-secret")
    person.enter()
    await person.sees("The number has to begin with +")
    assert person.field("SMS number or Messaging Service").hasFocus()
    person.picture("twilio-number-refused")
    person.field("SMS number or Messaging Service").selectAll()
    person.paste(twilio["senders"]["sms"])
    person.enter()
    await person.until(lambda: person.field("API key secret or auth token").hasFocus(), "the secret to be refused")
    person.picture("twilio-secret-refused")
    person.field("API key secret or auth token").selectAll()
    person.paste(twilio["key_secret"])
    person.enter()
    await person.can_press("Add")
    person.picture("twilio-found")
    person.enter()


def names(person: ProgramDriver) -> list[str]:
    workspaces = person.program.accounts.profile.workspaces
    return [config.secret_name for w in workspaces for config in w.channels]


def test_an_account_that_was_added_can_be_removed_again(play: Play, ring: FakeKeyring) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await connect(person)
        await go_on_to(person, BRIDGE)
        await go_on_to(person, CHANNELS)
        person.click("Telegram bot")
        person.paste(person.sandbox.urls["telegram"]["token"])
        person.enter()
        await person.can_press("Add")
        person.enter()
        await person.sees("Telegram bot is connected.")
        kept = len(ring.kept)
        ring.locked = True
        person.click("Remove…")
        person.picture("remove")
        person.click("Remove")
        await person.sees("does not let go of the token")
        person.picture("remove-refused")
        ring.locked = False
        person.click("Remove…")
        person.click("Remove")
        await person.sees("is removed, and its token forgotten.")
        assert names(person) == []
        assert len(ring.kept) == kept - 1
        await person.until(lambda: not person.program.session.engine.queries.accounts(), "the inbox to know it too")

    assert play(scenario) == []


def test_going_back_loses_nothing(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await connect(person)
        await person.until(lambda: person.wizard.teammate.list.count() > 1, "the teammates")
        person.type("priya")
        await go_on_to(person, BRIDGE)
        await go_on_to(person, CHANNELS)
        person.click("WhatsApp at Twilio")
        person.type("+353 1 555")
        person.click("Back")
        assert person.screen().count("WhatsApp at Twilio") == 1
        for title in (BRIDGE, WHO, TOKEN):
            person.click("Back")
            await person.sees_page(title)
            if title == WHO:
                assert person.field("Search the teammates by name").text() == "priya"
        assert person.wizard.intercom.field.secret == token_of(person)
        person.picture("token-again")
        for title in (WHO, BRIDGE, CHANNELS):
            person.click("Next")
            await person.sees_page(title)
        person.click("WhatsApp at Twilio")
        assert person.field("WhatsApp number or Messaging Service").text() == "+353 1 555"
        view = await person.program.session.engine.queries.workspace()
        assert view.me is not None
        assert view.me.name == "Priya Nair"
        assert len(person.program.accounts.profile.workspaces) == 1

    assert play(scenario) == []


def test_the_relay_test_is_begun_from_the_wizard(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await connect(person)
        for title in (BRIDGE, CHANNELS, RELAY):
            await go_on_to(person, title)
        person.click("Test it now")
        await person.until(lambda: person.program.wizard is None and person.program.session.window, "the inbox")
        await person.until(lambda: person.inbox.settings.relay_test.is_open, "the relay test")
        person.picture("relay-test")

    assert play(scenario) == []


def test_sample_data_without_any_account(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await person.sees_page(WELCOME)
        person.click("Look around with sample data")
        await person.until(lambda: person.program.stage is not None, "the sample workspace")
        assert person.program.accounts.profile.workspaces == ()

    assert play(scenario) == []


def test_a_workspace_that_is_removed_leaves_nothing_and_the_wizard_comes_back(
    play: Play, ring: FakeKeyring, tmp_path: Path
) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await connect(person)
        for title in (BRIDGE, CHANNELS, RELAY, READY):
            await go_on_to(person, title)
        person.enter()
        await person.until(lambda: person.program.wizard is None and person.program.session.window, "the inbox")
        await person.until(lambda: person.inbox.isActiveWindow() and customers(person), "the inbox with customers")
        assert list((tmp_path / "cache").iterdir())
        person.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        person.press(Qt.Key.Key_Down)
        await person.can_press("Check now")
        person.click("Check now")
        await person.sees("may read all that is needed.")
        person.picture("settings-checked")
        person.click("Remove…")
        await person.sees("This cannot be undone.")
        person.picture("settings-remove")
        person.click("Remove")
        await person.sees_page(WELCOME)
        await person.until(lambda: person.program.session is None, "the workspace to be closed")
        assert person.program.accounts.profile.workspaces == ()

    assert play(scenario) == []
    assert not {name for name in ring.names() if "intercom" in name}
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_token_that_the_keyring_lost_is_asked_for_again(play: Play, ring: FakeKeyring) -> None:
    async def first(person: ProgramDriver) -> None:
        await connect(person)

    async def second(person: ProgramDriver) -> None:
        await person.sees_page(TOKEN)
        await person.sees("The keyring has no token for Harbour Parcels any more. Enter it again.")
        person.picture("token-lost")
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        await go_on_to(person, READY)
        person.enter()
        await person.until(lambda: person.program.wizard is None and person.program.session.window, "the inbox")

    assert play(first) == []
    ring.kept.clear()
    assert play(second) == []
