"""The search that an agent waits for, against the sandbox over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.ports import FirstMessages, ProviderError, ProviderErrorKind


@pytest.fixture
def conversation_ids(sandbox):
    """Two of one customer, a day apart, and one of another."""
    with sandbox.lock:
        world = sandbox.world
        jennifer = world.add_customer(
            "Jennifer Okafor", phone="+353871234567", email="jen@example.com", known_as="user"
        )
        world.write(jennifer, "messenger", "Where is my BLUE kettle?", new_conversation=True)
        world.write(jennifer, "messenger", "Later words: teapot")
        world.advance(86_400)
        world.write(jennifer, "email", "Another kettle, please")
        tom = world.add_customer("Tom Baker", phone="+353861112223")
        world.write(tom, "messenger", "My kettles are late", new_conversation=True)
        return [*world.conversation_ids(jennifer), *world.conversation_ids(tom)]


async def found(live, *words, **wanted):
    page = await live.find_by_first_message(FirstMessages(words, **wanted))
    return {hit.conversation.id for hit in page.hits}


async def test_whole_words_of_the_first_message_find_a_conversation(live, conversation_ids):
    blue, another, _ = conversation_ids
    assert await found(live, "kettle") == {blue, another}
    assert await found(live, "blue", "kettle") == {blue}
    assert await found(live, "teapot") == await found(live, "kett") == await found(live) == set()
    page = await live.find_by_first_message(FirstMessages(("blue",)))
    [hit] = page.hits
    assert [e.text for e in hit.conversation.entries] == ["Where is my BLUE kettle?"]
    assert (page.cursor, page.total) == (None, 1)


async def test_dates_and_states_narrow_it(live, sandbox, conversation_ids):
    blue, another, _ = conversation_ids
    with sandbox.lock:
        now = datetime.fromtimestamp(sandbox.world.now, UTC)
    assert await found(live, "kettle", begun_since=now - timedelta(hours=12)) == {another}
    assert await found(live, "kettle", begun_before=now - timedelta(hours=12)) == {blue}
    assert await found(live, "kettle", states=("closed",)) == set()
    assert await found(live, "kettle", states=("closed", "open")) == {blue, another}


async def test_pages_follow_each_other(live, sandbox):
    with sandbox.lock:
        for number in range(23):
            customer = sandbox.world.add_customer(f"Customer {number}", phone=f"+35386000{number:04}")
            sandbox.world.write(customer, "messenger", "A kettle", new_conversation=True)
    first = await live.find_by_first_message(FirstMessages(("kettle",)))
    second = await live.find_by_first_message(FirstMessages(("kettle",)), first.cursor)
    ids = [hit.conversation.id for hit in (*first.hits, *second.hits)]
    assert (len(first.hits), len(set(ids)), first.total, second.cursor) == (20, 23, 23, None)


async def test_contacts_are_found_by_phone_or_part_of_it_and_by_email(live, conversation_ids):
    async def names(**wanted):
        return {contact.name for contact in await live.find_contacts(**wanted)}

    assert await names(phones=("+353871234567",)) == {"Jennifer Okafor"}
    assert await names(phone_part="1112223") == {"Tom Baker"}
    assert await names(email_part="jen@ex") == {"Jennifer Okafor"}
    assert await names(email_part="nobody@") == await names() == set()


async def test_what_intercom_refuses_is_raised(provider, gateway):
    provider.answers(403, {"type": "error.list", "errors": [{"code": "forbidden", "message": "No."}]})
    with pytest.raises(ProviderError) as raised:
        await gateway.find_by_first_message(FirstMessages(("kettle",)))
    assert raised.value.kind is ProviderErrorKind.FORBIDDEN
