"""Lists of templates: asked for seldom, one request at a time, kept over restarts, and trouble never empties them."""

from __future__ import annotations

import pytest
from listing_channel import FakeChannel
from reasons import said

from desktop.domain.content.template import FRESH_FOR, Status, Template
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.changes import Changes
from desktop.engine.commands import Done, Failed, RefreshTemplates
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.store.outgoing import direct_messages
from desktop.text.reasons.describe import describe

KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550101")
HELLO = Template("HX1", "hello", "en", "Hello {{1}}", Status.APPROVED)
PARCEL = Template("HX2", "parcel", "en", "Your parcel is here.", Status.PENDING)
BROKEN = ProviderError(ProviderErrorKind.SIGNED_OUT, said("Twilio does not take this token any more."))


@pytest.fixture
def channel(world) -> FakeChannel:
    made = FakeChannel(KEY, listed=[HELLO])
    world.engine.channels.add(made.config, made)
    world.told.clear()
    return made


async def refresh(world, *, again: bool = False):
    return await world.engine.command_handler.do(RefreshTemplates(KEY, again))


async def shown(world):
    view = await world.engine.queries.templates(KEY)
    return view.templates, view.error, view.refreshing


def rests(world) -> bool:
    """Whether the reading of templates waits for its next turn: nothing else waits so long."""
    return any(s > FRESH_FOR.total_seconds() / 2 for s in world.clock.pauses_s)


async def asked(world, channel: FakeChannel, calls: int) -> bool:
    """Whether the provider was asked so often; lets the next turn come meanwhile, minute by minute: a turn that comes
    while the list is still fresh asks nothing, and how long it then rests nobody can tell from outside."""
    if channel.template_calls < calls:
        await world.clock.advance(60)
    return channel.template_calls >= calls


async def test_nothing_is_known_before_the_provider_was_asked(world, channel):
    view = await world.engine.queries.templates(KEY)
    assert (view.templates, view.known_at, view.used, view.error) == ((), None, {}, NO_REASON)
    assert await refresh(world) == Done()
    view = await world.engine.queries.templates(KEY)
    assert (view.templates, view.known_at) == ((HELLO,), world.clock.now())
    assert Changes(templates=True) in world.told


async def test_a_fresh_list_is_asked_for_only_if_the_agent_insists(world, channel):
    await refresh(world)
    channel.listed = [PARCEL]
    await world.clock.advance(FRESH_FOR.total_seconds())
    await refresh(world)
    assert (channel.template_calls, (await shown(world))[0]) == (1, (HELLO,))
    await refresh(world, again=True)
    assert (channel.template_calls, (await shown(world))[0]) == (2, (PARCEL,))
    await world.clock.advance(FRESH_FOR.total_seconds() + 1)
    await refresh(world)
    assert channel.template_calls == 3


async def test_trouble_is_said_and_the_old_list_stays(world, channel):
    await refresh(world)
    channel.error = BROKEN
    assert await refresh(world, again=True) == Failed(BROKEN.reason)
    assert await shown(world) == ((HELLO,), BROKEN.reason, False)
    assert world.engine.queries.accounts()[0].error == BROKEN.reason
    channel.error = None
    assert await refresh(world, again=True) == Done()
    assert await shown(world) == ((HELLO,), NO_REASON, False)
    assert world.engine.queries.accounts()[0].error == NO_REASON


async def test_a_bug_in_an_account_is_no_trouble_of_the_list(world, channel, caplog):
    await refresh(world)
    channel.error = ZeroDivisionError("a bug")
    assert isinstance(await refresh(world, again=True), Failed)
    assert await shown(world) == ((HELLO,), NO_REASON, False)
    assert "RefreshTemplates broke" in caplog.text


@pytest.mark.parametrize("trouble", [None, BROKEN])
async def test_who_asks_while_the_provider_is_asked_gets_the_same_answer(world, channel, kit, trouble):
    channel.gate.clear()
    channel.error = trouble
    answers: list[object] = []
    for again in (False, True, True):
        world.engine.command_handler.submit(RefreshTemplates(KEY, again), answers.append)
    await kit.eventually(lambda: channel.template_calls == 1)
    assert (await world.engine.queries.templates(KEY)).refreshing
    channel.gate.set()
    await kit.eventually(lambda: len(answers) == 3)
    assert (channel.template_calls, set(answers)) == (
        1,
        {Done() if trouble is None else Failed(BROKEN.reason)},
    )
    assert not (await world.engine.queries.templates(KEY)).refreshing


async def test_an_account_that_is_gone_is_said_so(world):
    answer = await refresh(world)
    assert isinstance(answer, Failed)
    assert "no longer connected" in describe(answer.reason)


async def test_the_list_outlives_the_program(world, channel, kit, tmp_path):
    await refresh(world)
    known_at = world.clock.now()
    await world.engine.stop()
    again = await kit.build(tmp_path / "reachline.db", world.clock, kit.FakeGateway(world.clock))
    view = await again.engine.queries.templates(KEY)
    assert (view.templates, view.known_at) == ((HELLO,), known_at)
    await again.engine.stop()


async def test_when_each_was_last_used_is_told_beside_them(world, channel):
    route = Route(KEY, "+353871234567", KEY.sender)
    sent = DirectSent("d1", "SM1", "v1", route, "Hello you", world.clock.now(), template="hello", template_id="HX1")
    await world.store.write(direct_messages.save, sent)
    assert (await world.engine.queries.templates(KEY)).used == {"HX1": world.clock.now()}


# --- in the background -----------------------------------------------------------------------------------------------


async def test_lists_are_read_at_the_start_and_about_every_quarter_of_an_hour(world, channel, kit):
    await world.engine.start()
    await kit.eventually(lambda: channel.template_calls == 1)
    for calls in (2, 3):
        await kit.eventually(lambda calls=calls: asked(world, channel, calls))


async def test_an_account_connected_later_need_not_wait(world, kit):
    await world.engine.start()
    later = FakeChannel(KEY, listed=[HELLO])
    world.engine.channels.add(later.config, later)

    async def is_listed() -> bool:
        return (await shown(world))[0] == (HELLO,)

    await kit.eventually(is_listed)
    world.engine.channels.record_use(KEY, said("Some trouble that changes nothing about which accounts there are."))
    assert later.template_calls == 1


async def test_without_templates_nobody_asks(world, kit):
    plain = FakeChannel(KEY, capabilities=Capabilities(sends_free_text=True))
    world.engine.channels.add(plain.config, plain)
    await world.engine.start()
    await kit.eventually(lambda: world.gateway.called("account") != [])
    await world.clock.advance(3600)
    assert plain.template_calls == 0


async def test_trouble_in_the_background_ends_neither_the_list_nor_the_asking(world, channel, kit, caplog):
    await refresh(world)
    channel.error = ZeroDivisionError("a bug")
    await world.engine.start()
    for trouble in (ZeroDivisionError("a bug"), BROKEN, None):
        before = channel.template_calls
        channel.error = trouble
        await kit.eventually(lambda before=before: asked(world, channel, before + 1))

        async def is_told(reason: Reason = BROKEN.reason if trouble is BROKEN else NO_REASON) -> bool:
            return await shown(world) == ((HELLO,), reason, False)

        await kit.eventually(is_told)
    assert "reading templates broke" in caplog.text


async def test_the_background_keeps_to_the_budget(world, channel, kit):
    world.engine.channels.count_calls(KEY, KEY.provider.poll_budget[0])
    await world.engine.start()
    await kit.eventually(lambda: world.gateway.called("account") != [])
    await kit.eventually(lambda: rests(world))
    assert channel.template_calls == 0
    assert await refresh(world) == Done()
    assert channel.template_calls == 1
