"""The sample workspace: the sandbox, an engine on it and both windows, as the demo and its tour use them."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Self

from desktop.app import build
from desktop.app.connect import Hosts, LiveConnector, sandbox_channels
from desktop.demo.customer_screens.window import CustomerScreens
from desktop.demo.sandbox_control import Control, Json, Refusal
from desktop.engine.commands import ChooseTeammate, SyncNow
from desktop.engine.engine import Engine
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.store.core.database import Store
from desktop.store.core.encryption import Key
from desktop.system.clock import ServerClock
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

log = logging.getLogger(__name__)
LOOK_EVERY_S = 0.7
"""Pause between two looks at the customer's screens, in seconds."""


class SampleWorkspace:
    """Everything a demo needs; nothing of it outlives the process: a temporary store, no keyring, no profile."""

    def __init__(
        self, sandbox: Sandbox, engine: Engine, folder: tempfile.TemporaryDirectory[str], theme: Theme
    ) -> None:
        self.sandbox = sandbox
        self.engine = engine
        self.theme = theme
        self.control = Control(**sandbox.urls["control"])
        self.ticker = Ticker(engine.clock)
        self.window = MainWindow(engine, theme, self.ticker, title="Reachline · sample workspace")
        self.screens = CustomerScreens(theme)
        self.customer_id = ""
        self._folder = folder
        self._connect_screens()

    @classmethod
    async def open(cls, theme: Theme) -> Self:
        """theme: the program's only one; it outlives the stage."""
        sandbox = Sandbox.start(demo_story=True)
        folder = tempfile.TemporaryDirectory(prefix="reachline-demo-", ignore_cleanup_errors=True)
        clock = ServerClock()
        connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), clock)
        accounts = await sandbox_channels(connector, sandbox.urls)
        channels = [(config, connector.channel(config, secret)) for config, secret in accounts]
        gateway = await connector.gateway(sandbox.urls["intercom"]["token"])
        store = await Store.open(Path(folder.name) / "cache.db", Key.new())
        engine = build.create_engine(gateway, clock, store, channels)
        stage = cls(sandbox, engine, folder, theme)
        await engine.start()
        # The token belongs to the workspace's owner, as real ones do; Sam is the agent of the story.
        engine.command_handler.submit(ChooseTeammate(AGENT))
        stage.customer_id = sandbox.cast["jennifer"].id
        # Before anything is shown: only filled does the second window know how much room it needs.
        await stage.look()
        stage.engine.tasks.start(stage._watch_screens(), "watch her screens")
        return stage

    async def close(self) -> None:
        """Ends everything in the order in which it depends on each other."""
        self.window.quitting.close_without_asking()
        self.screens.close()
        self.ticker.stop()
        await self.engine.stop()
        await self.control.aclose()
        # Its thread may be inside a request; the loop must not wait for it.
        await asyncio.to_thread(self.sandbox.stop)
        # Left to Python, they would go piece by piece, whenever it collects.
        self.window.deleteLater()
        self.screens.deleteLater()
        self._folder.cleanup()

    async def look(self) -> Json:
        """Read her screens and show them; gives what the sandbox said."""
        self.screens.show_state(await self.control.state())
        seen = await self.control.screens(self.customer_id)
        self.screens.show_screens(seen)
        return seen

    def follow(self, customer_id: str) -> None:
        """Show this customer of the sandbox in the second window."""
        self.customer_id = customer_id
        self._wish(self.look())

    def place_windows(self) -> None:
        """Side by side on the screen they open on, as large as fits."""
        room = self.window.screen().availableGeometry()
        edge, gap, title_bar = 8, 12, 40
        height = min(860, room.height() - title_bar - edge)
        phone_width = max(self.screens.minimumSizeHint().width(), min(700, room.width() // 3))
        width = min(1240, room.width() - phone_width - gap - 2 * edge)
        self.window.setGeometry(room.x() + edge, room.y() + title_bar, width, height)
        beside = self.window.geometry().right() + gap
        self.screens.setGeometry(beside, room.y() + title_bar, phone_width, height)
        self.screens.show()
        self.window.show()
        self.window.activateWindow()

    def _connect_screens(self) -> None:
        screens = self.screens
        screens.customer_changed.connect(self.follow)
        screens.write_requested.connect(lambda words: self._wish(self.control.write(**words)))
        screens.call_requested.connect(lambda who: self._wish(self.control.post("/call", {"customer": who})))
        screens.block_requested.connect(
            lambda who, line, blocked: self._wish(self.control.block(who, line, blocked=blocked))
        )
        self.window.customer_shown.connect(lambda _: self._follow_the_agent())
        screens.clock_moved.connect(lambda move: self._wish(self.control.clock(**move)))

    def _follow_the_agent(self) -> None:
        """Show the phone of whom the agent looks at. The story's names are unlike each other."""
        view = self.window.view
        with self.sandbox.lock:
            same = [c.id for c in self.sandbox.world.customers.values() if view is not None and c.name == view.name]
        if same:
            self.follow(same[0])

    def _wish(self, asking: Coroutine[Any, Any, Json]) -> None:
        self.engine.tasks.start(self._carry_out(asking), "a wish of the second window")

    async def _carry_out(self, asking: Coroutine[Any, Any, Json]) -> None:
        try:
            await asking
        except Refusal as refusal:
            self.screens.show_refusal(str(refusal))
        self.engine.command_handler.submit(SyncNow())

    async def _watch_screens(self) -> None:
        while True:
            try:
                await self.look()
            except Refusal as refusal:
                log.info("her screens cannot be read: %s", refusal)
            await self.engine.clock.sleep(LOOK_EVERY_S)
