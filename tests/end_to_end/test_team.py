"""Two computers of one team on a real broker: joined on the settings page, they show each other who writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from broker import SERVER, Broker, Workspace, opened, started_broker
from fake_keyrings import FakeKeyring
from first_start import TIMEOUT_S, ProgramDriver, create_context
from program_starts import connect_workspace

from desktop.app import build
from desktop.app.connect import Hosts
from desktop.channels.team import invitation, signals, subjects
from desktop.channels.team.feed import NatsTeamFeed
from desktop.domain.model.presence import Colleague, PresenceState
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.commands import ChooseTeammate, FocusCustomer, SetTyping
from desktop.engine.engine import Engine
from desktop.engine.views import TeamState
from desktop.ports.team import HubState
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.store.core.database import Store
from desktop.store.core.encryption import Key
from desktop.text.screens import settings as texts

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]
WORKSPACE = "sbx7pt3q"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if not SERVER.exists():
        pytest.skip("nats-server is not installed")
    (tmp_path / "broker").mkdir()
    yield from started_broker(tmp_path / "broker", [WORKSPACE])


@pytest.fixture
def connected(tmp_path: Path, ring: FakeKeyring, sandbox: Sandbox) -> None:
    """The program's profile knows the workspace."""

    async def connect() -> None:
        context = create_context(tmp_path, Hosts.of_sandbox(sandbox.urls))
        accounts = Accounts(context.book, context.secrets, context.connector)
        await accounts.load()
        await connect_workspace(accounts, sandbox.urls["intercom"]["token"])
        await accounts.aclose()
        context.secrets.close()

    asyncio.run(connect())


@asynccontextmanager
async def colleague(driver: ProgramDriver, team: Workspace, folder: Path) -> AsyncIterator[Engine]:
    """Another teammate's computer: an engine without a window."""
    context = create_context(folder, Hosts.of_sandbox(driver.sandbox.urls))
    gateway = await context.connector.gateway(driver.sandbox.urls["intercom"]["token"])
    store = await Store.open(folder / "cache.db", Key.new())
    feed = NatsTeamFeed(team.invitation("ben"))
    engine = build.create_engine(gateway, context.clock, store, team=feed)
    await engine.start()
    engine.command_handler.submit(ChooseTeammate(AGENT))
    try:
        yield engine
    finally:
        await engine.stop()
        context.secrets.close()


async def wait_until_read(engine: Engine, customer_id: str) -> None:
    """Wait until the engine has read this customer from Intercom."""
    changed = asyncio.Event()
    unsubscribe = engine.feed.subscribe(lambda _: changed.set())
    async with asyncio.timeout(TIMEOUT_S):
        while await engine.queries.thread(customer_id) is None:
            await changed.wait()
            changed.clear()
    unsubscribe()


def test_colleagues_see_each_other_write(
    play: Play, connected: None, broker: Broker, ring: FakeKeyring, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        async with opened(broker, WORKSPACE) as team:
            await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox")
            await join(driver, team)
            async with colleague(driver, team, tmp_path_factory.mktemp("ben")) as ben:
                await meet(driver, ben)
            await leave(driver)

    async def join(driver: ProgramDriver, team: Workspace) -> None:
        driver.inbox.settings.open_team()
        driver.field(texts.INVITATION()).setFocus()
        driver.paste(invitation.write(team.invitation("anna")))
        driver.enter()
        await driver.wait_for_text(texts.TEAM_CONNECTED())
        assert f"{WORKSPACE}:team" in ring.names()
        state = signals.write_hub_state(HubState(2, polls=True))

        # It is connected, and so listens.
        await team.client.publish(subjects.hub_state(WORKSPACE), state)
        await driver.wait_for_text("2 computers are connected.")
        driver.save_picture("team")
        driver.inbox.settings.sheet.dismiss()

    async def meet(driver: ProgramDriver, ben: Engine) -> None:
        window = driver.inbox
        await driver.wait_until(lambda: window.list._model.rows, "the customers")
        customer_id = next(i for i, row in window.list._model.rows.items() if row.name == "Jennifer Okafor")
        window.choose_customer(customer_id)
        await driver.wait_until(
            lambda: window.composer.conversation_id and window.view.customer_id == customer_id, "it"
        )
        conversation_id = window.composer.conversation_id
        header = window.thread_pane.header.colleagues

        await wait_until_read(ben, customer_id)
        ben.command_handler.submit(FocusCustomer(customer_id, conversation_id))
        await driver.wait_until(lambda: header.text() == "Sam is here", "Sam in the header")
        ben.command_handler.submit(SetTyping(conversation_id))
        await driver.wait_until(lambda: header.text() == "Sam is writing…", "Sam writing")
        assert "Sam Byrne is writing here too." in window.composer.forecast_line.accessibleName()
        ben.command_handler.submit(SetTyping(conversation_id, is_typing=False))
        await driver.wait_until(lambda: header.text() == "Sam is here", "Sam writing no more")

        window.composer.focus_text()
        driver.type("On its way")
        anna = Colleague("anna", PresenceState.TYPING, "Lukas Brandt")
        await driver.wait_until(lambda: ben.queries.colleagues_in(conversation_id) == (anna,), "Anna writing")

    async def leave(driver: ProgramDriver) -> None:
        driver.inbox.settings.open_team()
        driver.click(texts.LEAVE_TEAM())
        driver.click(texts.CONFIRM_LEAVING())
        await driver.wait_for_text(texts.NO_TEAM())
        assert driver.program.session.engine.queries.team().state is TeamState.NONE
        assert not any(":team" in name for name in ring.names())

    assert play(scenario) == []
