"""What the agent can do with a reply that did not simply go out: edit it, take it back, undo that, send it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from reasons import said

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import Role
from desktop.domain.model.outgoing import State
from desktop.domain.model.reason import make_reason
from desktop.engine.commands import Done, EditPending, Failed, ResolvePending, SaveDraft, SendReply
from desktop.ports import OutcomeUnknown, OutgoingFile, ProviderErrorKind, Refused

HOUR = timedelta(hours=1)
PHOTO = OutgoingFile("parcel.jpg", "image/jpeg", b"\xff\xd8 bytes")


def reply(text="It ships today.", draft_id="d1", **more):
    return SendReply(draft_id, "c1", "v1", text, **{"seen_upto": 1, **more})


@pytest.fixture
async def talking(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    return world


async def put_in(world, state):
    """A reply of ours in that state."""
    outcomes = {
        State.REFUSED: [Refused(ProviderErrorKind.REJECTED, said("No."))],
        State.UNCONFIRMED: [OutcomeUnknown("ReadTimeout")],
    }
    await world.engine.command_handler.do(reply(files=(PHOTO,)))
    if state is State.HELD:
        await world.clock.advance(30)
        world.gateway.write("v1", "Wait!")
    world.gateway.outcomes = outcomes.get(state, [])
    if state is State.CANCELLED:
        assert await world.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
    elif state is not State.QUEUED:
        await world.engine.outbox.step()
        assert (await world.pending()).state is state


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.REFUSED, State.UNCONFIRMED, State.CANCELLED])
async def test_editing_makes_a_draft_of_it_and_loses_nothing(talking, state):
    await put_in(talking, state)
    sent = len(talking.gateway.sent)
    assert await talking.engine.command_handler.do(EditPending("d1")) == Done()
    view = await talking.view()
    [draft] = view.drafts
    assert (draft.text, draft.files, draft.conversation_id) == ("It ships today.", (PHOTO,), "v1")
    assert view.pending_replies == ()
    assert draft.draft_id != "d1"
    assert not await talking.engine.outbox.step()
    # Rewritten and sent as a reply of its own.
    answer = await talking.engine.command_handler.do(
        reply("It ships tomorrow.", draft.draft_id, seen_upto=view.newest_arrival)
    )
    assert answer == Done()
    await talking.engine.outbox.step()
    assert [o.text for o in talking.gateway.sent[sent:]] == ["It ships tomorrow."]


async def test_what_is_on_its_way_cannot_be_edited(talking):
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert isinstance(await talking.engine.command_handler.do(EditPending("d1")), Failed)
    assert isinstance(await talking.engine.command_handler.do(EditPending("unknown")), Failed)


async def test_editing_does_not_push_another_draft_out(talking):
    await put_in(talking, State.REFUSED)
    await talking.engine.command_handler.do(SaveDraft("d2", "c1", "v1", "something else"))
    answer = await talking.engine.command_handler.do(EditPending("d1"))
    assert isinstance(answer, Failed)
    assert answer.reason == make_reason(CommandReason.DRAFT_IN_THE_WAY)
    assert (await talking.pending()).state is State.REFUSED
    assert [d.text for d in (await talking.view()).drafts] == ["something else"]


async def test_a_cancel_can_be_undone_for_an_hour(talking):
    await put_in(talking, State.CANCELLED)
    await talking.clock.advance(59 * 60)
    assert await talking.engine.command_handler.do(EditPending("d1")) == Done()
    [draft] = (await talking.view()).drafts
    await talking.engine.command_handler.do(SaveDraft(draft.draft_id, "c1", "v1", ""))
    await talking.clock.advance(120)
    assert isinstance(await talking.engine.command_handler.do(EditPending("d1")), Failed)


async def test_what_turns_up_after_send_again_is_not_sent_again(talking, kit):
    """It had arrived, but nobody could see it when the agent decided."""
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert await talking.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    talking.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1
    assert (await talking.view()).pending_replies == ()


async def test_what_turns_up_after_an_edit_is_not_sent_again_in_the_same_words(talking, kit):
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert await talking.engine.command_handler.do(EditPending("d1")) == Done()
    [draft] = (await talking.view()).drafts
    await talking.engine.command_handler.do(SaveDraft(draft.draft_id, "c1", "v1", draft.text))
    assert await talking.engine.command_handler.do(reply(draft_id=draft.draft_id)) == Done()
    talking.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1
    assert (await talking.view()).pending_replies == ()


@pytest.mark.parametrize(
    ("words", "code"),
    [("It ships today.", None), ("It ships today.", "bridge-app"), ("It ships tomorrow.", "reachline-app")],
    ids=["typed in the inbox", "made by the bridge", "other words"],
)
async def test_what_somebody_else_wrote_is_not_taken_for_a_lost_reply(talking, words, code):
    await talking.store.write(
        lambda db: db.execute("INSERT INTO settings VALUES ('bridge_codes_chosen', '[\"bridge-app\"]')")
    )
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    talking.gateway.write("v1", words, role=Role.TEAMMATE, app_code=code)
    await talking.engine.open_conversation.read("v1")
    assert (await talking.pending()).state is State.UNCONFIRMED


async def test_a_clock_that_is_set_back_does_not_hide_what_arrived(talking, kit):
    """Every answer corrects the clock a little, and a reply may turn up "before" its claim."""
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    early = talking.clock.now() - timedelta(minutes=3)
    talking.gateway.write("v1", "It  ships\u200b today.", role=Role.TEAMMATE, app_code=kit.OURS, at=early)
    await talking.engine.open_conversation.read("v1")
    assert (await talking.view()).pending_replies == ()
