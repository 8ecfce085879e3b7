"""Two Reachlines on one database: one sends for both, and the other takes over when it is gone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desktop.domain.model.outgoing import State
from desktop.engine.commands import Done, SendReply

HOUR = timedelta(hours=1)


def reply(draft_id="d1", text="It ships today."):
    return SendReply(draft_id, "c1", "v1", text, seen_upto=1)


@pytest.fixture
async def windows(world, kit, tmp_path, clock):
    """Two engines with stores of their own on one file, both level with Intercom."""
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    other = await kit.build(tmp_path / "reachline.db", clock, world.gateway)
    await other.sync()
    yield world, other
    await other.engine.tasks.aclose()
    await other.store.close()


async def everything_sent(*windows):
    while any([await window.engine.outbox.step() for window in windows]):
        pass


async def test_the_same_draft_sent_in_both_goes_out_once(windows):
    first, second = windows
    presses = [window.engine.command_handler.do(reply()) for window in windows for _ in range(3)]
    assert await asyncio.gather(*presses) == [Done()] * 6
    await everything_sent(second, first)
    assert [o.text for o in first.gateway.sent] == ["It ships today."]
    assert (await second.view()).pending_replies == (await first.view()).pending_replies == ()


async def test_what_one_queues_the_other_sends_in_order(windows):
    first, second = windows
    assert await first.engine.outbox.step() is False
    await second.engine.command_handler.do(reply("d1", "one"))
    await first.engine.command_handler.do(reply("d2", "two"))
    assert not await second.engine.outbox.step()
    await everything_sent(first)
    assert [o.text for o in first.gateway.sent] == ["one", "two"]


async def test_a_start_leaves_alone_what_a_living_one_is_sending(windows, kit):
    first, second = windows
    first.gateway.gate.clear()
    await first.engine.command_handler.do(reply())
    sending = asyncio.ensure_future(first.engine.outbox.step())
    await kit.eventually(lambda: "send d1" in first.gateway.calls)
    await second.engine.outbox.recover()
    assert not await second.engine.outbox.step()
    assert (await second.pending()).state is State.SENDING
    first.gateway.gate.set()
    await sending
    assert (await second.view()).pending_replies == ()
    assert len(first.gateway.sent) == 1


async def test_the_other_takes_over_when_the_sender_is_gone(windows, kit):
    first, second = windows
    first.gateway.gate.clear()
    await first.engine.command_handler.do(reply("d1", "lost"))
    await first.engine.command_handler.do(reply("d2", "waiting"))
    sending = asyncio.ensure_future(first.engine.outbox.step())
    await kit.eventually(lambda: "send d1" in first.gateway.calls)
    # As the system does when a process dies.
    await first.store.close()
    assert not await second.engine.outbox.step()
    states = [(e.text, e.state) for e in (await second.view()).pending_replies]
    assert states == [("lost", State.UNCONFIRMED), ("waiting", State.QUEUED)]
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
