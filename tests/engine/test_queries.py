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
