"""Search in the store as the screen gets it: channels as the thread shows them, senders, and customers by any field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.model.facts import Contact, Role
from desktop.domain.search.query import MAX_CHARS, parse
from desktop.engine.views import FieldKind, SearchValues
from desktop.ports import Teammate
from desktop.store import settings

HOUR = timedelta(hours=1)


@pytest.fixture
async def told(world, kit):
    """Jennifer (c1) writes on WhatsApp and is answered, Bo (c2) in the Messenger."""
    gateway = world.gateway
    gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    gateway.write("v1", "An order on the phone", app_code=kit.BRIDGE, at=kit.START - HOUR)
    gateway.write("v1", "Your order is on its way", role=Role.TEAMMATE, author_id="7002", at=kit.START - HOUR / 2)
    gateway.put(kit.messenger("v2", "c2", kit.START - 2 * HOUR))
    gateway.write("v2", "An order in the browser", at=kit.START - 2 * HOUR)
    gateway.contacts["c1"] = Contact(
        "c1", name="Jennifer Okafor", phone="+353 87 123 4567", attributes={"plan": "Plus"}
    )
    gateway.contacts["c2"] = Contact("c2", name="Bo Chen", email="bo@example.com")
    await world.store.write(settings.save, "bridge_codes_learnt", frozenset({kit.BRIDGE}))
    await world.store.write(settings.save, "phone_region", "IE")
    await world.sync()
    for contact_id in ("c1", "c2"):
        await world.engine.poller._contact_reader._look_up(contact_id)
    return world


async def search(world, text):
    return await world.engine.queries.search(parse(text, world.clock.now().date()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order on:whatsapp", ["Your order is on its way", "An order on the phone"]),
        ("order on:messenger", ["An order in the browser"]),
        ("order on:sms", []),
        (
            "order on:whatsapp on:messenger",
            ["Your order is on its way", "An order on the phone", "An order in the browser"],
        ),
        ("order from:jenn", ["An order on the phone"]),
        ("from:okafor order", ["An order on the phone"]),
        ("order from:chen", ["An order in the browser"]),
        ("order from:nobody", []),
        ("order is:open", ["Your order is on its way", "An order on the phone", "An order in the browser"]),
        ("order tag:what", ["Your order is on its way", "An order on the phone"]),
        ('"order is"', ["Your order is on its way"]),
        ("order before:2020", []),
        ("on:whatsapp", ["Your order is on its way", "An order on the phone", "Hi"]),
    ],
)
async def test_filters_choose_messages_and_no_customers(told, text, found):
    results = await search(told, text)
    assert [f.message.text for f in results.messages] == found
    assert results.customers == (), "filters are for messages"


@pytest.mark.parametrize("part", ["a ", "中 ", '"a b" ', "7 a ", "from:a ", "a", '"', "\u202e"])
async def test_the_longest_text_of_the_field_can_be_searched(told, part):
    text = (part * MAX_CHARS)[:MAX_CHARS]
    await search(told, text)
    await told.engine.queries.find_customers(text)


async def test_in_one_thread_only_the_messages_of_that_customer_are_found(told):
    async def found(customer_id, text):
        found = await told.engine.queries.find_in_thread(customer_id, parse(text, told.clock.now().date()))
        return [key[0] for key in found.messages]

    jennifer, bo = [(await told.engine.queries.find_customers(name))[0].row.customer_id for name in ("jenn", "chen")]
    assert await found(jennifer, "order") == ["v1", "v1"]
    assert await found(jennifer, "order from:jenn") == ["v1"]
    assert await found(bo, "order") == ["v2"]
    assert await found(bo, "order from:jenn") == []
    assert await found(bo, "phone") == await found(bo, "") == await found("nobody", "order") == []


async def test_teammates_are_senders_too(told):
    names = (Teammate("7001", "Lukas Brandt"), Teammate("7002", "Sam Byrne"))
    await told.store.write(settings.save, "teammates", [{"id": t.id, "name": t.name, "email": ""} for t in names])
    assert [f.message.text for f in (await search(told, "order from:sam")).messages] == ["Your order is on its way"]
    assert (await search(told, "order from:me")).messages == ()
    values = await told.engine.queries.search_values()
    assert isinstance(values, SearchValues)
    assert values.senders == ("Lukas Brandt", "Sam Byrne")
    assert "whatsapp" in values.tags


@pytest.mark.parametrize(
    ("text", "name", "kind", "marked"),
    [
        ("okaf", "Jennifer Okafor", None, "Okaf"),
        ("087 1234", "Jennifer Okafor", FieldKind.PHONE, "87 123 4"),
        ("jenn plus", "Jennifer Okafor", FieldKind.ATTRIBUTE, "Plus"),
        ("bo@ex", "Bo Chen", FieldKind.EMAIL, "bo@ex"),
    ],
)
async def test_customers_show_why_they_were_found(told, text, name, kind, marked):
    results = await search(told, text)
    [found] = results.customers
    assert (found.row.name, results.customer_count) == (name, 1)
    value, ranges = (found.row.name, found.name_ranges) if kind is None else (found.field.value, found.field.ranges)
    assert (found.field.kind if found.field is not None else None) is kind
    assert [value[a:b] for a, b in ranges] == [marked]


async def test_the_palette_finds_by_any_field_and_by_letters_of_the_name(told):
    async def names(text):
        return [found.row.name for found in await told.engine.queries.find_customers(text)]

    assert await names("4567") == ["Jennifer Okafor"]
    assert await names("jok") == ["Jennifer Okafor"]
    assert await names("") == ["Jennifer Okafor", "Bo Chen"]


async def test_how_far_back_a_message_is(told):
    depth = told.engine.queries.message_depth
    [found] = (await search(told, "phone")).messages
    assert await depth(*found.message.key) in (2, 3)
    assert await depth("v1", "nothing") is None
