"""Saved replies over real HTTP: what the customer then reads, and what is done with the conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.content.placeholders import fill, find_blanks
from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.outgoing import State
from desktop.domain.model.reason import make_reason
from desktop.engine.commands import DeleteSnippets, Done, Failed, SaveSnippets, SendReply, SyncNow
from desktop.engine.engine import Engine
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


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest_asyncio.fixture
async def engine(sandbox: Sandbox, tmp_path: Path, kit) -> AsyncIterator[Engine]:
    with sandbox.lock:
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
            draft_id = f"draft{number}"
            seen = view.newest_arrival
            assert isinstance(await do(SendReply(draft_id, customer_id, conversation_id, text, seen_upto=seen)), Done)
            sent[customer_id] += 1

            async def is_accepted(draft_id: str = draft_id) -> bool:
                return await engine.queries.reply_state(draft_id) is State.ACCEPTED

            await kit.eventually(is_accepted)
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
    assert await engine.queries.reply_state("nothing") is None
