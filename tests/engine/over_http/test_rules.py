"""The rules of sending over real HTTP: what the agent could not see, what was accepted, and what providers refused."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import HOUR_S, DirectStage, open_direct_stage

from desktop.domain.direct_reach import find_direct_window
from desktop.domain.model.channel import Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.reason import NO_REASON
from desktop.domain.model.warning import acknowledge
from desktop.domain.window.window import WindowState
from desktop.engine.commands import (
    Answer,
    Done,
    Failed,
    NeedsConsent,
    ResolvePending,
    SaveDraft,
    SendDirect,
    SendReply,
)
from desktop.engine.views import ConnectionState
from desktop.ports.reasons import MachineReason
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.world import COLLEAGUE

pytestmark = pytest.mark.slow

INVISIBLE = "\u200b\u2060\ufeff\u00ad \u200e\n"


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


def codes(warned) -> list[str]:
    return [w.code.value for w in warned]


async def held(stage: DirectStage) -> list[str]:
    """The warnings of the reply, which is held."""
    pending = await stage.pending("d1")
    assert pending.state is State.HELD
    return codes(pending.warned)


# --- what the agent could not see -------------------------------------------------------------------------------------

LATE = {
    "the customer cancels": "newer_customer_message",
    "a colleague answers": "teammate_answered",
    "the customer cancels in the Messenger": "newer_customer_message",
}


def plays(stage: DirectStage, what: str, conversation_id: str) -> None:
    match what:
        case "the customer cancels":
            stage.customer_writes("whatsapp", "CANCEL")
        case "the customer cancels in the Messenger":
            stage.customer_writes("messenger", "CANCEL")
        case "a colleague answers":
            with stage.sandbox.lock:
                stage.sandbox.world.teammate_reply(conversation_id, COLLEAGUE, "It was lost, we send another.")


@pytest.mark.parametrize("what", LATE)
@pytest.mark.parametrize("polled", ["before Send", "by the claim only"])
async def test_what_was_written_before_the_draft_and_shown_after_it_stops_the_reply(stage, what, polled):
    view = await stage.view()
    [chat] = view.thread.chats
    stage.clock.advance(2)
    plays(stage, what, chat.id)
    stage.clock.advance(60)
    seen = view.newest_arrival
    await stage.engine.command_handler.do(SaveDraft("d1", view.customer_id, chat.id, "It sh", seen_upto=seen))
    send = SendReply("d1", view.customer_id, chat.id, "It ships today.", seen_upto=seen)
    if polled == "before Send":
        await stage.engine.poller.run_once()
        answer = await stage.engine.command_handler.do(send)
        assert isinstance(answer, NeedsConsent)
        assert LATE[what] in codes(answer.warned)
        assert (await stage.view()).pending_replies == ()
    else:
        assert await stage.engine.command_handler.do(send) == Done()
        await stage.run_outbox()
        assert LATE[what] in await held(stage)
    assert "It ships today." not in stage.phone_texts("whatsapp") + stage.accepted_texts("bridge")


async def test_what_the_draft_saw_on_the_way_counts_and_a_lower_number_does_not(stage):
    view = await stage.view()
    [chat] = view.thread.chats
    first_seen = view.newest_arrival
    stage.clock.advance(2)
    stage.customer_writes("whatsapp", "And where is the other one?")
    await stage.engine.poller.run_once()
    seen = (await stage.view()).newest_arrival
    assert seen > first_seen
    await stage.engine.command_handler.do(SaveDraft("d1", view.customer_id, chat.id, "Bo", seen_upto=seen))
    send = SendReply("d1", view.customer_id, chat.id, "Both ship today.", seen_upto=first_seen)
    assert await stage.engine.command_handler.do(send) == Done()
    await stage.run_outbox()
    assert stage.accepted_texts("bridge") == ["Both ship today."]


async def test_of_a_reply_that_nobody_says_what_was_seen_of_nothing_was(stage):
    view = await stage.view()
    answer = await stage.engine.command_handler.do(
        SendReply("d1", view.customer_id, view.thread.chats[0].id, "It ships today.")
    )
    assert isinstance(answer, NeedsConsent)
    assert codes(answer.warned) == ["newer_customer_message"]


async def test_our_own_replies_and_notes_that_come_back_are_no_answers_of_others(stage):
    view = await stage.view()
    [chat] = view.thread.chats
    seen = view.newest_arrival
    note = SendReply("n1", view.customer_id, chat.id, "Asked the warehouse.", internal=True, seen_upto=seen)
    for command in (
        note,
        SendReply("d1", view.customer_id, chat.id, "One moment.", seen_upto=seen),
        SendReply("d2", view.customer_id, chat.id, "It ships today.", seen_upto=seen),
    ):
        assert await stage.engine.command_handler.do(command) == Done()
        await stage.run_outbox()
    assert stage.accepted_texts("bridge") == ["One moment.", "It ships today."]


# --- what was accepted ------------------------------------------------------------------------------------------------


async def test_a_second_cancel_after_the_first_was_accepted_asks_again(stage):
    stage.clock.advance(2)
    assert await stage.reply("d1", "It ships today.") == Done()
    stage.customer_writes("whatsapp", "CANCEL")
    await stage.run_outbox()
    assert await held(stage) == ["newer_customer_message"]
    first = (await stage.pending("d1")).warned
    send = ResolvePending("d1", send=True, acknowledged=acknowledge(first))
    assert await stage.engine.command_handler.do(send) == Done()

    stage.clock.advance(2)
    stage.customer_writes("whatsapp", "CANCEL please!!")
    await stage.run_outbox()
    assert await held(stage) == ["newer_customer_message"]
    [second] = (await stage.pending("d1")).warned
    assert second.ids > first[0].ids
    assert stage.accepted_texts("bridge") == []
    assert isinstance(await stage.engine.command_handler.do(send), NeedsConsent), "the same word is not enough"

    assert (
        await stage.engine.command_handler.do(ResolvePending("d1", send=True, acknowledged=second.acknowledgement))
        == Done()
    )
    await stage.run_outbox()
    assert stage.accepted_texts("bridge") == ["It ships today."]


async def test_a_code_without_its_messages_accepts_nothing(stage):
    stage.clock.advance(2)
    assert await stage.reply("d1", "It ships today.") == Done()
    stage.customer_writes("whatsapp", "CANCEL")
    await stage.run_outbox()
    [warned] = (await stage.pending("d1")).warned
    bare = ResolvePending("d1", send=True, acknowledged=frozenset({(warned.code, "")}))
    assert isinstance(await stage.engine.command_handler.do(bare), NeedsConsent)


@pytest.mark.parametrize("internal", [False, True], ids=["reply", "note"])
async def test_text_that_nobody_can_see_is_not_sent(stage, internal):
    view, direct_route = await stage.view(), await stage.direct_route(Provider.TWILIO)
    seen = {"seen_upto": view.newest_arrival}
    conversation = view.thread.chats[0].id
    for command in (
        SendReply("d1", view.customer_id, conversation, INVISIBLE, internal=internal, **seen),
        SendDirect("d1", view.customer_id, conversation, direct_route.route, INVISIBLE, **seen),
    ):
        answer = await stage.engine.command_handler.do(command)
        assert isinstance(answer, Failed)
        assert answer.reason.code == CommandReason.NOTHING_TO_SEND
    assert (await stage.view()).pending_replies == ()


# --- a search that is refused -----------------------------------------------------------------------------------------


async def test_where_only_the_search_is_refused_replies_go_on(stage):
    view = await stage.view()
    stage.add_fault("POST", "/conversations/search", "status", status=404, times=None)
    stage.clock.advance(60)
    await stage.engine.poller.run_once()
    connection = stage.engine.queries.connection()
    assert connection.state is ConnectionState.ONLINE
    assert connection.reason.code == MachineReason.SEARCH_REFUSED
    answer = await stage.reply("d1", "It ships today.")
    assert answer == Done()
    assert (await stage.pending("d1")).reason == NO_REASON
    await stage.run_outbox()
    assert stage.phone_texts("whatsapp")[-1:] == ["It ships today."]

    # What came in the reply's own conversation is still read before it goes.
    stage.customer_writes("whatsapp", "CANCEL")
    seen = view.newest_arrival
    send = SendReply("d2", view.customer_id, view.thread.chats[0].id, "Anything else?", seen_upto=seen)
    assert await stage.engine.command_handler.do(send) == Done()
    await stage.run_outbox()
    assert codes((await stage.pending("d2")).warned) == ["newer_customer_message"]


# --- what providers refused -------------------------------------------------------------------------------------------


async def next_forecast(stage: DirectStage, provider: Provider, text: str = "Are you there?", **more) -> list[str]:
    """What the agent is warned of with the next message on that route."""
    draft_id = uuid.uuid4().hex
    return await not_sent(stage, draft_id, await stage.send(draft_id, text, await stage.direct_route(provider), **more))


async def chat_warnings(stage: DirectStage) -> list[str]:
    """What the agent is warned of with the next reply through Intercom."""
    draft_id = uuid.uuid4().hex
    return await not_sent(stage, draft_id, await stage.reply(draft_id, "Are you there?"))


async def not_sent(stage: DirectStage, draft_id: str, answer: Answer) -> list[str]:
    if isinstance(answer, NeedsConsent):
        return codes(answer.warned)
    assert answer == Done()
    assert await stage.engine.command_handler.do(ResolvePending(draft_id, cancel=True)) == Done()
    return []


async def test_telegram_blocked_warns_until_the_customer_writes_again(stage):
    stage.clock.advance(5)
    stage.customer_writes("telegram", "Hello?")
    await stage.engine.poller.run_once()
    with stage.sandbox.lock:
        stage.sandbox.world.block(stage.customer_id, "telegram")
    direct_route = await stage.direct_route(Provider.TELEGRAM)
    assert await stage.send("d1", "We found it.", direct_route) == Done()
    await stage.run_outbox()
    assert (await stage.pending("d1")).state is State.REFUSED
    assert await next_forecast(stage, Provider.TELEGRAM) == ["channel_refused_lately"]
    await stage.restart()
    assert await next_forecast(stage, Provider.TELEGRAM) == ["channel_refused_lately"], "it survives a restart"
    assert [f.kind.value for f in (await stage.view()).thread.contrary] == ["unreachable"]

    stage.clock.advance(5)
    with stage.sandbox.lock:
        stage.sandbox.world.unblock(stage.customer_id, "telegram")
    stage.customer_writes("telegram", "I am back.")
    await stage.engine.poller.run_once()
    assert await next_forecast(stage, Provider.TELEGRAM) == []


async def test_stop_by_sms_warns_until_start_whatever_else_is_written(stage):
    stage.clock.advance(5)
    stage.customer_writes("sms", "Hello?")
    await stage.engine.poller.run_once()
    with stage.sandbox.lock:
        customer = stage.sandbox.world.customers[stage.customer_id]
        customer.stopped.add("sms")
    direct_route = await stage.direct_route(Provider.TWILIO)
    assert await stage.send("d1", "Your parcel is here.", direct_route) == Done()
    await stage.run_outbox()
    refused = await stage.pending("d1")
    assert refused.state is State.REFUSED
    assert await next_forecast(stage, Provider.TWILIO) == ["channel_refused_lately"]
    for words, warned in (("Where is it?", ["channel_refused_lately"]), ("START", [])):
        stage.clock.advance(5)
        stage.customer_writes("sms", words)
        await stage.engine.poller.run_once()
        assert await next_forecast(stage, Provider.TWILIO) == warned


@pytest.mark.parametrize(("code", "later"), [(131050, False), (131026, False), (131026, True), (131050, True)])
async def test_whatsapp_not_reached_warns_on_that_route(stage, code, later):
    with stage.sandbox.lock:
        stage.sandbox.world.settings.provoked.append(Provoked("graph", code, "/messages", later=later))
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    assert await stage.send("d1", "It ships today.", direct_route) == Done()
    await stage.run_outbox()
    if later:
        assert await next_forecast(stage, Provider.WHATSAPP) == []
        await stage.check_deliveries(5)
        assert (await stage.direct("d1")).direct.failure == "unreachable"
    else:
        assert (await stage.pending("d1")).state is State.REFUSED
    assert "channel_refused_lately" in await next_forecast(stage, Provider.WHATSAPP)
    [fact] = (await stage.view()).thread.contrary
    assert (fact.kind.value, fact.customer_address) == ("unreachable", "+353871234567")
    assert fact.source.value == ("late_failure" if later else "refusal")
    # The bridge uses the same number, so its chat does not reach the customer either.
    assert await chat_warnings(stage) == ["channel_refused_lately"]
    stage.clock.advance(60)
    stage.customer_writes("whatsapp", "Still waiting.")
    await stage.engine.poller.run_once()
    assert await next_forecast(stage, Provider.WHATSAPP) == []
    assert await chat_warnings(stage) == []


async def test_a_refusal_through_intercom_itself_says_nothing_of_the_chat(stage):
    stage.add_fault("POST", "/reply", "status", status=403)
    assert await stage.reply("d1", "It ships today.") == Done()
    await stage.run_outbox()
    assert (await stage.pending("d1")).state is State.REFUSED
    assert (await stage.view()).thread.contrary == ()


# --- one number, two transports ---------------------------------------------------------------------------------------


async def test_the_bridges_number_that_is_also_connected_directly_has_one_window(stage):
    view = await stage.view()
    [chat] = view.thread.chats
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    assert [w.key.channel for w in view.thread.windows] == [ChannelKind.WHATSAPP]
    assert find_direct_window(view.thread, direct_route.route) == chat.window
    assert chat.window.state(stage.clock.now()) is WindowState.OPEN

    stage.clock.advance(25 * HOUR_S)
    await stage.engine.poller.run_once()
    view = await stage.view()
    assert find_direct_window(view.thread, direct_route.route) == view.thread.chats[0].window
    assert await next_forecast(stage, Provider.WHATSAPP) == ["window_closed"]
    stage.customer_writes("whatsapp", "Hello again.")
    await stage.engine.poller.run_once()
    view = await stage.view()
    window = find_direct_window(view.thread, direct_route.route)
    assert window == view.thread.chats[0].window
    assert window.state(stage.clock.now()) is WindowState.OPEN
