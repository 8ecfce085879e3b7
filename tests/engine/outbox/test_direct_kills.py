"""Past Intercom, and the process is gone in between: nothing is sent twice, and the team is told exactly once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import DirectStage, eventually, open_direct_stage

from desktop.domain.model.channel import Provider
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import make_reason
from desktop.engine.commands import Done, EditPending, Failed, ResolvePending
from desktop.engine.outbox import steps

pytestmark = pytest.mark.slow

TEXT = "Your parcel is here."
KILLS = pytest.mark.parametrize("left", [False, True], ids=["before the first byte", "after the last byte"])


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


LOOKED_UP = (
    OutboxReason.REPLY_NOT_FOUND,
    OutboxReason.PROVIDER_NOT_REACHED,
    OutboxReason.PROVIDER_CANNOT_TELL,
)


async def claimed_and_killed(stage: DirectStage, provider: Provider, *, left: bool) -> None:
    """A reply was claimed for this provider, its bytes left or not, and nobody lives to hear the answer."""
    direct_route = await stage.direct_route(provider)
    assert await stage.send("d1", TEXT, direct_route) == Done()
    claim = await stage.store.write(steps.claim, "d1", stage.engine.outbox.runtime_state())
    if left:
        await stage.engine.channels.get(direct_route.route.key).send_text(claim.message)
    await stage.restart()
    assert (await stage.pending("d1")).state is State.UNCONFIRMED


async def looked_for(stage: DirectStage) -> None:
    """All looks for it are over."""

    async def is_over() -> bool:
        stage.clock.advance(5)
        pending = await stage.pending("d1")
        return pending is None or pending.reason.code in LOOKED_UP

    await eventually(is_over)
    await stage.run_outbox()


async def test_what_left_is_found_at_twilio_and_told_once(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    await looked_for(stage)
    assert await stage.pending("d1") is None
    assert (await stage.direct("d1")).direct.remote_id
    await stage.restart()
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == [TEXT]
    assert len(stage.notes()) == 1


async def test_what_never_left_is_not_found_and_goes_once_the_agent_says_so(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=False)
    await looked_for(stage)
    assert (await stage.pending("d1")).reason.code == OutboxReason.REPLY_NOT_FOUND
    assert stage.accepted_texts("twilio") == []
    assert await stage.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == [TEXT]
    assert len(stage.notes()) == 1


@pytest.mark.parametrize("edited", [False, True], ids=["sent again", "edited, and nothing changed"])
async def test_sending_again_what_left_finds_it_instead(stage, edited):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    if edited:
        assert await stage.engine.command_handler.do(EditPending("d1")) == Done()
        [draft] = (await stage.view()).drafts
        assert await stage.send(draft.draft_id, draft.text, await stage.direct_route(Provider.TWILIO)) == Done()
    else:
        assert await stage.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    await stage.run_outbox()
    assert await stage.pending("d1") is None
    assert stage.accepted_texts("twilio") == [TEXT]
    assert len(stage.notes()) == 1


@KILLS
async def test_where_nobody_can_be_asked_only_the_agent_sends_again(stage, left):
    await claimed_and_killed(stage, Provider.WHATSAPP, left=left)
    await looked_for(stage)
    for _ in range(2):
        await stage.restart()
        await looked_for(stage)
    assert (await stage.pending("d1")).state is State.UNCONFIRMED
    assert stage.accepted_texts("graph") == ([TEXT] if left else [])
    assert stage.notes() == []


async def test_a_provider_that_cannot_be_reached_is_asked_until_it_answers(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    stage.add_fault("GET", "/twilio/", "status", status=503, times=None)

    async def is_said() -> bool:
        stage.clock.advance(5)
        pending = await stage.pending("d1")
        return pending is not None and pending.reason.code == OutboxReason.PROVIDER_NOT_REACHED

    await eventually(is_said)
    with stage.sandbox.lock:
        stage.sandbox.world.settings.fail_next.clear()

    async def is_found() -> bool:
        stage.clock.advance(30)
        return await stage.pending("d1") is None

    await eventually(is_found)
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == [TEXT]
    assert len(stage.notes()) == 1


def cut_off(stage: DirectStage) -> None:
    """Twilio takes messages, and cannot be asked for them: the key may not read."""
    stage.add_fault("GET", "/twilio/", "status", status=403, times=None)


def back(stage: DirectStage) -> None:
    with stage.sandbox.lock:
        stage.sandbox.world.settings.fail_next.clear()


@pytest.mark.parametrize("edited", [False, True], ids=["sent again", "edited, and nothing changed"])
async def test_what_may_have_left_is_not_sent_again_while_the_provider_cannot_be_asked(stage, edited):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    cut_off(stage)
    draft_id = "d1"
    if edited:
        assert await stage.engine.command_handler.do(EditPending("d1")) == Done()
        [draft] = (await stage.view()).drafts
        draft_id = draft.draft_id
        assert await stage.send(draft_id, draft.text, await stage.direct_route(Provider.TWILIO)) == Done()
    else:
        assert await stage.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    for _ in range(3):
        await stage.run_outbox()
        waits = await stage.pending(draft_id)
        assert waits.state is State.QUEUED
        assert waits.reason == make_reason(OutboxReason.PROVIDER_NOT_REACHED, provider="Twilio")
        assert stage.accepted_texts("twilio") == [TEXT]
        stage.clock.advance(15)
    back(stage)
    await stage.run_outbox()
    assert await stage.pending(draft_id) is None
    assert stage.accepted_texts("twilio") == [TEXT]
    assert len(stage.notes()) == 1


async def test_a_provider_that_could_not_be_asked_is_asked_again_after_15_seconds(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=False)
    cut_off(stage)
    assert await stage.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    await stage.run_outbox()
    back(stage)
    stage.clock.advance(14)
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == []
    stage.clock.advance(1)
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == [TEXT]
    assert len(stage.notes()) == 1


async def test_what_may_have_left_on_an_account_that_is_gone_is_held_and_not_sent(stage):
    await claimed_and_killed(stage, Provider.TWILIO, left=True)
    direct_route = await stage.direct_route(Provider.TWILIO)
    del stage.engine.channels._accounts[direct_route.route.key]
    assert isinstance(await stage.engine.command_handler.do(ResolvePending("d1", send=True)), Failed)
    await stage.run_outbox()
    assert (await stage.pending("d1")).state is State.UNCONFIRMED
    assert stage.accepted_texts("twilio") == [TEXT]


@KILLS
async def test_where_nobody_can_be_asked_the_agents_word_sends_it_once_more(stage, left):
    await claimed_and_killed(stage, Provider.WHATSAPP, left=left)
    assert await stage.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    await stage.run_outbox()
    assert stage.accepted_texts("graph") == [TEXT] * (2 if left else 1)


async def test_looks_for_a_lost_message_come_after_1_4_and_10_seconds_then_every_minute(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    cut_off(stage)
    stage.add_fault("POST", "Messages", "drop_after")
    await stage.send("d1", TEXT, direct_route)
    await stage.run_outbox()
    for pause_s in (1, 4, 10, 60, 60, 60):
        await eventually(lambda pause_s=pause_s: is_asleep_for(stage, pause_s))
        stage.clock.advance(pause_s)
    await eventually(lambda: is_asleep_for(stage, 60))
    assert (await stage.pending("d1")).state is State.UNCONFIRMED
    back(stage)
    stage.clock.advance(60)

    async def is_found() -> bool:
        return await stage.pending("d1") is None

    await eventually(is_found)
    assert stage.accepted_texts("twilio") == [TEXT]


async def is_asleep_for(stage: DirectStage, seconds: float) -> bool:
    return stage.clock.pauses_s == [seconds]


async def test_killed_between_acceptance_and_note_the_note_is_still_made_once(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", TEXT, direct_route)
    assert await stage.engine.outbox.step()
    assert stage.notes() == []
    for _ in range(2):
        await stage.restart()
        await stage.run_outbox()
    assert len(stage.notes()) == 1
    assert stage.accepted_texts("twilio") == [TEXT]
    assert (await stage.view()).pending_replies == ()


async def test_a_note_whose_answer_got_lost_is_found_and_not_made_again(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", TEXT, direct_route)
    assert await stage.engine.outbox.step()
    stage.add_fault("POST", "/reply", "drop_after")
    await stage.run_outbox()
    assert (await stage.pending("d1-note")).state is State.UNCONFIRMED

    async def is_found() -> bool:
        stage.clock.advance(5)
        return await stage.pending("d1-note") is None

    await eventually(is_found)
    await stage.restart()
    await stage.run_outbox()
    assert len(stage.notes()) == 1


async def test_following_goes_on_after_a_restart(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", TEXT, direct_route)
    await stage.run_outbox()
    stage.clock.advance(60)
    await stage.restart()
    await stage.check_deliveries(0)
    assert (await stage.direct("d1")).direct.final
