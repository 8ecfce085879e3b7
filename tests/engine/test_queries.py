"""What the screen reads."""

from __future__ import annotations

from datetime import timedelta


async def test_messages_that_did_not_change_are_the_same_objects_in_the_next_view(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - timedelta(hours=1)))
    await world.sync()
    first = await world.engine.queries.thread("c1")
    world.gateway.write("v1", "Where is it?")
    await world.sync()
    second = await world.engine.queries.thread("c1")
    assert first is not None
    assert second is not None
    assert len(second.thread.messages) == len(first.thread.messages) + 1
    kept = dict.fromkeys(map(id, first.thread.messages))
    assert [id(m) in kept for m in second.thread.messages] == [True, False]
    assert list(map(id, second.thread.chats[0].messages)) == list(map(id, second.thread.messages))


async def test_older_messages_are_added_to_the_view_before_unless_something_has_changed(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - timedelta(hours=1)))
    await world.sync()
    for number in range(4):
        world.gateway.write("v1", f"Where is it? ({number})")
    await world.sync()
    queries = world.engine.queries
    whole = await queries.thread("c1")
    first = await queries.thread("c1", 1)
    assert first.older_count == len(whole.thread.messages) - 1 == 4
    second = await queries.thread_with_older("c1", 3)
    assert second.thread.messages == whole.thread.messages[-3:]
    assert second.thread.messages[-1] is first.thread.messages[-1]
    assert second.older_count == 2
    assert second.situations["v1"].messages == second.thread.loaded
    world.gateway.write("v1", "And now?")
    await world.sync()
    third = await queries.thread_with_older("c1", 5)
    assert [m.entry.text for m in third.thread.messages][-2:] == ["Where is it? (3)", "And now?"]
    assert (len(third.thread.messages), third.older_count) == (5, 1)
    assert await queries.thread_with_older("nobody", 5) is None


async def test_a_thread_names_whom_its_events_may_have_been_assigned_to(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - timedelta(hours=1)))
    await world.sync()
    view, about = await world.engine.queries.thread("c1"), await world.engine.queries.workspace()
    assert about.teammates
    people = {f"teammate:{teammate.id}": teammate.name for teammate in about.teammates}
    assert view.assignees == people | {f"team:{team.id}": team.name for team in about.teams}
