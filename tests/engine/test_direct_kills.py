"""Past Intercom, and the process is gone in between: nothing is sent twice, and the team is told exactly once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import DirectStage, eventually, opened

from desktop.domain.channel import Provider
from desktop.domain.outgoing import State
from desktop.engine import sending
from desktop.engine.commands import Done, EditEcho, ResolveEcho

TEXT = "Your parcel is here."
KILLS = pytest.mark.parametrize("left", [False, True], ids=["before the first byte", "after the last byte"])


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with opened(tmp_path / "cache.db") as made:
        yield made


async def claimed_and_killed(stage: DirectStage, provider: Provider, *, left: bool) -> None:
    """A reply was claimed for this provider, its bytes left or not, and nobody lives to hear the answer."""
    way = await stage.way(provider)
    assert await stage.send("d1", TEXT, way) == Done()
    claim = await stage.store.write(sending.claim, "d1", stage.engine.outbox.standing())
    if left:
        await stage.engine.channels.get(way.route.key).send_text(claim.out)
    await stage.life()
    assert (await stage.echo("d1")).state is State.UNCONFIRMED


async def looked_for(stage: DirectStage) -> None:
    """All looks for it are over."""

    async def is_over() -> bool:
        stage.clock.advance(5)
        echo = await stage.echo("d1")
        return echo is None or "We don't know" in echo.reason

    await eventually(is_over)
    await stage.work()


async def test_what_left_is_found_at_twilio_and_told_once(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    await looked_for(stage)
    assert await stage.echo("d1") is None
    assert (await stage.direct("d1")).direct.remote_id
    await stage.life()
    await stage.work()
    assert stage.taken("twilio") == [TEXT]
    assert len(stage.notes()) == 1


async def test_what_never_left_is_not_found_and_goes_once_the_agent_says_so(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=False)
    await looked_for(stage)
    assert "not to be found there" in (await stage.echo("d1")).reason
    assert stage.taken("twilio") == []
    assert await stage.engine.door.do(ResolveEcho("d1", send=True)) == Done()
    await stage.work()
    assert stage.taken("twilio") == [TEXT]
    assert len(stage.notes()) == 1


@pytest.mark.parametrize("edited", [False, True], ids=["sent again", "edited, and nothing changed"])
async def test_sending_again_what_left_finds_it_instead(stage, edited):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    if edited:
        assert await stage.engine.door.do(EditEcho("d1")) == Done()
        [draft] = (await stage.view()).drafts
        assert await stage.send(draft.draft_id, draft.text, await stage.way(Provider.TWILIO)) == Done()
    else:
        assert await stage.engine.door.do(ResolveEcho("d1", send=True)) == Done()
    await stage.work()
    assert await stage.echo("d1") is None
    assert stage.taken("twilio") == [TEXT]
    assert len(stage.notes()) == 1


@KILLS
async def test_where_nobody_can_be_asked_only_the_agent_sends_again(stage, left):
    await claimed_and_killed(stage, Provider.WHATSAPP, left=left)
    await looked_for(stage)
    for _ in range(2):
        await stage.life()
        await looked_for(stage)
    assert (await stage.echo("d1")).state is State.UNCONFIRMED
    assert stage.taken("graph") == ([TEXT] if left else [])
    assert stage.notes() == []


async def test_a_provider_that_cannot_be_reached_is_asked_until_it_answers(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    stage.breaks("GET", "/twilio/", "status", status=503, times=None)

    async def is_said() -> bool:
        stage.clock.advance(5)
        echo = await stage.echo("d1")
        return echo is not None and "could not be asked" in echo.reason

    await eventually(is_said)
    with stage.sandbox.lock:
        stage.sandbox.world.settings.fail_next.clear()

    async def is_found() -> bool:
        stage.clock.advance(30)
        return await stage.echo("d1") is None

    await eventually(is_found)
    await stage.work()
    assert stage.taken("twilio") == [TEXT]
    assert len(stage.notes()) == 1


async def test_killed_between_acceptance_and_note_the_note_is_still_made_once(stage):
    way = await stage.way(Provider.TWILIO)
    await stage.send("d1", TEXT, way)
    assert await stage.engine.outbox.step()
    assert stage.notes() == []
    for _ in range(2):
        await stage.life()
        await stage.work()
    assert len(stage.notes()) == 1
    assert stage.taken("twilio") == [TEXT]
    assert (await stage.view()).echoes == ()


async def test_a_note_whose_answer_got_lost_is_found_and_not_made_again(stage):
    way = await stage.way(Provider.TWILIO)
    await stage.send("d1", TEXT, way)
    assert await stage.engine.outbox.step()
    stage.breaks("POST", "/reply", "drop_after")
    await stage.work()
    assert (await stage.echo("d1-note")).state is State.UNCONFIRMED

    async def is_found() -> bool:
        stage.clock.advance(5)
        return await stage.echo("d1-note") is None

    await eventually(is_found)
    await stage.life()
    await stage.work()
    assert len(stage.notes()) == 1


async def test_following_goes_on_after_a_restart(stage):
    way = await stage.way(Provider.TWILIO)
    await stage.send("d1", TEXT, way)
    await stage.work()
    stage.clock.advance(60)
    await stage.life()
    await stage.follow(0)
    assert (await stage.direct("d1")).direct.final
