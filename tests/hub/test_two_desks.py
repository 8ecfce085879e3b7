"""A status of Meta's reaches every desktop of a team: at the message where it was sent, at its note elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

from direct_stage import DirectStage, SandboxClock, eventually
from hub_stage import HubBroker, give_secrets, needs_broker, running_hub

from desktop.channels.team import invitation
from desktop.channels.team.feed import NatsTeamFeed
from desktop.domain.delivery import Arrival, Delivery
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import EntryKind
from desktop.engine.commands import Done
from desktop.engine.views import TeamState
from desktop.hub.setup import invitations
from desktop.sandbox.intercom.records import WORKSPACE_ID
from desktop.sandbox.server import Sandbox
from desktop.sandbox.webhooks.intercom import CLIENT_SECRET
from desktop.system.clock import ServerClock

READ_AFTER_S = 30.0


async def test_a_read_message_shows_as_read_in_the_senders_and_in_the_colleagues_thread(tmp_path: Path) -> None:
    needs_broker()
    broker = HubBroker(tmp_path / "broker", workspace=WORKSPACE_ID)
    broker.start()
    try:
        with Sandbox.start() as sandbox:
            await check(broker, sandbox, tmp_path)
    finally:
        broker.kill()


async def check(broker: HubBroker, sandbox: Sandbox, folder: Path) -> None:
    with sandbox.lock:
        sandbox.world.clock.run(0)
        jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567")
    graph = sandbox.urls["graph"]
    give_secrets(
        broker.folder,
        intercom_client_secret=CLIENT_SECRET,
        meta_app_secret=graph["app_secret"],
        meta_verify_token=graph["verify_token"],
    )
    clock = SandboxClock(sandbox)
    lines = [(await invitations.invite(broker.folder, agent, ServerClock()))[0] for agent in ("anna", "ben")]
    feeds = [NatsTeamFeed(invitation.read(line)) for line in lines]
    anna, ben = (DirectStage(sandbox, folder / f"{feed.desk}.db", clock, jennifer.id, team=feed) for feed in feeds)
    anna.customer_writes("whatsapp")
    async with running_hub(broker.folder) as hub:
        base = str(hub.http.base_url).rstrip("/") + "/webhooks"
        await asyncio.to_thread(sandbox.subscribe, "intercom", f"{base}/intercom")
        await asyncio.to_thread(sandbox.subscribe, "meta", f"{base}/meta")
        started = []
        try:
            for stage in (anna, ben):
                await stage.restart()
                started.append(stage)
                await stage.engine.start()
            await send_and_read(sandbox, anna, ben)
        finally:
            for stage in started:
                await stage.stop()


async def send_and_read(sandbox: Sandbox, anna: DirectStage, ben: DirectStage) -> None:
    async def are_live() -> bool:
        return all(stage.engine.queries.team().state is TeamState.LIVE for stage in (anna, ben))

    await eventually(are_live)
    route = await anna.direct_route(Provider.WHATSAPP)
    assert await anna.send("d1", "It left our hub this morning.", route) == Done()

    async def is_written() -> bool:
        return len(anna.notes()) == 1

    await eventually(is_written)

    async def shown_to_ben() -> list[Arrival | None]:
        notes = [m for m in (await ben.view()).thread.messages if m.entry.kind is EntryKind.NOTE]
        return [None if m.told_of is None else m.told_of.arrival for m in notes]

    async def is_noted() -> bool:
        return await shown_to_ben() == [None]

    await eventually(is_noted)
    anna.clock.advance(READ_AFTER_S)
    assert await asyncio.to_thread(sandbox.settle_webhooks)

    async def is_read() -> bool:
        message = (await anna.direct("d1")).direct
        return message is not None and message.delivery is Delivery.READ and await shown_to_ben() == [Arrival.READ]

    await eventually(is_read)
    # The sender's thread says it at the message alone.
    assert not any(m.told_of for m in (await anna.view()).thread.messages)
    assert not any(m.direct for m in (await ben.view()).thread.messages)
