"""Without a connection: what waits is judged by what happened meanwhile, and nothing goes out before that is known."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from reasons import said

from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.warning import WarningCode, acknowledge
from desktop.engine.commands import Done, ResolvePending, SendReply, SyncNow
from desktop.engine.views import ConnectionState
from desktop.ports import OutcomeUnknown, ProviderError, ProviderErrorKind

HOUR = timedelta(hours=1)
NO_NETWORK = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))


def cut(world):
    calls = ("account", "changed_since", "conversation", "contact", "conversations_of", "contacts_with")
    world.gateway.failures = dict.fromkeys(calls, NO_NETWORK)


async def fails_to_sync(world):
    with pytest.raises(ProviderError) as caught:
        await world.sync()
    world.engine._connection.set_broken(caught.value, None)


@pytest.fixture
async def on_whatsapp(world, kit):
    """Three customers wrote on WhatsApp at the start."""
    for n in (1, 2, 3):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START))
    await world.sync()
    return world


def reply(n=1, **more):
    return SendReply(f"d{n}", f"c{n}", f"v{n}", f"Reply {n}", seen_upto=3, **more)


async def test_queued_with_ten_minutes_left_and_back_twenty_minutes_late_is_held(on_whatsapp):
    world = on_whatsapp
    await world.clock.advance(23 * 3600 + 50 * 60)
    cut(world)
    await fails_to_sync(world)
    assert await world.engine.command_handler.do(reply()) == Done()
    pending = await world.pending()
    assert (pending.state, pending.reason) == (State.QUEUED, said("No network."))
    await world.clock.advance(30 * 60)
    world.gateway.failures = {}
    await world.sync()
    assert await world.engine.outbox.step()
    [held] = await world.engine.queries.held()
    assert (held.customer_id, held.name) == ("c1", "Person c1")
    assert (held.pending.state, [w.code for w in held.pending.warned]) == (State.HELD, [WarningCode.WINDOW_CLOSED])
    assert held.pending.reason
    assert world.gateway.sent == []
    assert any(changes.undecided for changes in world.told)


async def test_several_that_were_held_can_be_counted_and_decided_one_by_one(on_whatsapp):
    world = on_whatsapp
    for n in (1, 2, 3):
        assert await world.engine.command_handler.do(reply(n)) == Done()
    waiting = await world.engine.queries.waiting_replies()
    assert [(w.name, w.pending.state) for w in waiting] == [(f"Person c{n}", State.QUEUED) for n in (1, 2, 3)]
    await world.clock.advance(25 * 3600)
    await world.sync()
    while await world.engine.outbox.step():
        pass
    assert {w.pending.state for w in await world.engine.queries.waiting_replies()} == {State.HELD}
    assert [h.pending.draft_id for h in await world.engine.queries.held()] == ["d1", "d2", "d3"]
    world.told.clear()
    knowingly = acknowledge((await world.engine.queries.held())[1].pending.warned)
    assert await world.engine.command_handler.do(ResolvePending("d2", send=True, acknowledged=knowingly)) == Done()
    assert await world.engine.command_handler.do(ResolvePending("d3", cancel=True)) == Done()
    assert any(changes.undecided for changes in world.told)
    assert [h.pending.draft_id for h in await world.engine.queries.held()] == ["d1"]
    await world.engine.outbox.step()
    assert [o.draft_id for o in world.gateway.sent] == ["d2"]


async def test_nothing_goes_out_before_a_round_has_ended_well(on_whatsapp, kit):
    world = on_whatsapp
    cut(world)
    await fails_to_sync(world)
    assert await world.engine.command_handler.do(reply()) == Done()
    # The connection is back, and reading what changed breaks off half-way, at somebody new.
    world.gateway.put(kit.whatsapp("v9", "c9", world.clock.now()))
    world.gateway.failures = {"contact c9": NO_NETWORK}
    await fails_to_sync(world)
    assert not await world.engine.outbox.step()
    assert world.gateway.sent == []
    world.gateway.failures = {}
    await world.sync()
    assert await world.engine.outbox.step()
    assert len(world.gateway.sent) == 1


async def test_a_send_that_meets_no_connection_asks_for_a_round_and_waits_for_it(on_whatsapp, kit):
    world = on_whatsapp
    assert await world.engine.command_handler.do(reply()) == Done()
    world.gateway.failures = {"conversation": NO_NETWORK}
    await world.engine.outbox.step()
    world.gateway.failures = {}
    assert not await world.engine.outbox.step()
    await world.sync()
    assert await world.engine.outbox.step()
    assert len(world.gateway.sent) == 1


async def test_trying_now_ends_the_pause(on_whatsapp, kit):
    world = on_whatsapp
    cut(world)
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.OFFLINE)
    tried_again_at = world.engine.queries.connection().next_try_at
    assert tried_again_at > world.clock.now()
    assert await world.engine.command_handler.do(reply()) == Done()
    world.gateway.failures = {}
    await world.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: len(world.gateway.sent) == 1)
    assert world.clock.now() < tried_again_at


async def test_a_lost_reply_nobody_could_look_for_is_looked_for_when_the_connection_is_back(on_whatsapp, kit):
    world = on_whatsapp
    world.gateway.outcomes, world.gateway.lost = [OutcomeUnknown("ReadTimeout")], True
    assert await world.engine.command_handler.do(reply()) == Done()
    await world.engine.outbox.step()
    cut(world)
    for pause in (1, 4, 10):
        await kit.eventually(lambda: world.clock.pauses_s != [])
        await world.clock.advance(pause)

    async def says_that_it_could_not_ask() -> bool:
        return (await world.pending()).reason.code == OutboxReason.PROVIDER_NOT_REACHED

    await kit.eventually(says_that_it_could_not_ask)
    assert (await world.pending()).state is State.UNCONFIRMED
    world.gateway.failures = {}
    assert not await world.engine.outbox.step()
    await kit.eventually(lambda: world.clock.pauses_s != [])
    await world.clock.advance(1)

    async def is_found() -> bool:
        return (await world.view()).pending_replies == ()

    await kit.eventually(is_found)
    assert len(world.gateway.sent) == 1


async def test_pauses_grow_and_are_never_the_same_for_everybody(on_whatsapp, kit):
    world = on_whatsapp
    cut(world)
    await world.engine.start()
    pauses = []
    for n in range(1, 6):
        await kit.eventually(lambda n=n: world.gateway.calls.count("changed_since 2026-11-22T11:58:00+00:00") >= n)
        await kit.eventually(lambda: world.clock.pauses_s != [])
        pauses.append(world.clock.pauses_s[0])
        await world.clock.advance(pauses[-1])
        await asyncio.sleep(0)
    assert pauses == sorted(pauses)
    assert all(least <= pause <= 1.2 * least for pause, least in zip(pauses, (5, 10, 20, 40, 80), strict=True))
    assert any(pause != least for pause, least in zip(pauses, (5, 10, 20, 40, 80), strict=True))
