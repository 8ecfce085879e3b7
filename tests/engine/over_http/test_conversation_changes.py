"""Changes of conversations over real HTTP: what the workspace then has, and what is said where it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ConversationState, Priority
from desktop.domain.model.list_view import TeamListView
from desktop.engine.commands import (
    AssignToTeam,
    ChangeSeveral,
    CloseConversation,
    Done,
    Failed,
    PartlyDone,
    ReopenConversation,
    SetPriority,
    SyncNow,
    TagConversation,
    UntagConversation,
)
from desktop.engine.engine import Engine
from desktop.engine.views import CustomerQuery, PageRequest
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from desktop.text.reasons.describe import describe
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow


class Shop:
    """Two customers with a conversation each, as the sandbox and as the engine see them."""

    def __init__(self, sandbox: Sandbox, engine: Engine) -> None:
        self.sandbox, self.engine = sandbox, engine
        with sandbox.lock:
            people = [sandbox.world.add_customer(name) for name in ("Jennifer Okafor", "Bo Lind")]
            self.ids = [sandbox.world.write(person.id, "messenger", "Hello?") for person in people]

    def record(self, n: int = 0):
        return self.sandbox.world.workspace.conversations[self.ids[n]]

    def tags(self, n: int = 0) -> set[str]:
        return {self.sandbox.world.workspace.tags[t.tag_id] for t in self.record(n).tags}

    def fails(self, method: str, path: str, **fault: object) -> None:
        with self.sandbox.lock:
            self.sandbox.world.settings.fail_next.append(Fault(method, path, **fault))

    async def row(self, n: int = 0):
        return next(r for r in await every_customer(self.engine.queries) if self.ids[n] in r.conversation_ids)

    async def do(self, command):
        return await self.engine.command_handler.do(command)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest_asyncio.fixture
async def shop(sandbox: Sandbox, tmp_path: Path, kit) -> AsyncIterator[Shop]:
    clock = ServerClock()
    address = sandbox.urls["intercom"]
    gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
    engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
    made = Shop(sandbox, engine)
    await engine.start()

    async def is_there() -> bool:
        await engine.command_handler.do(SyncNow())
        return len(await every_customer(engine.queries)) == 2 and bool((await engine.queries.workspace()).teams)

    await kit.eventually(is_there)
    yield made
    await engine.stop()


async def test_tags_are_made_put_on_and_taken_off(shop):
    name = "Refund & <more>"
    assert await shop.do(TagConversation(shop.ids[0], name)) == Done(undo=UntagConversation(shop.ids[0], name))
    assert name in shop.tags()
    assert name in (await shop.row()).tags
    assert name in {tag.name for tag in (await shop.engine.queries.workspace()).tags}
    assert isinstance(await shop.do(TagConversation(shop.ids[1], name.upper())), Done)
    assert len(shop.tags(1)) == 1
    assert isinstance(await shop.do(UntagConversation(shop.ids[0], name)), Done)
    assert name not in shop.tags()
    assert name not in (await shop.row()).tags


async def test_a_team_gets_a_conversation_and_its_view_lists_it(shop):
    [team, *_] = (await shop.engine.queries.workspace()).teams
    assert {t.id for t in (await shop.engine.queries.workspace()).teammates} >= set(team.teammate_ids) > set()
    assert isinstance(await shop.do(AssignToTeam(shop.ids[0], team.id)), Done)
    assert str(shop.record().team_assignee_id) == team.id
    page = await shop.engine.queries.customer_page(CustomerQuery(TeamListView(team.id)), PageRequest(0, 9))
    assert (page.size, page.counts[TeamListView(team.id)]) == (1, 1)
    assert isinstance(await shop.do(AssignToTeam(shop.ids[0], "")), Done)
    assert shop.record().team_assignee_id == 0
    assert (await shop.row()).team_ids == frozenset({""})


async def test_a_priority_is_set_where_the_workspace_takes_it(shop):
    assert await shop.do(SetPriority(shop.ids[0], Priority.HIGH)) == Done(undo=SetPriority(shop.ids[0], Priority.NONE))
    assert shop.record().priority == "high"
    assert (await shop.row()).priority is Priority.HIGH
    with shop.sandbox.lock:
        shop.sandbox.world.settings.accepts_priority = False
    answer = await shop.do(SetPriority(shop.ids[0], Priority.LOW))
    assert isinstance(answer, Failed)
    assert "preview of Intercom's API" in describe(answer.reason)
    assert (await shop.row()).priority is Priority.HIGH


@pytest.mark.parametrize(
    ("status", "said"), [(403, "Write tags"), (404, "Intercom"), (409, "Intercom"), (429, "Intercom")]
)
async def test_a_refusal_is_said_and_taken_back(shop, status, said):
    before = await shop.row()
    shop.fails("POST", "/conversations/.*/tags$", action="status", status=status)
    answer = await shop.do(TagConversation(shop.ids[0], "Refund"))
    assert isinstance(answer, Failed)
    assert said in describe(answer.reason)
    assert await shop.row() == before
    assert shop.tags() == set()


async def test_a_lost_answer_is_looked_up(shop):
    shop.fails("POST", "/parts$", action="drop_after")
    assert await shop.do(CloseConversation(shop.ids[0])) == Done(undo=ReopenConversation(shop.ids[0]))
    shop.fails("POST", "/parts$", action="drop_before")
    assert isinstance(await shop.do(CloseConversation(shop.ids[1])), Failed)
    assert (shop.record(0).state, shop.record(1).state) == ("closed", "open")
    assert (await shop.row(1)).state is ConversationState.OPEN


async def test_one_of_several_is_refused(shop):
    gone = CloseConversation("215471299999999")
    answer = await shop.do(ChangeSeveral((CloseConversation(shop.ids[0]), gone)))
    assert isinstance(answer, PartlyDone)
    assert [change for change, _ in answer.failed] == [gone]
    assert describe(answer.failed[0][1])
    assert shop.record().state == "closed"
    assert isinstance(await shop.do(answer.undo), Done)
    assert shop.record().state == "open"


async def test_without_a_network_nothing_is_changed(shop, kit):
    shop.sandbox.stop()

    async def is_offline() -> bool:
        await shop.do(SyncNow())
        return shop.engine._connection.is_offline

    await kit.eventually(is_offline)
    answer = await shop.do(CloseConversation(shop.ids[0]))
    assert isinstance(answer, Failed)
    assert answer.reason.code == CommandReason.CHANGE_NEEDS_CONNECTION
    assert (await shop.row()).state is ConversationState.OPEN
