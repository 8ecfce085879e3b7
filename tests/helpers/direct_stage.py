"""An engine with all channel accounts on a served sandbox; tests advance the clock and run each step."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from desktop.app.connect import Hosts, LiveConnector, sandbox_channels
from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.content.template import Filled, fill
from desktop.domain.direct import DirectRoute
from desktop.domain.history.thread import Message
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import ForecastWarning, acknowledge
from desktop.engine.commands import Answer, RefreshTemplates, SendDirect, SendReply, SetBridgeCodes
from desktop.engine.engine import Engine
from desktop.engine.views import PendingReply, ThreadView
from desktop.ports import Channel, ChannelConfig, ClockOffset
from desktop.ports.team import TeamFeed
from desktop.sandbox.model.settings import Action, Fault
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

HOUR_S = 3600.0
TWILIO_WHATSAPP = "+35315550101"
REAL_TIME_LIMIT_S = 10.0


class SandboxClock:
    """The sandbox's clock, which stands still; sleepers wake when a test advances it."""

    is_known = True
    offset: ClockOffset | None = None

    @property
    def server_time(self) -> datetime | None:
        return self.now()

    def restore_offset(self, offset: ClockOffset) -> None:
        pass

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.monotonic(), UTC)

    def monotonic(self) -> float:
        return self._sandbox.world.now

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None:
        pass

    @property
    def pauses_s(self) -> list[float]:
        """Remaining seconds of all sleepers, shortest first."""
        return sorted(at - self.monotonic() for at, _, woken in self._sleepers if not woken.done())

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.monotonic() + seconds, next(self._numbers), woken))
        await woken

    def advance(self, seconds: float) -> None:
        with self._sandbox.lock:
            self._sandbox.world.advance(seconds)
        while self._sleepers and self._sleepers[0][0] <= self.monotonic():
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds, at most `REAL_TIME_LIMIT_S`."""
    async with asyncio.timeout(REAL_TIME_LIMIT_S):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.002)


def other_accounts(sandbox: Sandbox) -> tuple[tuple[ChannelConfig, str], ...]:
    """Accounts and secrets beside those of `sandbox_channels`."""
    urls, lines = sandbox.urls, sandbox.world.lines
    number, sms = lines["whatsapp"].address, lines["sms"].address
    ids = {"account_sid": urls["twilio"]["account_sid"]}
    return (
        (
            ChannelConfig(Provider.DIALOG360, ChannelKind.WHATSAPP, number, "360dialog", number, carries_bridge=True),
            urls["dialog360"]["api_key"],
        ),
        (
            ChannelConfig(Provider.OCTOPODS, ChannelKind.SMS, sms, "Octopods SMS", sms, carries_bridge=True),
            urls["octopods"]["channel_key"],
        ),
        (
            ChannelConfig(Provider.TWILIO, ChannelKind.WHATSAPP, TWILIO_WHATSAPP, "Twilio", TWILIO_WHATSAPP, ids=ids),
            urls["twilio"]["auth_token"],
        ),
    )


@asynccontextmanager
async def open_direct_stage(path: Path, *, every_account: bool = False) -> AsyncIterator[DirectStage]:
    """A stage with a WhatsApp message in the thread and the bridge's code set.

    every_account: also at 360dialog, Octopods' SMS, and a WhatsApp number at Twilio that is not the bridge's.
    """
    with Sandbox.start() as sandbox:
        with sandbox.lock:
            sandbox.world.clock.run(0)
            if every_account:
                sandbox.world.add_line("whatsapp", TWILIO_WHATSAPP, tag="twilio_whatsapp")
            jennifer = sandbox.world.add_customer(
                "Jennifer Okafor", phone="+353871234567", telegram_id=9001, known_as="user"
            )
        others = other_accounts(sandbox) if every_account else ()
        stage = DirectStage(sandbox, path, SandboxClock(sandbox), jennifer.id, others=others)
        stage.customer_writes("whatsapp")
        engine = await stage.restart()
        await engine.command_handler.do(SetBridgeCodes(frozenset({sandbox.urls["bridge"]["package_code"]})))
        yield stage
        await stage.stop()


@dataclass
class DirectStage:
    """Jennifer writes on WhatsApp, on SMS and on Telegram; `restart` runs the program again on the same file.

    team: this desktop's feed; None without a team. others: accounts and secrets beside the usual ones.
    """

    sandbox: Sandbox
    path: Path
    clock: SandboxClock
    customer_id: str = ""
    engines: list[Engine] = field(default_factory=list)
    accounts: tuple[tuple[ChannelConfig, Channel], ...] = ()
    store: Store | None = None
    team: TeamFeed | None = None
    others: tuple[tuple[ChannelConfig, str], ...] = ()

    @property
    def engine(self) -> Engine:
        return self.engines[-1]

    async def restart(self) -> Engine:
        """Start a new engine on the same file, and end the one before as if its process was killed. Runs no loops."""
        if self.engines:
            await self.stop()
        urls = self.sandbox.urls
        connector = LiveConnector(Hosts.of_sandbox(urls), self.clock)
        configured = (*await sandbox_channels(connector, urls), *self.others)
        self.accounts = tuple((config, connector.channel(config, secret)) for config, secret in configured)
        gateway = IntercomGateway(urls["intercom"]["base_url"], Token(urls["intercom"]["token"]), self.clock)
        self.store = await Store.open(create_database(self.path))
        self.engines.append(Engine(gateway, self.store, self.clock, Random(1), channels=self.accounts, team=self.team))
        await self.engine.outbox.recover()
        await self.engine.poller.run_once()
        return self.engine

    async def stop(self) -> None:
        await self.engine.tasks.aclose()
        await self.engine.stop()

    # --- the customer ---

    def customer_writes(self, on: str, text: str = "Where is my parcel?") -> None:
        with self.sandbox.lock:
            self.sandbox.world.write(self.customer_id, on, text)

    def phone_texts(self, line: str) -> list[str]:
        """Our messages on the customer's phone in the chat with this line."""
        with self.sandbox.lock:
            chat = self.sandbox.world.customers[self.customer_id].chats.get(line, [])
            return [item.text for item in chat if item.who == "business"]

    def accepted_texts(self, route: str) -> list[str]:
        """Messages that a provider accepted, delivered or not; `route` as in the sandbox's ledger."""
        with self.sandbox.lock:
            return [m.text for m in self.sandbox.world.traffic.messages if m.route == route]

    def notes(self) -> list[str]:
        """Internal notes written by Reachline's app in Intercom."""
        with self.sandbox.lock:
            ws = self.sandbox.world.workspace
            return [
                part.body
                for conversation in ws.conversations.values()
                for part in conversation.parts
                if part.part_type == "note" and part.package_code == self.sandbox.urls["intercom"]["package_code"]
            ]

    # --- the agent ---

    async def view(self) -> ThreadView:
        rows = await every_customer(self.engine.queries)
        view = await self.engine.queries.thread(rows[0].customer_id)
        assert view is not None
        return view

    async def direct_route(self, provider: Provider) -> DirectRoute:
        return next(w for w in (await self.view()).direct_routes if w.route.key.provider is provider)

    async def filled(self, key: ChannelKey, name: str = "we_have_news", language: str = "en") -> Filled:
        await self.engine.command_handler.do(RefreshTemplates(key))
        listed = (await self.engine.queries.templates(key)).templates
        template = next(t for t in listed if (t.name, t.language) == (name, language))
        return fill(template, {"body.1": "Jennifer"})

    async def send(
        self,
        draft_id: str,
        text: str,
        direct_route: DirectRoute,
        *accepted: ForecastWarning,
        template: Filled | None = None,
    ) -> Answer:
        view = await self.view()
        return await self.engine.command_handler.do(
            SendDirect(
                draft_id,
                view.customer_id,
                view.thread.chats[0].id,
                direct_route.route,
                text,
                template=template,
                acknowledged=acknowledge(accepted),
                seen_upto=view.newest_arrival,
            )
        )

    async def run_outbox(self) -> None:
        """Run the outbox until it has nothing to do."""
        while await self.engine.outbox.step():
            pass

    async def reply(self, draft_id: str, text: str, *accepted: ForecastWarning) -> Answer:
        """Reply through Intercom."""
        view = await self.view()
        return await self.engine.command_handler.do(
            SendReply(
                draft_id,
                view.customer_id,
                view.thread.chats[0].id,
                text,
                acknowledged=acknowledge(accepted),
                seen_upto=view.newest_arrival,
            )
        )

    def add_fault(self, method: str, path: str, action: Action, **more: Any) -> None:
        """Add a fault for the next matching request."""
        with self.sandbox.lock:
            self.sandbox.world.settings.fail_next.append(Fault(method, path, action, **more))

    async def direct(self, draft_id: str) -> Message:
        return next(m for m in (await self.view()).thread.messages if m.id == f"direct:{draft_id}")

    async def pending(self, draft_id: str) -> PendingReply | None:
        return next((e for e in (await self.view()).pending_replies if e.draft_id == draft_id), None)

    async def check_deliveries(self, seconds: float) -> None:
        """Advance the clock and check all deliveries that are due."""
        self.clock.advance(seconds)
        while await self.engine.delivery_tracking.step() == 0.0:
            pass
