"""First start: a person in front of a fresh program: eyes that read the screen, hands that type and click."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from desktop.app.connect import Hosts, LiveConnector
from desktop.app.profile_context import ProfileContext
from desktop.app.program import Program
from desktop.demo.sample import SampleWorkspace
from desktop.sandbox.server import Sandbox
from desktop.system.clock import ServerClock
from desktop.system.paths import Paths
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import KeyringSecrets
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.wizard.wizard import Wizard

PATIENCE_S = 30.0
PICTURES = os.environ.get("REACHLINE_PICTURES", "")
"""A folder for pictures of every page a test looks at; "" takes none."""
# Titles of the pages.
WELCOME, TOKEN = "Know where every reply will arrive", "Connect your Intercom workspace"
WHO, BRIDGE = "Which teammate are you?", "How the bridge's messages are known"
CHANNELS, RELAY, READY = "Connect channel accounts", "Does the bridge forward what you write here?", "Ready"
Some = TypeVar("Some", bound=QWidget)


def home(folder: Path, hosts: Hosts, read_timeout_s: float = 10.0) -> ProfileContext:
    """A profile of its own in `folder`; what is there already is found again, as at another start."""
    paths = Paths(folder, folder / "cache", folder / "logs")
    clock = ServerClock()
    connector = LiveConnector(hosts, clock, read_timeout_s)
    return ProfileContext(
        paths, clock, connector, JsonProfileBook(paths.profile), KeyringSecrets("Reachline test"), True
    )


class ProgramDriver:
    """presses: keys, pastes and clicks so far. pages: titles of the wizard in the order they were seen."""

    def __init__(self, application: QApplication, context: ProfileContext, theme: Theme, sandbox: Sandbox) -> None:
        self.program = Program(application, context, SampleWorkspace.open, theme)
        self.sandbox = sandbox
        self.presses = 0
        self.pages: list[str] = []
        self._pictures = 0
        self._running: asyncio.Task[int] | None = None

    async def start(self) -> None:
        self._running = asyncio.get_running_loop().create_task(self.program.run(), name="the program")

    async def quit(self) -> None:
        """Close every window, and what comes up after it, as a person does."""
        running = self._running
        assert running is not None
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not running.done() and asyncio.get_running_loop().time() < deadline:
            for window in QApplication.topLevelWidgets():
                if window.isVisible():
                    window.close()
            await asyncio.wait({running}, timeout=0.1)
        running.cancel()
        assert await running == 0

    async def until(self, holds: Callable[[], object], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not holds():
            assert self._running is not None
            if self._running.done():
                self._running.result()
                raise AssertionError(f"the program ended before {what}")
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"waited {PATIENCE_S:.0f} s for {what}; on the screen: {self.screen()}")
            await asyncio.sleep(0.02)

    # Eyes.

    @property
    def wizard(self) -> Wizard:
        assert self.program.wizard is not None
        return self.program.wizard

    @property
    def inbox(self) -> MainWindow:
        assert self.program.session is not None
        assert self.program.session.window is not None
        return self.program.session.window

    def screen(self) -> str:
        """All words that can be seen, of all windows."""
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        labels = [label for w in windows for label in w.findChildren(QLabel) if label.isVisible()]
        buttons = [b for w in windows for b in w.findChildren(QAbstractButton) if b.isVisible()]
        return "\n".join(widget.text() for widget in (*labels, *buttons) if widget.text())

    async def sees(self, words: str) -> None:
        await self.until(lambda: words in self.screen(), f"“{words}”")

    async def sees_page(self, title: str) -> None:
        """The wizard has come to the page with this title."""

        def shown() -> bool:
            wizard = self.program.wizard
            return wizard is not None and wizard.isActiveWindow() and wizard.step.title.text() == title

        await self.until(shown, f"the page “{title}”")
        self.pages.append(title)

    async def can_press(self, words: str) -> None:
        def there() -> bool:
            windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
            buttons = [b for w in windows for b in w.findChildren(QAbstractButton) if b.text() == words]
            return any(b.isVisible() and b.isEnabled() for b in buttons)

        await self.until(there, f"the button “{words}”")

    def picture(self, name: str) -> None:
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            self._pictures += 1
            window = QApplication.activeWindow()
            if window is not None:
                window.grab().save(str(folder / f"{self._pictures:02d}-{name}.png"))

    # Hands.

    @property
    def _focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the keyboard"
        return focused

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.presses += 1
        QTest.keyClick(self._focused, key, modifier)

    def type(self, words: str) -> None:
        self.presses += len(words)
        QTest.keyClicks(self._focused, words)

    def paste(self, words: str) -> None:
        QApplication.clipboard().setText(words)
        self.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def field(self, label: str) -> QLineEdit:
        return self._seen(QLineEdit, lambda edit: edit.accessibleName() == label, label)

    def click(self, words: str) -> None:
        """The button with these words, or this name for a screen reader."""
        button = self._seen(QAbstractButton, lambda b: words in (b.text(), b.accessibleName()), words)
        assert button.isEnabled(), f"“{words}” cannot be pressed"
        self.presses += 1
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _seen(self, kind: type[Some], fits: Callable[[Some], bool], what: str) -> Some:
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        found = [child for w in windows for child in w.findChildren(kind) if child.isVisible() and fits(child)]
        assert found, f"“{what}” is not on the screen: {self.screen()}"
        return found[0]


def token_of(person: ProgramDriver) -> str:
    return str(person.sandbox.urls["intercom"]["token"])


async def come_to_the_token(person: ProgramDriver) -> None:
    await person.sees_page(WELCOME)
    person.picture("welcome")
    person.enter()
    await person.sees_page(TOKEN)
    person.picture("token")


async def connect(person: ProgramDriver) -> None:
    """From the welcome to the question who sits here."""
    await come_to_the_token(person)
    person.paste(f"  {token_of(person)}\n")
    person.enter()
    await person.sees("The token belongs to Lukas Brandt.")
    person.picture("token-found")
    person.enter()
    await person.sees_page(WHO)


async def go_on_to(person: ProgramDriver, title: str) -> None:
    person.enter()
    await person.sees_page(title)
