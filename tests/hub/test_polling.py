"""Polling against the sandbox: what webhooks do not bring, once, by one copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial

import httpx
import pytest
from hub_stage import (
    HubBroker,
    HubCopy,
    StoredFact,
    desk_connection,
    give_secrets,
    hub_connection,
    running_hub,
    until,
)
from msgspec.structs import replace

from desktop.channels.intercom.api import IntercomApi
from desktop.channels.shared.exchange import Token
from desktop.channels.team import signals, subjects
from desktop.channels.team.envelope import EnvelopeKind
from desktop.hub.config import INTERCOM_TOKEN, Folder
from desktop.hub.metrics import Metrics
from desktop.hub.polling.election import Election
from desktop.hub.polling.intercom import IntercomPoller, PollIntervals
from desktop.hub.polling.notes import BrokerCursor
from desktop.ports.team import HubState
from desktop.sandbox.intercom.records import WORKSPACE_ID
from desktop.sandbox.model.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.webhooks.intercom import CLIENT_SECRET
from desktop.system.clock import ServerClock

NEVER = PollIntervals(fast_s=3600.0, safety_s=3600.0)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as served:
        yield served


@pytest.fixture
def jennifer(sandbox: Sandbox) -> Customer:
    with sandbox.lock:
        return sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567")


@pytest.fixture
def folder(own_broker: HubBroker, sandbox: Sandbox) -> Folder:
    access = sandbox.urls["intercom"]
    found = own_broker.new_folder(workspace=WORKSPACE_ID, intercom_url=access["base_url"])
    give_secrets(found, intercom_client_secret=CLIENT_SECRET, telegram_bots="")
    found.write_secret(INTERCOM_TOKEN, access["token"])
    return found


@pytest.fixture
async def hub(folder: Folder) -> AsyncIterator[HubCopy]:
    async with running_hub(folder, lock_lives_s=1.0) as running:
        await until(lambda: running.hub.poller is not None and running.hub.poller.last_success_s > 0)
        yield running


def write(sandbox: Sandbox, who: Customer, text: str) -> str:
    with sandbox.lock:
        return str(sandbox.world.write(who, "messenger", text))


def texts_of(facts: list[StoredFact]) -> list[str]:
    """Of the parts, in the order of the feed."""
    parts = (
        part
        for fact in facts
        if fact.envelope.kind is EnvelopeKind.CONVERSATION
        for part in fact.envelope.body["conversation_parts"]["conversation_parts"]
    )
    return [part["body"] for part in parts if part["body"]]


async def until_told(hub: HubCopy, count: int) -> list[StoredFact]:
    async with asyncio.timeout(15):
        while len(facts := await hub.facts()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return facts


# --- what it brings ---------------------------------------------------------------------------------------------------


async def test_without_webhooks_a_message_comes_by_polling_as_intercom_has_it(
    hub: HubCopy, sandbox: Sandbox, jennifer: Customer
) -> None:
    conversation_id = write(sandbox, jennifer, "Where is my parcel?")
    [first] = await until_told(hub, 1)
    assert first.subject == subjects.conversation_fact(WORKSPACE_ID, conversation_id)
    assert first.envelope.body["source"]["body"] == "<p>Where is my parcel?</p>"
    assert not first.envelope.is_plain
    write(sandbox, jennifer, "It's late")
    write(sandbox, jennifer, "Very late")
    facts = await until_told(hub, 3)
    assert texts_of(facts) == ["<p>It's late</p>", "<p>Very late</p>"]


async def test_each_change_is_read_once_and_nothing_is_published_twice(
    hub: HubCopy, sandbox: Sandbox, jennifer: Customer
) -> None:
    write(sandbox, jennifer, "Hello")
    await until_told(hub, 1)
    searches = hub.count("intercom_calls_total", kind="search")
    await until(lambda: hub.count("intercom_calls_total", kind="search") > searches + 5)
    assert hub.count("intercom_calls_total", kind="read") == 1
    assert hub.count("facts_published_total", source="poller") == 1
    assert hub.count("facts_duplicate_total", source="poller") == 0


async def test_a_webhook_and_the_poller_bring_a_message_once(
    hub: HubCopy, sandbox: Sandbox, jennifer: Customer
) -> None:
    url = f"{hub.http.base_url}/webhooks/intercom".replace("//webhooks", "/webhooks")
    await asyncio.to_thread(sandbox.subscribe, "intercom", url)
    write(sandbox, jennifer, "First")
    for number in range(5):
        write(sandbox, jennifer, f"Message {number}")
    assert await asyncio.to_thread(sandbox.settle_webhooks)
    searches = hub.count("intercom_calls_total", kind="search")
    await until(lambda: hub.count("intercom_calls_total", kind="search") > searches + 3)
    facts = await hub.facts()
    told = [text.removeprefix("<p>").removesuffix("</p>") for text in texts_of(facts)]
    assert sorted(told) == [f"Message {number}" for number in range(5)]
    assert hub.count("facts_published_total", source="webhook") > 0
    assert hub.hub.copies.webhooks_at is not None


async def test_a_change_without_a_part_is_told_after_a_webhook_brought_the_part(
    hub: HubCopy, sandbox: Sandbox, jennifer: Customer
) -> None:
    """The broker has the part already, and the state has changed since."""
    conversation_id = write(sandbox, jennifer, "Hello")
    await until_told(hub, 1)
    headers = {"Authorization": f"Bearer {sandbox.urls['intercom']['token']}", "Intercom-Version": "2.16"}
    async with httpx.AsyncClient(base_url=sandbox.urls["intercom"]["base_url"], headers=headers) as intercom:
        await asyncio.sleep(1.0)
        answer = await intercom.put(f"/conversations/{conversation_id}", json={"read": True})
        assert answer.is_success
    facts = await until_told(hub, 2)
    assert facts[-1].envelope.body["read"] is True


async def test_a_hub_that_was_down_brings_what_it_missed(folder: Folder, sandbox: Sandbox, jennifer: Customer) -> None:
    async with running_hub(folder, lock_lives_s=1.0) as hub:
        write(sandbox, jennifer, "Before")
        await until_told(hub, 1)
    for number in range(3):
        write(sandbox, jennifer, f"Meanwhile {number}")
    async with running_hub(folder, lock_lives_s=1.0) as hub:
        facts = await until_told(hub, 4)
    assert texts_of(facts) == [f"<p>Meanwhile {number}</p>" for number in range(3)]


async def test_a_token_of_another_workspace_is_not_used(own_broker: HubBroker, sandbox: Sandbox) -> None:
    access = sandbox.urls["intercom"]
    folder = own_broker.new_folder(intercom_url=access["base_url"])
    folder.write_secret(INTERCOM_TOKEN, access["token"])
    async with running_hub(folder, lock_lives_s=1.0) as hub:
        await until(lambda: hub.hub.election.is_elected)
        async with hub_connection(folder) as (connection, _):
            states: list[HubState] = []

            async def hear(message: object) -> None:
                states.append(signals.read_hub_state(message.data))  # type: ignore[attr-defined]

            await connection.subscribe(subjects.hub_state(hub.workspace_id), hear)
            await until(lambda: len(states) > 2)
    assert hub.hub.poller is None
    assert not any(state.polls for state in states)


async def test_webhooks_that_miss_something_are_none_to_rely_on(
    folder: Folder, sandbox: Sandbox, jennifer: Customer
) -> None:
    intervals = PollIntervals(fast_s=0.06, safety_s=0.05, missed_after_s=-60.0)
    async with running_hub(folder, intervals=intervals, lock_lives_s=1.0) as hub:
        conversation_id = write(sandbox, jennifer, "Hello")
        await until_told(hub, 1)
        assert hub.hub.poller is not None
        hub.hub.copies.note_webhook(ServerClock().now())
        assert hub.hub.poller.interval_s == intervals.safety_s
        with sandbox.lock:
            sandbox.world.write(jennifer, "messenger", "Nobody told of this", conversation_id=conversation_id)
        await until_told(hub, 2)
        await until(lambda: hub.hub.poller is not None and hub.hub.poller.interval_s == intervals.fast_s)


async def test_a_conversation_that_cannot_be_read_is_told_by_its_id(
    hub: HubCopy, sandbox: Sandbox, jennifer: Customer
) -> None:
    from desktop.hub.polling.intercom import _Hit

    assert hub.hub.poller is not None
    await hub.hub.poller._bring(_Hit(1_790_000_000, "404404", 1))
    [fact] = await hub.facts()
    assert (fact.envelope.kind, fact.envelope.body["id"]) == (EnvelopeKind.CHANGED, "404404")


# --- its intervals ----------------------------------------------------------------------------------------------------


class NoCursor:
    async def load(self) -> int | None:
        return None

    async def save(self, cursor_s: int) -> None:
        pass


async def test_it_polls_slowly_while_webhooks_come_and_fast_when_they_are_silent() -> None:
    from desktop.hub.broker import Publisher

    clock = ServerClock()
    api = IntercomApi("http://127.0.0.1:9", Token("t"), clock)
    told_at = [None, clock.now()]
    for webhooks_at, expected in zip(told_at, ("fast_s", "safety_s"), strict=True):
        publisher: Publisher = None  # type: ignore[assignment]
        poller = IntercomPoller("w", api, publisher, NoCursor(), clock, Metrics(), lambda at=webhooks_at: at)
        assert poller.interval_s == getattr(PollIntervals(), expected)
    silent = replace(PollIntervals(), silent_after_s=0.0)
    poller = IntercomPoller("w", api, publisher, NoCursor(), clock, Metrics(), lambda: told_at[1], silent)
    assert poller.interval_s == silent.fast_s
    await api.aclose()


async def test_the_desktops_hear_how_many_calls_are_left(hub: HubCopy, folder: Folder, sandbox: Sandbox) -> None:
    states: list[HubState] = []

    async def hear(message: object) -> None:
        states.append(signals.read_hub_state(message.data))  # type: ignore[attr-defined]

    async with desk_connection(folder.own_invitation()) as connection:
        await connection.subscribe(subjects.hub_state(WORKSPACE_ID), hear)
        for agent in ("anna", "ben", "anna"):
            await connection.publish(subjects.alive(WORKSPACE_ID, agent), b"")
        await until(lambda: bool(states) and states[-1].desks == 2)
    assert states[-1].polls
    spare = states[-1].spare_calls
    assert spare is not None
    assert 9_000 < spare < 10_002


# --- one of them ------------------------------------------------------------------------------------------------------


async def test_one_copy_polls_and_another_goes_on_when_it_ends(
    folder: Folder, sandbox: Sandbox, jennifer: Customer
) -> None:
    async with running_hub(folder, lock_lives_s=1.0) as second_place:
        await until(lambda: second_place.hub.election.is_elected)
        async with running_hub(folder, lock_lives_s=1.0) as other:
            await asyncio.sleep(1.2)
            assert (second_place.hub.election.is_elected, other.hub.election.is_elected) == (True, False)
            assert other.hub.poller is None
    # Both ended in order: the key is free at once.
    async with running_hub(folder, lock_lives_s=1.0) as third:
        write(sandbox, jennifer, "Hello")
        await until_told(third, 1)


async def test_whoever_loses_the_broker_stops_before_another_can_begin(folder: Folder) -> None:
    async with (
        running_hub(folder, intervals=NEVER, lock_lives_s=1.0) as one,
        running_hub(folder, intervals=NEVER, lock_lives_s=1.0) as two,
    ):
        lock = subjects.lock_bucket(WORKSPACE_ID)
        bucket = partial(one.hub.broker.bucket, lock)
        elected = one if one.hub.election.is_elected else two
        await until(lambda: one.hub.election.is_elected or two.hub.election.is_elected)
        elected = one if one.hub.election.is_elected else two
        other = two if elected is one else one
        overlapped = False

        def took_over() -> bool:
            nonlocal overlapped
            overlapped |= elected.hub.election.is_elected and other.hub.election.is_elected
            return other.hub.election.is_elected

        # It hangs, as a stopped process does: it neither renews the key nor resigns.
        elected.hub.election._bucket = partial(asyncio.sleep, 3600)  # type: ignore[assignment]
        await until(took_over)
        assert not overlapped
        elected.hub.election._revision = 0
        elected.hub.election._bucket = bucket


async def test_an_election_is_lost_to_a_newer_key(folder: Folder) -> None:
    async with running_hub(folder, intervals=NEVER, lock_lives_s=30.0) as hub:
        await hub.hub.election.step()
        assert hub.hub.election.is_elected
        bucket = await hub.hub.broker.bucket(subjects.lock_bucket(WORKSPACE_ID))
        await bucket.put("poller", b"another")
        await hub.hub.election.step()
        assert not hub.hub.election.is_elected
        late = Election("late", partial(hub.hub.broker.bucket, subjects.lock_bucket(WORKSPACE_ID)), ServerClock())
        await late.step()
        assert not late.is_elected


async def test_the_cursor_is_kept_for_whoever_polls_next(folder: Folder) -> None:
    async with running_hub(folder, intervals=NEVER) as hub:
        kept = BrokerCursor(WORKSPACE_ID, hub.hub.broker)
        await kept.save(1_790_000_000)
        assert await kept.load() == 1_790_000_000
