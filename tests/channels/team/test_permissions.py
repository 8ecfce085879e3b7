"""What the broker refuses an agent, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from broker import Workspace, raw_client
from listening_desk import ListeningDesk
from nats import errors
from nats.aio.client import Client

from desktop.channels.team import signals, subjects
from desktop.channels.team.envelope import Envelope, EnvelopeKind, seal
from desktop.channels.team.nkeys import NKey
from desktop.ports.team import HubState, Presence, PresenceState


class Intruder:
    """An agent with a client of its own making, and with the workspace's keys."""

    def __init__(self, client: Client, failures: list[Exception]) -> None:
        self.client = client
        self.failures = failures

    async def is_refused(self) -> bool:
        """Whether the broker has refused something since it was last asked."""
        # The first one overtakes what is to be sent still.
        await self.client.flush()
        await self.client.flush()
        refused = any("permissions violation" in str(failure) for failure in self.failures)
        self.failures.clear()
        return refused


@pytest.fixture
async def ben(workspace: Workspace) -> AsyncIterator[Intruder]:
    failures: list[Exception] = []
    key = NKey(workspace.broker.seeds[(workspace.id, "ben")])
    client = await raw_client(workspace.broker, key, subjects.inbox_prefix("ben"), failures)
    yield Intruder(client, failures)
    await client.close()


async def test_nobody_forges_a_fact_a_colleague_or_the_hub(workspace: Workspace, ben: Intruder) -> None:
    desk = ListeningDesk(workspace.invitation("anna"))
    await desk.feed.watch({"1"})
    typing = signals.write_presence(Presence("chris", "1", PresenceState.TYPING, "7003", "Chris"), workspace.keys)
    fact = seal(Envelope(EnvelopeKind.CHANGED, {"id": "1", "updated_at": 1_790_000_000}), workspace.keys)
    assert fact is not None
    live = subjects.conversation_fact(workspace.id, "1").replace(".fact.", ".live.")
    forged = {
        subjects.presence(workspace.id, "chris", "1"): typing,
        subjects.learned(workspace.id, "chris", "contrary"): typing,
        subjects.alive(workspace.id, "chris"): b"",
        subjects.conversation_fact(workspace.id, "1"): fact,
        live: fact,
        subjects.hub_state(workspace.id): signals.write_hub_state(HubState(1)),
        f"$KV.{subjects.learned_bucket(workspace.id)}.contrary.x": typing,
        f"$KV.{subjects.keys_bucket(workspace.id)}.anna": typing,
        f"{subjects.inbox_prefix('anna')}.x": b"{}",
    }
    async with desk:
        for subject, payload in forged.items():
            await ben.client.publish(subject, payload, headers={"Nats-Sequence": "1"})
            assert await ben.is_refused(), subject
        # As oneself it works.
        await ben.client.publish(subjects.presence(workspace.id, "ben", "1"), typing)
        assert not await ben.is_refused()
        await workspace.tell(5)
        await desk.until(lambda: desk.numbers == [5] and bool(desk.of(Presence)))
        assert [told.desk for told in desk.of(Presence)] == ["ben"]
        assert not desk.of(HubState)


async def test_an_answer_that_is_sent_elsewhere_says_nothing_new(workspace: Workspace, ben: Intruder) -> None:
    """The broker answers wherever the one who asks wants it: what it keeps can be told again, and nothing else."""
    anna = ListeningDesk(workspace.invitation("anna"))
    await anna.feed.watch({"1"})
    async with anna:
        for number in (1, 2):
            await workspace.tell(number)
        stream = subjects.stream(workspace.id)
        fact = subjects.conversation_fact(workspace.id, "1")
        elsewhere = [
            fact,
            fact.replace(".fact.", ".live."),
            subjects.hub_state(workspace.id),
            subjects.presence(workspace.id, "chris", "1"),
        ]
        for subject in elsewhere:
            await ben.client.publish(f"$JS.API.DIRECT.GET.{stream}", b'{"seq": 1}', reply=subject)
            await ben.client.publish(f"$JS.API.DIRECT.GET.{stream}", b'{"seq": 99}', reply=subject)
            await ben.client.publish(f"$JS.API.STREAM.INFO.{stream}", b"", reply=subject)
        assert not await ben.is_refused()
        await workspace.tell(3)
        await anna.until(lambda: 3 in anna.numbers)
        assert {*anna.numbers} == {1, 2, 3}
        assert anna.numbers[-1] == 3
        assert not anna.of(HubState)
        assert not anna.of(Presence)


async def test_nobody_listens_where_it_is_not_theirs(workspace: Workspace, ben: Intruder) -> None:
    foreign = (
        ">",
        "_INBOX.>",
        f"{subjects.inbox_prefix('anna')}.>",
        subjects.all_facts(workspace.id),
        subjects.learned(workspace.id, "anna", "contrary"),
        subjects.live("another"),
        f"{subjects.prefix(workspace.id)}.>",
        "$KV.>",
        "$JS.API.>",
        "$SYS.>",
    )
    for subject in foreign:
        await ben.client.subscribe(subject)
        assert await ben.is_refused(), subject


@pytest.mark.parametrize(
    "request_to",
    [
        "STREAM.DELETE.{facts}",
        "STREAM.PURGE.{facts}",
        "STREAM.UPDATE.{facts}",
        "STREAM.MSG.DELETE.{facts}",
        "STREAM.CREATE.other",
        "STREAM.LIST",
        "STREAM.INFO.KV_{keys}",
        "STREAM.MSG.GET.KV_{keys}",
        "DIRECT.GET.KV_{keys}",
        "DIRECT.GET.KV_{keys}.$KV.{keys}.anna",
        "CONSUMER.CREATE.{facts}",
        "CONSUMER.CREATE.{facts}.c.rl.>",
        "CONSUMER.DURABLE.CREATE.{facts}.c",
        "STREAM.SNAPSHOT.{facts}",
        "ACCOUNT.PURGE.x",
    ],
)
async def test_nobody_changes_what_the_broker_keeps(workspace: Workspace, ben: Intruder, request_to: str) -> None:
    facts, keys = subjects.stream(workspace.id), subjects.keys_bucket(workspace.id)
    with pytest.raises(errors.TimeoutError):
        await ben.client.request(f"$JS.API.{request_to.format(facts=facts, keys=keys)}", b"{}", timeout=0.05)
    assert await ben.is_refused()


async def test_the_broker_keeps_nothing_that_can_be_read(workspace: Workspace) -> None:
    words = ["Jennifer", "parcel", "353871234567", "jennifer@example.com"]
    body = {"id": "215", "source": {"body": "<p>Where is my parcel?</p>"}, "contacts": words}
    await workspace.publish(Envelope(EnvelopeKind.CONVERSATION, body, sender=words[2]), 215, "part:215:1:1")
    bucket = await workspace.js.key_value(subjects.learned_bucket(workspace.id))
    await bucket.put(f"contrary.{workspace.keys.digest(words[2])}", workspace.keys.seal(json.dumps(words).encode()))
    stored = [path for path in workspace.broker.folder.joinpath("store").rglob("*") if path.is_file()]
    assert any(b"fact.conv.215" in path.read_bytes() for path in stored)
    found = {word for path in stored for word in words if word.encode() in path.read_bytes()}
    assert found == set()
