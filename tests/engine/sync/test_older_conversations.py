"""Older conversations are read in the background: newest first, the agent's own before the others, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from reasons import said

from desktop.domain.model.facts import Contact, ConversationState
from desktop.engine.commands import CancelFirstSync, Done, FocusCustomer
from desktop.engine.views import ConnectionState, Progress
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.store import sync_queue
from desktop.store.core.database import Database
from tests.helpers.every_customer import every_customer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def many(world, kit):
    """Two begin the first sync; ten are older, one of them the agent's own; the last is older than the retention."""
    for n in range(12):
        world.gateway.put(kit.whatsapp(f"v{n:02}", f"c{n:02}", kit.START - n * 5 * DAY))
    own = world.gateway.conversations["v09"]
    world.gateway.conversations["v09"] = replace(own, assignee_id=kit.ME.id)
    world.gateway.put(kit.whatsapp("v99", "c00", kit.START - 200 * DAY))
    world.engine.poller._first_sync = 2
    return world


async def read_all(world, at_most=200):
    """Every step of it; how many were needed."""
    for step in range(at_most):
        if await world.engine.older_conversations.read_some() is None:
            return step
    raise AssertionError("it never ends")


def is_whole(db: Database) -> set[str]:
    return {row[0] for row in db.execute("SELECT id FROM conversations WHERE is_whole = 1")}


async def test_all_of_the_retention_period_is_read_newest_first_and_the_agents_own_before(many):
    await many.sync()
    assert many.gateway.called("conversation") == ["v00", "v01"]
    many.gateway.calls.clear()
    await read_all(many)
    assert many.gateway.called("conversation") == ["v09", *(f"v{n:02}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 11))]
    assert await many.store.read(is_whole) == {f"v{n:02}" for n in range(12)}
    assert {r.name for r in await every_customer(many.engine.queries)} == {f"Person c{n:02}" for n in range(12)}
    many.gateway.calls.clear()
    await many.sync()
    await read_all(many)
    assert many.gateway.called("conversation") == many.gateway.called("newest") == []


async def test_progress_is_shown_until_all_are_read(many):
    seen = []
    await many.sync()
    progress = many.engine.queries.progress
    many.engine.feed.subscribe(lambda c: seen.append(progress()) if c.progress else None)
    await read_all(many)
    assert seen[-1] is None
    assert all(p.is_older for p in seen[:-1])
    assert seen[0] == Progress(0, None, is_older=True), (
        "of the agent's own alone nobody knows how many others there are"
    )
    counts = [p.done for p in seen[:-1]]
    assert counts == sorted(counts)
    assert set(counts) == set(range(11))
    assert {p.total for p in seen[1:-1]} <= {10, 11}, "the first of the older is of the same second as the last read"
    assert seen[-2] == Progress(10, 10, is_older=True)


async def test_what_changes_meanwhile_is_read_by_the_round(many, kit):
    await many.sync()
    await many.engine.older_conversations.read_some()
    await many.clock.advance(60)
    many.gateway.write("v05", "still there?", app_code=kit.BRIDGE)
    many.gateway.calls.clear()
    await many.sync()
    assert many.gateway.called("conversation") == ["v05"]
    await read_all(many)
    assert many.gateway.called("conversation").count("v05") == 1


async def test_it_can_be_cancelled_for_good(many):
    await many.sync()
    await many.engine.older_conversations.read_some()
    assert await many.engine.command_handler.do(CancelFirstSync()) == Done()
    assert many.engine.queries.progress() is None
    many.gateway.calls.clear()
    await read_all(many)
    assert many.gateway.called("conversation") == many.gateway.called("newest") == []
    # What was left out is read when it changes.
    many.gateway.write("v05", "still there?")
    await many.sync()
    assert many.gateway.called("conversation") == ["v05"]


async def test_an_older_conversation_is_read_when_its_customer_is_opened(many):
    await many.sync()
    await read_all(many)
    assert "v99" not in many.gateway.called("conversation")
    assert await many.engine.command_handler.do(FocusCustomer("c00")) == Done()
    await many.sync()
    assert many.gateway.called("conversation").count("v99") == 1
    assert [m.entry.text for m in (await many.view("c00")).thread.messages] == ["Hi", "Hi"]
    many.gateway.calls.clear()
    await many.engine.command_handler.do(FocusCustomer("c00"))
    await many.sync()
    assert many.gateway.called("conversation") == []


async def test_it_begins_where_an_earlier_version_ended_its_first_sync(many):
    await many.sync()
    await many.store.write(lambda db: db.execute("DELETE FROM settings WHERE name = 'older_listing'"))
    await read_all(many)
    assert await many.store.read(is_whole) == {f"v{n:02}" for n in range(12)}
    assert len(many.gateway.called("conversation")) == 12


async def test_it_waits_for_the_connection_and_runs_beside_the_rounds(many, kit):
    many.gateway.failures["changed_since"] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    await many.sync()
    await many.engine.start()
    connection = many.engine.queries.connection
    await kit.eventually(lambda: connection().state is ConnectionState.OFFLINE)
    many.gateway.failures.clear()
    await kit.eventually(lambda: many.clock.pauses_s != [])
    await many.clock.advance(10)

    async def is_complete() -> bool:
        return len(await many.store.read(is_whole)) == 12

    await kit.eventually(is_complete)


@pytest.mark.parametrize("method", ["newest", "conversation v04", "contacts_by_id"])
async def test_trouble_on_the_way_is_made_up_for(many, method):
    await many.sync()
    many.gateway.failures[method] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    with pytest.raises(ProviderError):
        await read_all(many)
    many.gateway.failures.clear()
    await read_all(many)
    assert await many.store.read(is_whole) == {f"v{n:02}" for n in range(12)}


async def test_one_that_cannot_be_read_is_tried_again_later(many):
    await many.sync()
    many.gateway.failures["conversation v04"] = ProviderError(ProviderErrorKind.BAD_ANSWER, said("Odd."))
    with pytest.raises(AssertionError, match="never ends"):
        await read_all(many, at_most=40)
    assert len(await many.store.read(is_whole)) == 11
    assert many.gateway.called("conversation").count("v04") == 1
    many.gateway.failures.clear()
    await many.clock.advance(11)
    await read_all(many)
    assert len(await many.store.read(is_whole)) == 12


async def test_many_of_one_second_are_all_listed(world, kit):
    world.engine.poller._first_sync = 1
    world.gateway.put(kit.whatsapp("new", "c0", kit.START))
    for n in range(10):
        world.gateway.put(kit.whatsapp(f"v{n}", "c1", kit.START - DAY))
    await world.sync()
    await read_all(world)
    assert len(await world.store.read(is_whole)) == 11


# --- contacts ---


async def test_contacts_are_looked_up_many_at_once(many):
    await many.sync()
    many.gateway.calls.clear()
    await read_all(many)
    assert len(many.gateway.called("contacts_by_id")) == 1
    assert many.gateway.called("contact") == []
    assert len(many.gateway.calls) <= 10 + 8 + 3 + 5, "conversations, pages of three, contacts, and what they have"


async def test_a_contact_that_the_search_does_not_show_is_read_by_itself(many):
    many.gateway.contacts["user"] = Contact("user", "user", "Jennifer")
    many.gateway.failures["contact c05"] = ProviderError(ProviderErrorKind.MERGED, said("Merged."), merged_into="user")
    await many.sync()
    await read_all(many)
    assert "user" in many.gateway.called("contact")
    names = {r.name for r in await every_customer(many.engine.queries)}
    assert "Jennifer" in names
    assert "Person c05" not in names


async def test_people_with_the_same_phone_become_one_customer(many):
    for contact_id in ("c03", "c07"):
        many.gateway.contacts[contact_id] = Contact(contact_id, name="Jen", phone="+353 87 123 4567")
    await many.sync()
    await read_all(many)
    assert len(await every_customer(many.engine.queries)) == 11


# --- stops ---


class Killed(BaseException):
    """The process ends here."""


async def test_a_stop_at_any_moment_is_made_up_for(tmp_path, clock, kit):
    """Each transaction is carried out whole or not at all, so a stop can only come between two."""

    def filled() -> object:
        gateway = kit.FakeGateway(clock)
        for n in range(7):
            gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * 5 * DAY))
        gateway.contacts["c2"] = replace(gateway.contacts["c2"], phone="+353871234567")
        gateway.contacts["c5"] = replace(gateway.contacts["c5"], phone="+353871234567")
        return gateway

    async def run(world) -> None:
        world.engine.poller._first_sync = 2
        await world.sync()
        await read_all(world)

    straight = await kit.build(tmp_path / "straight.db", clock, filled())
    await run(straight)
    expected = await straight.store.read(facts)
    await straight.store.close()
    stopped_at = 0
    ended = False
    while not ended:
        stopped_at += 1
        path = tmp_path / f"stopped-{stopped_at}.db"
        world = await kit.build(path, clock, filled())
        write, left = world.store.write, [stopped_at]

        async def counted(work, *args, write=write, left=left, **more):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return await write(work, *args, **more)

        world.store.write = counted
        try:
            await run(world)
            ended = True
        except* Killed:
            pass
        await world.store.close()
        again = await kit.build(path, clock, world.gateway)
        await run(again)
        assert await again.store.read(facts) == expected, f"stopped after {stopped_at} transactions"
        await again.store.close()
    assert stopped_at > 20


def facts(db: Database) -> dict[str, list[tuple[object, ...]]]:
    return {
        "conversations": db.execute("SELECT id, owner_id, is_whole, details FROM conversations ORDER BY 1").fetchall(),
        "entries": db.execute("SELECT conversation_id, entry_id, text FROM entries ORDER BY 1, 2").fetchall(),
        "contacts": db.execute("SELECT id, name, customer_id, has_news FROM contacts ORDER BY 1").fetchall(),
        "rows": db.execute("SELECT customer_id, last_text FROM customer_rows ORDER BY 1").fetchall(),
        "queue": db.execute("SELECT conversation_id, is_read FROM sync_queue ORDER BY 1").fetchall(),
    }


async def test_a_state_that_is_closed_comes_along(many):
    many.gateway.conversations["v04"] = replace(many.gateway.conversations["v04"], state=ConversationState.CLOSED)
    await many.sync()
    await read_all(many)
    assert await many.store.read(sync_queue.count_waiting, sync_queue.Rank.OLDER) == 0
    rows = {r.customer_id: r for r in await every_customer(many.engine.queries)}
    assert rows["c04"].state is ConversationState.CLOSED
