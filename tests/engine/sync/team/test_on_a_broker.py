"""Two real engines on one feed, by the product's own client and a broker on loopback."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.presence import PresenceState
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import FocusCustomer, SetRelay, SetTyping
from desktop.engine.views import TeamState
from desktop.store import settings
from tests.helpers.every_customer import every_customer

feed_module = pytest.importorskip("desktop.channels.team.feed", reason="the team's client is not here")
broker_kit = pytest.importorskip("broker", reason="the helper that starts a broker is not here")

from desktop.channels.team import invitation, signals, subjects  # noqa: E402
from desktop.channels.team.envelope import Envelope, EnvelopeKind  # noqa: E402

HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[4]
HELPERS = ROOT / "tests/helpers"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not broker_kit.SERVER.exists():
        pytest.skip("nats-server is not installed")
    yield from broker_kit.started_broker(tmp_path_factory.mktemp("broker"), [f"w{n}" for n in range(8)])


@pytest.fixture
async def workspace(broker: Any) -> AsyncIterator[Any]:
    """A workspace whose hub keeps what is learnt, as the hub does."""
    async with broker_kit.opened(broker, broker.next_workspace()) as opened:
        bucket = await opened.js.key_value(subjects.learned_bucket(opened.id))

        async def keep(message: Any) -> None:
            fact = signals.read_learned(message.data, opened.keys)
            fact = replace(fact, desk=message.subject.split(".")[3])
            await bucket.put(signals.learned_key(fact, opened.keys), signals.write_learned(fact, opened.keys))

        await opened.client.subscribe(f"{subjects.prefix(opened.id)}.{subjects.DESK}.*.learned.*", cb=keep)
        await opened.client.flush()
        yield opened


@pytest.fixture
async def two(workspace: Any, tmp_path: Any, clock: Any, kit: Any) -> AsyncIterator[Any]:
    worlds = []
    gateway = kit.FakeGateway(clock)
    gateway.put(kit.whatsapp("1", "c1", kit.START - HOUR))
    for agent in ("anna", "ben"):
        feed = feed_module.NatsTeamFeed(workspace.invitation(agent))
        world = await kit.build(tmp_path / f"{agent}.db", clock, gateway, feed)
        worlds.append(world)
        await world.sync()
        await world.engine.start()
        await kit.eventually(lambda: world.engine.queries.team().state is TeamState.LIVE)  # noqa: B023
        await world.engine.command_handler.do(FocusCustomer("c1", "1"))
    yield worlds
    for world in worlds:
        await world.engine.stop()


async def test_typing_shows_within_a_second_and_is_gone_eight_seconds_after_the_other_died(two, kit, tools):
    anna, ben = two

    def seen():
        return [(c.desk, c.state) for c in anna.engine.queries.colleagues_in("1")]

    await kit.eventually(lambda: seen() == [("ben", PresenceState.LOOKING)])
    begun_s = time.monotonic()
    await ben.engine.command_handler.do(SetTyping("1"))
    await kit.eventually(lambda: seen() == [("ben", PresenceState.TYPING)])
    assert time.monotonic() - begun_s < 1.0
    await kit.eventually(lambda: 8.0 in anna.clock.pauses_s)
    await ben.engine.tasks.aclose()
    await tools.pass_time(anna, 8.1)
    await kit.eventually(lambda: seen() == [])


async def test_typing_is_gone_eight_seconds_after_the_process_of_the_other_was_killed(
    workspace, tmp_path, clock, kit, tools
):
    gateway = kit.FakeGateway(clock)
    gateway.put(kit.whatsapp("1", "c1", kit.START - HOUR))
    feed = feed_module.NatsTeamFeed(workspace.invitation("anna"))
    anna = await kit.build(tmp_path / "anna.db", clock, gateway, feed)
    await anna.sync()
    await anna.engine.start()

    def seen():
        return [(c.desk, c.state) for c in anna.engine.queries.colleagues_in("1")]

    typing = [("ben", PresenceState.TYPING)]
    try:
        await kit.eventually(lambda: anna.engine.queries.team().state is TeamState.LIVE)
        await anna.engine.command_handler.do(FocusCustomer("c1", "1"))
        ben = await start_desk(workspace.invitation("ben"), tmp_path / "ben.db")
        try:
            assert (await ben.stdout.readline()).strip() == b"types"
            await kit.eventually(lambda: seen() == typing and 8.0 in anna.clock.pauses_s)
        finally:
            ben.kill()
        assert await ben.wait() != 0
        # It said no goodbye, and the broker knows nothing of it.
        await tools.pass_time(anna, 7.9)
        assert seen() == typing
        await tools.pass_time(anna, 0.1)
        await kit.eventually(lambda: seen() == [])
    finally:
        await anna.engine.stop()


async def start_desk(invited, path):
    """The invitation is a secret, which no command line shows."""
    desk = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.helpers.desk_process",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(HELPERS)},
    )
    desk.stdin.write(f"{path}\n{invitation.write(invited)}\n".encode())
    await desk.stdin.drain()
    return desk


async def test_a_relay_proven_on_one_desktop_is_known_on_the_other(two, kit):
    anna, ben = two
    command = SetRelay(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, "1")
    await anna.engine.command_handler.do(command)

    async def known():
        return (await ben.engine.queries.workspace()).workspace.relay_of(ChannelKind.WHATSAPP) is Relay.PROVEN

    await kit.eventually(known)
    [evidence] = (await ben.engine.queries.workspace()).relay_evidence
    assert (evidence.proof, evidence.desk, evidence.about) == (RelayProof.TEAM, "anna", "1")


async def test_a_webhook_of_intercom_is_shown_and_the_cursor_stored_with_it(two, workspace, kit):
    anna, ben = two
    at = int(kit.START.timestamp()) - 60
    body = {
        "id": "2",
        "created_at": at,
        "updated_at": at,
        "state": "open",
        "source": {"type": "conversation", "body": "<p>Hello there</p>", "author": {"type": "user", "id": "c9"}},
        "contacts": {"contacts": [{"id": "c9"}]},
        "conversation_parts": {"conversation_parts": []},
    }
    sequence = await workspace.publish(Envelope(EnvelopeKind.CONVERSATION, body), 2, "n1")
    for world in (anna, ben):

        async def is_shown():
            rows = await every_customer(world.engine.queries)  # noqa: B023
            return "Hello there" in [row.last_text for row in rows]

        await kit.eventually(is_shown)
        assert (await world.store.read(settings.team_cursor)).sequence == sequence
    assert "2" not in anna.gateway.called("conversation")


async def test_a_broker_that_dies_is_said_and_found_again(two, kit, broker):
    anna, _ = two
    broker.kill()
    await kit.eventually(lambda: anna.engine.queries.team().state is TeamState.BROKEN)
    assert anna.engine.queries.team().reason
    broker.start()

    async def is_live():
        await anna.clock.advance(1)
        return anna.engine.queries.team().state is TeamState.LIVE

    await kit.eventually(is_live)
