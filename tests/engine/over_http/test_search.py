"""What is only at Intercom is found there and loaded, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.search.query import parse
from desktop.engine.commands import ForgetCustomer
from desktop.engine.engine import Engine
from desktop.engine.views import LoadedPlace
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database


@pytest.fixture
def sandbox():
    with Sandbox.start() as running:
        with running.lock:
            world = running.world
            jennifer = world.add_customer(
                "Jennifer Okafor", phone="+353871234567", email="jen@example.com", known_as="user"
            )
            world.write(jennifer, "messenger", "Where is my blue kettle?", new_conversation=True)
            world.write(jennifer, "messenger", "Still waiting")
            world.add_customer("Tom Baker", email="tom@example.com", known_as="user")
        yield running


@pytest_asyncio.fixture
async def engine(sandbox, tmp_path):
    """Nothing is read before it is searched for."""
    intercom, clock = sandbox.urls["intercom"], ServerClock()
    gateway = IntercomGateway(intercom["base_url"], Token(intercom["token"]), clock)
    engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
    await engine.prepare()
    yield engine
    await engine.stop()


def asked(text):
    return parse(text, datetime.now(UTC).date())


async def here(engine, text):
    return (await engine.queries.search(asked(text))).messages


async def test_an_old_conversation_is_found_loaded_and_then_here(engine):
    assert await here(engine, "kettle") == ()
    results = await engine.intercom_search.find(asked("blue kettle"))
    [found] = results.conversations
    assert (found.excerpt.text, found.name) == ("Where is my blue kettle?", "Jennifer Okafor")
    assert (results.contacts, results.cursor, results.total) == ((), "", 1)
    place = await engine.intercom_search.load_conversation(found.id)
    view = await engine.queries.thread(place.customer_id)
    assert [m.entry.text for m in view.thread.messages] == ["Where is my blue kettle?", "Still waiting"]
    assert view.thread.messages[0].key == (place.conversation_id, place.entry_id)
    assert await engine.queries.message_depth(place.conversation_id, place.entry_id) == 2
    assert [f.message.key for f in await here(engine, "kettle")] == [(place.conversation_id, place.entry_id)]
    assert (await engine.intercom_search.find(asked("kettle"))).conversations == (), "it is found here now"


async def test_contacts_are_found_however_their_phone_is_written(engine):
    for text in ("+353 87 123 4567", "087 1234567", "00353871234567", "jen@example.com"):
        [found] = (await engine.intercom_search.find(asked(text))).contacts
        assert found.name == "Jennifer Okafor"
    assert (await engine.intercom_search.find(asked("087 1234568"))).contacts == ()
    place = await engine.intercom_search.load_contact(found.id)
    assert (await engine.queries.thread(place.customer_id)).name == "Jennifer Okafor"
    [customer] = (await engine.queries.search(asked("087 1234567"))).customers
    assert customer.field.value == "+353871234567"
    [tom] = (await engine.intercom_search.find(asked("tom@example.com"))).contacts
    assert await engine.intercom_search.load_contact(tom.id) == LoadedPlace(unwritten_id=tom.id)


async def test_a_customer_whose_data_was_deleted_does_not_come_back(engine):
    [found] = (await engine.intercom_search.find(asked("kettle"))).conversations
    place = await engine.intercom_search.load_conversation(found.id)
    await engine.command_handler.do(ForgetCustomer(place.customer_id))
    assert (await engine.intercom_search.load_conversation(found.id)).customer_id == ""


async def test_an_error_is_a_reason(engine, sandbox):
    sandbox.stop()
    assert (await engine.intercom_search.find(asked("kettle"))).error
    assert (await engine.intercom_search.load_conversation("1")).error
