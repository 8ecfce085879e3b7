"""Saved replies over real HTTP: what the customer then reads, and what is done with the conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from direct_stage import open_direct_stage

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.content.placeholders import fill, find_blanks
from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.reason import make_reason
from desktop.engine.commands import (
    Answer,
    CarryOutActions,
    DeleteSnippets,
    Done,
    EditPending,
    Failed,
    SaveDraft,
    SaveSnippets,
    SendReply,
    SyncNow,
    TagConversation,
)
from desktop.engine.engine import Engine
from desktop.engine.views import DueActions
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from desktop.ui.composer.reply_context import reply_values
from tests.helpers.control_client import control_client
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

# Each with a mark of its own in every value.
PEOPLE = {"ŷ": "Jennifer ŷ{{email}}ŷ", "ẑ": "Bo ẑ&#123;&#123;ẑ", "ẇ": "Ada ẇ"}
PIECES = (
    *("Hi ", "{", "{{", "}}", "{{name}}", "{{user.first_name}}", '{{phone|fallback:"{{name}}"}}', "{{order", "|", '"'),
    *('<attribute key="user.name"/>', "&#123;&#123;email}}", "{{agent.name}}", "{{a{{b}}c}}", " bye", "}"),
)
TAG = (SnippetAction(ActionKind.TAG, "refund"),)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest_asyncio.fixture
async def engine(sandbox: Sandbox, tmp_path: Path, kit) -> AsyncIterator[Engine]:
    with sandbox.lock:
        settings = sandbox.world.settings
        settings.replies_per_10s = settings.replies_per_conversation_per_10s = 1_000
        for mark, name in PEOPLE.items():
            person = sandbox.world.add_customer(name, known_as="user")
            sandbox.world.write(person.id, "messenger", f"Hello {mark}")
    clock = ServerClock()
    address = sandbox.urls["intercom"]
    gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
    engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
    await engine.start()

    async def is_there() -> bool:
        await engine.command_handler.do(SyncNow())
        return len(await every_customer(engine.queries)) == len(PEOPLE)

    await kit.eventually(is_there)
    yield engine
    await engine.stop()


async def test_no_placeholder_and_nobody_elses_name_reaches_a_customer(
    sandbox: Sandbox, engine: Engine, kit, amount: Callable[[int, int], int]
) -> None:
    rows = {row.customer_id: row for row in await every_customer(engine.queries)}
    chance, sent = Random(7), dict.fromkeys(rows, 0)
    do = engine.command_handler.do
    for number in range(amount(12, 300)):
        customer_id = chance.choice(list(rows))
        view = await engine.queries.thread(customer_id)
        assert view is not None
        [conversation_id] = rows[customer_id].conversation_ids
        template = "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 7)))
        # Whoever sends it as it is, is stopped; so is nothing that is filled, once its blanks are completed.
        if "{{" in template:
            raw = await do(SendReply(f"raw{number}", customer_id, conversation_id, template))
            assert isinstance(raw, Failed)
            assert raw.reason.code == CommandReason.PLACEHOLDER_LEFT
        text = fill(template, reply_values(view, conversation_id, "Sam Byrne"))
        for blank in reversed(find_blanks(text)):
            text = f"{text[: blank.start()]}…{text[blank.end() :]}"
        if text.strip():
            # The same text twice would be asked about.
            text = f"{text} {number}"
            draft_id = f"draft{number}"
            seen = view.newest_arrival
            reply = SendReply(draft_id, customer_id, conversation_id, text, seen_upto=seen, actions=TAG)
            assert isinstance(await do(reply), Done)
            sent[customer_id] += 1

            async def is_accepted(draft_id: str = draft_id) -> bool:
                return draft_id in {due.draft_id for due in await engine.queries.due_actions()}

            await kit.eventually(is_accepted)
            assert isinstance(await do(CarryOutActions(draft_id)), Done)
    assert min(sent.values()) > 1
    with control_client(sandbox.urls) as control:
        for customer in control.get("/state").json()["customers"]:
            mark = next(m for m, name in PEOPLE.items() if name == customer["name"])
            [chat] = control.get(f"/customers/{customer['id']}/screens").json()["messenger"]
            read = "\n".join(item["text"] for item in chat["items"] if item["who"] == "business")
            assert read
            assert "{{" not in read
            assert "<attribute" not in read
            assert not any(other in read for other in PEOPLE if other != mark)


async def test_saved_replies_are_kept_with_their_actions(engine: Engine, kit) -> None:
    do = engine.command_handler.do
    actions = (SnippetAction(ActionKind.TAG, "refund"), SnippetAction(ActionKind.CLOSE))
    refund, hello = Snippet("1", "Refund", "On its way", "Money", actions), Snippet("2", "hello", "Hi 😀 {{name}}")
    assert await do(SaveSnippets((refund, hello))) == Done()
    assert (await engine.queries.workspace()).snippets == (hello, refund)
    assert await do(SaveSnippets((Snippet("2", " ", "x"),))) == Failed(make_reason(CommandReason.SNIPPET_INCOMPLETE))
    await do(DeleteSnippets(("1", "9")))
    assert (await engine.queries.workspace()).snippets == (hello,)
    await do(SaveSnippets((refund,)))
    assert (await engine.queries.workspace()).snippets == (hello, refund)


async def test_actions_wait_with_the_draft_and_the_reply(sandbox: Sandbox, engine: Engine, kit) -> None:
    """Kept on disk from the draft to the accepted reply, also while it is a draft again."""
    do, queries = engine.command_handler.do, engine.queries
    [row, *_] = await every_customer(queries)
    customer_id, [conversation_id] = row.customer_id, row.conversation_ids

    async def drafts():
        view = await queries.thread(customer_id)
        return view, {draft.text: draft for draft in view.drafts}

    view, _ = await drafts()
    seen = view.newest_arrival
    await do(SaveDraft("d1", customer_id, conversation_id, "Half", seen_upto=seen, actions=TAG))
    assert (await drafts())[1]["Half"].actions == TAG
    sandbox.unplug()
    reply = SendReply("d1", customer_id, conversation_id, "Half done", seen_upto=seen, actions=TAG)
    assert isinstance(await do(reply), Done)
    assert (await drafts())[1] == {}
    assert await queries.due_actions() == ()

    async def is_draft_again() -> bool:
        return isinstance(await do(EditPending("d1")), Done)

    await kit.eventually(is_draft_again)
    edited = (await drafts())[1]["Half done"]
    assert edited.actions == TAG
    sandbox.plug_in()
    await do(SendReply(edited.draft_id, customer_id, conversation_id, "Done", seen_upto=seen, actions=edited.actions))
    await do(SyncNow())

    async def is_due() -> bool:
        await do(SyncNow())
        tag = TagConversation(conversation_id, "refund")
        return await queries.due_actions() == (DueActions(edited.draft_id, (tag,)),)

    await kit.eventually(is_due)
    assert isinstance(await do(CarryOutActions(edited.draft_id)), Done)
    assert await queries.due_actions() == ()


async def test_actions_outlive_kills_and_outages(tmp_path: Path) -> None:
    """Each is done once Intercom can be reached again, unless something has happened in the conversation since."""
    actions = (*TAG, SnippetAction(ActionKind.SNOOZE, "24"))
    async with open_direct_stage(tmp_path / "reachline.db") as stage:
        with stage.sandbox.lock:
            [record] = stage.sandbox.world.workspace.conversations.values()

        def seen() -> tuple[str, set[str], int | None]:
            with stage.sandbox.lock:
                names = {stage.sandbox.world.workspace.tags[tag.tag_id] for tag in record.tags}
                return record.state, names, record.snoozed_until

        async def reply(draft_id: str, *after: SnippetAction) -> float:
            view = await stage.view()
            to, seen_upto = (view.customer_id, record.id), view.newest_arrival
            command = SendReply(draft_id, *to, f"Reply {draft_id}", seen_upto=seen_upto, actions=after)
            assert await stage.engine.command_handler.do(command) == Done()
            assert await stage.engine.queries.due_actions() == ()
            await stage.run_outbox()
            return stage.clock.monotonic()

        async def carry_out(draft_id: str) -> Answer:
            [due] = await stage.engine.queries.due_actions()
            assert due.draft_id == draft_id
            return await stage.engine.command_handler.do(CarryOutActions(draft_id))

        # Killed before anything was asked for; what follows counts from the reply all the same.
        sent_at = await reply("d1", *actions)
        await stage.restart()
        stage.clock.advance(1800.0)
        assert isinstance(await carry_out("d1"), Done)
        assert seen() == ("snoozed", {"refund", "whatsapp"}, int(sent_at) + 86_400)
        assert await stage.engine.queries.due_actions() == ()
        # Killed while one of them is asked for, and then an outage.
        await reply("d2", SnippetAction(ActionKind.CLOSE))
        stage.add_fault("POST", "/parts$", "drop_before", times=None)
        waits = Failed(make_reason(CommandReason.ACTIONS_WAIT))
        assert await carry_out("d2") == waits
        # Nothing asks for it again at once.
        assert await stage.engine.queries.due_actions() == ()
        await stage.restart()
        stage.clock.advance(61.0)
        assert await carry_out("d2") == waits
        with stage.sandbox.lock:
            stage.sandbox.world.settings.fail_next.clear()
        stage.clock.advance(61.0)
        assert isinstance(await carry_out("d2"), Done)
        assert seen()[0] == "closed"
        # The customer writes meanwhile: their message is not to vanish from the open conversations.
        await reply("d3", SnippetAction(ActionKind.CLOSE))
        await stage.restart()
        stage.clock.advance(120.0)
        stage.customer_writes("whatsapp", "One more thing")
        assert await carry_out("d3") == Failed(make_reason(CommandReason.ACTIONS_OUTDATED))
        assert seen()[0] == "open"
        assert await stage.engine.queries.due_actions() == ()
