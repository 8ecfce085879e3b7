"""Colleagues: who looks, types or has a reply waiting, and for how long that holds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from reasons import said

from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.model.presence import Colleague, PresenceState
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import FocusCustomer, SendReply, SetTyping, SetVisibleCustomers
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.team import Presence

HOUR = timedelta(hours=1)
LOOKING, TYPING, QUEUED, LEFT = PresenceState


@pytest.fixture
async def two(open_desk, kit, tools):
    """Two desktops with the same conversations, live."""
    first = await open_desk()
    first.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    first.gateway.put(kit.messenger("v2", "c2", kit.START - 2 * HOUR))
    second = await open_desk(first.gateway)
    await tools.go_live(first, second)
    return first, second


def do(world, command):
    return world.engine.command_handler.do(command)


def here(world, conversation_id="v1"):
    return [c.state for c in world.engine.queries.colleagues_in(conversation_id)]


async def test_a_colleague_who_types_is_shown_at_once_and_gone_when_they_stop(two, kit, team):
    me, colleague = two
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: team.desks[0].told == [("v1", LOOKING)])
    await do(colleague, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: here(me) == [LOOKING])
    # Who was there before is shown to whoever comes.
    await kit.eventually(lambda: here(colleague) == [LOOKING])
    me.told.clear()
    await do(colleague, SetTyping("v1"))
    await kit.eventually(lambda: here(me) == [TYPING])
    assert Changes(presence=frozenset({"c1"})) in me.told
    assert me.engine.queries.colleagues_in("v1") == (Colleague("desk2", TYPING, "Ada Agent"),)
    assert me.engine.queries.colleagues_with("c1") == me.engine.queries.colleagues_in("v1")
    assert here(colleague) == [LOOKING]
    await do(colleague, SetTyping("v1", is_typing=False))
    await kit.eventually(lambda: here(me) == [LOOKING])
    await do(colleague, FocusCustomer(None))
    await kit.eventually(lambda: here(me) == [])


async def test_who_leaves_while_something_is_being_told_leaves_once(two, kit, team):
    me, _ = two
    told = team.desks[0].told
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: told == [("v1", LOOKING)])
    presence = me.engine.team.presence
    await asyncio.gather(presence.leave(), presence.leave())
    assert told == [("v1", LOOKING), ("v1", LEFT)]


async def test_typing_is_told_every_three_seconds_while_keys_are_pressed(two, kit, tools, team):
    _, colleague = two
    told = team.desks[1].told
    await do(colleague, FocusCustomer("c1", "v1"))
    for n in range(1, 6):
        await do(colleague, SetTyping("v1"))
        await kit.eventually(lambda: told.count(("v1", TYPING)) == n)  # noqa: B023
        await do(colleague, SetTyping("v1"))
        await tools.pass_time(colleague, 2)
        assert told.count(("v1", TYPING)) == n
        await tools.pass_time(colleague, 1.2)
    # Five seconds without a key, and they only look.
    await tools.pass_time(colleague, 6)
    await kit.eventually(lambda: told[-1] == ("v1", LOOKING))


async def test_a_desktop_that_dies_while_somebody_types_is_forgotten_after_eight_seconds(two, kit, tools, team):
    me, _ = two
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: "v1" in team.desks[0].watched)
    team.broadcast(Presence("desk9", "v1", TYPING, "7009", "Eve"))
    await kit.eventually(lambda: here(me) == [TYPING])
    await tools.pass_time(me, 7.5)
    assert here(me) == [TYPING]
    await tools.pass_time(me, 0.6)
    await kit.eventually(lambda: here(me) == [])


@pytest.mark.parametrize("state", [LOOKING, QUEUED])
async def test_who_looks_or_waits_is_forgotten_after_fifty_seconds(two, kit, tools, team, state):
    me, _ = two
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: "v1" in team.desks[0].watched)
    team.broadcast(Presence("desk9", "v1", state))
    await kit.eventually(lambda: here(me) == [state])
    await tools.pass_time(me, 49)
    assert here(me) == [state]
    await tools.pass_time(me, 2)
    await kit.eventually(lambda: here(me) == [])


async def test_looking_is_told_again_every_twenty_seconds_and_not_while_the_window_is_hidden(two, kit, tools, team):
    _, colleague = two
    told = team.desks[1].told
    await do(colleague, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: told == [("v1", LOOKING)])
    for n in range(2, 5):
        await tools.pass_time(colleague, 20)
        await kit.eventually(lambda: told == [("v1", LOOKING)] * n)  # noqa: B023
    await do(colleague, FocusCustomer("c1", "v1", visible=False))
    await kit.eventually(lambda: told[-1] == ("v1", LEFT))
    before = list(told)
    await tools.pass_time(colleague, 60)
    assert told == before


async def test_a_reply_that_waits_is_told_until_it_is_sent(two, kit, team):
    me, colleague = two
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: "v1" in team.desks[0].watched)
    colleague.gateway.gate.clear()
    await do(colleague, SetTyping("v1"))
    await kit.eventually(lambda: here(me) == [TYPING])
    await do(colleague, SendReply("d1", "c1", "v1", "Sending", seen_upto=99))
    await kit.eventually(lambda: here(me) == [QUEUED])
    colleague.gateway.gate.set()
    await kit.eventually(lambda: here(me) == [])


async def test_only_conversations_that_are_open_or_in_view_are_listened_to(two, kit, tools, team):
    me, colleague = two
    await do(colleague, FocusCustomer("c2", "v2"))
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: team.desks[0].watched == {"v1"})
    await do(me, SetVisibleCustomers(("c1", "c2", "nobody")))
    await kit.eventually(lambda: team.desks[0].watched == {"v1", "v2"})
    await tools.pass_time(me, 21)
    await kit.eventually(lambda: here(me, "v2") == [LOOKING])
    assert [c.state for c in me.engine.queries.colleagues_with("c2")] == [LOOKING]
    await do(me, SetVisibleCustomers(()))
    await kit.eventually(lambda: here(me, "v2") == [])


async def test_after_the_connection_broke_nobody_is_shown_and_everything_is_told_anew(two, kit, tools, team):
    me, _ = two
    for world in two:
        await do(world, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: here(me) == [LOOKING])
    team.desks[0].queue.put_nowait(ProviderError(ProviderErrorKind.OFFLINE, said("Broken.")))
    await kit.eventually(lambda: here(me) == [])
    team.desks[0].told.clear()
    await tools.pass_time(me, 2)
    await kit.eventually(lambda: ("v1", LOOKING) in team.desks[0].told)
    assert team.desks[0].watched == {"v1"}
    await tools.pass_time(me, 20)
    await kit.eventually(lambda: here(me) == [LOOKING])


async def test_a_colleague_who_types_is_a_notice_before_send_and_holds_nothing(two, kit, team):
    me, _ = two
    await do(me, FocusCustomer("c1", "v1"))
    await kit.eventually(lambda: "v1" in team.desks[0].watched)
    for agent, state in (("desk7", TYPING), ("desk8", QUEUED), ("desk9", LOOKING)):
        team.broadcast(Presence(agent, "v1", state))
    await kit.eventually(lambda: here(me) == [QUEUED, TYPING, LOOKING])
    view = await me.view()
    reply = Reply("Hi", colleagues=me.engine.queries.colleagues_in("v1"))
    forecast = compute_forecast(view.situations["v1"], reply, me.clock.now())
    found = {w.code: (w.severity, w.ids) for w in forecast.warned}
    assert found[WarningCode.COLLEAGUE_IS_WRITING] == (Verdict.NOTICE, {"desk7"})
    assert found[WarningCode.COLLEAGUE_REPLY_QUEUED] == (Verdict.NOTICE, {"desk8"})
    await do(me, SendReply("d1", "c1", "v1", "Hi", seen_upto=view.newest_arrival))
    await kit.eventually(lambda: [r.text for r in me.gateway.sent] == ["Hi"])


async def test_a_note_to_the_team_needs_no_such_notice(two):
    me, _ = two
    view = await me.view()
    reply = Reply("Hi", internal=True, colleagues=(Colleague("desk7", TYPING),))
    assert compute_forecast(view.situations["v1"], reply, me.clock.now()).warned == ()


async def test_without_a_team_the_commands_do_nothing(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    for command in (SetTyping("v1"), SetVisibleCustomers(("c1",))):
        await do(world, command)
    assert here(world) == []
