"""Colleagues, refusals, a pulled cable and the program's end over real HTTP; the customer's screens are the judge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode, acknowledge
from desktop.domain.model.workspace import Relay
from desktop.domain.window.window import WindowState
from desktop.engine.commands import Done, ResolvePending, SendReply, SetBridgeCodes, SyncNow
from desktop.engine.engine import Engine
from desktop.engine.views import ConnectionState
from desktop.ports import OutgoingFile, ProviderErrorKind
from desktop.ports.reasons import ProviderReason
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import COLLEAGUE
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from desktop.text.reasons.describe import describe
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

HOUR_S = 3600.0


class HastyClock(ServerClock):
    """Pauses take a fiftieth of their time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 50)


class Talk:
    """Jennifer on WhatsApp, as the sandbox and as the engine see them."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.path = folder / "reachline.db"
        with sandbox.lock:
            self.jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567").id
            sandbox.world.write(self.jennifer, "whatsapp", "Hello?")
            self.id = sandbox.world.write(self.jennifer, "whatsapp", "Where is my parcel?")

    async def open(self) -> None:
        clock = HastyClock()
        address = self.sandbox.urls["intercom"]
        gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
        self.api = gateway._api
        self.engine = Engine(gateway, await Store.open(create_database(self.path)), clock)
        await self.engine.start()

    async def knows(self, text: str) -> bool:
        await self.engine.command_handler.do(SyncNow())
        return text in await self.shown()

    async def view(self):
        rows = await every_customer(self.engine.queries)
        return await self.engine.queries.thread(rows[0].customer_id) if rows else None

    async def shown(self) -> list[str]:
        view = await self.view()
        return [] if view is None else [m.entry.text for m in view.thread.messages]

    async def states(self) -> list[State]:
        return [e.state for e in (await self.view()).pending_replies]

    async def send(self, draft_id: str, text: str, *accepted: ForecastWarning, files: tuple[OutgoingFile, ...] = ()):
        view = await self.view()
        wish = SendReply(
            draft_id,
            view.customer_id,
            self.id,
            text,
            files,
            acknowledged=acknowledge(accepted),
            seen_upto=view.newest_arrival,
        )
        return await self.engine.command_handler.do(wish)

    def on_customer_phone(self) -> list[str]:
        with self.sandbox.lock:
            screens = self.sandbox.world.screens(self.jennifer)
        return [i["text"] for items in screens["whatsapp"].values() for i in items]

    def fails(self, **fault: object) -> None:
        with self.sandbox.lock:
            self.sandbox.world.settings.fail_next.append(Fault("POST", "/reply$", **fault))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest_asyncio.fixture
async def talk(sandbox: Sandbox, tmp_path: Path, kit) -> AsyncIterator[Talk]:
    talk = Talk(sandbox, tmp_path)
    await talk.open()
    await kit.eventually(lambda: talk.knows("Where is my parcel?"))
    yield talk
    await talk.engine.stop()


# --- two agents ---


@pytest.mark.parametrize("who", ["colleague", "customer"])
async def test_what_came_in_between_stops_the_send_once(talk, kit, who):
    """Nobody polled it yet: the fetch before the claim sees it."""
    with talk.sandbox.lock:
        talk.sandbox.world.advance(2)
        if who == "colleague":
            talk.sandbox.world.teammate_reply(talk.id, COLLEAGUE, "I took care of it.")
        else:
            talk.sandbox.world.write(talk.jennifer, "whatsapp", "Forget it.")
    code = WarningCode.TEAMMATE_ANSWERED if who == "colleague" else WarningCode.NEWER_CUSTOMER_MESSAGE
    assert await talk.send("d1", "On its way.") == Done()

    async def is_held() -> bool:
        return await talk.states() == [State.HELD]

    await kit.eventually(is_held)
    [held] = await talk.engine.queries.held()
    assert [w.code for w in held.pending.warned] == [code]
    assert held.name == "Jennifer Okafor"
    assert "On its way." not in talk.on_customer_phone()
    assert (
        await talk.engine.command_handler.do(
            ResolvePending("d1", send=True, acknowledged=acknowledge(held.pending.warned))
        )
        == Done()
    )
    await kit.eventually(lambda: talk.on_customer_phone().count("On its way.") == 1)


# --- refusals ---


@pytest.mark.parametrize(
    ("fault", "files", "words"),
    [
        ({"action": "status", "status": 413}, 1, "make it smaller"),
        ({"action": "status", "status": 401}, 0, "token"),
        (None, 11, "can have up to 10"),
    ],
    ids=["too large", "signed out", "too many files"],
)
async def test_a_refusal_says_what_to_do(talk, kit, fault, files, words):
    if fault is not None:
        talk.fails(**fault)
    given = tuple(OutgoingFile(f"{n}.txt", "text/plain", b"x") for n in range(files))
    assert await talk.send("d1", "See the files.", files=given) == Done()

    async def is_refused() -> bool:
        return await talk.states() == [State.REFUSED]

    await kit.eventually(is_refused)
    [refused] = await talk.engine.queries.undecided()
    assert words in describe(refused.pending.reason)
    assert "See the files." not in talk.on_customer_phone()


async def test_a_server_that_accepts_and_never_answers_is_offline_and_the_reply_says_why(talk, kit, monkeypatch):
    # However many requests run into it at once: each would double it.
    for limit in ("current_s", "_longest_s"):
        monkeypatch.setattr(talk.api._read_timeout, limit, 0.5)
    with talk.sandbox.lock:
        talk.sandbox.world.settings.fail_next.append(Fault("*", "/", action="delay", seconds=60, times=None))
    assert await talk.send("d1", "On its way.") == Done()

    async def is_told() -> bool:
        [pending] = (await talk.view()).pending_replies
        is_offline = talk.engine.queries.connection().state is ConnectionState.OFFLINE
        return is_offline and pending.state is State.QUEUED and pending.reason.code == ProviderErrorKind.TIMED_OUT

    await kit.eventually(is_told)
    assert talk.engine.queries.connection().reason.code == ProviderErrorKind.TIMED_OUT
    with talk.sandbox.lock:
        talk.sandbox.world.settings.fail_next.clear()
    await talk.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: talk.on_customer_phone().count("On its way.") == 1)


async def test_the_brake_on_replies_is_waited_out_and_said(talk, kit):
    with talk.sandbox.lock:
        talk.sandbox.world.settings.replies_per_conversation_per_10s = 1
    assert await talk.send("d1", "One") == Done()
    assert await talk.send("d2", "Two") == Done()

    async def says_so() -> bool:
        code = ProviderReason.INTERCOM_TOO_MANY_REPLIES
        return any(e.reason.code == code for e in (await talk.view()).pending_replies)

    await kit.eventually(says_so)
    with talk.sandbox.lock:
        talk.sandbox.world.advance(20)
    await talk.engine.command_handler.do(ResolvePending("d2", send=True))

    async def is_there() -> bool:
        await talk.engine.command_handler.do(SyncNow())
        return talk.on_customer_phone()[-2:] == ["One", "Two"]

    await kit.eventually(is_there)


# --- the cable ---


async def test_an_hour_without_a_cable(talk, kit):
    told_offline = []
    connection = talk.engine.queries.connection

    def note(changes) -> None:
        if changes.connection and (not told_offline or told_offline[-1] != connection().state):
            told_offline.append(connection().state)

    talk.sandbox.unplug()
    talk.engine.feed.subscribe(note)

    async def is_offline() -> bool:
        await talk.engine.command_handler.do(SyncNow())
        return connection().state is ConnectionState.OFFLINE

    await kit.eventually(is_offline)
    for n in range(3):
        assert await talk.send(f"d{n}", f"Reply {n}") == Done()
    with talk.sandbox.lock:
        talk.sandbox.world.advance(HOUR_S / 2)
        talk.sandbox.world.write(talk.jennifer, "whatsapp", "Anybody there?")
        talk.sandbox.world.advance(HOUR_S / 2)
    assert await talk.states() == [State.QUEUED] * 3
    talk.sandbox.plug_in()
    await kit.eventually(lambda: talk.knows("Anybody there?"))

    async def all_decided() -> bool:
        for held in await talk.engine.queries.held():
            assert [w.code for w in held.pending.warned] == [WarningCode.NEWER_CUSTOMER_MESSAGE]
            again = ResolvePending(held.pending.draft_id, send=True, acknowledged=acknowledge(held.pending.warned))
            await talk.engine.command_handler.do(again)
        return await talk.states() == []

    await kit.eventually(all_decided)
    wanted = ["Hello?", "Where is my parcel?", "Anybody there?", "Reply 0", "Reply 1", "Reply 2"]
    assert await talk.shown() == wanted
    assert talk.on_customer_phone() == wanted
    assert told_offline.count(ConnectionState.OFFLINE) == 1


# --- the end of the program ---


@pytest.mark.parametrize("answer", ["in time", "too late"])
async def test_a_send_under_way_gets_five_seconds(talk, kit, answer):
    """Five seconds of the engine are a tenth of one here."""
    talk.fails(action="delay_after", seconds=0.02 if answer == "in time" else 2.0)
    assert await talk.send("d1", "On its way.") == Done()
    await kit.eventually(lambda: "On its way." in talk.on_customer_phone())
    assert await talk.states() in ([State.SENDING], [])
    await talk.engine.stop()
    with talk.sandbox.lock:
        talk.sandbox.world.settings.fail_next.append(Fault("GET", ".*", "status", status=503, times=None))
    await talk.open()
    assert await talk.states() == ([] if answer == "in time" else [State.UNCONFIRMED])
    with talk.sandbox.lock:
        talk.sandbox.world.settings.fail_next.clear()

    async def is_found() -> bool:
        await talk.engine.command_handler.do(SyncNow())
        return await talk.states() == []

    await kit.eventually(is_found)
    assert talk.on_customer_phone().count("On its way.") == 1


# --- the relay ---


async def relay(talk):
    return {e.channel: (e.relay, e.proof, e.about) for e in (await talk.engine.queries.workspace()).relay_evidence}


@pytest.mark.parametrize("forwards", [True, False])
async def test_a_notice_about_our_own_reply_proves_that_the_bridge_looks_at_it(talk, kit, forwards):
    with talk.sandbox.lock:
        talk.sandbox.world.settings.relay_api_replies = forwards
    await talk.engine.command_handler.do(SetBridgeCodes(frozenset({talk.sandbox.urls["bridge"]["package_code"]})))
    assert await talk.send("d1", "One moment.") == Done()
    await kit.eventually(lambda: talk.knows("One moment."))
    # Into an open window: whatever happens now proves nothing.
    assert await relay(talk) == {}
    with talk.sandbox.lock:
        talk.sandbox.world.advance(25 * HOUR_S)

    async def is_closed() -> bool:
        await talk.engine.command_handler.do(SyncNow())
        window = (await talk.view()).thread.chats[0].window
        return window.state(talk.engine.clock.now()) is WindowState.CLOSED

    await kit.eventually(is_closed)
    asked = await talk.send("d2", "It was delayed.")
    assert WarningCode.WINDOW_CLOSED in [w.code for w in asked.warned]
    assert await talk.send("d2", "It was delayed.", *asked.warned) == Done()
    await kit.eventually(lambda: talk.knows("It was delayed."))
    with talk.sandbox.lock:
        talk.sandbox.world.advance(60)
    if not forwards:
        # A colleague's reply fails, and the notice is about that one.
        with talk.sandbox.lock:
            talk.sandbox.world.teammate_reply(talk.id, COLLEAGUE, "Sorry!")
            talk.sandbox.world.advance(60)

    async def notice_is_here() -> bool:
        await talk.engine.command_handler.do(SyncNow())
        return any("24-hour" in text for text in await talk.shown())

    await kit.eventually(notice_is_here)
    proof = {ChannelKind.WHATSAPP: (Relay.PROVEN, RelayProof.FAILURE_NOTICE, talk.id)}

    async def is_learnt() -> bool:
        await talk.engine.command_handler.do(SyncNow())
        return await relay(talk) == (proof if forwards else {})

    await kit.eventually(is_learnt)
