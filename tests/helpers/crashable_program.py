"""A program on the sandbox's world in one process, with the real channel and store, that can crash and start again."""

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

from desktop.channels.intercom.api import IntercomApi
from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import HttpResponse, Token
from desktop.domain.model.outgoing import State
from desktop.engine.commands import Done, SendReply
from desktop.engine.engine import Engine
from desktop.engine.outbox import schedule_steps, steps
from desktop.ports import ClockOffset, Upload
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
"""Outcomes of a request that was processed. `unseen`: the answer is lost, and reading fails as well."""
CRASHES = ("crash_before_claim", "crash_after_claim", "crash_after_bytes", "crash_before_record", "crash_after_record")
"""Points at which the process can crash."""


class Crash(BaseException):
    """The process has ended: nothing is written after this."""


class InlineExecutor(Executor):
    """Runs everything in the calling thread, which is faster than the store's own."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - re-raised by `result`
            done.set_exception(error)
        return done


class CrashingStore(Store):
    """A store whose process crashes at `crash_point`, one of `CRASHES`; None for never."""

    crash_point: str | None = None
    has_crashed = False

    def crash_at(self, point: str | None = None) -> None:
        """Raise Crash if the process crashes at this point, or has crashed before."""
        if point is not None and self.crash_point == point:
            self.has_crashed = True
        if self.has_crashed:
            raise Crash(point)

    async def read(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.crash_at()
        return await super().read(work, *args, **kwargs)

    async def write(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        before = {steps.claim: "crash_before_claim", steps.record_outcome: "crash_before_record"}
        after = {steps.record_outcome: "crash_after_record", schedule_steps.queue_due: "crash_after_queue"}
        self.crash_at(before.get(work))
        result = await super().write(work, *args, **kwargs)
        self.crash_at(after.get(work))
        return result


class WorldClock:
    """The world's clock; `sleep` advances it and returns at once.

    ahead_s: how much it is wrong until the next answer corrects it.
    """

    is_known = True
    ahead_s = 0.0
    offset: ClockOffset | None = None

    @property
    def server_time(self) -> datetime | None:
        return self.now()

    def restore_offset(self, offset: ClockOffset) -> None:
        pass

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._world.now + self.ahead_s, UTC)

    def monotonic(self) -> float:
        return self._world.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self._world.advance(max(seconds, 0.0))

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None:
        pass


class WorldApi(IntercomApi):
    """`IntercomApi` answered by the world instead of HTTP.

    script: the outcome of the next reply, one of `AFTER` or `BEFORE`.
    """

    def __init__(self, world: World, clock: WorldClock) -> None:
        super().__init__("http://127.0.0.1", Token("none"), clock)
        self.world = world
        self.clock = clock
        self.script: Callable[[], str] = lambda: "accepted"
        self.read_fails: Callable[[], bool] = lambda: False
        self.is_blind = False
        self.store: CrashingStore | None = None
        self.posts: Counter[str] = Counter()

    async def _exchange(
        self, method: str, path: str, content: Mapping[str, Any], *, sends: bool, upload: Upload | None = None
    ) -> HttpResponse:
        if method == "POST" and path.endswith("/reply"):
            return self._reply(path.split("/")[2], content["json"])
        if self.is_blind or self.read_fails():
            raise httpx.ConnectError("no way")
        self.clock.ahead_s = 0.0
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
            self.store.crash_at("crash_after_claim")
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
            answer = self.world.intercom.reply(conversation_id, body, self.world.reachline)
        except IntercomError as error:
            return _refusal(error.status, error.message)
        if self.store is not None:
            self.store.crash_at("crash_after_bytes")
        text = json.dumps(answer).encode()
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
class CustomerChat:
    """A conversation. sandbox_customer_id: in the world; customer_id: in the engine."""

    sandbox_customer_id: str
    conversation_id: str
    customer_id: str


class CrashableProgram:
    """The world, and an engine on it that can crash and start again on the same file."""

    def __init__(self, path: Path) -> None:
        self.world = World()
        for limit in (
            "replies_per_conversation_per_10s",
            "replies_per_10s",
            "rate_limit_per_10s",
            "workspace_rate_limit_per_10s",
        ):
            setattr(self.world.settings, limit, 10**9)
        self.clock = WorldClock(self.world)
        self.api = WorldApi(self.world, self.clock)
        self._path = path
        self._people = 0

    async def start(self) -> None:
        """Start as the program does, but without running loops."""
        thread: Any = InlineExecutor()
        db = _open(self._path)
        # The crashes are simulated: the system goes on, so commits survive without being flushed.
        db.pragma("synchronous", "off")
        self.store = CrashingStore(db, thread, SendingLock(self._path))
        self.api.store = self.store
        gateway = IntercomGateway("http://127.0.0.1", Token("none"), self.clock)
        await gateway.aclose()
        gateway._api = self.api
        self.engine = Engine(gateway, self.store, self.clock, Random(1))
        await self.engine.outbox.recover()

    async def clean_up_crash(self) -> None:
        """Close files and release locks, as the system does after a crash."""
        self.store.has_crashed = True
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self.store.close()

    async def new_chat(self) -> CustomerChat:
        """Let a new customer write on WhatsApp, and read it."""
        self._people += 1
        # Long enough that a sync round does not list earlier conversations.
        self.world.advance(300)
        customer = self.world.add_customer(f"Person {self._people}", phone=f"+35387{self._people:07}")
        conversation_id = self.world.write(customer, "whatsapp", "Hello?")
        assert conversation_id is not None
        await self.engine.poller.run_once()
        [contact_id] = self.world.contact_ids(customer)
        customer_id = await self.store.read(_customer_of, contact_id)
        return CustomerChat(customer.id, conversation_id, customer_id)

    async def send(self, chat: CustomerChat, draft_id: str, text: str) -> None:
        answer = await self.engine.command_handler.do(
            SendReply(draft_id, chat.customer_id, chat.conversation_id, text, seen_upto=10**6)
        )
        assert answer == Done()

    async def finish_lookups(self) -> None:
        """Wait until no lost reply is being looked up."""
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.gather(*others, return_exceptions=True)

    async def load_reply(self, draft_id: str) -> outbox.OutgoingReply:
        row = await self.store.read(outbox.load, draft_id)
        assert row is not None
        return row

    def screens(self, chat: CustomerChat) -> tuple[list[str], list[str]]:
        """Our messages on the customer's WhatsApp and Messenger, oldest first."""
        shown = self.world.screens(chat.sandbox_customer_id)
        whatsapp = [i["text"] for items in shown["whatsapp"].values() for i in items if i["who"] == "business"]
        return whatsapp, [i["text"] for c in shown["messenger"] for i in c["items"] if i["who"] == "business"]

    async def find_errors(self, chat: CustomerChat, texts: dict[str, str]) -> Counter[str]:
        """Compare the customer's screens with what the agent sees. texts: by draft id. Returns the errors by kind."""
        errors: Counter[str] = Counter()
        for shown in self.screens(chat):
            errors["doubled"] += sum(n - 1 for text, n in Counter(shown).items() if n > 1)
        view = await self.engine.queries.thread(chat.customer_id)
        assert view is not None
        pending_by_id = {e.draft_id: e for e in view.pending_replies}
        in_thread = [m.entry.text for m in view.thread.messages]
        for draft_id, text in texts.items():
            is_there = text in self.screens(chat)[1]
            pending = pending_by_id.get(draft_id)
            errors["shown as accepted and not there"] += not is_there and (
                text in in_thread or (pending is not None and pending.state is State.ACCEPTED)
            )
            errors["lost"] += not is_there and (
                pending is None or pending.text != text or pending.state is State.CANCELLED
            )
        return +errors


def _customer_of(db: Database, contact_id: str) -> str:
    [(customer_id,)] = db.execute("SELECT customer_id FROM contacts WHERE id = ?", (contact_id,)).fetchall()
    return str(customer_id)
