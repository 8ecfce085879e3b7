"""The updates of a bot that has no webhook, from the sandbox's Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hub_stage import HubBroker, HubCopy, StoredFact, give_secrets, running_hub, until

from desktop.channels.team.envelope import EnvelopeKind
from desktop.hub.config import Folder
from desktop.sandbox.model.people import Customer
from desktop.sandbox.providers.telegram.bot import TOKEN
from desktop.sandbox.server import Sandbox

BOT = TOKEN.partition(":")[0]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as served:
        with served.lock:
            served.world.settings.telegram_webhook = ""
        yield served


@pytest.fixture
def jennifer(sandbox: Sandbox) -> Customer:
    with sandbox.lock:
        return sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567", telegram_id=9001)


@pytest.fixture
def folder(hub_broker: HubBroker, sandbox: Sandbox) -> Folder:
    found = hub_broker.new_folder(telegram_url=sandbox.urls["telegram"]["base_url"])
    give_secrets(found, telegram_bots=TOKEN)
    return found


def write(sandbox: Sandbox, who: Customer, text: str) -> None:
    with sandbox.lock:
        sandbox.world.write(who, "telegram", text)


async def until_told(hub: HubCopy, count: int) -> list[StoredFact]:
    async with asyncio.timeout(15):
        while len(facts := await hub.facts()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return facts


async def test_updates_come_into_the_feed_and_are_confirmed_once_they_are_there(
    folder: Folder, sandbox: Sandbox, jennifer: Customer
) -> None:
    write(sandbox, jennifer, "First")
    async with running_hub(folder, lock_lives_s=1.0) as hub:
        await until_told(hub, 1)
        write(sandbox, jennifer, "Second")
        facts = await until_told(hub, 2)
    assert {fact.envelope.kind for fact in facts} == {EnvelopeKind.TELEGRAM}
    assert {fact.subject.rpartition(".")[2] for fact in facts} == {BOT}
    assert [fact.envelope.body["message"]["text"] for fact in facts] == ["First", "Second"]
    async with running_hub(folder, lock_lives_s=1.0) as hub:
        write(sandbox, jennifer, "Third")
        assert len(await until_told(hub, 3)) == 3


async def test_a_bot_whose_updates_another_program_gets_is_left_to_it(
    folder: Folder, sandbox: Sandbox, jennifer: Customer
) -> None:
    with sandbox.lock:
        sandbox.world.settings.telegram_webhook = "https://octopods.example/hook"
    async with running_hub(folder, lock_lives_s=1.0) as hub:
        await until(lambda: hub.hub.election.is_elected)
        write(sandbox, jennifer, "For Octopods")
        await asyncio.sleep(0.7)
        assert await hub.facts() == []
        assert hub.count("poll_failures_total", provider="telegram", kind="unknown") == 0
