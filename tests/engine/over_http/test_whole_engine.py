"""The whole way over real HTTP: engine, Intercom channel and sandbox; the customer's screens are the judge."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.bridge.notice import NoticeKind
from desktop.domain.delivery import Arrival
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode, acknowledge
from desktop.domain.window.window import WindowState
from desktop.engine.commands import (
    CloseConversation,
    Done,
    FocusCustomer,
    MarkSeen,
    NeedsConsent,
    ReopenConversation,
    SendReply,
    SetBridgeCodes,
    SyncNow,
)
from desktop.engine.engine import Engine
from desktop.engine.views import ThreadView
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

HOUR_S = 3600.0


class Story:
    """Jennifer, as the sandbox and as the engine see them."""

    def __init__(self, sandbox: Sandbox, engine: Engine) -> None:
        self.sandbox = sandbox
        self.engine = engine
        with sandbox.lock:
            self.jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567").id

    def writes(self, on: str, text: str, **more: object) -> None:
        with self.sandbox.lock:
            self.sandbox.world.write(self.jennifer, on, text, **more)

    def pass_time(self, seconds: float) -> None:
        with self.sandbox.lock:
            self.sandbox.world.advance(seconds)

    def sees(self) -> tuple[list[str], list[str]]:
        """What the customer's WhatsApp and Messenger show."""
        with self.sandbox.lock:
            screens = self.sandbox.world.screens(self.jennifer)
        whatsapp = [i["text"] for items in screens["whatsapp"].values() for i in items]
        return whatsapp, [i["text"] for c in screens["messenger"] for i in c["items"]]

    async def view(self) -> ThreadView | None:
        rows = await every_customer(self.engine.queries)
        return await self.engine.queries.thread(rows[0].customer_id) if rows else None

    async def shows(self, text: str) -> bool:
        """Is `text` in the thread? Asks for a sync meanwhile."""
        await self.engine.command_handler.do(SyncNow())
        view = await self.view()
        return view is not None and any(text in m.entry.text for m in view.thread.messages)

    async def reply(self, draft_id: str, text: str, *accepted: ForecastWarning) -> object:
        view = await self.view()
        chat = view.thread.chats[0]
        return await self.engine.command_handler.do(
            SendReply(
                draft_id,
                view.customer_id,
                chat.id,
                text,
                acknowledged=acknowledge(accepted),
                seen_upto=view.newest_arrival,
            )
        )

    async def is_settled(self) -> bool:
        return (await self.view()).pending_replies == ()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest_asyncio.fixture
async def story(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Story]:
    clock = ServerClock()
    address = sandbox.urls["intercom"]
    gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
    engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
    yield Story(sandbox, engine)
    await engine.stop()


async def test_the_story_of_the_window(story, kit):
    story.writes("whatsapp", "Where is my parcel?")
    story.writes("whatsapp", "Order 1042")
    await story.engine.start()
    await kit.eventually(lambda: story.shows("Order 1042"))
    bridge, ours = (story.sandbox.urls[who]["package_code"] for who in ("bridge", "intercom"))

    # One customer is too few to learn the bridge's code from.
    assert await story.engine.command_handler.do(SetBridgeCodes(frozenset({bridge}))) == Done()
    view = await story.view()
    [chat] = view.thread.chats
    assert view.name == "Jennifer Okafor"
    assert {m.origin.channel for m in chat.messages if m.origin} == {ChannelKind.WHATSAPP}
    assert chat.window.state(story.engine.clock.now()) is WindowState.OPEN

    # Window open: the reply is on both of the customer's screens.
    assert await story.reply("d1", "It ships today.") == Done()
    await kit.eventually(story.is_settled)
    await kit.eventually(lambda: "It ships today." in story.sees()[0])
    assert "It ships today." in story.sees()[1]
    assert (await story.engine.queries.workspace()).workspace.own_codes == {ours}

    # Window closed, the newest message from the Messenger: said before the send, and so it comes.
    story.pass_time(25 * HOUR_S)
    story.writes("messenger", "Any news?", conversation_id=chat.id)
    await kit.eventually(lambda: story.shows("Any news?"))
    answer = await story.reply("d2", "It was delayed.")
    assert isinstance(answer, NeedsConsent)
    assert {w.code for w in answer.warned} == {WarningCode.WINDOW_CLOSED, WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN}
    assert answer.forecast.reached == {ChannelKind.MESSENGER}
    assert await story.reply("d2", "It was delayed.", *answer.warned) == Done()
    await kit.eventually(story.is_settled)
    assert story.sees()[1][-1] == "It was delayed."
    assert "It was delayed." not in story.sees()[0]

    # The bridge's note lands on that reply.
    story.pass_time(60)
    await kit.eventually(lambda: story.shows("24-hour"))
    sent = next(m for m in (await story.view()).thread.messages if m.entry.text == "It was delayed.")
    assert sent.notice.kind is NoticeKind.WINDOW_CLOSED
    assert sent.arrived[0].arrival is Arrival.FAILED
    [row] = await every_customer(story.engine.queries)
    assert row.messenger_only

    # The customer writes on WhatsApp again: the countdown restarts.
    story.writes("whatsapp", "Thanks for telling me.")
    await kit.eventually(lambda: story.shows("Thanks for telling me."))
    chat = (await story.view()).thread.chats[0]
    now = story.engine.clock.now()
    assert chat.window.state(now) is WindowState.OPEN
    assert abs(chat.window.left(now).total_seconds() - (24 * HOUR_S - 120)) < 30


async def test_an_answer_that_is_lost_puts_the_text_on_the_screen_once(story, kit):
    story.writes("messenger", "Hello?")
    await story.engine.start()
    await kit.eventually(lambda: story.shows("Hello?"))
    with story.sandbox.lock:
        story.sandbox.world.settings.fail_next.append(Fault("POST", "/reply$", "drop_after"))
    assert await story.reply("d1", "Good morning <b>Jennifer</b> & co") == Done()

    async def is_unconfirmed() -> bool:
        return [e.state for e in (await story.view()).pending_replies] == [State.UNCONFIRMED]

    await kit.eventually(is_unconfirmed)
    await kit.eventually(story.is_settled)
    assert story.sees()[1].count("Good morning <b>Jennifer</b> & co") == 1


async def test_a_token_that_is_taken_back_is_said_and_loses_nothing(story, kit):
    story.writes("messenger", "Hello?")
    await story.engine.start()
    await kit.eventually(lambda: story.shows("Hello?"))
    with story.sandbox.lock:
        story.sandbox.world.settings.fail_next.append(Fault("POST", "/search", "status", status=401, times=1))
    await story.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: story.engine.queries.connection().state == "signed_out")
    assert story.engine.queries.connection().reason
    assert (await story.view()).thread.messages
    await story.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: story.engine.queries.connection().state == "online")


async def test_closing_and_seeing_reach_intercom(story, kit):
    story.writes("messenger", "Hello?")
    await story.engine.start()
    await kit.eventually(lambda: story.shows("Hello?"))
    view = await story.view()
    [chat] = view.thread.chats
    assert (await every_customer(story.engine.queries))[0].unread
    assert await story.engine.command_handler.do(FocusCustomer(view.customer_id)) == Done()
    assert await story.engine.command_handler.do(MarkSeen(view.customer_id)) == Done()
    assert not (await every_customer(story.engine.queries))[0].unread

    async def is_read() -> bool:
        return (await story.view()).thread.chats[0].conversation.read

    await kit.eventually(is_read)
    assert await story.engine.command_handler.do(CloseConversation(chat.id)) == Done(undo=ReopenConversation(chat.id))
    assert (await every_customer(story.engine.queries))[0].state == "closed"
    with story.sandbox.lock:
        assert story.sandbox.world.intercom.get_conversation(chat.id)["state"] == "closed"
