"""The sample workspace: a sandbox, an engine connected to it, and both windows."""

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
from desktop.demo.sandbox_control import Json, SandboxControl, SandboxError
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import ChooseTeammate, SetRelay, SyncNow
from desktop.engine.engine import Engine
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.store.core.database import Store
from desktop.store.core.encryption import Key
from desktop.store.core.media_cache import MediaCache
from desktop.system.clock import ServerClock
from desktop.text import demo as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

log = logging.getLogger(__name__)
REFRESH_INTERVAL_S = 0.7
"""Time between two updates of the customer's screens."""


class SampleWorkspace:
    """Everything the demo consists of. Leaves nothing behind: temporary store, no keyring, no profile."""

    def __init__(
        self, sandbox: Sandbox, engine: Engine, folder: tempfile.TemporaryDirectory[str], theme: Theme
    ) -> None:
        self.sandbox = sandbox
        self.engine = engine
        self.theme = theme
        self.control = SandboxControl(**sandbox.urls["control"])
        self.ticker = Ticker(engine.clock)
        self.window = MainWindow(engine, theme, self.ticker, title=texts.SAMPLE_TITLE())
        self.screens = CustomerScreens(theme)
        self.customer_id = ""
        self._folder = folder
        self._connect_screens()

    @classmethod
    async def open(cls, theme: Theme) -> Self:
        """Start everything; the windows are not shown yet. theme: the application's only one."""
        sandbox = Sandbox.start(demo_story=True)
        folder = tempfile.TemporaryDirectory(prefix="reachline-demo-", ignore_cleanup_errors=True)
        clock = ServerClock()
        connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), clock)
        accounts = await sandbox_channels(connector, sandbox.urls)
        channels = [(config, connector.channel(config, secret)) for config, secret in accounts]
        gateway = await connector.gateway(sandbox.urls["intercom"]["token"])
        store = await Store.open(Path(folder.name) / "cache.db", Key.new())
        media = await MediaCache.open(Path(folder.name) / "media.db", Key.new())
        engine = build.create_engine(gateway, clock, store, channels, media)
        workspace = cls(sandbox, engine, folder, theme)
        # As in a workspace where the guided test was done: the first forecast that a newcomer sees is certain.
        for channel in (ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS):
            await engine.command_handler.do(SetRelay(channel, Relay.PROVEN))
        await engine.start()
        # The token belongs to the workspace's owner, as real tokens do; the agent of the story is another teammate.
        engine.command_handler.submit(ChooseTeammate(AGENT))
        workspace.customer_id = sandbox.cast["jennifer"].id
        # Before the windows are shown: the size hint of the screens depends on their contents.
        await workspace.refresh_screens()
        workspace.engine.tasks.start(workspace._watch_screens(), "update the customer's screens")
        return workspace

    async def close(self) -> None:
        """Stop everything, dependents first."""
        self.window.quitting.close_without_asking()
        self.screens.close()
        self.ticker.stop()
        await self.engine.stop()
        await self.control.aclose()
        # In a thread: stopping waits for the request that is being answered.
        await asyncio.to_thread(self.sandbox.stop)
        # Otherwise Python would delete the widgets one by one during garbage collection.
        self.window.deleteLater()
        self.screens.deleteLater()
        self._folder.cleanup()

    async def refresh_screens(self) -> Json:
        """Read the customer's screens from the sandbox, show them, and return them."""
        self.screens.show_state(await self.control.state())
        seen = await self.control.screens(self.customer_id)
        self.screens.show_screens(seen)
        return seen

    def show_customer(self, customer_id: str) -> None:
        """Show the screens of this customer of the sandbox."""
        self.customer_id = customer_id
        self._start(self.refresh_screens())

    def place_windows(self) -> None:
        """Show both windows side by side, as large as the screen allows."""
        available = self.window.screen().availableGeometry()
        margin, gap, title_bar = 8, 12, 40
        height = min(860, available.height() - title_bar - margin)
        phone_width = max(self.screens.minimumSizeHint().width(), min(700, available.width() // 3))
        width = min(1240, available.width() - phone_width - gap - 2 * margin)
        self.window.setGeometry(available.x() + margin, available.y() + title_bar, width, height)
        left = self.window.geometry().right() + gap
        self.screens.setGeometry(left, available.y() + title_bar, phone_width, height)
        self.screens.show()
        self.window.show()
        self.window.activateWindow()

    def _connect_screens(self) -> None:
        screens = self.screens
        screens.customer_changed.connect(self.show_customer)
        screens.write_requested.connect(lambda message: self._start(self.control.write(**message)))
        screens.call_requested.connect(lambda customer: self._start(self.control.post("/call", {"customer": customer})))
        screens.block_requested.connect(
            lambda customer, line, blocked: self._start(self.control.block(customer, line, blocked=blocked))
        )
        # The other way round the inbox can go on alone; without it nobody would answer, and nothing leads back to it.
        self.window.closed.connect(screens.close)
        self.window.customer_shown.connect(lambda _: self._show_agents_customer())
        screens.clock_moved.connect(lambda move: self._start(self.control.clock(**move)))

    def _show_agents_customer(self) -> None:
        """Show the screens of the customer whose thread is open, found by name: names in the sandbox are unique."""
        view = self.window.view
        with self.sandbox.lock:
            ids = [c.id for c in self.sandbox.world.customers.values() if view is not None and c.name == view.name]
        if ids:
            self.show_customer(ids[0])

    def _start(self, request: Coroutine[Any, Any, Json]) -> None:
        self.engine.tasks.start(self._run_and_sync(request), "request of the customer's screens")

    async def _run_and_sync(self, request: Coroutine[Any, Any, Json]) -> None:
        try:
            await request
        except SandboxError as error:
            self.screens.show_error(str(error))
        self.engine.command_handler.submit(SyncNow())

    async def _watch_screens(self) -> None:
        while True:
            try:
                await self.refresh_screens()
            except SandboxError as error:
                log.info("customer screens cannot be read: %s", error)
            await self.engine.clock.sleep(REFRESH_INTERVAL_S)
