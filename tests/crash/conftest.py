"""An engine on the sandbox's world in one process: real channel, real store, no network, and a process that can die."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from desktop.channels.intercom.api import IntercomApi
from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.http import HttpResponse, Token
from desktop.domain.model.outgoing import State
from desktop.engine.commands import Done, SendReply
from desktop.engine.engine import Engine
from desktop.engine.outbox import steps
from desktop.ports import ClockOffset, ProviderError
from desktop.sandbox.intercom.errors import IntercomError
from desktop.sandbox.intercom.responses import view
from desktop.sandbox.world import OWNER, World
from desktop.store.core.database import Database, Store, _open
from desktop.store.core.sending_lock import SendingLock
from desktop.store.outgoing import outbox

NO_HEADERS = httpx.Headers()
LOGIN_PAGE = b"<html><body>Welcome to the hotel's network</body></html>"

BEFORE = ("refused", "never_left", "429", "500_before", "html_502", "login_page", "drop_before", "brake")
"""Answers to a request that was not processed."""
AFTER = ("accepted", "drop_after", "500_after", "truncated", "timed_out", "unseen")
"""Answers, or none, to a request that was. `unseen`: the answer is lost, and nobody can look for the reply either."""
DEATHS = ("dies_before_claim", "dies_after_claim", "dies_after_bytes", "dies_before_settle", "dies_after_settle")


class Death(BaseException):
    """The process is gone: nothing after this is written anywhere."""


class AtOnce(Executor):
    """Runs everything on the spot: the store's thread is not what is tested here, and there are many runs."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the result
            done.set_exception(error)
        return done


class MortalStore(Store):
    """A store whose process dies at `dies`, one of `DEATHS`; None for never."""

    dies: str | None = None
    is_dead = False

    def die_at(self, point: str | None = None) -> None:
        """Dead at this point, or since before: then nothing goes on."""
        if point is not None and self.dies == point:
            self.is_dead = True
        if self.is_dead:
            raise Death(point)

    async def read(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.die_at()
        return await super().read(work, *args, **kwargs)

    async def write(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.die_at({steps.claim: "dies_before_claim", steps.record_outcome: "dies_before_settle"}.get(work))
        result = await super().write(work, *args, **kwargs)
        self.die_at({steps.record_outcome: "dies_after_settle"}.get(work))
        return result


class WorldClock:
    """The world's time; whoever sleeps lets it pass at once."""

    is_known = True
    offset: ClockOffset | None = None

    @property
    def server_time(self) -> datetime | None:
        return self.now()

    def restore_offset(self, offset: ClockOffset) -> None:
        pass

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._world.now, UTC)

    def monotonic(self) -> float:
        return self._world.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self._world.advance(max(seconds, 0.0))

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None:
        pass


class WorldApi(IntercomApi):
    """`IntercomApi` without a wire: the world answers, or misbehaves as `script` says (one of `AFTER` or `BEFORE`)."""

    def __init__(self, world: World, clock: WorldClock) -> None:
        super().__init__("http://127.0.0.1", Token("none"), clock)
        self.world = world
        self.script: Callable[[], str] = lambda: "accepted"
        self.read_trouble: Callable[[], bool] = lambda: False
        self.is_blind = False
        self.store: MortalStore | None = None
        self.posts: Counter[str] = Counter()

    async def _exchange(self, client: Any, method: str, path: str, content: Mapping[str, Any]) -> HttpResponse:
        if method == "POST" and path.endswith("/reply"):
            return self._reply(path.split("/")[2], content["json"])
        if self.is_blind or self.read_trouble():
            raise httpx.ConnectError("no way")
        intercom, ws = self.world.intercom, self.world.workspace
        match path.strip("/").split("/"):
            case ["me"]:
                answer: Any = view.me(ws, ws.admin(OWNER))
            case ["admins"]:
                answer = {"admins": [view.admin(a) for a in ws.admins.values()]}
            case [kind, "search"]:
                search = intercom.search_contacts if kind == "contacts" else intercom.search_conversations
                answer = search(content["json"])
            case [("conversations" | "contacts") as kind, name]:
                get = intercom.get_contact if kind == "contacts" else intercom.get_conversation
                try:
                    answer = get(name)
                except IntercomError as error:
                    return _refusal(error.status, error.message)
            case _:
                answer = {}
        return HttpResponse(200, NO_HEADERS, json.dumps(answer).encode())

    def _reply(self, conversation_id: str, body: Any) -> HttpResponse:
        kind = self.script()
        self.posts[kind] += 1
        if self.store is not None:
            self.store.die_at("dies_after_claim")
        match kind:
            case "refused":
                return _refusal(400, "Body is invalid")
            case "never_left":
                raise httpx.ConnectError("no way")
            case "429":
                return _refusal(429, "Exceeded rate limit")
            case "500_before":
                return _refusal(500, "oops")
            case "html_502":
                return HttpResponse(502, NO_HEADERS, LOGIN_PAGE)
            case "login_page":
                return HttpResponse(200, NO_HEADERS, LOGIN_PAGE)
            case "drop_before":
                raise httpx.ReadError("reset")
            case "brake":
                return _refusal(400, "Too many recent replies to this conversation")
        try:
            found = self.world.intercom.reply(conversation_id, body, self.world.reachline)
        except IntercomError as error:
            return _refusal(error.status, error.message)
        if self.store is not None:
            self.store.die_at("dies_after_bytes")
        text = json.dumps(found).encode()
        match kind:
            case "drop_after" | "unseen":
                self.is_blind = kind == "unseen"
                raise httpx.RemoteProtocolError("closed")
            case "500_after":
                return _refusal(500, "oops")
            case "truncated":
                return HttpResponse(200, NO_HEADERS, text[: len(text) // 2])
            case "timed_out":
                raise httpx.ReadTimeout("silence")
        return HttpResponse(200, NO_HEADERS, text)


def _refusal(status: int, message: str) -> HttpResponse:
    errors = [{"code": "parameter_invalid", "message": message}]
    return HttpResponse(status, NO_HEADERS, json.dumps({"type": "error.list", "errors": errors}).encode())


@dataclass(frozen=True)
class Talk:
    """A customer of the world with her conversation, and whom the engine takes her for."""

    phone_owner: str
    conversation_id: str
    customer_id: str


class Stage:
    """The world, and a Reachline on it that can be killed and started again on the same file."""

    def __init__(self, path: Path) -> None:
        self.world = World()
        for limit in ("replies_per_conversation_per_10s", "replies_per_10s", "rate_limit_per_10s"):
            setattr(self.world.settings, limit, 10**9)
        self.clock = WorldClock(self.world)
        self.api = WorldApi(self.world, self.clock)
        self._path = path
        self._people = 0

    async def start(self) -> None:
        """As the program does, but nothing runs by itself."""
        thread: Any = AtOnce()
        db = _open(self._path)
        # These deaths are played: the system survives them, and what is committed is there without being flushed.
        db.pragma("synchronous", "off")
        self.store = MortalStore(db, thread, SendingLock(self._path))
        self.api.store = self.store
        gateway = IntercomGateway("http://127.0.0.1", Token("none"), self.clock)
        await gateway.aclose()
        gateway._api = self.api
        self.engine = Engine(gateway, self.store, self.clock, Random(1))
        await self.engine.outbox.recover()

    async def bury(self) -> None:
        """After a death: the system closes its files and lets go of its locks."""
        self.store.is_dead = True
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self.store.close()

    async def new_talk(self) -> Talk:
        """Somebody writes on WhatsApp, and the engine has read it."""
        self._people += 1
        # Long enough ago for a sync round not to list the ones before.
        self.world.advance(300)
        customer = self.world.add_customer(f"Person {self._people}", phone=f"+35387{self._people:07}")
        conversation_id = self.world.write(customer, "whatsapp", "Hello?")
        assert conversation_id is not None
        await self.engine.poller.run_once()
        [contact_id] = self.world.contact_ids(customer)
        customer_id = await self.store.read(_customer_of, contact_id)
        return Talk(customer.id, conversation_id, customer_id)

    async def press(self, talk: Talk, draft_id: str, text: str) -> None:
        answer = await self.engine.command_handler.do(
            SendReply(draft_id, talk.customer_id, talk.conversation_id, text, seen_upto=10**6)
        )
        assert answer == Done()

    async def quiet(self) -> None:
        """Wait until nobody looks for a lost reply any more."""
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.gather(*others, return_exceptions=True)

    async def row(self, draft_id: str) -> outbox.OutgoingReply:
        row = await self.store.read(outbox.load, draft_id)
        assert row is not None
        return row

    def screens(self, talk: Talk) -> tuple[list[str], list[str]]:
        """What her WhatsApp and her Messenger show of ours, oldest first."""
        shown = self.world.screens(talk.phone_owner)
        whatsapp = [i["text"] for items in shown["whatsapp"].values() for i in items if i["who"] == "business"]
        return whatsapp, [i["text"] for c in shown["messenger"] for i in c["items"] if i["who"] == "business"]

    async def judge(self, talk: Talk, texts: dict[str, str]) -> Counter[str]:
        """Her screens against what the agent is told, for each of `texts` by draft id. Gives what went wrong."""
        found: Counter[str] = Counter()
        for shown in self.screens(talk):
            found["doubled"] += sum(n - 1 for text, n in Counter(shown).items() if n > 1)
        view = await self.engine.queries.thread(talk.customer_id)
        assert view is not None
        told = {e.draft_id: e for e in view.pending_replies}
        in_thread = [m.entry.text for m in view.thread.messages]
        for draft_id, text in texts.items():
            is_there = text in self.screens(talk)[1]
            pending = told.get(draft_id)
            found["shown as accepted and not there"] += not is_there and (
                text in in_thread or (pending is not None and pending.state is State.ACCEPTED)
            )
            found["lost"] += not is_there and (
                pending is None or pending.text != text or pending.state is State.CANCELLED
            )
        return +found


def _customer_of(db: Database, contact_id: str) -> str:
    [(customer_id,)] = db.execute("SELECT customer_id FROM contacts WHERE id = ?", (contact_id,)).fetchall()
    return str(customer_id)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`seed`: of a thousand sends each."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(9 if metafunc.config.getoption("whole") else 1))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "reachline.db")


@pytest.fixture(scope="session")
def kit() -> Any:
    """The names above, because test modules cannot import a conftest."""

    class Kit:
        before = BEFORE
        after = AFTER
        deaths = DEATHS
        death = Death
        trouble = ProviderError

    return Kit
