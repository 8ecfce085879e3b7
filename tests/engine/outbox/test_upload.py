"""A reply with files on a slow line: how far it is, and that a cancel is believed only where nobody can have got it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.outgoing import State
from desktop.domain.model.reason import NO_REASON
from desktop.engine.changes import Changes
from desktop.engine.commands import Done, EditPending, ResolvePending, SendReply, failed
from desktop.engine.views import UploadView
from desktop.ports import NotSent, OutcomeUnknown, OutgoingFile, SendOutcome

PHOTO = OutgoingFile("parcel.jpg", "image/jpeg", b"\xff\xd8 bytes")
MB = 1_000_000
CANCEL = ResolvePending("d1", cancel=True)


class SlowLine:
    """Takes a reply of 10 MB in the steps that the test says, in place of the gateway's own `send`."""

    def __init__(self, gateway) -> None:
        self._send, gateway.send = gateway.send, self.send
        self.outcome: SendOutcome = NotSent(NO_REASON, 0.0)
        self._steps: asyncio.Queue[int | None] = asyncio.Queue()

    def take(self, *megabytes: int) -> None:
        for upto in megabytes:
            self._steps.put_nowait(upto)

    async def send(self, out, upload=None):
        upload.begin(10 * MB, lambda: self._steps.put_nowait(None))
        upto = 0
        while upto < 10:
            upto = await self._steps.get()
            if upto is None or not upload.take(upto * MB):
                return self.outcome
        return await self._send(out)


@pytest.fixture
async def slow_line(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - timedelta(hours=1)))
    await world.sync()
    line = SlowLine(world.gateway)
    await world.engine.command_handler.do(SendReply("d1", "c1", "v1", "Here it is.", (PHOTO,), seen_upto=1))
    line.delivery = asyncio.create_task(world.engine.outbox.step())
    await kit.eventually(lambda: _is_sending(world))
    return line


async def _is_sending(world) -> bool:
    return (await world.pending()).state is State.SENDING


async def _pass_a_second(world, kit) -> None:
    """With the thread's listeners told of it."""
    world.told.clear()
    await world.clock.advance(1.1)
    await kit.eventually(lambda: Changes(threads=frozenset({"c1"})) in world.told)


async def test_a_slow_upload_says_every_second_how_far_it_is(world, kit, slow_line):
    slow_line.take(2)
    assert (await world.pending()).upload is None
    await _pass_a_second(world, kit)
    assert (await world.pending()).upload == UploadView(2 * MB, 10 * MB)
    slow_line.take(5)
    await _pass_a_second(world, kit)
    assert (await world.pending()).upload == UploadView(5 * MB, 10 * MB)
    slow_line.take(10)
    await slow_line.delivery
    assert (await world.view()).pending_replies == ()
    assert len(world.gateway.sent) == 1


async def test_cancelled_while_it_is_uploaded_nobody_gets_it_and_it_can_be_edited(world, kit, slow_line):
    slow_line.take(2)
    await _pass_a_second(world, kit)
    assert await world.engine.command_handler.do(CANCEL) == Done()
    await slow_line.delivery
    assert (await world.view()).pending_replies == ()
    assert not await world.engine.outbox.step()
    assert world.gateway.sent == []
    # As after every other cancel.
    assert await world.engine.command_handler.do(EditPending("d1")) == Done()
    [draft] = (await world.view()).drafts
    assert (draft.text, draft.files) == ("Here it is.", (PHOTO,))


async def test_with_its_last_piece_under_way_it_cannot_be_cancelled(world, kit, slow_line):
    world.gateway.gate.clear()
    slow_line.take(2)
    await _pass_a_second(world, kit)
    world.told.clear()
    slow_line.take(10)
    await kit.eventually(lambda: bool(world.told))
    # Nothing offers it any more either.
    assert (await world.pending()).upload is None
    assert await world.engine.command_handler.do(CANCEL) == failed(CommandReason.NOT_CANCELLABLE)
    world.gateway.gate.set()
    await slow_line.delivery
    assert len(world.gateway.sent) == 1


async def test_a_line_that_broke_while_it_was_stopped_leaves_it_unconfirmed(world, kit, slow_line):
    """The network's own end came first: nobody knows what had left."""
    slow_line.outcome = OutcomeUnknown("WriteError")
    slow_line.take(2)
    await _pass_a_second(world, kit)
    assert await world.engine.command_handler.do(CANCEL) == failed(CommandReason.NOT_CANCELLABLE)
    assert (await world.pending()).state is State.UNCONFIRMED
    await slow_line.delivery
