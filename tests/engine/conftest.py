"""Stand-ins for the engine's ports: a clock that moves when told to, and a gateway that behaves like Intercom."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
import pytest_asyncio
from reasons import said

from desktop.domain.model.facts import (
    ChannelKind,
    Contact,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Priority,
    Role,
    Tag,
)
from desktop.engine.changes import Changes
from desktop.engine.engine import Engine
from desktop.ports import (
    Accepted,
    Account,
    ClockOffset,
    ConversationReply,
    DownloadedFile,
    Macro,
    ProviderError,
    ProviderErrorKind,
    SearchHit,
    SearchPage,
    SendOutcome,
    StateChange,
    StoredAnswer,
    Team,
    Teammate,
    Upload,
    WorkspaceTag,
)
from desktop.ports.team import TeamFeed
from desktop.store.core.database import Store
from tests.helpers.customer_filter import check_lists
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BRIDGE = "bridge-app"
OURS = "reachline-app"
ME = Teammate("7001", "Ada Agent", "ada@example.com")
REAL_TIME_LIMIT_S = 10.0
STEPS_AT_REST = 40
"""Of the loop, in which nobody asks the store: a task takes fewer between two questions."""


class FakeClock:
    """Time moves only when a test says so."""

    is_known = True
    offset: ClockOffset | None = None

    @property
    def server_time(self) -> datetime | None:
        return self.now()

    def restore_offset(self, offset: ClockOffset) -> None:
        pass

    def __init__(self) -> None:
        self._elapsed_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s + seconds, next(self._numbers), woken))
        await woken

    @property
    def pauses_s(self) -> list[float]:
        """How long each sleeper still sleeps, shortest first; what comes every few hours is nobody's pause."""
        left = (at - self._elapsed_s for at, _, woken in self._sleepers if not woken.done())
        return sorted(s for s in left if s < 3 * 3600)

    async def advance(self, seconds: float) -> None:
        """Wakes sleepers in order; each may go on before the next is woken."""
        until = self._elapsed_s + seconds
        while self._sleepers and self._sleepers[0][0] <= until:
            self._elapsed_s, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
                for _ in range(20):
                    await asyncio.sleep(0)
        self._elapsed_s = until


async def eventually(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for a condition; the limit in real time only ends a test that hangs."""
    async with asyncio.timeout(REAL_TIME_LIMIT_S):
        while True:
            result = condition()
            if result if isinstance(result, bool) else await result:
                return
            await asyncio.sleep(0.001)


@dataclass
class FakeGateway:
    """Intercom in memory: conversations, contacts, an index over them, and what was sent.

    failures: by "method" or "method id", what to raise; `times` -1 means always. outcomes: answers for the next sends
    instead of taking them; lost: outcomes after which the reply was taken all the same.
    """

    clock: FakeClock
    conversations: dict[str, Conversation] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    failures: dict[str, ProviderError] = field(default_factory=dict)
    outcomes: list[SendOutcome] = field(default_factory=list)
    lost: bool = False
    tells: bool = True
    page_size: int = 3
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[str] = field(default_factory=list)
    sent: list[ConversationReply] = field(default_factory=list)
    workspace_tags: list[WorkspaceTag] = field(default_factory=lambda: [WorkspaceTag("86", "whatsapp")])
    closed: bool = False
    reading: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    # --- the world moves ---

    def put(self, conversation: Conversation) -> None:
        self.conversations[conversation.id] = conversation
        for contact_id in conversation.contact_ids:
            self.contacts.setdefault(contact_id, Contact(contact_id, role="lead", name=f"Person {contact_id}"))

    def write(
        self,
        conversation_id: str,
        text: str,
        *,
        role: Role = Role.CUSTOMER,
        kind: EntryKind = EntryKind.MESSAGE,
        app_code: str | None = None,
        author_id: str = "",
        at: datetime | None = None,
    ) -> Entry:
        old = self.conversations[conversation_id]
        at = at or self.clock.now()
        number = 1000 + sum(len(c.entries) for c in self.conversations.values())
        author = author_id or (old.contact_ids[0] if role is Role.CUSTOMER else ME.id)
        entry = Entry(
            str(number), old.id, at, role, kind, author_id=author, author_name=author, text=text, app_code=app_code
        )
        self.conversations[old.id] = replace(old, entries=(*old.entries, entry), updated_at=max(at, old.updated_at))
        return entry

    # --- what the engine asks ---

    def _called(self, method: str, about: str = "") -> None:
        self.calls.append(f"{method} {about}".strip())
        trouble = self.failures.get(f"{method} {about}".strip()) or self.failures.get(method)
        if trouble is not None:
            raise trouble

    def called(self, method: str) -> list[str]:
        return [c.partition(" ")[2] for c in self.calls if c.split(" ")[0] == method]

    async def account(self) -> Account:
        self._called("account")
        return Account("w1", "Acme", ME, "us", "https://inbox.example/{conversation_id}")

    async def teammates(self) -> Sequence[Teammate]:
        self._called("teammates")
        return (ME, Teammate("7002", "Bob"))

    async def teams(self) -> Sequence[Team]:
        self._called("teams")
        return (Team("9001", "Returns", (ME.id,)),)

    async def tags(self) -> Sequence[WorkspaceTag]:
        self._called("tags")
        return tuple(self.workspace_tags)

    async def create_tag(self, name: str) -> WorkspaceTag:
        self._called("create_tag", name)
        tag = WorkspaceTag(str(100 + len(self.workspace_tags)), name)
        self.workspace_tags.append(tag)
        return tag

    async def tag(self, conversation_id: str, tag_id: str, author_id: str) -> None:
        self._called("tag", conversation_id)
        [name] = [t.name for t in self.workspace_tags if t.id == tag_id]
        others = self._tags_without(conversation_id, name)
        self._changed(conversation_id, tags=(*others, Tag(name, self.clock.now(), author_id)))

    async def untag(self, conversation_id: str, tag_id: str, author_id: str) -> None:
        self._called("untag", conversation_id)
        [name] = [t.name for t in self.workspace_tags if t.id == tag_id]
        self._changed(conversation_id, tags=self._tags_without(conversation_id, name))

    def _tags_without(self, conversation_id: str, name: str) -> tuple[Tag, ...]:
        return tuple(t for t in self.conversations[conversation_id].tags if t.name != name)

    async def set_priority(self, conversation_id: str, priority: Priority, author_id: str) -> None:
        self._called("set_priority", conversation_id)
        self._changed(conversation_id, priority=priority)

    def _changed(self, conversation_id: str, **facts: object) -> None:
        old = self.conversations[conversation_id]
        self.conversations[conversation_id] = replace(old, updated_at=self.clock.now(), **facts)

    async def macros(self) -> Sequence[Macro]:
        self._called("macros")
        return (Macro("1", "Hello", "Hello {{user.name}}"),)

    async def changed_since(self, since: datetime, cursor: str | None = None) -> SearchPage:
        self._called("changed_since", since.isoformat())
        found = sorted(
            (c for c in self.conversations.values() if c.updated_at >= since), key=lambda c: (c.updated_at, c.id)
        )
        return self._page(found, cursor)

    async def newest(
        self, since: datetime, upto: datetime | None, cursor: str | None = None, *, assignee_id: str = ""
    ) -> SearchPage:
        self._called("newest", assignee_id)
        found = [
            c
            for c in self.conversations.values()
            if c.updated_at >= since and (upto is None or c.updated_at <= upto)
            if not assignee_id or c.assignee_id == assignee_id
        ]
        return self._page(sorted(found, key=lambda c: (c.updated_at, c.id), reverse=True), cursor)

    async def conversations_of(
        self, contact_ids: Sequence[str], cursor: str | None = None, *, background: bool = True
    ) -> SearchPage:
        self._called("conversations_of", ",".join(contact_ids))
        conversations = [c for c in self.conversations.values() if set(c.contact_ids) & set(contact_ids)]
        return self._page(sorted(conversations, key=lambda c: c.updated_at, reverse=True), cursor)

    def _page(self, found: list[Conversation], cursor: str | None) -> SearchPage:
        start = int(cursor or 0)
        end = start + self.page_size
        heads = tuple(
            SearchHit(replace(c, entries=(), unseen_before=None), sum(not e.is_first for e in c.entries))
            for c in found[start:end]
        )
        return SearchPage(heads, str(end) if end < len(found) else None, len(found))

    async def conversation(self, conversation_id: str, *, background: bool = True) -> Conversation:
        self.reading["now"] += 1
        self.most_at_once = max(self.most_at_once, self.reading["now"])
        try:
            await asyncio.sleep(0)
            self._called("conversation", conversation_id)
            if conversation_id not in self.conversations:
                raise ProviderError(ProviderErrorKind.GONE, said("It is gone."))
            return self.conversations[conversation_id]
        finally:
            self.reading["now"] -= 1

    async def conversation_if_changed(
        self, conversation_id: str, stored: StoredAnswer, *, background: bool = True
    ) -> Conversation | None:
        answer = await self.conversation(conversation_id, background=background)
        fingerprint = hash(answer) or 1
        if fingerprint == stored.fingerprint:
            return None
        told = (replace(e, fingerprint=hash(e) or 1) for e in answer.entries)
        new = tuple(e for e in told if e.fingerprint not in stored.entries or not answer.contact_ids)
        is_partial = len(new) < len(answer.entries)
        return replace(answer, entries=new, fingerprint=fingerprint, is_partial=is_partial)

    async def attachment(self, url: str, max_bytes: int) -> DownloadedFile:
        self._called("attachment", url)
        self.reading["attachment"] += 1
        self.most_at_once = max(self.most_at_once, self.reading["attachment"])
        await asyncio.sleep(0)
        self.reading["attachment"] -= 1
        return DownloadedFile(f"bytes of {url}".encode())

    async def contact(self, contact_id: str, *, background: bool = True) -> Contact:
        self._called("contact", contact_id)
        if contact_id not in self.contacts:
            raise ProviderError(ProviderErrorKind.GONE, said("Nobody."))
        return self.contacts[contact_id]

    async def contacts_by_id(self, contact_ids: Sequence[str]) -> Sequence[Contact]:
        self._called("contacts_by_id", ",".join(contact_ids))
        merged = {call.removeprefix("contact ") for call in self.failures}
        return [self.contacts[i] for i in contact_ids if i in self.contacts and i not in merged]

    async def contacts_with(self, *, phones: Sequence[str] = (), emails: Sequence[str] = ()) -> Sequence[Contact]:
        self._called("contacts_with", ",".join((*phones, *emails)))
        return [c for c in self.contacts.values() if c.phone in phones or c.email in emails]

    async def send(self, out: ConversationReply, upload: Upload | None = None) -> SendOutcome:
        self.calls.append(f"send {out.draft_id}")
        await self.gate.wait()
        self.sent.append(out)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None and not self.lost:
            return outcome
        kind = EntryKind.NOTE if out.internal else EntryKind.MESSAGE
        entry = self.write(out.conversation_id, out.text, role=Role.TEAMMATE, kind=kind, app_code=OURS)
        if outcome is not None:
            return outcome
        return Accepted(entry.id, self.conversations[out.conversation_id]) if self.tells else Accepted("")

    async def change(
        self,
        conversation_id: str,
        change: StateChange,
        author_id: str,
        *,
        value: str = "",
        until: datetime | None = None,
    ) -> Conversation:
        self._called("change", f"{conversation_id} {change}")
        old = replace(self.conversations[conversation_id], updated_at=self.clock.now())
        match change:
            case StateChange.CLOSE:
                new = replace(old, state=ConversationState.CLOSED)
            case StateChange.OPEN:
                new = replace(old, state=ConversationState.OPEN)
            case StateChange.SNOOZE:
                new = replace(old, state=ConversationState.SNOOZED, snoozed_until=until)
            case StateChange.ASSIGN:
                new = replace(old, assignee_id=value or None, state=ConversationState.OPEN, snoozed_until=None)
            case StateChange.ASSIGN_TEAM:
                new = replace(old, team_id=value or None, state=ConversationState.OPEN, snoozed_until=None)
            case StateChange.MARK_READ:
                new = replace(old, read=True)
        self.conversations[conversation_id] = new
        return new

    async def aclose(self) -> None:
        self.closed = True


def whatsapp(conversation_id: str, contact_id: str, at: datetime, text: str = "Hi") -> Conversation:
    """A conversation that mirrors a WhatsApp chat and was tagged at once, with one message of the customer's in it."""
    first = Entry(
        f"source:{conversation_id}",
        conversation_id,
        at,
        Role.CUSTOMER,
        EntryKind.MESSAGE,
        event="source",
        author_id=contact_id,
        author_name="Jennifer",
        text=text,
        is_first=True,
        app_code_reported=False,
    )
    return Conversation(
        conversation_id,
        at,
        at,
        tags=(Tag("whatsapp", at, "814"),),
        contact_ids=(contact_id,),
        entries=(first,),
        read=False,
    )


def messenger(conversation_id: str, contact_id: str, at: datetime, text: str = "Hello") -> Conversation:
    """A conversation begun in the web Messenger."""
    return replace(whatsapp(conversation_id, contact_id, at, text), tags=(), page_url="https://shop.example/cart")


def _counted(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def counted(self: CountedStore, *args: Any, **kwargs: Any) -> Any:
        self.under_way += 1
        try:
            return await method(self, *args, **kwargs)
        finally:
            self.under_way -= 1

    return counted


class CountedStore(Store):
    """under_way: for how many answers somebody waits."""

    under_way = 0
    read, read_aside, write = map(_counted, (Store.read, Store.read_aside, Store.write))
    may_send, erase_copies = map(_counted, (Store.may_send, Store.erase_copies))


@dataclass
class World:
    """Everything a test of the engine needs, put together."""

    clock: FakeClock
    gateway: FakeGateway
    store: CountedStore
    engine: Engine
    told: list[Changes] = field(default_factory=list)

    async def sync(self) -> None:
        await self.engine.poller.run_once()

    async def rest(self) -> None:
        """Until everybody waits for time or for news, however long the store's thread takes."""
        steps = 0
        async with asyncio.timeout(REAL_TIME_LIMIT_S):
            while steps < STEPS_AT_REST:
                steps = 0 if self.store.under_way else steps + 1
                await asyncio.sleep(0.0005 if self.store.under_way else 0)

    async def only_row(self):
        [row] = await every_customer(self.engine.queries)
        return row

    async def view(self, customer_id: str = "c1"):
        view = await self.engine.queries.thread(customer_id)
        assert view is not None
        return view

    async def pending(self, customer_id: str = "c1"):
        [pending] = (await self.view(customer_id)).pending_replies
        return pending


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def world(tmp_path: Path, clock: FakeClock) -> AsyncIterator[World]:
    made = await build(tmp_path / "reachline.db", clock, FakeGateway(clock))
    yield made
    await made.engine.tasks.aclose()
    if not made.store._closed:
        # Whatever happened to the customers, the lists have them as they are.
        await made.store.read(check_lists, clock.now())
    await made.store.close()


async def build(path: Path, clock: FakeClock, gateway: FakeGateway, team: TeamFeed | None = None) -> World:
    store = cast(CountedStore, await CountedStore.open(create_database(path)))
    engine = Engine(gateway, store, clock, Random(1), team=team)
    world = World(clock, gateway, store, engine)
    engine.feed.subscribe(world.told.append)
    return world


@pytest.fixture(scope="session")
def kit():
    """The names above, because test modules cannot import a conftest."""

    class Kit:
        START = START
        BRIDGE = BRIDGE
        OURS = OURS
        ME = ME
        WHATSAPP = ChannelKind.WHATSAPP
        FakeClock = FakeClock
        FakeGateway = FakeGateway
        whatsapp = staticmethod(whatsapp)
        messenger = staticmethod(messenger)
        eventually = staticmethod(eventually)
        build = staticmethod(build)

    return Kit
