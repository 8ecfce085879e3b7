"""How seldom a desktop of a team asks Intercom while its feed is alive, and how it goes on when it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from reasons import said

from desktop.engine.commands import FocusCustomer, SyncNow
from desktop.engine.views import TeamState
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.team import HubState

HOUR = timedelta(hours=1)
CROWD = HubState(1000, polls=True)
FEW = HubState(2, polls=True)


@pytest.fixture
async def desk(open_desk, kit):
    world = await open_desk()
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    return world


def count(world, method):
    return len(world.gateway.called(method))


async def pass_time(world, seconds, *, beat=None, team=None):
    """In steps of five seconds, each to its end; with the hub's sign of life."""
    for _ in range(0, seconds, 5):
        if beat is not None:
            team.beat(beat)
        await world.rest()
        await world.clock.advance(5)
    await world.rest()


async def settle(world, kit):
    """Until the search after the first connection is over."""
    rounds = world.engine.poller.rounds
    await world.rest()
    await world.clock.advance(24)
    await kit.eventually(lambda: world.engine.poller.rounds > rounds)
    await world.rest()


async def test_while_the_feed_lives_intercom_is_asked_every_five_minutes(desk, kit, tools, team):
    await tools.go_live(desk, hub=CROWD)
    await desk.engine.command_handler.do(FocusCustomer("c1"))
    await settle(desk, kit)
    desk.gateway.calls.clear()
    await pass_time(desk, 720, beat=CROWD, team=team)
    assert 1 <= count(desk, "changed_since") <= 3
    assert 9 <= count(desk, "conversation") <= 13


async def test_when_the_feed_dies_a_crowd_goes_on_at_its_pace(desk, kit, tools, team):
    await tools.go_live(desk, hub=CROWD)
    await desk.engine.command_handler.do(FocusCustomer("c1"))
    await settle(desk, kit)
    team.end(ProviderError(ProviderErrorKind.OFFLINE, said("Broken.")))
    await kit.eventually(lambda: desk.engine.queries.team().state is TeamState.BROKEN)
    desk.gateway.calls.clear()
    await pass_time(desk, 39)
    # Within the first pause it has begun, somewhere.
    assert count(desk, "changed_since") >= 1
    desk.gateway.calls.clear()
    await pass_time(desk, 300)
    assert 7 <= count(desk, "changed_since") <= 11
    assert 7 <= count(desk, "conversation") <= 11


async def test_a_silent_hub_is_as_good_as_dead(desk, kit, tools, team):
    await tools.go_live(desk, hub=FEW)
    await settle(desk, kit)
    desk.gateway.calls.clear()
    await pass_time(desk, 25, beat=FEW, team=team)
    assert count(desk, "changed_since") == 0
    await pass_time(desk, 90)
    assert 3 <= count(desk, "changed_since") <= 9


async def test_of_what_the_search_shows_a_desktop_of_a_crowd_reads_its_share_and_what_is_opened(desk, kit, tools, team):
    await tools.go_live(desk, hub=CROWD)
    await settle(desk, kit)
    for n in range(2, 12):
        desk.gateway.put(kit.messenger(f"v{n}", f"c{n}", desk.clock.now()))
    desk.gateway.calls.clear()
    await desk.sync()
    assert count(desk, "conversation") <= 1
    await desk.engine.command_handler.do(SyncNow())
    await pass_time(desk, 300, beat=CROWD, team=team)
    await desk.sync()
    assert 1 <= count(desk, "conversation") + 3 * count(desk, "contact") <= 6
    unread = ({f"v{n}" for n in range(2, 12)} - set(desk.gateway.called("conversation"))).pop()
    team.tell(tools.newest(desk.gateway, unread))
    contact_id = unread.replace("v", "c")
    await kit.eventually(lambda: tools.shows(desk, "Hello", customer_id=contact_id))
    await desk.engine.command_handler.do(FocusCustomer(contact_id))
    await kit.eventually(lambda: unread in desk.gateway.called("conversation"))
    await kit.eventually(lambda: contact_id in desk.gateway.called("contact"))


async def test_a_crowd_does_not_try_again_at_one_moment_when_intercom_fails(desk, kit, tools, team):
    await tools.go_live(desk, hub=CROWD)
    await settle(desk, kit)
    desk.gateway.failures["changed_since"] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    await desk.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: desk.engine.queries.connection().next_try_at is not None)
    pause = desk.engine.queries.connection().next_try_at - desk.clock.now()
    assert 32 <= pause.total_seconds() <= 38.4


async def test_a_small_team_reads_everything_at_once(desk, kit, tools, team):
    await tools.go_live(desk, hub=FEW)
    await settle(desk, kit)
    for n in range(2, 12):
        desk.gateway.put(kit.messenger(f"v{n}", f"c{n}", desk.clock.now()))
    await desk.sync()
    assert count(desk, "conversation") == 11
