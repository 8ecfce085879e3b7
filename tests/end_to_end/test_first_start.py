"""The first start as a new user goes through it: from an empty profile to a working inbox, and what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from first_start import Person, home
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QListView
from rings import Ring, ring_of_the_test

from desktop.app import loop
from desktop.app.connect import Hosts
from desktop.sandbox.server import Sandbox
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
def play(qapp: QApplication, tmp_path: Path, ring: Ring, sandbox: Sandbox) -> Play:
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
        await person.until(lambda: person.inbox.isActiveWindow() and person.inbox.list.findChild(QListView).model().rowCount(), "the inbox")
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
