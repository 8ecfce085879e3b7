"""The connected accounts: which there are, the ways they open, how they fare, and how often they may be polled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from listing_channel import ALL, FakeChannel
from reasons import said

from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.reason import NO_REASON
from desktop.engine.changes import Changes

NUMBER = "+35315550101"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, NUMBER)
SMS = replace(KEY, channel=ChannelKind.SMS)


@pytest.fixture
def channels(world):
    return world.engine.channels


def connect(channels, *keys: ChannelKey, **more: object) -> list[FakeChannel]:
    made = [FakeChannel(key, **more) for key in keys]
    for channel in made:
        channels.add(channel.config, channel)
    return made


async def test_an_account_can_be_asked_for_until_it_is_removed_and_is_closed_then(world, channels):
    [one, other] = connect(channels, KEY, SMS)
    assert world.told == [Changes(accounts=True)] * 2
    assert channels.get(KEY) == one
    assert channels.all() == ((one.config, one), (other.config, other))
    await channels.remove(KEY)
    await channels.remove(KEY)
    assert (one.closed, other.closed) == (1, 0)
    assert channels.get(KEY) is None
    assert world.told == [Changes(accounts=True)] * 3
    await channels.aclose()
    assert (one.closed, other.closed, channels.all()) == (1, 1, ())


async def test_an_account_that_is_replaced_is_closed_at_the_end_because_it_may_be_sending(channels):
    [old] = connect(channels, KEY)
    [new] = connect(channels, KEY)
    assert (channels.get(KEY), old.closed) == (new, 0)
    assert len(channels.all()) == 1
    channels.add(replace(new.config, carries_bridge=True), new)
    await channels.aclose()
    assert (old.closed, new.closed) == (1, 1)


async def test_the_engine_closes_the_accounts_it_was_given(world, channels):
    [channel] = connect(channels, KEY)
    await world.engine.stop()
    assert channel.closed == 1


async def test_the_thread_names_every_direct_route(world, channels, kit):
    world.gateway.contacts["c1"] = Contact("c1", name="Jennifer", phone="+353871234567")
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    await world.sync()
    assert (await world.view()).direct_routes == ()
    [whatsapp, sms] = connect(channels, KEY, SMS)
    connect(channels, replace(KEY, sender="+35315550177"), capabilities=Capabilities(lists_messages=True))
    connect(channels, ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "99"))
    direct_routes = (await world.view()).direct_routes
    assert [(w.route.key, w.route.to, w.route.our_address, w.name, w.contact_ids, w.owner) for w in direct_routes] == [
        (KEY, "+353871234567", NUMBER, "Support", {"c1"}, "Jennifer"),
        (SMS, "+353871234567", NUMBER, "Support", {"c1"}, "Jennifer"),
    ]
    assert {w.capabilities for w in direct_routes} == {whatsapp.capabilities, sms.capabilities} == {ALL}


async def test_how_an_account_fares_is_told_once(world, channels):
    connect(channels, KEY)
    world.told.clear()
    assert [(v.error, v.checked_at) for v in world.engine.queries.accounts()] == [(NO_REASON, None)]
    for trouble in (said("Signed out."), said("Signed out."), NO_REASON):
        channels.record_use(KEY, trouble)
        assert [(v.key, v.error) for v in world.engine.queries.accounts()] == [(KEY, trouble)]
    assert world.told == [Changes(accounts=True)] * 2
    channels.record_use(SMS, said("Nobody knows this one."))
    assert world.engine.queries.accounts()[0].checked_at == world.clock.now()


@pytest.mark.parametrize("provider", Provider)
async def test_polling_leaves_off_where_a_provider_would_mind_and_goes_on_later(world, channels, provider):
    at_most, within_s = provider.poll_budget
    key = replace(KEY, provider=provider)
    connect(channels, key)
    assert not channels.reserve_calls(key, at_most + 1)
    assert all(channels.reserve_calls(key) for _ in range(at_most))
    assert not channels.reserve_calls(key)
    await world.clock.advance(within_s - 1)
    assert not channels.reserve_calls(key)
    await world.clock.advance(1)
    assert channels.reserve_calls(key, at_most)


async def test_what_the_agent_asked_for_goes_and_counts(world, channels):
    connect(channels, KEY)
    at_most, _ = KEY.provider.poll_budget
    channels.count_calls(KEY, at_most - 1)
    assert channels.reserve_calls(KEY)
    assert not channels.reserve_calls(KEY)
    # Another account has a budget of its own, and one that is connected anew keeps its count.
    connect(channels, SMS)
    assert channels.reserve_calls(SMS)
    connect(channels, KEY)
    assert not channels.reserve_calls(KEY)
    channels.count_calls(replace(KEY, sender="nobody"))
    assert not channels.reserve_calls(replace(KEY, sender="nobody"))
