"""Counts what a team's desktops ask of Intercom: `python -m tests.crowd.budget --desks 1000 --minutes 2`.

The sandbox limits and counts calls as Intercom does. Customers write at a steady rate; webhooks tell the hub. Each
desktop of the crowd has the product's feed and its pacing, and makes the calls that the product would make at these
moments; one real engine runs beside them. First with the hub, then after hub and broker were killed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.channels.team.feed import NatsTeamFeed
from desktop.channels.team.invitation import Invitation
from desktop.engine.engine import Engine
from desktop.engine.sync.team.pace import reconnect_pause_s
from desktop.engine.sync.team.pacing import Pacing
from desktop.ports import ProviderError
from desktop.ports.team import FeedBatch, FeedCursor, HubState
from desktop.store.core.columns import fetch_all
from desktop.store.core.database import Database, Store
from desktop.system.clock import ServerClock
from tests.crowd.stage import LOOPBACK, REPOSITORY, Brokers, Hubs, make_hub_folder
from tests.helpers.database import create_database

LIMIT_WITH_HUB, LIMIT_ALONE = 5_000, 6_000
OPENS_A_MINUTE = 1.5
"""What an agent does themselves: conversations opened and replies sent."""

LOOK_BACK_S = 120
TOLD_WITHIN_S = 10.0
SETTLE_S = 45.0
"""Until what was heard last of the hub is old, and all desktops go at the crowd's pace."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crowd.budget", description=__doc__)
    parser.add_argument("--desks", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=5, help="customers' messages a second")
    parser.add_argument("--minutes", type=float, default=2, help="of each of the two measurements")
    return 0 if asyncio.run(_run(parser.parse_args())) else 1


class Caller:
    """Asks the sandbox as one desktop of many would. asked: calls by kind."""

    def __init__(self, base_url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Intercom-Version": "2.14", "Accept": "application/json"}
        limits = httpx.Limits(max_connections=50)
        self._client = httpx.AsyncClient(base_url=base_url, headers=headers, limits=limits, timeout=60, trust_env=False)
        self.conversation_ids: list[str] = []

    async def search(self, since_s: float) -> dict[str, int]:
        """Conversations by id that changed since then, with the time of it; {} where it is refused."""
        query = {"field": "updated_at", "operator": ">", "value": int(since_s) - 1}
        body = {"query": query, "pagination": {"per_page": 50}, "sort_field": "updated_at", "sort_order": "ascending"}
        answer = await self._client.post("/conversations/search", json=body)
        if answer.status_code != 200:
            return {}
        return {found["id"]: found["updated_at"] for found in answer.json()["conversations"]}

    async def read(self, conversation_id: str) -> None:
        """Read one conversation."""
        await self._client.get(f"/conversations/{conversation_id}")

    async def aclose(self) -> None:
        """End the connections."""
        await self._client.aclose()


class Desk:
    """One desktop: what it hears of the team decides how often it asks."""

    def __init__(self, invited: Invitation, caller: Caller, clock: ServerClock, rng: Random) -> None:
        self._feed = NatsTeamFeed(invited)
        self._caller = caller
        self._rng = rng
        self._pacing = Pacing(clock, rng, is_in_team=True)
        self._pacing.subscribe(self._change_pace)
        self._sooner_s: float | None = None
        self._changed = asyncio.Event()
        self._cursor: FeedCursor | None = None
        self._searched_s = time.time()
        self._known: dict[str, int] = {}

    async def run(self) -> None:
        """Live as a desktop does."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._pacing.run())
            tasks.create_task(self._search())
            tasks.create_task(self._look_at_open_conversation())
            tasks.create_task(self._work())

    async def _follow(self) -> None:
        failures = 0
        while True:
            try:
                async for event in self._feed.events(self._cursor):
                    failures = 0
                    if isinstance(event, HubState):
                        self._pacing.record_hub_state(event)
                    elif isinstance(event, FeedBatch):
                        self._pacing.set_connected(True)
                        self._take(event)
            except ProviderError:
                pass
            self._pacing.set_connected(False)
            failures += 1
            await asyncio.sleep(reconnect_pause_s(failures, self._rng))

    def _take(self, batch: FeedBatch) -> None:
        for fact in batch.facts:
            told = getattr(fact, "conversation", None)
            if told is not None:
                self._known[told.id] = max(self._known.get(told.id, 0), int(told.updated_at.timestamp()))
        self._cursor = batch.cursor

    def _change_pace(self, start_s: float) -> None:
        self._sooner_s = start_s
        self._changed.set()

    async def _search(self) -> None:
        await self._pause(self._pacing.catch_up_pause_s())
        while True:
            began_s = time.time()
            found = await self._caller.search(self._searched_s - LOOK_BACK_S)
            self._searched_s = began_s
            different = [i for i, at in found.items() if self._known.get(i, 0) < at]
            allowed = self._pacing.allowed_reads()
            for conversation_id in different[:allowed]:
                self._known[conversation_id] = found[conversation_id]
                self._pacing.count_reads(1)
                await self._caller.read(conversation_id)
            await self._pause(self._pacing.search_pause_s())

    async def _pause(self, pause_s: float) -> None:
        until_s = time.monotonic() + pause_s
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self._changed.wait(), left_s)
            except TimeoutError:
                return
            self._changed.clear()
            if self._sooner_s is not None:
                until_s = time.monotonic() + self._sooner_s
                self._sooner_s = None

    async def _look_at_open_conversation(self) -> None:
        await asyncio.sleep(self._rng.uniform(0, 60))
        while True:
            await self._caller.read(self._rng.choice(self._caller.conversation_ids))
            await asyncio.sleep(self._pacing.open_pause_s(True))

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(self._rng.expovariate(OPENS_A_MINUTE / 60))
            await self._caller.read(self._rng.choice(self._caller.conversation_ids))


async def _run(options: argparse.Namespace) -> bool:
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reachline-budget-")))
        urls = await stack.enter_async_context(_sandbox())
        control = httpx.AsyncClient(
            base_url=urls["control"]["base_url"],
            headers={"Authorization": f"Bearer {urls['control']['token']}"},
            timeout=60,
            trust_env=False,
        )
        stack.push_async_callback(control.aclose)
        intercom = urls["intercom"]
        clock = ServerClock()
        gateway = IntercomGateway(intercom["base_url"], Token(intercom["token"]), clock)
        workspace_id = (await gateway.account()).workspace_id
        folder, invited = make_hub_folder(
            place / "hub", 1, options.desks + 1, is_encrypted=False, workspace=workspace_id
        )
        config = folder.path / "hub.toml"
        config.write_text(config.read_text() + f'\nintercom_url = "{intercom["base_url"]}"\n')
        brokers = Brokers(folder, [int(invited[0].servers[0].rpartition(":")[2])], is_encrypted=False)
        hubs = Hubs(
            folder,
            {
                "REACHLINE_HUB_INTERCOM_CLIENT_SECRET": intercom["client_secret"],
                "REACHLINE_HUB_INTERCOM_TOKEN": intercom["token"],
            },
        )
        stack.push_async_callback(brokers.end)
        stack.push_async_callback(hubs.end)
        await brokers.start()
        await hubs.start()
        address = f"http://{LOOPBACK}:{hubs.ports[0]}/webhooks/intercom"
        subscribed = await control.post("/webhooks", json={"provider": "intercom", "address": address})
        subscribed.raise_for_status()

        caller = Caller(intercom["base_url"], intercom["token"])
        stack.push_async_callback(caller.aclose)
        caller.conversation_ids = [*await caller.search(0)]
        store = await Store.open(create_database(place / "reachline.db"))
        engine = Engine(gateway, store, clock, team=NatsTeamFeed(invited[-1]))
        await engine.start()
        stack.push_async_callback(engine.stop)
        desks = [Desk(each, caller, clock, Random(number)) for number, each in enumerate(invited[:-1])]
        running = [asyncio.create_task(desk.run()) for desk in desks]
        customers = Customers(control, options.rate)
        stack.push_async_callback(_end, running)

        async with customers.writing():
            await asyncio.sleep(SETTLE_S)
            with_hub = await _count(control, options.minutes)
        _print("with the hub", options, with_hub)
        await asyncio.sleep(TOLD_WITHIN_S)
        stored = await store.read(_stored_texts)
        missing, twice = len(customers.written - set(stored)), len(stored) - len(set(stored))
        print(
            f"the real engine: {len(customers.written)} messages, {missing} missing, {twice} stored twice", flush=True
        )
        await hubs.kill(0)
        await brokers.kill(0)
        async with customers.writing():
            await asyncio.sleep(SETTLE_S)
            alone = await _count(control, options.minutes)
        _print("after kill -9 of hub and broker", options, alone)
        refused = with_hub["refused"] + alone["refused"]
        is_within = with_hub["a_minute"] <= LIMIT_WITH_HUB and alone["a_minute"] <= LIMIT_ALONE
        return is_within and missing == twice == refused == 0


@asynccontextmanager
async def _sandbox() -> AsyncIterator[dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "desktop", "sandbox", "--customers", "200", "--messages", "400"),
        cwd=REPOSITORY,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


def _stored_texts(db: Database) -> list[str]:
    return [row.text for row in fetch_all(db, "SELECT text FROM entries WHERE text LIKE 'Message %'")]


class Customers:
    """Who writes, one after the other. written: the texts of all messages."""

    def __init__(self, control: httpx.AsyncClient, rate: float) -> None:
        self._control = control
        self._rate = rate
        self.written: set[str] = set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """For as long as the context lasts."""
        task = asyncio.create_task(self._write())
        yield
        await _end([task])

    async def _write(self) -> None:
        state = (await self._control.get("/state")).json()
        for customer in itertools.cycle(state["customers"]):
            text = f"Message {len(self.written)}"
            await self._control.post("/write", json={"customer": customer["id"], "on": "messenger", "text": text})
            # Not before: the last request may be ended before the sandbox has taken it.
            self.written.add(text)
            await asyncio.sleep(1 / self._rate)


async def _count(control: httpx.AsyncClient, minutes: float) -> dict[str, float]:
    before = (await control.get("/calls")).json()["workspace"]
    await asyncio.sleep(minutes * 60)
    after = (await control.get("/calls")).json()["workspace"]
    windows = after["windows"][-int(minutes * 6) :]
    return {
        "a_minute": (after["calls"] - before["calls"]) / minutes,
        "refused": after["refused"] - before["refused"],
        "busiest_10_s": max(window["calls"] for window in windows),
    }


def _print(when: str, options: argparse.Namespace, counted: dict[str, float]) -> None:
    print(
        f"{options.desks} desktops {when}, {options.rate:g} messages a second: "
        f"{counted['a_minute']:.0f} calls a minute, "
        f"{counted['busiest_10_s']:.0f} in the busiest 10 s, {counted['refused']:.0f} refused",
        flush=True,
    )


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
