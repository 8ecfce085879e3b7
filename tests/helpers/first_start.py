"""Drives a new program like a user: reads the visible texts, types and clicks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from closing import closing_ends_the_program
from fake_notifier import FakeLoginItem
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
from desktop.text.screens import wizard as wizard_texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.wizard.wizard import Wizard

TIMEOUT_S = 30.0
PICTURE_FOLDER = os.environ.get("REACHLINE_PICTURES", "")
"""Folder for screenshots; none are saved if it is ""."""
# Titles of the pages.
WELCOME, REQUEST, TOKEN = (
    heading() for heading in (wizard_texts.WELCOME_HEADING, wizard_texts.REQUEST_HEADING, wizard_texts.INTERCOM_HEADING)
)
WHO, READY = wizard_texts.PROFILE_HEADING(), wizard_texts.READY_HEADING()
AnyWidget = TypeVar("AnyWidget", bound=QWidget)


def create_context(folder: Path, hosts: Hosts, read_timeout_s: float = 10.0) -> ProfileContext:
    """A profile in `folder`, which may exist from an earlier start."""
    paths = Paths(folder, folder / "cache", folder / "logs")
    closing_ends_the_program(folder)
    clock = ServerClock()
    connector = LiveConnector(hosts, clock, read_timeout_s)
    return ProfileContext(
        paths, clock, connector, JsonProfileBook(paths.profile), KeyringSecrets("Reachline test"), FakeLoginItem(), True
    )


class ProgramDriver:
    """Runs the program and simulates input.

    input_count: number of keys, pastes and clicks. pages: titles of the wizard's pages in order.
    """

    def __init__(self, application: QApplication, context: ProfileContext, theme: Theme, sandbox: Sandbox) -> None:
        self.program = Program(application, context, SampleWorkspace.open, theme)
        self.sandbox = sandbox
        self.input_count = 0
        self.pages: list[str] = []
        self._picture_count = 0
        self._running: asyncio.Task[int] | None = None

    async def start(self) -> None:
        self._running = asyncio.get_running_loop().create_task(self.program.run(), name="the program")

    async def quit(self) -> None:
        """Close all windows, also those that open meanwhile, and wait for the end."""
        running = self._running
        assert running is not None
        deadline = asyncio.get_running_loop().time() + TIMEOUT_S
        while not running.done() and asyncio.get_running_loop().time() < deadline:
            for window in QApplication.topLevelWidgets():
                if window.isVisible():
                    window.close()
            await asyncio.wait({running}, timeout=0.1)
        running.cancel()
        assert await running == 0

    async def wait_until_ended(self) -> None:
        """Wait until the program has ended by itself."""
        assert self._running is not None
        async with asyncio.timeout(TIMEOUT_S):
            assert await asyncio.shield(self._running) == 0

    async def wait_until(self, condition: Callable[[], object], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + TIMEOUT_S
        while not condition():
            assert self._running is not None
            if self._running.done():
                self._running.result()
                raise AssertionError(f"the program ended before {what}")
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"waited {TIMEOUT_S:.0f} s for {what}; on the screen: {self.visible_text()}")
            await asyncio.sleep(0.02)

    # Reading.

    @property
    def wizard(self) -> Wizard:
        assert self.program.wizard is not None
        return self.program.wizard

    @property
    def inbox(self) -> MainWindow:
        assert self.program.session is not None
        assert self.program.session.window is not None
        return self.program.session.window

    def visible_text(self) -> str:
        """All visible texts of labels and buttons in all windows."""
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        labels = [label for w in windows for label in w.findChildren(QLabel) if label.isVisible()]
        buttons = [b for w in windows for b in w.findChildren(QAbstractButton) if b.isVisible()]
        return "\n".join(widget.text() for widget in (*labels, *buttons) if widget.text())

    def button_names(self) -> list[str]:
        """What a screen reader calls the visible buttons."""
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        return [b.accessibleName() for w in windows for b in w.findChildren(QAbstractButton) if b.isVisible()]

    async def wait_for_text(self, text: str) -> None:
        await self.wait_until(lambda: text in self.visible_text(), f"“{text}”")

    async def wait_for_page(self, title: str) -> None:
        """Wait for the wizard's page with this title."""

        def shown() -> bool:
            wizard = self.program.wizard
            return wizard is not None and wizard.isActiveWindow() and wizard.step.title.text() == title

        await self.wait_until(shown, f"the page “{title}”")
        self.pages.append(title)

    async def wait_for_button(self, text: str) -> None:
        def there() -> bool:
            windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
            buttons = [b for w in windows for b in w.findChildren(QAbstractButton) if b.text() == text]
            return any(b.isVisible() and b.isEnabled() for b in buttons)

        await self.wait_until(there, f"the button “{text}”")

    def save_picture(self, name: str) -> None:
        if PICTURE_FOLDER:
            folder = Path(PICTURE_FOLDER)
            folder.mkdir(parents=True, exist_ok=True)
            self._picture_count += 1
            window = QApplication.activeWindow()
            if window is not None:
                window.grab().save(str(folder / f"{self._picture_count:02d}-{name}.png"))

    # Input.

    @property
    def _focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the keyboard"
        return focused

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.input_count += 1
        QTest.keyClick(self._focused, key, modifier)

    def press_in(self, popup: QWidget, key: Qt.Key) -> None:
        """Press a key in a menu or another popup."""
        self.input_count += 1
        QTest.keyClick(popup, key)

    def type(self, text: str) -> None:
        self.input_count += len(text)
        QTest.keyClicks(self._focused, text)

    def paste(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def field(self, label: str) -> QLineEdit:
        return self._find_visible(QLineEdit, lambda edit: edit.accessibleName() == label, label)

    def click(self, text: str) -> None:
        """Click the button with this text or accessible name."""
        button = self._find_visible(QAbstractButton, lambda b: text in (b.text(), b.accessibleName()), text)
        assert button.isEnabled(), f"“{text}” cannot be pressed"
        self.input_count += 1
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _find_visible(self, kind: type[AnyWidget], matches: Callable[[AnyWidget], bool], what: str) -> AnyWidget:
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        found = [child for w in windows for child in w.findChildren(kind) if child.isVisible() and matches(child)]
        assert found, f"“{what}” is not on the screen: {self.visible_text()}"
        return found[0]


def token_of(driver: ProgramDriver) -> str:
    return str(driver.sandbox.urls["intercom"]["token"])


async def go_to_token_page(driver: ProgramDriver) -> None:
    await driver.wait_for_page(WELCOME)
    driver.save_picture("welcome")
    await go_to_next_page(driver, REQUEST)
    driver.save_picture("request")
    await go_to_next_page(driver, TOKEN)
    driver.save_picture("token")


async def connect(driver: ProgramDriver) -> None:
    """Go from the welcome page to the page with the teammates."""
    await go_to_token_page(driver)
    driver.paste(f"  {token_of(driver)}\n")
    await driver.wait_for_text("This token belongs to Lukas Brandt.")
    driver.save_picture("token-found")
    await go_to_next_page(driver, WHO)


async def finish_wizard(driver: ProgramDriver) -> None:
    """Go from the page with the teammates to the inbox."""
    await go_to_next_page(driver, READY)
    driver.save_picture("ready")
    driver.enter()
    await driver.wait_until(lambda: driver.program.wizard is None and driver.program.session.window, "the inbox")
    await driver.wait_until(driver.inbox.isActiveWindow, "the inbox in front")


async def go_to_next_page(driver: ProgramDriver, title: str) -> None:
    driver.enter()
    await driver.wait_for_page(title)
