"""Past Intercom in one outbox with all other replies: obstacles, order, the agent's word, and who is tied to what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import DirectStage, eventually, open_direct_stage
from msgspec import structs

from desktop.domain.content.template import ProblemCode, Unsendable
from desktop.domain.model.channel import Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import make_reason
from desktop.engine.commands import (
    ChooseTeammate,
    Done,
    EditPending,
    Failed,
    RefreshTemplates,
    ResolvePending,
    SaveDraft,
    SendDirect,
)
from desktop.ports import OutgoingFile
from desktop.ports.reasons import ProviderReason
from desktop.sandbox.world import AGENT
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

FILE = OutgoingFile("a.pdf", "application/pdf", b"%PDF")


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


# --- at the press -----------------------------------------------------------------------------------------------------


async def test_what_cannot_go_is_refused_at_once_and_changes_nothing(stage):
    view = await stage.view()
    conversation = view.thread.chats[0].id
    sms, meta, octopods = [await stage.direct_route(p) for p in (Provider.TWILIO, Provider.WHATSAPP, Provider.OCTOPODS)]
    template = await stage.filled(meta.route.key)
    stranger = replace(sms.route, key=replace(sms.route.key, sender="+1"))
    await stage.engine.command_handler.do(SaveDraft("d1", view.customer_id, conversation, "Hello"))
    base = SendDirect("d1", view.customer_id, conversation, sms.route, "Hello")
    for command, code in (
        (structs.replace(base, text=" "), CommandReason.NOTHING_TO_SEND),
        (structs.replace(base, files=(FILE, FILE), route=meta.route), OutboxReason.SEVERAL_FILES),
        (structs.replace(base, template=template), ProviderReason.NO_TEMPLATES),
        (structs.replace(base, route=octopods.route), ProviderReason.ONLY_TEMPLATES),
        (structs.replace(base, route=stranger), OutboxReason.ACCOUNT_NOT_CONNECTED),
        (
            structs.replace(base, route=meta.route, template=replace(template, values={}, problems=())),
            ProblemCode.MISSING,
        ),
        (structs.replace(base, text="Hello {{name}}"), CommandReason.PLACEHOLDER_LEFT),
    ):
        answer = await stage.engine.command_handler.do(command)
        assert isinstance(answer, Failed)
        assert answer.reason.code == code
    view = await stage.view()
    assert ([d.text for d in view.drafts], view.pending_replies) == (["Hello"], ())


async def test_a_press_queues_drops_the_draft_and_counts_once(stage):
    view = await stage.view()
    await stage.engine.command_handler.do(SaveDraft("d1", view.customer_id, view.thread.chats[0].id, "Hello"))
    direct_route = await stage.direct_route(Provider.TWILIO)
    assert await stage.send("d1", "Hello", direct_route) == Done()
    assert await stage.send("d1", "Hello", direct_route) == Done()
    view = await stage.view()
    assert view.drafts == ()
    assert [(e.draft_id, e.route, e.template) for e in view.pending_replies] == [("d1", direct_route.route, "")]
    assert (await every_customer(stage.engine.queries))[0].last_text == "Hello"
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == ["Hello"]


async def test_a_file_goes_with_its_words(stage):
    view, direct_route = await stage.view(), await stage.direct_route(Provider.WHATSAPP)
    command = SendDirect(
        "d1",
        view.customer_id,
        view.thread.chats[0].id,
        direct_route.route,
        "The invoice",
        (FILE,),
        seen_upto=view.newest_arrival,
    )
    assert await stage.engine.command_handler.do(command) == Done()
    await stage.run_outbox()
    assert stage.accepted_texts("graph") == ["The invoice"]
    message = await stage.direct("d1")
    assert [a.name for a in message.entry.attachments] == ["a.pdf"]
    assert "a.pdf" in stage.notes()[0]


# --- what changed since -----------------------------------------------------------------------------------------------


async def test_an_account_that_was_removed_holds_the_reply_until_it_is_back(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", "Hello", direct_route)
    config, channel = next((c, a) for c, a in stage.accounts if a.key == direct_route.route.key)
    del stage.engine.channels._accounts[channel.key]  # `remove` would close what comes back below
    await stage.run_outbox()
    held = await stage.pending("d1")
    assert (held.state, held.reason) == (
        State.HELD,
        make_reason(OutboxReason.ACCOUNT_NOT_CONNECTED, provider="Twilio"),
    )
    assert isinstance(await stage.engine.command_handler.do(ResolvePending("d1", send=True)), Failed)
    stage.engine.channels.add(config, channel)
    assert await stage.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == ["Hello"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("paused", Unsendable.PAUSED_BY_WHATSAPP),
        ("gone", OutboxReason.TEMPLATE_GONE),
        ("changed", OutboxReason.TEMPLATE_CHANGED),
    ],
)
async def test_a_template_that_cannot_go_any_more_is_held_and_never_sent(stage, change, code):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    template = await stage.filled(direct_route.route.key)
    await stage.send("d1", "", direct_route, template=template)
    with stage.sandbox.lock:
        catalogue = stage.sandbox.world.templates
        listed = catalogue.find("we_have_news", "en")
        match change:
            case "paused":
                catalogue.change("we_have_news", "en", status="PAUSED")
            case "gone":
                catalogue.all.remove(listed)
            case "changed":
                listed.component("BODY")["text"] = "Hi {{1}}, all is different now."
    assert await stage.engine.command_handler.do(RefreshTemplates(direct_route.route.key, again=True)) == Done()
    await stage.run_outbox()
    held = await stage.pending("d1")
    assert held.state is State.HELD
    assert held.reason == make_reason(code)
    assert stage.accepted_texts("graph") == []


async def test_newer_messages_hold_a_reply_back_as_any_other(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    stage.clock.advance(5)
    await stage.send("d1", "Hello", direct_route)
    stage.clock.advance(5)
    stage.customer_writes("whatsapp", "Forget it, it is here.")
    await stage.run_outbox()
    held = await stage.pending("d1")
    assert (held.state, [w.code.value for w in held.warned]) == (State.HELD, ["newer_customer_message"])
    assert stage.accepted_texts("twilio") == []


# --- the agent's word -------------------------------------------------------------------------------------------------


async def test_a_template_is_not_edited_as_text_and_nothing_is_lost(stage):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    await stage.send("d1", "", direct_route, template=await stage.filled(direct_route.route.key))
    assert await stage.engine.command_handler.do(EditPending("d1")) == Failed(
        make_reason(CommandReason.TEMPLATE_NOT_EDITABLE)
    )
    assert (await stage.pending("d1")).state is State.QUEUED
    assert (await stage.view()).drafts == ()
    assert await stage.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
    await stage.run_outbox()
    assert (stage.accepted_texts("graph"), (await stage.view()).pending_replies, stage.notes()) == ([], (), [])


async def test_a_text_that_was_taken_back_can_be_edited_for_an_hour(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", "Hello", direct_route)
    assert await stage.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
    assert await stage.engine.command_handler.do(EditPending("d1")) == Done()
    assert [d.text for d in (await stage.view()).drafts] == ["Hello"]
    await stage.run_outbox()
    assert stage.accepted_texts("twilio") == []


# --- order ------------------------------------------------------------------------------------------------------------


async def test_through_intercom_and_past_it_go_in_one_order(stage):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    stage.add_fault("POST", "/messages", "drop_after")
    await stage.send("d1", "First", direct_route)
    await stage.reply("d2", "Second")
    await stage.run_outbox()
    assert [(e.draft_id, e.state) for e in (await stage.view()).pending_replies] == [
        ("d1", State.UNCONFIRMED),
        ("d2", State.QUEUED),
    ]
    await stage.engine.command_handler.do(ResolvePending("d1", arrived=True))
    await stage.run_outbox()
    assert stage.accepted_texts("bridge") == ["Second"]


@pytest.mark.parametrize("action", ["drop_before", "status"])
async def test_a_note_in_trouble_holds_nobody_up(stage, action):
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", "First", direct_route)
    assert await stage.engine.outbox.step()
    stage.add_fault("POST", "/reply", action, **({"status": 403} if action == "status" else {}))
    await stage.reply("d2", "Second")
    await stage.run_outbox()
    states = {e.draft_id: e.state for e in (await stage.view()).pending_replies}
    expected = State.REFUSED if action == "status" else State.UNCONFIRMED
    assert states == {"d1-note": expected}
    assert stage.accepted_texts("bridge") == ["Second"]


async def test_a_note_waits_for_nobody_and_is_no_reply_to_judge(stage):
    direct_route = await stage.direct_route(Provider.TWILIO)
    stage.clock.advance(1)
    await stage.send("d1", "First", direct_route)
    await stage.reply("d2", "Second")
    assert await stage.engine.outbox.step()
    stage.clock.advance(1)
    stage.customer_writes("whatsapp", "Wait!")
    await stage.run_outbox()
    assert {e.draft_id: e.state for e in (await stage.view()).pending_replies} == {"d2": State.HELD}
    assert len(stage.notes()) == 1


# --- who is tied to what ----------------------------------------------------------------------------------------------


async def test_intercoms_entries_and_direct_messages_are_never_taken_for_each_other(stage):
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    stage.add_fault("POST", "/messages", "drop_after")
    await stage.send("d1", "It ships today.", direct_route)
    await stage.run_outbox()
    conversation = (await stage.view()).thread.chats[0].id
    # The same words, through the API, in the same teammate's name: from another computer, say.
    me = (await stage.engine.queries.workspace()).me
    with stage.sandbox.lock:
        world = stage.sandbox.world
        body = {"message_type": "comment", "type": "admin", "admin_id": me.id, "body": "<p>It ships today.</p>"}
        world.intercom.reply(conversation, body, world.reachline)
    stage.clock.advance(5)
    await stage.engine.poller.run_once()
    assert (await stage.pending("d1")).state is State.UNCONFIRMED
    view = await stage.view()
    assert [m.direct for m in view.thread.messages if m.entry.text == "It ships today."] == [None]


async def test_what_went_out_stays_with_the_customer_when_contacts_are_merged(stage):
    stage.clock.advance(5)
    stage.customer_writes("telegram", "Hello?")
    await stage.engine.poller.run_once()
    direct_route = await stage.direct_route(Provider.TELEGRAM)
    await stage.send("d1", "We found it.", direct_route)
    await stage.run_outbox()
    rows = await every_customer(stage.engine.queries)
    assert len(rows) == 2
    with stage.sandbox.lock:
        ws = stage.sandbox.world.workspace
        lead = next(c.id for c in ws.contacts.values() if c.role == "lead")
        user = next(c.id for c in ws.contacts.values() if c.role == "user")
        stage.sandbox.world.merge(lead, user)
    stage.clock.advance(90_000)
    stage.customer_writes("telegram", "Thanks!")

    async def is_one() -> bool:
        stage.clock.advance(5)
        await stage.engine.poller.run_once()
        return len(await every_customer(stage.engine.queries)) == 1

    await eventually(is_one)
    assert (await stage.direct("d1")).entry.text == "We found it."


async def test_the_note_names_the_teammate_at_the_keyboard(stage):
    await stage.engine.command_handler.do(ChooseTeammate(AGENT))
    direct_route = await stage.direct_route(Provider.TWILIO)
    await stage.send("d1", "Hello", direct_route)
    await stage.run_outbox()
    [note] = stage.notes()
    assert "Sam Byrne sent this" in note
    assert (await stage.direct("d1")).entry.author_name == "Sam Byrne"
