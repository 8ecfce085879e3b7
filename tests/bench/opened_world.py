"""The program in this process: engine and window on a copy of a world, for rows that act inside it."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.app import loop
from desktop.domain.model.reason import NO_REASON
from desktop.engine.engine import Engine
from desktop.ports import ClockOffset, ConversationGateway, DownloadedFile, ProviderError, ProviderErrorKind
from desktop.store.core.database import Store
from desktop.store.core.media_cache import MediaCache
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from tests.bench.worlds.kept import KEY, World
from tests.bench.worlds.people import NOW


class BenchClock:
    """Implements `ports.Clock`: it is always `NOW`, until somebody advances it; sleeping takes real time."""

    is_known = True
    offset: ClockOffset | None = None

    def __init__(self) -> None:
        self._now = NOW

    def now(self) -> datetime:
        return self._now

    @property
    def server_time(self) -> datetime | None:
        return self._now

    def restore_offset(self, offset: ClockOffset) -> None:
        pass

    def monotonic(self) -> float:
        return (self._now - NOW).total_seconds()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def advance(self, by: timedelta) -> None:
        self._now += by


class SilentGateway:
    """Implements `ConversationGateway`: there is no network."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def refuse(*_arguments: object, **_options: object) -> object:
            if name == "aclose":
                return None
            raise ProviderError(ProviderErrorKind.OFFLINE, NO_REASON)

        return refuse


class PhotoGateway(SilentGateway):
    """There are only the files of messages, and all of them are this one."""

    def __init__(self, photo: bytes) -> None:
        self._photo = photo

    async def attachment(self, _url: str, _max_bytes: int) -> DownloadedFile:
        return DownloadedFile(self._photo, "image/jpeg")


@asynccontextmanager
async def opened_engine(
    world: World,
    gateway: ConversationGateway | None = None,
    clock: BenchClock | None = None,
    photo: bytes = b"",
) -> AsyncIterator[Engine]:
    """An engine on a copy of the world, not started; it is stopped at the end. gateway: None for no network.

    photo: what every file of a message is; these are fetched from the beginning. Without it none is.
    """
    with tempfile.TemporaryDirectory(prefix="reachline-bench-", ignore_cleanup_errors=True) as folder:
        store = await Store.open(world.copy_to(Path(folder) / "cache.db"), KEY)
        media = await MediaCache.open(Path(folder) / "media.db", KEY) if photo else None
        silent: ConversationGateway = PhotoGateway(photo) if photo else SilentGateway()  # type: ignore[assignment]
        engine = Engine(gateway or silent, store, clock or BenchClock(), random.Random(1), media_cache=media)
        if photo:
            await engine.media.prepare()
            engine.tasks.start(engine.media.run(), "files")
        try:
            yield engine
        finally:
            await engine.stop()


@asynccontextmanager
async def opened_window(engine: Engine) -> AsyncIterator[MainWindow]:
    """The main window of an engine, shown."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    ticker = Ticker(engine.clock)
    window = MainWindow(engine, Theme(application), ticker)
    window.show()
    try:
        yield window
    finally:
        ticker.stop()
        await engine.tasks.aclose()
        window.quitting.close_without_asking()
        window.deleteLater()


async def open_customer(window: MainWindow, customer_id: str) -> None:
    """Choose a customer and wait until the thread is on the screen."""
    shown = asyncio.Event()
    connection = window.customer_shown.connect(lambda _customer_id: shown.set())
    window.choose_customer(customer_id)
    await shown.wait()
    window.customer_shown.disconnect(connection)


def run_program(main: Callable[[], Awaitable[None]]) -> None:
    """Run `main` on Qt's loop, with the program's own collection of garbage."""
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)

    async def status() -> int:
        await main()
        return 0

    loop.run(application, status)
