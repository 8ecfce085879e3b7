"""The countdown over real HTTP: right within a second, whatever the computer's clock says and however long it slept."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.window.window import WindowState
from desktop.engine.commands import SetBridgeCodes, SyncNow
from desktop.engine.engine import Engine
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

DAY = timedelta(hours=24)
MARGIN = timedelta(seconds=120)
EXACT_ENOUGH = timedelta(seconds=1)


class Computer:
    """A computer's two clocks: the one on the wall can be wrong, and the other may stop while it sleeps."""

    def __init__(self, wrong_by_s: float) -> None:
        self._wrong_by_s = wrong_by_s
        self._slept_s = 0.0
        self._counted_s = 0.0

    def wall(self) -> float:
        return time.time() + self._wrong_by_s + self._slept_s

    def monotonic(self) -> float:
        return time.monotonic() + self._counted_s

    def sleeps(self, seconds: float, *, counted: bool) -> None:
        """Real time does not wait: the clock on the wall is simply later afterwards, the other only if it `counted`."""
        self._slept_s += seconds
        self._counted_s += seconds if counted else 0.0


class Countdown:
    """Jennifer wrote on WhatsApp; the engine counts down."""

    def __init__(self, sandbox: Sandbox, engine: Engine) -> None:
        self.sandbox = sandbox
        self.engine = engine
        with sandbox.lock:
            self.jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567").id

    def writes(self, text: str) -> None:
        with self.sandbox.lock:
            self.sandbox.world.write(self.jennifer, "whatsapp", text)

    def time_passes(self, by: timedelta) -> None:
        with self.sandbox.lock:
            self.sandbox.world.advance(by.total_seconds())

    async def window(self):
        [row] = await every_customer(self.engine.queries)
        view = await self.engine.queries.thread(row.customer_id)
        return view.thread.chats[0].window

    async def queries(self, text: str) -> bool:
        await self.engine.command_handler.do(SyncNow())
        rows = await every_customer(self.engine.queries)
        return bool(rows) and rows[0].last_text == text

    async def error(self) -> timedelta:
        """How far what is left by the engine's clock is from what is left by the provider's."""
        window = await self.window()
        with self.sandbox.lock:
            provider_now = datetime.fromtimestamp(self.sandbox.world.now, UTC)
        return abs(self.engine.clock.now() - provider_now) + abs(window.closes_at - (window.opened_at + DAY - MARGIN))

    async def is_exact(self) -> bool:
        await self.engine.command_handler.do(SyncNow())
        return await self.error() < EXACT_ENOUGH


@pytest.fixture
def computer(request: pytest.FixtureRequest) -> Computer:
    """Its clock on the wall is right, or wrong by that many days."""
    return Computer(getattr(request, "param", 0) * DAY.total_seconds())


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest_asyncio.fixture
async def countdown(sandbox: Sandbox, computer: Computer, tmp_path: Path) -> AsyncIterator[Countdown]:
    clock = ServerClock(computer.wall, computer.monotonic)
    address = sandbox.urls["intercom"]
    gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
    engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
    yield Countdown(sandbox, engine)
    await engine.stop()


@pytest.mark.parametrize("computer", [0, 1, -1], ids=["right", "fast", "slow"], indirect=True)
async def test_a_wrong_clock_on_the_wall_changes_nothing(countdown, kit):
    countdown.writes("Where is my parcel?")
    await countdown.engine.start()
    await kit.eventually(lambda: countdown.queries("Where is my parcel?"))
    await kit.eventually(countdown.is_exact)
    left = (await countdown.window()).left(countdown.engine.clock.now())
    assert DAY - MARGIN - timedelta(seconds=30) < left <= DAY - MARGIN


async def test_a_day_that_passes_at_the_provider_is_noticed_with_the_next_answer(countdown, kit):
    countdown.writes("Where is my parcel?")
    await countdown.engine.start()
    await kit.eventually(lambda: countdown.queries("Where is my parcel?"))
    await countdown.engine.command_handler.do(
        SetBridgeCodes(frozenset({countdown.sandbox.urls["bridge"]["package_code"]}))
    )
    countdown.time_passes(timedelta(hours=25))
    await kit.eventually(countdown.is_exact)
    window = await countdown.window()
    assert window.state(countdown.engine.clock.now()) is WindowState.CLOSED
    assert (
        timedelta()
        <= countdown.engine.clock.now() - window.closes_at - timedelta(hours=1) - MARGIN
        < timedelta(seconds=30)
    )
    countdown.writes("Still there?")

    async def is_open_again() -> bool:
        await countdown.engine.command_handler.do(SyncNow())
        return (await countdown.window()).state(countdown.engine.clock.now()) is WindowState.OPEN

    await kit.eventually(is_open_again)
    assert await countdown.error() < EXACT_ENOUGH


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "uncounted"])
async def test_a_laptop_that_slept_is_right_before_any_answer(countdown, computer, kit, counted):
    countdown.writes("Where is my parcel?")
    await countdown.engine.start()
    await kit.eventually(lambda: countdown.queries("Where is my parcel?"))
    await kit.eventually(countdown.is_exact)
    # No answer may come in between: the lid is closed and opened without a network.
    countdown.sandbox.unplug()
    night = timedelta(hours=9, minutes=30)
    countdown.time_passes(night)
    computer.sleeps(night.total_seconds(), counted=counted)
    assert await countdown.error() < EXACT_ENOUGH
    left = (await countdown.window()).left(countdown.engine.clock.now())
    assert abs(left - (DAY - MARGIN - night)) < timedelta(seconds=30)
    countdown.sandbox.plug_in()
    await kit.eventually(countdown.is_exact)
