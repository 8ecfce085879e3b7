"""The first start as a new user goes through it: from an empty profile to a working inbox, and what goes wrong."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bad_networks import foreign_certificate, proxy_with_sign_in
from first_start import Person, home
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QListView
from rings import Ring, ring_of_the_test

from desktop.app import loop
from desktop.app.connect import Hosts
from desktop.sandbox.server import Sandbox
from desktop.sandbox.settings import Fault
from desktop.ui.theme import Theme

WELCOME, TOKEN = "Know where every reply will arrive", "Connect your Intercom workspace"
WHO, BRIDGE = "Which teammate are you?", "How the bridge's messages are known"
CHANNELS, RELAY, READY = "Connect channel accounts", "Does the bridge forward what you write here?", "Ready"
Scenario = Callable[[Person], Coroutine[Any, Any, None]]
Play = Callable[..., list[str]]

pytestmark = pytest.mark.xdist_group("whole app")


@pytest.fixture
def ring() -> Iterator[Ring]:
    with ring_of_the_test() as ring:
        yield ring


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(demo_story=True) as sandbox:
        yield sandbox


@pytest.fixture
def garbage_of_this_thread() -> Iterator[None]:
    """The sandbox's thread must not be the one that happens to collect a window of an earlier test: Qt's objects may
    be deleted only where they live."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, ring: Ring, sandbox: Sandbox, garbage_of_this_thread: None) -> Play:
    """Starts the program for a person, on the profile in `tmp_path`; gives the names of tasks that outlived it."""
    theme = Theme(qapp, scheme=Qt.ColorScheme.Light)

    def play(scenario: Scenario, hosts: Hosts | None = None, read_timeout_s: float = 10.0) -> list[str]:
        left: list[str] = []

        async def main() -> int:
            lives_at = home(tmp_path, hosts or Hosts.of_sandbox(sandbox.urls), read_timeout_s)
            person = Person(qapp, lives_at, theme, sandbox)
            await person.start()
            try:
                await scenario(person)
            finally:
                await person.quit()
            left.extend(t.get_name() for t in asyncio.all_tasks() if t is not asyncio.current_task())
            return 0

        assert loop.run(qapp, main) == 0
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return left

    return play


def token_of(person: Person) -> str:
    return str(person.sandbox.urls["intercom"]["token"])


async def come_to_the_token(person: Person) -> None:
    await person.sees_page(WELCOME)
    person.picture("welcome")
    person.enter()
    await person.sees_page(TOKEN)
    person.picture("token")


async def connect(person: Person) -> None:
    """From the welcome to the question who sits here."""
    await come_to_the_token(person)
    person.paste(f"  {token_of(person)}\n")
    person.enter()
    await person.sees("The token belongs to Lukas Brandt.")
    person.picture("token-found")
    person.enter()
    await person.sees_page(WHO)


def customers(person: Person) -> int:
    """How many stand in the list of the inbox."""
    return max(found.model().rowCount() for found in person.inbox.list.findChildren(QListView))


async def go_on_to(person: Person, title: str) -> None:
    person.enter()
    await person.sees_page(title)


def test_from_an_empty_profile_to_a_working_inbox(play: Play, ring: Ring, tmp_path: Path) -> None:
    """Only what has to be typed is: the token, and enough of one's name to be found."""
    secrets: list[str] = []

    async def first(person: Person) -> None:
        secrets.append(token_of(person))
        await connect(person)
        await person.until(lambda: person.wizard.who.list.count() > 1, "the teammates")
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
        workspace = await person.program.session.engine.reads.workspace()
        assert workspace.me is not None
        assert workspace.me.name == "Sam Byrne"

    async def second(person: Person) -> None:
        await person.until(lambda: person.program.session and person.program.session.window, "the inbox at once")
        assert person.program.wizard is None
        assert person.presses == 0

    assert play(first) == []
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    assert not any(secret.encode() in content for secret in secrets for content in kept)
    assert secrets[0] in ring.kept.values()
    assert play(second) == []


def test_channel_accounts_are_added_with_what_a_person_has(play: Play, ring: Ring) -> None:
    async def scenario(person: Person) -> None:
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
        views = person.program.session.engine.reads.accounts()
        assert {view.key.provider.value for view in views} == {"telegram", "twilio"}
        telegram = next(view.config for view in views if view.key.provider.value == "telegram")
        assert telegram.carries_bridge

    assert play(scenario) == []
    assert sum("telegram" in name or "twilio" in name for name in ring.names()) == 2


async def add_twilio(person: Person) -> None:
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


def names(person: Person) -> list[str]:
    workspaces = person.program.accounts.profile.workspaces
    return [config.secret_name for w in workspaces for config in w.channels]


def test_an_account_that_was_added_can_be_removed_again(play: Play, ring: Ring) -> None:
    async def scenario(person: Person) -> None:
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
        assert not person.program.session.engine.reads.accounts()

    assert play(scenario) == []


def test_going_back_loses_nothing(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await connect(person)
        await person.until(lambda: person.wizard.who.list.count() > 1, "the teammates")
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
        view = await person.program.session.engine.reads.workspace()
        assert view.me is not None
        assert view.me.name == "Priya Nair"
        assert len(person.program.accounts.profile.workspaces) == 1

    assert play(scenario) == []


def test_the_relay_test_is_begun_from_the_wizard(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await connect(person)
        for title in (BRIDGE, CHANNELS, RELAY):
            await go_on_to(person, title)
        person.click("Test it now")
        await person.until(lambda: person.program.wizard is None and person.program.session.window, "the inbox")
        await person.until(lambda: person.inbox.settings.relay_test.is_open, "the relay test")
        person.picture("relay-test")

    assert play(scenario) == []


def test_sample_data_without_any_account(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await person.sees_page(WELCOME)
        person.click("Look around with sample data")
        await person.until(lambda: person.program.stage is not None, "the sample workspace")
        assert person.program.accounts.profile.workspaces == ()

    assert play(scenario) == []


def test_a_workspace_that_is_removed_leaves_nothing_and_the_wizard_comes_back(
    play: Play, ring: Ring, tmp_path: Path
) -> None:
    async def scenario(person: Person) -> None:
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


def test_a_token_that_the_keyring_lost_is_asked_for_again(play: Play, ring: Ring) -> None:
    async def first(person: Person) -> None:
        await connect(person)

    async def second(person: Person) -> None:
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


# What goes wrong, and what the screen says then.


def strike(person: Person, path: str, **fault: Any) -> None:
    with person.sandbox.lock:
        person.sandbox.world.settings.fail_next.append(Fault("*", path, **fault))


async def refused(person: Person, words: str, name: str) -> None:
    """The sentence stands under the field, which has kept its text and the keyboard."""
    await person.sees(words)
    field = person.wizard.intercom.field
    assert words in field.line.said
    assert field.secret
    assert field.edit.hasFocus()
    assert not person.wizard.next.isEnabled()
    person.picture(name)


def test_a_wrong_token_is_refused_in_place_and_corrected(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        person.enter()
        await person.sees("Paste the access token first.")
        person.type("dG9rOmZvdW5k")
        person.enter()
        await refused(person, "Intercom does not accept this token", "token-refused")
        person.field("Access token").selectAll()
        person.paste("tok€n")
        person.enter()
        await refused(person, "Copy the access token again", "token-impossible")
        person.field("Access token").selectAll()
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        person.enter()
        await person.sees_page(WHO)

    assert play(scenario) == []


def test_a_missing_permission_is_named_with_what_will_not_work(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        strike(person, "/macros", action="status", status=403, times=None)
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        missing = next(p for p in person.wizard.intercom.tried.permissions if p.allowed is False)
        assert missing.name in person.screen()
        assert missing.sentence in person.screen()
        assert "shows at first use" in person.screen()
        person.picture("permission-missing")
        assert person.wizard.next.isEnabled()

    assert play(scenario) == []


def test_no_network_and_then_there_is_one(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        await asyncio.to_thread(person.sandbox.unplug)
        person.paste(token_of(person))
        person.enter()
        await refused(person, "Intercom cannot be reached. Check the network connection.", "no-network")
        await asyncio.to_thread(person.sandbox.plug_in)
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")

    assert play(scenario) == []


def test_a_slow_answer_can_be_cancelled(play: Play) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        strike(person, "/me$", action="delay", seconds=3.0)
        person.paste(token_of(person))
        person.enter()
        await person.sees("Asking Intercom whose token this is…")
        person.picture("asking")
        assert not person.wizard.next.isEnabled()
        person.click("Cancel")
        assert "Asking Intercom" not in person.screen()
        assert person.wizard.intercom.field.secret == token_of(person)
        assert person.wizard.intercom.field.edit.hasFocus()
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")

    assert play(scenario) == []


def test_a_keyring_that_is_locked_keeps_nothing_half(play: Play, ring: Ring) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        ring.locked = True
        person.enter()
        await person.sees("The keyring did not take the token")
        person.picture("keyring-locked")
        assert person.program.accounts.profile.workspaces == ()
        ring.locked = False
        person.click("Connect")
        await person.sees_page(WHO)

    assert play(scenario) == []


def test_a_keyring_that_waits_for_its_prompt_is_waited_for(play: Play, ring: Ring) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        ring.gate.clear()
        person.enter()
        await person.sees("Connecting Harbour Parcels…")
        person.picture("keyring-prompt")
        assert not person.wizard.next.isEnabled()
        ring.gate.set()
        await person.sees_page(WHO)

    assert play(scenario) == []


def test_no_keyring_is_said_at_once(play: Play, ring: Ring, tmp_path: Path) -> None:
    async def scenario(person: Person) -> None:
        await person.sees_page(WELCOME)
        await person.sees("no keyring that can be used")
        person.picture("no-keyring")
        person.enter()
        await person.sees("kept in memory only")
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        person.enter()
        await person.sees_page(WHO)

    ring.locked = True
    assert play(scenario) == []
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("certificate", "this computer does not trust the certificate"),
        ("sign-in page", "something in between answers in its place"),
        ("proxy", "This network's proxy wants a sign-in"),
        ("dead proxy", "the proxy that this computer is told to use does not answer"),
    ],
)
def test_networks_that_stand_in_between_are_told_apart(
    play: Play, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, words: str
) -> None:
    async def scenario(person: Person) -> None:
        await come_to_the_token(person)
        person.paste(token_of(person))
        person.enter()
        await refused(person, words, f"network-{trouble}")

    real = Hosts.of_sandbox(sandbox.urls)
    root = real.intercom["US"]
    with foreign_certificate(tmp_path) as foreign, proxy_with_sign_in() as proxy:
        address = {"certificate": foreign, "sign-in page": root.replace("http:", "https:")}
        if "proxy" in trouble:
            # Nothing listens on port 9 of this computer.
            monkeypatch.setenv("https_proxy", proxy if trouble == "proxy" else "http://127.0.0.1:9")
        hosts = replace(real, intercom={"US": address.get(trouble, "https://intercom.invalid")})
        assert play(scenario, hosts) == []
