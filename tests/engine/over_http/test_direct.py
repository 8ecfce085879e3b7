"""Direct routes over real HTTP; the customer's phone and the providers' ledger are the judges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import HOUR_S, DirectStage, eventually, open_direct_stage

from desktop.domain.delivery import Arrival, ArrivalReason
from desktop.domain.model.channel import Provider
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import NO_REASON
from desktop.domain.model.warning import WarningCode
from desktop.domain.search.query import parse
from desktop.domain.window.window import WindowState
from desktop.engine.commands import Done, EditPending, NeedsConsent, ResolvePending
from desktop.ports import ProviderErrorKind
from desktop.text.reasons.describe import describe
from desktop.text.reasons.providers import FAILURES
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


async def test_a_template_arrives_while_the_window_is_closed_and_leaves_it_closed(stage):
    stage.clock.advance(25 * HOUR_S)
    await stage.engine.poller.run_once()
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    template = await stage.filled(direct_route.route.key)
    assert await stage.send("d1", "", direct_route, template=template) == Done()
    pending = await stage.pending("d1")
    assert (pending.state, pending.route, pending.template) == (State.QUEUED, direct_route.route, "we_have_news")
    await stage.run_outbox()

    assert stage.phone_texts("whatsapp") == ["Hi Jennifer, we have news about your request. Please answer to go on."]
    message = await stage.direct("d1")
    assert (message.arrived[0].arrival, message.direct.template) == (Arrival.ACCEPTED, "we_have_news")
    view = await stage.view()
    assert view.pending_replies == ()
    assert view.templates_used == {template.template.id: message.direct.sent_at}
    assert view.thread.chats[0].window.state(stage.clock.now()) is WindowState.CLOSED
    [note] = stage.notes()
    for said in ("the WhatsApp template “we_have_news” to +353871234567, outside Intercom.", "Hi Jennifer"):
        assert said in note

    await stage.check_deliveries(3)
    assert (await stage.direct("d1")).arrived[0].arrival is Arrival.DELIVERED
    stage.customer_writes("whatsapp", "Which news?")
    await stage.engine.poller.run_once()
    assert (await stage.view()).thread.chats[0].window.state(stage.clock.now()) is WindowState.OPEN
    again = await stage.send("d2", "", direct_route, template=template)
    assert isinstance(again, NeedsConsent)
    assert [w.code for w in again.warned] == [WarningCode.SAME_TEMPLATE_JUST_SENT]
    query = parse('"we have news about your request" on:whatsapp from:me', stage.clock.now().date())
    found = (await stage.engine.queries.search(query)).messages
    assert [f.message.entry_id for f in found if f.message.direct_channel is not None] == ["direct:d1"]


async def test_text_inside_the_window_arrives_and_is_followed_until_it_is_read(stage):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    assert await stage.send("d1", "It ships today.", direct_route) == Done()
    await stage.run_outbox()
    assert stage.phone_texts("whatsapp") == ["It ships today."]
    assert (await every_customer(stage.engine.queries))[0].last_from_us
    for seconds, expected in ((3, Arrival.DELIVERED), (30, Arrival.READ)):
        await stage.check_deliveries(seconds)
        assert (await stage.direct("d1")).arrived[0].arrival is expected
    assert await stage.engine.delivery_tracking.step() is None, "nothing more is to be expected"


async def test_text_after_the_window_is_taken_fails_later_and_counts_as_no_answer(stage):
    stage.clock.advance(25 * HOUR_S)
    await stage.engine.poller.run_once()
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    asked = await stage.send("d1", "It was delayed.", direct_route)
    assert isinstance(asked, NeedsConsent)
    assert [w.code for w in asked.warned] == [WarningCode.WINDOW_CLOSED]
    assert stage.accepted_texts("graph") == []
    assert await stage.send("d1", "It was delayed.", direct_route, *asked.warned) == Done()
    await stage.run_outbox()
    assert (await stage.direct("d1")).arrived[0].arrival is Arrival.ACCEPTED
    await stage.check_deliveries(5)
    failed = await stage.direct("d1")
    assert failed.arrived[0].arrival is Arrival.FAILED
    assert failed.direct.reason
    assert describe(failed.arrived[0].reason).startswith(describe(failed.direct.reason))
    [row] = await every_customer(stage.engine.queries)
    assert (row.waits, row.last_from_us, row.messenger_only) == (True, False, False)
    assert stage.phone_texts("whatsapp") == []


async def test_a_template_goes_through_octopods_too(stage):
    direct_route = await stage.direct_route(Provider.OCTOPODS)
    template = await stage.filled(direct_route.route.key, language="")
    assert await stage.send("d1", "", direct_route, template=template) == Done()
    await stage.run_outbox()
    assert stage.phone_texts("whatsapp") == ["Hi Jennifer, we have news about your request. Please answer to go on."]
    await stage.check_deliveries(3)
    assert (await stage.direct("d1")).arrived[0].arrival is Arrival.DELIVERED


async def test_where_meta_refuses_to_tell_a_message_stays_accepted(stage):
    with stage.sandbox.lock:
        stage.sandbox.world.settings.graph_history = "denied"
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    await stage.send("d1", "It ships today.", direct_route)
    await stage.run_outbox()
    await stage.check_deliveries(3)
    message = await stage.direct("d1")
    assert (message.arrived[0].arrival, message.direct.final) == (Arrival.ACCEPTED, True)
    assert message.arrived[0].reason.code == ArrivalReason.ACCEPTED_ONLY


async def test_an_sms_is_followed_to_its_end(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    assert await stage.send("d1", "Your parcel is here.", direct_route) == Done()
    await stage.run_outbox()
    assert stage.phone_texts("sms") == ["Your parcel is here."]
    await stage.check_deliveries(3)
    message = await stage.direct("d1")
    assert (message.arrived[0].arrival, message.direct.final) == (Arrival.DELIVERED, True)
    [note] = stage.notes()
    assert "sent this by text message (SMS) to +353871234567, outside Intercom." in note
    assert "Twilio accepted it; delivery isn't confirmed yet." in note


async def test_a_customer_who_blocked_the_bot_is_named_and_the_words_come_back(stage):
    stage.clock.advance(5)
    stage.customer_writes("telegram", "Hello?")
    await stage.engine.poller.run_once()
    direct_route = await stage.direct_route(Provider.TELEGRAM)
    with stage.sandbox.lock:
        stage.sandbox.world.block(stage.customer_id, "telegram")
    assert await stage.send("d1", "We found it.", direct_route) == Done()
    await stage.run_outbox()
    refused = await stage.pending("d1")
    assert refused.state is State.REFUSED
    assert describe(refused.reason).startswith(FAILURES[ProviderErrorKind.OPTED_OUT]())
    assert [u.pending.draft_id for u in await stage.engine.queries.undecided()] == ["d1"]
    assert stage.notes() == []
    assert await stage.engine.command_handler.do(EditPending("d1")) == Done()
    [draft] = (await stage.view()).drafts
    assert draft.text == "We found it."
    assert (await stage.view()).pending_replies == ()

    with stage.sandbox.lock:
        stage.sandbox.world.unblock(stage.customer_id, "telegram")
    again = await stage.send(draft.draft_id, draft.text, direct_route)
    assert [w.code for w in again.warned] == [WarningCode.CHANNEL_REFUSED_LATELY]
    assert await stage.send(draft.draft_id, draft.text, direct_route, *again.warned) == Done()
    await stage.run_outbox()
    assert stage.phone_texts("telegram") == ["We found it."]
    message = await stage.direct(draft.draft_id)
    assert (message.arrived[0].arrival, message.direct.final) == (Arrival.ACCEPTED, True), "Telegram tells no more"
    assert (await stage.view()).drafts == ()


async def test_what_was_surely_not_processed_is_put_off_and_sent_once(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    stage.add_fault("POST", "Messages", "status", status=429)
    await stage.send("d1", "Hello", direct_route)
    await stage.run_outbox()
    waits = await stage.pending("d1")
    assert waits.state is State.QUEUED
    assert waits.reason
    assert [v.error for v in stage.engine.queries.accounts() if v.key == direct_route.route.key] == [waits.reason]
    assert stage.accepted_texts("twilio") == []
    stage.clock.advance(300)
    await stage.engine.poller.run_once()
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == ["Hello"]
    assert [v.error for v in stage.engine.queries.accounts() if v.key == direct_route.route.key] == [NO_REASON]


async def test_the_form_of_the_number_that_the_provider_uses_is_kept(stage):
    with stage.sandbox.lock:
        # Brazil: WhatsApp knows many numbers without the ninth digit.
        world = stage.sandbox.world
        stage.customer_id = world.add_customer("Ana Souza", phone="+5531987654321", known_as="user").id
    stage.clock.advance(5)
    stage.customer_writes("whatsapp")
    await stage.engine.poller.run_once()
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    await stage.send("d1", "Oi!", direct_route)
    await stage.run_outbox()
    sent = (await stage.direct("d1")).direct
    assert (sent.route.to, sent.provider_address) == ("+5531987654321", "+553187654321")
    assert stage.phone_texts("whatsapp") == ["Oi!"]


async def test_a_lost_answer_is_looked_up_where_that_can_be_asked(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d0", "On its way.", direct_route)
    await stage.run_outbox()
    stage.clock.advance(11 * 60)
    stage.add_fault("POST", "Messages", "drop_after")
    await stage.send("d1", "On its way.", direct_route)
    await stage.run_outbox()
    assert (await stage.pending("d1")).state is State.UNCONFIRMED
    stage.clock.advance(1)

    async def is_found() -> bool:
        return await stage.pending("d1") is None

    await eventually(is_found)
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == ["On its way."] * 2
    first, second = [(await stage.direct(d)).direct for d in ("d0", "d1")]
    assert first.remote_id != second.remote_id != ""
    assert len([n for n in stage.notes() if "On its way." in n]) == 2


async def test_a_lost_answer_that_nobody_can_tell_is_left_to_the_agent(stage):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    stage.add_fault("POST", "/messages", "drop_after")
    await stage.send("d1", "It ships today.", direct_route)
    await stage.run_outbox()
    stage.clock.advance(1)

    async def is_said() -> bool:
        return (await stage.pending("d1")).reason.code == OutboxReason.PROVIDER_CANNOT_TELL

    await eventually(is_said)
    assert (await stage.pending("d1")).state is State.UNCONFIRMED
    stage.clock.advance(HOUR_S)
    await stage.run_outbox()
    await stage.restart()
    await stage.run_outbox()
    assert stage.accepted_texts("graph") == ["It ships today."], "never again by itself"
    assert stage.notes() == []

    assert await stage.engine.command_handler.do(ResolvePending("d1", arrived=True)) == Done()
    await stage.run_outbox()
    assert (await stage.direct("d1")).arrived[0].reason.code == OutboxReason.CONFIRMED_BY_TEAMMATE
    assert len(stage.notes()) == 1
    assert stage.accepted_texts("graph") == ["It ships today."]


async def test_a_started_engine_does_all_of_it_by_itself(stage):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    await stage.engine.start()
    assert await stage.send("d1", "It ships today.", direct_route) == Done()

    async def has_arrived() -> bool:
        stage.clock.advance(1)
        messages = (await stage.view()).thread.messages
        return any(m.direct and m.arrived[0].arrival is Arrival.DELIVERED for m in messages)

    await eventually(has_arrived)

    async def is_noted() -> bool:
        stage.clock.advance(1)
        return len(stage.notes()) == 1 and (await stage.view()).pending_replies == ()

    await eventually(is_noted)
    assert stage.phone_texts("whatsapp") == ["It ships today."]
