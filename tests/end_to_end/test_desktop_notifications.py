"""The whole program on a real session bus with a real notification daemon: each call once, and what its buttons do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import first_start
import pytest
from dunst_desktop import MISSING, Desktop, DunstClient, run_dunst
from fake_keyrings import FakeKeyring
from first_start import ProgramDriver, create_context
from program_starts import connect_workspace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import loop
from desktop.app.connect import Hosts
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.commands import ChooseTeammate, SyncNow
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.system.clock import monotonic_with_sleep
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("whole app"),
    pytest.mark.posix("D-Bus is Linux's"),
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
]
HOUR = 3600.0
JENNIFER, JONAS = "Jennifer Okafor", "Jonas Weber"
"""The second writes in the Messenger, which has no window."""


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    folder = tmp_path / "desktop"
    folder.mkdir()
    with run_dunst(folder) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.address)
        yield desktop


class Clocks:
    """The computer's clocks. ahead_s: by which the wall clock was set. slept_s: sleep, which both clocks count."""

    def __init__(self) -> None:
        self.ahead_s = self.slept_s = 0.0

    def wall(self) -> float:
        return time.time() + self.slept_s + self.ahead_s

    def monotonic(self) -> float:
        return monotonic_with_sleep() + self.slept_s


class Story:
    """The program in one run or several, at a desktop with dunst, and the customers who write."""

    def __init__(
        self, start: Callable[[], ProgramDriver], sandbox: Sandbox, clocks: Clocks, dunst: DunstClient
    ) -> None:
        self._start, self._sandbox, self._clocks, self.dunst = start, sandbox, clocks, dunst
        self.driver: ProgramDriver
        self._other = QWidget()
        self._looked_at = 0

    async def start(self) -> None:
        self.driver = self._start()
        await self.driver.start()
        await self.driver.wait_until(lambda: self._has_session and self.engine.poller.rounds, "the inbox")
        # Until the agent closes the window for good, it is hidden; sounds are heard by nobody.
        for name, is_on in (("keeps_running", True), ("sound", False), ("while_in_front", True)):
            self.window.settings.notifications.set_switch(name, is_on)

    @property
    def _has_session(self) -> bool:
        session = self.driver.program.session
        return session is not None and session.window is not None

    @property
    def window(self) -> MainWindow:
        return self.driver.inbox

    @property
    def engine(self):
        assert self.driver.program.session is not None
        return self.driver.program.session.engine

    async def quit(self) -> None:
        self.window.settings.notifications.set_switch("keeps_running", False)
        if not self.window.isVisible():
            self.driver.program.open_link("")
        await self.driver.quit()

    async def work_elsewhere(self) -> None:
        """Close the window, and use another program."""
        self._other.show()
        self._other.activateWindow()
        await self.driver.wait_until(self._other.isActiveWindow, "another window in the front")
        self.window.window().close()
        assert not self.window.isVisible()

    def write(self, name: str, text: str) -> None:
        with self._sandbox.lock:
            customer = next(c for c in self._sandbox.world.customers.values() if c.name == name)
            self._sandbox.world.write(customer, "messenger" if name == JONAS else "whatsapp", text)
        self.engine.command_handler.submit(SyncNow())

    async def sleep(self, seconds: float) -> None:
        """The computer sleeps, and is woken; the program notices with the next message, or within half a minute."""
        self._clocks.slept_s += seconds
        with self._sandbox.lock:
            self._sandbox.world.clock.advance(seconds)
        woken_s = self._clocks.monotonic()
        self.write(JONAS, f"After {seconds:.0f} s")
        last_look = lambda: self.engine.notifications._last_look[1]  # noqa: E731
        await self.driver.wait_until(lambda: last_look() >= woken_s, "the sleep to be noticed")
        # What is stored is old: it waits for the next sync round.
        self.engine.command_handler.submit(SyncNow())

    async def set_clock(self, ahead_s: float) -> None:
        """Somebody sets the computer's clock wrong, or right again, and the program looks at it at once."""
        self._clocks.ahead_s = ahead_s
        await self.engine.notifications.step()
        self.engine.command_handler.submit(SyncNow())

    async def expect(self, *calls: tuple[str, str]) -> None:
        """Exactly these came since this was asked last, in any order. calls: a part of the title, and of the text."""
        dunst = self.dunst
        await dunst.wait_for(lambda: len(dunst.sent) >= self._looked_at + len(calls), f"{calls}")
        # Before the program has read the daemon's answer, it does not know of what an action is.
        showing = self.driver.program.session.center._showing
        await self.driver.wait_until(lambda: not showing.locked(), "the daemon's answer")
        new = dunst.sent[self._looked_at :]
        self._looked_at = len(dunst.sent)
        assert len(new) == len(calls), new
        for title, text in calls:
            assert sum(title in sent.summary and text in sent.body for sent in new) == 1, (title, text, new)

    async def expect_nothing_but(self, name: str, text: str) -> None:
        """Of all that happened nothing called: another message does, and comes alone."""
        self.write(name, text)
        await self.expect((name, text))

    def snoozed(self, name: str) -> list[float]:
        with self._sandbox.lock:
            world = self._sandbox.world
            customer = next(c for c in world.customers.values() if c.name == name)
            found = [world.workspace.conversations[each] for each in world.conversation_ids(customer)]
            return [each.snoozed_until - world.now for each in found if each.state == "snoozed" and each.snoozed_until]


def _close_all_but(sandbox: Sandbox, *kept: str) -> None:
    """Only these customers wait."""
    world = sandbox.world
    with sandbox.lock:
        names = {customer.name: customer for customer in world.customers.values()}
        kept_ids = {each for name in kept for each in world.conversation_ids(names[name])}
        for conversation in list(world.workspace.conversations.values()):
            if conversation.id not in kept_ids and conversation.state != "closed":
                world.teammate_close(conversation.id, AGENT)


Play = Callable[..., None]


@pytest.fixture
def tell(
    qapp: QApplication,
    tmp_path: Path,
    ring: FakeKeyring,
    sandbox: Sandbox,
    desktop: Desktop,
    monkeypatch: pytest.MonkeyPatch,
) -> Play:
    """Runs a story from a connected profile on."""
    _close_all_but(sandbox, JENNIFER, JONAS)
    clocks, hosts = Clocks(), Hosts.of_sandbox(sandbox.urls)
    server_clock = first_start.ServerClock
    monkeypatch.setattr(first_start, "ServerClock", lambda: server_clock(clocks.wall, clocks.monotonic))
    theme = Theme(qapp, scheme=Qt.ColorScheme.Light)

    def start() -> ProgramDriver:
        return ProgramDriver(qapp, create_context(tmp_path / "profile", hosts), theme, sandbox)

    def tell(story_of) -> None:
        async def main() -> int:
            context = create_context(tmp_path / "profile", hosts)
            accounts = Accounts(context.book, context.secrets, context.connector)
            await accounts.load()
            await connect_workspace(accounts, sandbox.urls["intercom"]["token"])
            await accounts.aclose()
            dunst = DunstClient(desktop)
            await dunst.open()
            story = Story(start, sandbox, clocks, dunst)
            await story.start()
            await story.engine.command_handler.do(ChooseTeammate(AGENT))
            try:
                await story_of(story)
            finally:
                await story.quit()
                dunst.close()
            return 0

        assert loop.run(qapp, main) == 0

    return tell


def test_each_button_does_what_it_says_and_no_words_are_markup(tell: Play) -> None:
    async def story_of(story: Story) -> None:
        dunst, driver = story.dunst, story.driver
        await story.work_elsewhere()
        story.write(JENNIFER, "Is <b>it</b> here & <i>now</i>?")
        await story.expect((JENNIFER, "&lt;b&gt;it&lt;/b&gt;"))
        await dunst.choose("Reply")
        await driver.wait_until(lambda: isinstance(story.window.focusWidget(), ComposerEdit), "the keyboard")
        await driver.wait_until(story.window.isActiveWindow, "the window in the front")
        assert story.window.view is not None
        assert story.window.view.name == JENNIFER

        # The conversation is open, in the front: it doesn't call, even where messages call while working.
        story.write(JENNIFER, "And here?")
        await driver.wait_until(
            lambda: any(m.entry.text == "And here?" for m in story.window.view.thread.loaded), "the message"
        )
        await story.expect_nothing_but(JONAS, "Hello?")
        await dunst.choose("Open")
        await driver.wait_until(lambda: story.window.view and story.window.view.name == JONAS, "Jonas's thread")

        await story.work_elsewhere()
        story.write(JENNIFER, "Later is fine.")
        await story.expect((JENNIFER, "Later is fine."))
        await dunst.choose("Snooze 1 h")
        await driver.wait_until(lambda: story.snoozed(JENNIFER), "the snooze")
        assert story.snoozed(JENNIFER) == [pytest.approx(HOUR, abs=120)]
        assert not story.window.isVisible()
        assert dunst.acted == ["reply", "open", "snooze"]

        # What was drawn: the words as they were written, and nothing bold but the title.
        drawn = await dunst.shown()
        assert [(text.split("\n", 1)[1], bold) for text, bold in drawn] == [
            ("Is <b>it</b> here & <i>now</i>?", JENNIFER),
            ("Hello?", JONAS),
            ("Later is fine.", JENNIFER),
        ]

    tell(story_of)


def test_each_comes_once_across_a_sleep_a_clock_set_wrong_and_a_restart(tell: Play) -> None:
    async def story_of(story: Story) -> None:
        await story.work_elsewhere()
        story.write(JENNIFER, "Where is it?")
        await story.expect((JENNIFER, "Where is it?"))

        await story.sleep(22.5 * HOUR)
        await story.expect((f"left to reply to {JENNIFER}", "is waiting for a reply"), (JONAS, "After 81000 s"))

        # The computer's clock says tomorrow: no window has closed, none closes again.
        await story.set_clock(25 * HOUR)
        await story.expect_nothing_but(JONAS, "In the wrong time")
        await story.set_clock(0)
        await story.expect_nothing_but(JONAS, "In the right time")

        await story.quit()
        await story.start()
        await story.work_elsewhere()
        await story.expect_nothing_but(JONAS, "After a restart")
        await story.sleep(1.2 * HOUR)
        await story.expect((f"left to reply to {JENNIFER}", "is waiting for a reply"), (JONAS, "After 4320 s"))
        await story.expect_nothing_but(JONAS, "At last")

    tell(story_of)
