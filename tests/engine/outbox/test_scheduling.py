"""Scheduled replies: sent at their time if nothing speaks against it, else the agent is asked; never twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.model.facts import ChannelKind, ConversationState, EntryKind, Role
from desktop.domain.model.outgoing import OutboxReason, Schedule, State
from desktop.domain.model.reason import NO_REASON
from desktop.domain.model.warning import WarningCode, acknowledge
from desktop.engine.commands import (
    Done,
    EditPending,
    Failed,
    ForgetCustomer,
    NeedsConsent,
    Reschedule,
    ResolvePending,
    SendReply,
    SetBridgeCodes,
)
from desktop.engine.outbox import scheduling
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import ProviderReason
from desktop.store.outgoing import outbox

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WHATSAPP, ANY = Schedule(awaits=ChannelKind.WHATSAPP), Schedule(awaits=ChannelKind.UNKNOWN)
OFFLINE = ProviderError(ProviderErrorKind.OFFLINE, replace(NO_REASON, code=ProviderReason.CONNECTION_BROKE))


@pytest.fixture
async def stage(world, kit):
    """v1: Jennifer's WhatsApp, written an hour ago. v2: another customer's Messenger."""
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    world.gateway.put(kit.messenger("v2", "c2", kit.START - HOUR))
    await world.sync()
    await world.engine.command_handler.do(SetBridgeCodes(frozenset({kit.BRIDGE})))
    return world


async def send(world, draft_id, schedule=None, conversation_id="v1", **more):
    contact = "c1" if conversation_id == "v1" else "c2"
    command = SendReply(
        draft_id, contact, conversation_id, f"Text of {draft_id}", **{"seen_upto": 99, "schedule": schedule} | more
    )
    return await world.engine.command_handler.do(command)


async def passes(world, seconds, steps=3):
    """Time goes by; then messages are read and the outbox does what it can."""
    await world.clock.advance(seconds)
    await world.sync()
    for _ in range(steps):
        await world.engine.outbox.step()


async def row(world, draft_id):
    return await world.store.read(outbox.load, draft_id)


def sent(world):
    return [out.draft_id for out in world.gateway.sent]


async def test_it_is_sent_once_at_its_time_and_holds_up_nothing(stage):
    start = stage.clock.now()
    assert await send(stage, "past", Schedule(start)) == Failed(replace(NO_REASON, code="time_is_past"))
    for draft_id, at in (("second", 90), ("first", 60)):
        assert await send(stage, draft_id, Schedule(start + at * MINUTE)) == Done()
    assert await send(stage, "now") == Done()
    assert [s.pending.draft_id for s in await stage.engine.queries.scheduled_replies()] == ["first", "second"]
    assert (await stage.engine.queries.waiting_count(), await stage.engine.queries.scheduled_count()) == (1, 2)
    assert await stage.engine.outbox._pause_s() == 30.0
    await passes(stage, 59 * 60)
    assert sent(stage) == ["now"]
    await passes(stage, 60)
    await passes(stage, 60)
    assert sent(stage) == ["now", "first"]
    # Two that are due at once go in the order of their times, and one that waits holds up no other reply.
    assert await send(stage, "third", Schedule(start + 95 * MINUTE)) == Done()
    stage.gateway.failures["conversation"] = OFFLINE
    await passes(stage, 35 * 60)
    assert {(await row(stage, d)).state for d in ("second", "third")} == {State.QUEUED}
    stage.gateway.failures.clear()
    await passes(stage, 60)
    assert sent(stage) == ["now", "first", "second", "third"]
    assert await stage.engine.queries.scheduled_replies() == ()


async def test_what_came_since_holds_it_and_nothing_else(stage, kit):
    at = Schedule(stage.clock.now() + HOUR)
    cases = {
        "customer": (lambda: stage.gateway.write("v1", "One more thing", app_code=kit.BRIDGE), "forecast_worse"),
        "colleague": (
            lambda: stage.gateway.write("v1", "Done!", role=Role.TEAMMATE, app_code=None, author_id="7002"),
            "forecast_worse",
        ),
        "closed": (lambda: closes(stage, "7002"), "closed_since"),
        "closed by me": (lambda: closes(stage, kit.ME.id), ""),
        "note": (
            lambda: stage.gateway.write("v1", "FYI", role=Role.TEAMMATE, kind=EntryKind.NOTE, author_id="7002"),
            "",
        ),
    }
    for number, (name, (happens, reason)) in enumerate(cases.items()):
        stage.gateway.put(kit.whatsapp("v1", "c1", stage.clock.now() - MINUTE)) if number == 0 else reopen(stage)
        await stage.sync()
        at = Schedule(stage.clock.now() + HOUR)
        newest = (await stage.view()).newest_arrival
        assert await send(stage, name, at, seen_upto=newest) == Done(), name
        await stage.clock.advance(60)
        happens()
        await passes(stage, 3600)
        found = await row(stage, name)
        if reason:
            assert (found.state, found.reason.code) == (State.HELD, reason), name
            assert await stage.engine.command_handler.do(ResolvePending(name, cancel=True)) == Done()
        else:
            assert name in sent(stage), name


def closes(world, by):
    event = world.gateway.write("v1", "", role=Role.TEAMMATE, kind=EntryKind.EVENT, author_id=by)
    old = world.gateway.conversations["v1"]
    entries = (*old.entries[:-1], replace(event, event="close"))
    world.gateway.put(replace(old, entries=entries, state=ConversationState.CLOSED))


def reopen(world):
    old = world.gateway.conversations["v1"]
    world.gateway.put(replace(old, state=ConversationState.OPEN, updated_at=world.clock.now()))


async def test_its_warnings_are_those_of_its_time(stage, kit):
    tomorrow = Schedule(stage.clock.now() + 24 * HOUR)
    asked = await send(stage, "d1", tomorrow)
    assert isinstance(asked, NeedsConsent)
    assert [w.code for w in asked.warned] == [WarningCode.WINDOW_CLOSED]
    assert await send(stage, "d1", tomorrow, acknowledged=acknowledge(asked.warned)) == Done()
    # What the agent accepted is no reason to ask again.
    await passes(stage, 24 * 3600)
    assert sent(stage) == ["d1"]
    # Now it's closed, which the awaited message will change.
    assert isinstance(await send(stage, "d2", Schedule(stage.clock.now() + HOUR)), NeedsConsent)
    assert await send(stage, "d2", WHATSAPP) == Done()
    assert await send(stage, "note", tomorrow, "v2", internal=True) == Failed(replace(NO_REASON, code="time_is_past"))
    assert await send(stage, "note", Schedule(stage.clock.now() + HOUR), "v2", internal=True) == Done()
    await passes(stage, 3600)
    assert sent(stage) == ["d1", "note"]


async def test_one_that_waits_for_the_customer_expects_one_message(stage, kit):
    await stage.clock.advance(24 * 3600)
    await stage.sync()
    for draft_id in ("typed", "burst", "answered"):
        newest = (await stage.view()).newest_arrival
        assert await send(stage, draft_id, WHATSAPP, seen_upto=newest) == Done()
        if draft_id == "typed":
            # It came from the Messenger: not what it waits for, and not what the agent knew of either.
            stage.gateway.write("v1", "Hello?")
            await passes(stage, 60)
            assert (await row(stage, "typed")).state is State.SCHEDULED
        stage.gateway.write("v1", "Are you there?", app_code=kit.BRIDGE)
        if draft_id == "burst":
            stage.gateway.write("v1", "I want to cancel", app_code=kit.BRIDGE)
        if draft_id == "answered":
            stage.gateway.write("v1", "We're here", role=Role.TEAMMATE, author_id="7002")
        await passes(stage, 60)
        held = await row(stage, draft_id)
        assert held.state is State.HELD, draft_id
        assert await stage.engine.command_handler.do(ResolvePending(draft_id, cancel=True)) == Done()
    # The one that it waits for is none that came before it, and no reaction.
    newest = (await stage.view()).newest_arrival
    assert await send(stage, "d1", WHATSAPP, seen_upto=newest) == Done()
    stage.gateway.write("v1", "reacted with 👍", app_code=kit.BRIDGE)
    await passes(stage, 60)
    assert (await row(stage, "d1")).state is State.SCHEDULED
    assert await stage.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
    newest = (await stage.view()).newest_arrival
    assert await send(stage, "d2", WHATSAPP, seen_upto=newest) == Done()
    assert await send(stage, "d3", ANY, "v2") == Done()
    stage.gateway.write("v1", "Thanks!", app_code=kit.BRIDGE)
    stage.gateway.write("v2", "Thanks!")
    await passes(stage, 60)
    assert sorted(sent(stage)) == ["d2", "d3"]


async def test_one_that_could_not_be_sent_in_time_asks(stage, clock, tmp_path, kit):
    late = scheduling.LATE_AFTER.total_seconds()
    for draft_id in ("soon", "missed"):
        assert await send(stage, draft_id, Schedule(clock.now() + HOUR), "v1" if draft_id == "soon" else "v2") == Done()
    # Closed for a short time, it is sent.
    await passes(stage, 3600 + late - 60, steps=1)
    assert len(sent(stage)) == 1
    left = "missed" if sent(stage) == ["soon"] else "soon"
    await passes(stage, 3600)
    found = await row(stage, left)
    assert (found.state, found.reason.code) == (State.HELD, OutboxReason.DELAYED) or left in sent(stage)
    assert await send(stage, "asleep", Schedule(clock.now() + HOUR)) == Done()
    await passes(stage, 2 * 3600)
    found = await row(stage, "asleep")
    assert (found.state, found.reason.code) == (State.HELD, OutboxReason.MISSED_TIME)
    [undecided] = [u for u in await stage.engine.queries.undecided() if u.pending.draft_id == "asleep"]
    assert undecided.pending.schedule.at == clock.now() - HOUR
    # The agent's word sends it, late as it is.
    assert await stage.engine.command_handler.do(ResolvePending("asleep", send=True)) == Done()
    await passes(stage, 1)
    assert "asleep" in sent(stage)


async def test_a_clock_that_was_ahead_sends_nothing_early(stage, monkeypatch):
    at = stage.clock.now() + HOUR
    assert await send(stage, "d1", Schedule(at)) == Done()
    now = stage.clock.now
    monkeypatch.setattr(stage.clock, "now", lambda: now() + 2 * HOUR)
    read = stage.engine.outbox._reader.conversation

    async def corrects(*args, **kwargs):
        monkeypatch.setattr(stage.clock, "now", now)
        return await read(*args, **kwargs)

    monkeypatch.setattr(stage.engine.outbox._reader, "conversation", corrects)
    await stage.engine.outbox.step()
    assert ((await row(stage, "d1")).state, sent(stage)) == (State.SCHEDULED, [])
    await passes(stage, 3601)
    assert sent(stage) == ["d1"]


async def test_the_agent_can_change_their_mind(stage):
    do, start = stage.engine.command_handler.do, stage.clock.now()
    for draft_id in ("moved", "now", "edited"):
        assert await send(stage, draft_id, Schedule(start + HOUR)) == Done()
    assert isinstance(await do(ForgetCustomer("c1")), Failed)
    asked = await do(Reschedule("moved", Schedule(start + 24 * HOUR)))
    assert isinstance(asked, NeedsConsent)
    assert await do(Reschedule("moved", Schedule(start + 2 * HOUR))) == Done()
    assert isinstance(await do(Reschedule("moved", Schedule(start))), Failed)
    assert await do(ResolvePending("now", send=True)) == Done()
    assert await do(EditPending("edited")) == Done()
    assert [d.text for d in (await stage.view()).drafts] == ["Text of edited"]
    await passes(stage, 60)
    assert sent(stage) == ["now"]
    assert isinstance(await do(Reschedule("now", Schedule(start + 2 * HOUR))), Failed)
    # A cancel is undone with its time.
    assert await do(ResolvePending("moved", cancel=True)) == Done()
    assert await stage.engine.queries.scheduled_replies() == ()
    assert await do(Reschedule("moved", Schedule(start + 2 * HOUR))) == Done()
    await passes(stage, 2 * 3600)
    assert sent(stage) == ["now", "moved"]


async def test_the_running_worker_wakes_for_its_time_and_for_the_message(stage, kit):
    assert await send(stage, "timed", Schedule(stage.clock.now() + HOUR), "v2") == Done()
    assert await send(stage, "awaits", WHATSAPP) == Done()
    running = asyncio.create_task(stage.engine.outbox.run())
    await kit.eventually(lambda: bool(stage.clock.pauses_s))
    stage.gateway.write("v1", "Hi again", app_code=kit.BRIDGE)
    await stage.sync()
    await kit.eventually(lambda: sent(stage) == ["awaits"])
    await stage.clock.advance(3600)
    await kit.eventually(lambda: sent(stage) == ["awaits", "timed"])
    running.cancel()
