"""Evidence over real HTTP: a WhatsApp number at Twilio, a bridge that posts late, and the sandbox as the judge."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.channels.twilio.channel import TwilioChannel
from desktop.domain.delivery import Arrival, ArrivalReason
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import acknowledge
from desktop.domain.model.workspace import Relay
from desktop.domain.window.window import WindowState
from desktop.engine.commands import Done, SendReply, SetBridgeCodes, SyncNow
from desktop.engine.engine import Engine
from desktop.engine.views import ThreadView
from desktop.ports import ChannelConfig
from desktop.sandbox.model import networks
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from desktop.text.reasons.describe import describe
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

NUMBER = "+35315550101"
LATE_S = 300.0
DAY = timedelta(hours=24)
ROW_MARGIN = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
CONFIG = ChannelConfig(Provider.TWILIO, ChannelKind.WHATSAPP, NUMBER, "Support", NUMBER)


class Story:
    """Jennifer writes to a WhatsApp number that lives at Twilio; the bridge carries it, five minutes late."""

    def __init__(self, sandbox: Sandbox, engine: Engine) -> None:
        self.sandbox = sandbox
        self.engine = engine
        with sandbox.lock:
            world = sandbox.world
            world.settings.bridge_delay_s = LATE_S
            self.line = next(n for n in world.lines.values() if n.address == NUMBER)
            self.jennifer = world.add_customer("Jennifer Okafor", phone="+353871234567").id

    @property
    def now(self) -> datetime:
        with self.sandbox.lock:
            return datetime.fromtimestamp(self.sandbox.world.now, UTC)

    def writes(self, text: str) -> datetime:
        """When Twilio had it."""
        with self.sandbox.lock:
            self.sandbox.world.write(self.jennifer, "whatsapp", text, line=self.line)
            return datetime.fromtimestamp(self.sandbox.world.now, UTC)

    def time_passes(self, seconds: float) -> None:
        with self.sandbox.lock:
            self.sandbox.world.advance(seconds)

    def really_open(self, ahead: timedelta) -> bool:
        """Whether a free text would go through so much later; by the sandbox's own rules."""
        with self.sandbox.lock:
            world = self.sandbox.world
            return networks.window_open(world.customers[self.jennifer], self.line, world.now + ahead.total_seconds())

    async def view(self) -> ThreadView | None:
        rows = await every_customer(self.engine.queries)
        return await self.engine.queries.thread(rows[0].customer_id) if rows else None

    async def shows(self, text: str) -> bool:
        await self.engine.command_handler.do(SyncNow())
        view = await self.view()
        return view is not None and any(m.entry.text == text for m in view.thread.messages)

    async def message(self, text: str):
        return next(m for m in (await self.view()).thread.messages if m.entry.text == text)

    async def window(self):
        return (await self.view()).thread.chats[0].window

    async def reply(self, draft_id: str, text: str) -> None:
        view = await self.view()
        chat = view.thread.chats[0]
        wish = SendReply(draft_id, view.customer_id, chat.id, text, seen_upto=view.newest_arrival)
        answer = await self.engine.command_handler.do(wish)
        if answer != Done():
            again = structs.replace(wish, acknowledged=acknowledge(answer.warned))
            assert await self.engine.command_handler.do(again) == Done()

    async def is_settled(self) -> bool:
        await self.engine.command_handler.do(SyncNow())
        return (await self.view()).pending_replies == ()

    async def knows_the_time(self) -> bool:
        """Has any answer told the engine how late it is by now?"""
        await self.engine.command_handler.do(SyncNow())
        return abs(self.engine.clock.now() - self.now) < timedelta(seconds=5)

    async def learns_of_the_bridge(self) -> None:
        """A person says which code it is: one customer is too few to learn it from."""
        await self.engine.command_handler.do(SetBridgeCodes(frozenset({self.sandbox.urls["bridge"]["package_code"]})))

    async def relay(self) -> list[tuple[Relay, RelayProof]]:
        return [(e.relay, e.proof) for e in (await self.engine.queries.workspace()).relay_evidence]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        with running.lock:
            running.world.add_line("whatsapp", NUMBER, tag="twilio_whatsapp")
        yield running


@pytest.fixture
def clock() -> ServerClock:
    return ServerClock()


@pytest.fixture
def twilio(sandbox: Sandbox, clock: ServerClock) -> TwilioChannel:
    access = sandbox.urls["twilio"]
    return TwilioChannel(
        Token(access["auth_token"]),
        clock,
        ChannelKind.WHATSAPP,
        access["account_sid"],
        NUMBER,
        base_url=access["base_url"],
        content_base_url=access["content_base_url"],
    )


@pytest_asyncio.fixture
async def story(sandbox: Sandbox, clock: ServerClock, tmp_path: Path) -> AsyncIterator[Story]:
    """Running, with nothing but Intercom connected."""
    intercom = sandbox.urls["intercom"]
    gateway = IntercomGateway(intercom["base_url"], Token(intercom["token"]), clock)
    engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
    await engine.start()
    yield Story(sandbox, engine)
    await engine.stop()


async def arrive(story: Story, kit, text: str) -> datetime:
    """The customer writes; the bridge has posted it and the engine has read it. When Twilio had it."""
    at = story.writes(text)
    story.time_passes(LATE_S)
    await kit.eventually(lambda: story.shows(text))
    return at


async def test_the_window_closes_when_the_judge_closes_it_and_not_when_intercom_would_have_it(story, twilio, kit):
    await arrive(story, kit, "Where is my parcel?")
    had = await arrive(story, kit, "Order 1042")
    await story.learns_of_the_bridge()

    # By what Intercom says, the window would still be open when the provider has closed it.
    late = await story.window()
    assert late.closes_at - had > DAY
    assert not story.really_open(late.closes_at - story.now - SECOND)

    story.engine.channels.add(CONFIG, twilio)

    async def corrected() -> bool:
        return (await story.message("Order 1042")).provider_message is not None

    await kit.eventually(corrected)
    window = await story.window()
    assert window.opened_by == (await story.message("Order 1042")).id
    assert abs(window.opened_at - had) <= SECOND
    assert abs(window.closes_at - (had + DAY - ROW_MARGIN)) <= SECOND
    assert story.really_open(window.closes_at - story.now)
    assert not story.really_open(window.closes_at + ROW_MARGIN + SECOND - story.now)
    assert (await story.message("Where is my parcel?")).provider_message is not None
    assert window.state(window.closes_at) is WindowState.CLOSED


async def test_what_the_bridge_has_not_posted_yet_opens_the_window_already(story, twilio, kit):
    story.engine.channels.add(CONFIG, twilio)
    await arrive(story, kit, "Where is my parcel?")
    await arrive(story, kit, "Order 1042")
    await story.learns_of_the_bridge()
    story.time_passes(25 * 3600)
    had = story.writes("Hello? Anybody?")
    await story.engine.command_handler.do(SyncNow())
    await story.engine.provider_lists.run_once()
    window = await story.window()
    assert abs(window.opened_at - had) <= SECOND
    assert window.state(story.now) is WindowState.OPEN
    view = await story.view()
    assert all(m.id != window.opened_by for m in view.thread.messages)
    assert not any(m.entry.text == "Hello? Anybody?" for m in view.thread.messages)


async def test_a_relayed_reply_proves_the_relay_and_shows_what_became_of_it(story, twilio, kit):
    story.engine.channels.add(CONFIG, twilio)
    await arrive(story, kit, "Where is my parcel?")
    await arrive(story, kit, "Order 1042")
    await story.learns_of_the_bridge()
    assert await story.relay() == []
    await story.reply("d1", "It ships today.")
    await kit.eventually(story.is_settled)
    story.time_passes(60)

    async def read() -> bool:
        await story.engine.provider_lists.run_once()
        return (await story.message("It ships today.")).arrived[0].arrival is Arrival.READ

    await kit.eventually(read)
    said = (await story.message("It ships today.")).arrived[0]
    assert said.channel is ChannelKind.WHATSAPP
    assert said.reason.code == ArrivalReason.READ_AT
    assert await story.relay() == [(Relay.PROVEN, RelayProof.OUTBOUND_ROW)]
    [evidence] = (await story.engine.queries.workspace()).relay_evidence
    assert evidence.about == (await story.view()).thread.chats[0].id


async def test_a_reply_that_twilio_fails_outside_the_window_is_shown_as_failed(story, twilio, kit):
    story.engine.channels.add(CONFIG, twilio)
    await arrive(story, kit, "Where is my parcel?")
    await arrive(story, kit, "Order 1042")
    await story.learns_of_the_bridge()
    with story.sandbox.lock:
        # The bridge keeps silent, as some do.
        story.sandbox.world.settings.note_delay_s = 10**7
    story.time_passes(25 * 3600)
    await kit.eventually(story.knows_the_time)
    await story.reply("d1", "It was delayed.")
    await kit.eventually(story.is_settled)
    story.time_passes(5)

    async def failed() -> bool:
        await story.engine.provider_lists.run_once()
        return (await story.message("It was delayed.")).arrived[0].arrival is Arrival.FAILED

    await kit.eventually(failed)
    said = (await story.message("It was delayed.")).arrived[0]
    assert describe(said.reason).startswith("Twilio couldn't deliver this message (")
    assert "63016" in describe(said.reason)
    assert await story.relay() == [(Relay.PROVEN, RelayProof.OUTBOUND_ROW)]
    [customer] = await every_customer(story.engine.queries)
    assert customer.messenger_only
