"""The sample workspace: a sandbox, an engine connected to it, and both windows."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication

from desktop.app import build
from desktop.app.connect import Hosts, LiveConnector, sandbox_channels
from desktop.app.language import follow
from desktop.demo.connected_screens import MARGIN_PX, TITLE_BAR_PX, ConnectedScreens
from desktop.demo.customer_screens.window import CustomerScreens
from desktop.demo.sandbox_control import SandboxControl
from desktop.domain.content.translation import TranslationService, best_target
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import ChooseTeammate, SetRelay, SyncNow
from desktop.engine.engine import Engine
from desktop.ports.translation import TranslationConfig
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.store.core.database import Store
from desktop.store.core.encryption import Key
from desktop.store.core.media_cache import MediaCache
from desktop.system.clock import ServerClock
from desktop.system.problem_log import recent_problems
from desktop.system.spelling.checker import SpellingProcess
from desktop.text import catalog
from desktop.text.demo import screens as texts
from desktop.text.demo.sample import story, workspace
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.screen_reader.factory import untold

SAMPLE_TEXTS = {
    text.message: text
    for text in (
        *story.STORY,
        *workspace.TEAMS_AND_TAGS,
        *workspace.ATTRIBUTES,
        *workspace.MACROS,
        *workspace.TEMPLATES,
    )
}
"""By the sandbox's English, which has nothing that is not here."""


class SampleWorkspace:
    """Everything the demo consists of. Leaves nothing behind: temporary store, no keyring, no profile.

    Its people write in the language that the screens have when it is opened, and go on in it. The bridge's
    notes stay English, as Octopods' documents are.
    """

    def __init__(
        self, sandbox: Sandbox, engine: Engine, folder: tempfile.TemporaryDirectory[str], theme: Theme
    ) -> None:
        self.sandbox = sandbox
        self.engine = engine
        self.theme = theme
        self.ticker = Ticker(engine.clock)
        self.on_language: Callable[[str], object] = self._change_language
        # What they still wait for may come until the engine has stopped.
        self._former: list[MainWindow] = []
        self.window = self._create_window()
        sync = partial(engine.command_handler.submit, SyncNow())
        jennifer = sandbox.cast["jennifer"].id
        self.customer = ConnectedScreens(theme, SandboxControl(**sandbox.urls["control"]), engine.tasks, jennifer, sync)
        self._folder = folder

    @property
    def screens(self) -> CustomerScreens:
        return self.customer.screens

    def _create_window(self) -> MainWindow:
        window = MainWindow(self.engine, self.theme, self.ticker, title=texts.SAMPLE_TITLE())
        window.spelling.open_checker = SpellingProcess.of_this_machine
        window.set_problem_log(lambda: recent_problems.lines)
        # The other way round the inbox can go on alone; without it nobody would answer, and nothing leads back to it.
        window.closed.connect(lambda: self.screens.close())
        window.customer_shown.connect(lambda _: self._show_agents_customer())
        window.settings.preferences.language_chosen.connect(lambda language: self.on_language(language))
        return window

    def _change_language(self, language: str) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        before = catalog.language()
        follow(application, language)
        if catalog.language() != before:
            self.show_anew()

    def show_anew(self) -> None:
        """Show both windows in the language in use in the place of these."""
        former = self.window
        former.retire()
        self._former.append(former)
        self.ticker.stop()
        self.ticker = Ticker(self.engine.clock)
        self.window = self._create_window()
        self.window.continue_from(former)
        self.window.setVisible(former.isVisible())
        self.window.say_language()
        former.hide()
        self.customer.show_anew()
        self.window.activateWindow()

    @classmethod
    async def open(cls, theme: Theme) -> Self:
        """Start everything; the windows are not shown yet. theme: the application's only one."""
        language = catalog.catalogue_language(catalog.language())
        sandbox = Sandbox.start(demo_story=True, language=language, translate=lambda english: SAMPLE_TEXTS[english]())
        folder = tempfile.TemporaryDirectory(prefix="reachline-demo-", ignore_cleanup_errors=True)
        clock = ServerClock()
        connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), clock)
        accounts = await sandbox_channels(connector, sandbox.urls)
        channels = [(config, connector.channel(config, secret)) for config, secret in accounts]
        gateway = await connector.gateway(sandbox.urls["intercom"]["token"])
        store = await Store.open(Path(folder.name) / "cache.db", Key.new())
        media = await MediaCache.open(Path(folder.name) / "media.db", Key.new())
        engine = build.create_engine(gateway, clock, store, channels, media)
        deepl = TranslationConfig(TranslationService.DEEPL, language)
        translator = connector.translator(deepl, sandbox.urls["deepl"]["free_key"])
        offered = (await translator.check()).languages
        engine.translation.use(replace(deepl, language=best_target(language, offered), languages=offered), translator)
        with untold():
            workspace = cls(sandbox, engine, folder, theme)
        # As in a workspace where the guided test was done: the first forecast that a newcomer sees is certain.
        for channel in (ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS):
            await engine.command_handler.do(SetRelay(channel, Relay.PROVEN))
        await engine.start()
        # The token belongs to the workspace's owner, as real tokens do; the agent of the story is another teammate.
        engine.command_handler.submit(ChooseTeammate(AGENT))
        # Before the windows are shown: the size hint of the screens depends on their contents.
        await workspace.customer.refresh()
        engine.tasks.start(workspace.customer.watch(engine.clock.sleep), "update the customer's screens")
        return workspace

    async def close(self) -> None:
        """Stop everything, dependents first."""
        self.window.quitting.close_without_asking()
        self.screens.close()
        self.ticker.stop()
        await self.engine.stop()
        await self.customer.control.aclose()
        # In a thread: stopping waits for the request that is being answered.
        await asyncio.to_thread(self.sandbox.stop)
        # Otherwise Python would delete the widgets one by one during garbage collection.
        for window in (self.window, *self._former, self.screens):
            window.deleteLater()
        self._folder.cleanup()

    def place_windows(self) -> None:
        """Show both windows side by side, as large as the screen allows."""
        available, size = self.window.screen().availableGeometry(), self.customer.fitting_size()
        top, gap = available.y() + TITLE_BAR_PX, 12
        width = min(1240, available.width() - size.width() - gap - 2 * MARGIN_PX)
        self.window.setGeometry(available.x() + MARGIN_PX, top, width, size.height())
        self.screens.setGeometry(QRect(QPoint(self.window.geometry().right() + gap, top), size))
        self.screens.show()
        self.window.show()
        self.window.activateWindow()

    def _show_agents_customer(self) -> None:
        """Show the screens of the customer whose thread is open, found by name: names in the sandbox are unique."""
        view = self.window.view
        with self.sandbox.lock:
            ids = [c.id for c in self.sandbox.world.customers.values() if view is not None and c.name == view.name]
        if ids:
            self.customer.show_customer(ids[0])
