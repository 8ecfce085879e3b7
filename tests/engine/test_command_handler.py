"""Door and reads: what the agent wishes for happens, is told once, and fails in words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from reasons import said

from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ChannelKind, Contact, ConversationState, EntryKind, Role
from desktop.domain.model.list_view import ListView, SavedView, TeamListView
from desktop.domain.model.reason import make_reason
from desktop.domain.model.workspace import NOTICE_PATTERNS, Pin, Relay
from desktop.domain.search.query import parse
from desktop.domain.window.window import WindowState
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    AssignConversation,
    ChooseTeammate,
    CloseConversation,
    DeleteView,
    Done,
    Failed,
    FocusCustomer,
    ForgetCustomer,
    MarkSeen,
    MarkUnread,
    PinMapping,
    ReopenConversation,
    ResolvePending,
    SaveDraft,
    SaveView,
    SendReply,
    SetBridgeCodes,
    SetMessageChannel,
    SetNoticePatterns,
    SetRelay,
    SnoozeConversation,
)
from desktop.engine.outbox import steps
from desktop.engine.views import ConnectionState, CustomerQuery, PageRequest
from desktop.ports import NotSent, ProviderError, ProviderErrorKind
from desktop.ports.reasons import MachineReason
from desktop.store import settings
from tests.helpers.every_customer import every_customer

HOUR = timedelta(hours=1)


@pytest.fixture
async def synced(world, kit):
    """Jennifer (c1) wrote on WhatsApp an hour ago, Bo (c2) in the Messenger two hours ago."""
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    world.gateway.write("v1", "Order 1042", app_code=kit.BRIDGE, at=kit.START - HOUR)
    world.gateway.put(kit.messenger("v2", "c2", kit.START - 2 * HOUR))
    # Learnt from customers who are forgotten by now.
    await world.store.write(settings.save, "bridge_codes_learnt", frozenset({kit.BRIDGE}))
    await world.sync()
    world.told.clear()
    return world


# --- state ---


@pytest.mark.parametrize(
    ("command", "undo", "state", "assignee"),
    [
        (CloseConversation("v1"), ReopenConversation("v1"), ConversationState.CLOSED, None),
        (ReopenConversation("v1"), None, ConversationState.OPEN, None),
        (AssignConversation("v1", "7002"), AssignConversation("v1", ""), ConversationState.OPEN, "7002"),
        (AssignConversation("v1", ""), None, ConversationState.OPEN, None),
    ],
)
async def test_state_changes_go_to_intercom_and_come_back(synced, command, undo, state, assignee):
    await synced.clock.advance(1)
    assert await synced.engine.command_handler.do(command) == Done(undo=undo)
    conversation = (await synced.view()).thread.chat("v1").conversation
    assert (conversation.state, conversation.assignee_id) == (state, assignee)
    rows = {r.customer_id: r for r in await every_customer(synced.engine.queries)}
    assert rows["c1"].state is state
    # Shown at once, and again as Intercom answers.
    assert synced.told == [Changes(customers=frozenset({"c1"}), threads=frozenset({"c1"}))] * (1 + (undo is not None))


async def test_an_answer_asked_for_before_a_change_does_not_undo_it(synced, kit):
    """Both bear the same second: the poll asked before the agent closed the conversation, and is answered after."""
    read, asked, go_on = synced.gateway.conversation, asyncio.Event(), asyncio.Event()

    async def slow(conversation_id, *, background=True):
        answer = await read(conversation_id, background=background)
        asked.set()
        await go_on.wait()
        return answer

    synced.gateway.conversations["v1"] = replace(synced.gateway.conversations["v1"], updated_at=synced.clock.now())
    synced.gateway.conversation = slow
    polling = asyncio.ensure_future(synced.engine.open_conversation.read("v1"))
    await asked.wait()
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == Done(undo=ReopenConversation("v1"))
    go_on.set()
    await polling
    assert (await synced.view()).thread.chat("v1").conversation.state is ConversationState.CLOSED


async def test_snoozing_keeps_until_when(synced, kit):
    until = kit.START + 3 * HOUR
    assert await synced.engine.command_handler.do(SnoozeConversation("v1", until)) == Done(
        undo=ReopenConversation("v1")
    )
    conversation = (await synced.view()).thread.chat("v1").conversation
    assert (conversation.state, conversation.snoozed_until) == (ConversationState.SNOOZED, until)


@pytest.mark.parametrize("trouble", list(ProviderErrorKind))
async def test_a_state_change_that_fails_says_why_and_changes_nothing(synced, trouble):
    synced.gateway.failures["change"] = ProviderError(trouble, said("Why it failed."))
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == Failed(said("Why it failed."))
    assert (await synced.view()).thread.chat("v1").conversation.state is ConversationState.OPEN
    assert [r.state for r in await every_customer(synced.engine.queries)] == [ConversationState.OPEN] * 2
    is_signed_out = trouble is ProviderErrorKind.SIGNED_OUT
    assert synced.told.count(Changes(connection=True)) == is_signed_out
    assert (synced.engine.queries.connection().state is ConnectionState.SIGNED_OUT) == is_signed_out


async def test_before_the_first_contact_commands_fail_in_words(world):
    assert isinstance(await world.engine.command_handler.do(CloseConversation("v1")), Failed)
    assert isinstance(await world.engine.command_handler.do(SendReply("d1", "c1", "v1", "Hi")), Failed)
    assert isinstance(await world.engine.command_handler.do(ResolvePending("d1", send=True)), Failed)


async def test_a_bug_in_a_command_is_answered_and_logged(synced, caplog):
    synced.gateway.failures["change"] = ZeroDivisionError("a bug")
    assert isinstance(await synced.engine.command_handler.do(CloseConversation("v1")), Failed)
    assert "command CloseConversation broke" in caplog.text


async def test_a_full_disk_is_said(synced):
    pages = await synced.store.read(lambda db: db.pragma("page_count"))
    await synced.store.write(lambda db: db.pragma("max_page_count", pages))
    answer = await synced.engine.command_handler.do(SaveDraft("d1", "c1", "v1", "x" * 1_000_000))
    assert isinstance(answer, Failed)
    assert answer.reason == make_reason(MachineReason.DISK_FULL)
    assert (await synced.view()).drafts == ()


async def test_submit_hands_the_answer_over(synced, kit):
    answers = []
    synced.engine.command_handler.submit(CloseConversation("v1"), answers.append)
    await kit.eventually(lambda: answers == [Done(undo=ReopenConversation("v1"))])


async def test_whom_a_note_mentions_is_listed_until_the_conversation_is_closed(synced, kit):
    async def mentioned() -> int:
        page = await synced.engine.queries.customer_page(CustomerQuery(ListView.MENTIONS), PageRequest(0, 9))
        assert page.counts[ListView.MENTIONS] == len(page.ids)
        return len(page.ids)

    synced.gateway.write("v1", "@Adam knows", role=Role.TEAMMATE, kind=EntryKind.NOTE, author_id="7002")
    await synced.sync()
    assert await mentioned() == 0
    synced.gateway.write("v1", f"Ask @{kit.ME.name}, please", role=Role.TEAMMATE, kind=EntryKind.NOTE, author_id="7002")
    await synced.sync()
    assert await mentioned() == 1
    await synced.engine.command_handler.do(CloseConversation("v1"))
    assert await mentioned() == 0


async def test_own_views_are_kept_renamed_and_deleted(synced):
    do = synced.engine.command_handler.do
    late, team = SavedView("1", "Late", ListView.MINE, "late", True), SavedView("2", "Returns", TeamListView("9001"))
    assert await do(SaveView(late)) == await do(SaveView(team)) == Done()
    assert await do(SaveView(replace(late, name="Too late"))) == Done()
    assert (await synced.engine.queries.workspace()).saved_views == (replace(late, name="Too late"), team)
    assert await do(SaveView(replace(team, name=" "))) == Failed(make_reason(CommandReason.NO_VIEW_NAME))
    assert await do(DeleteView("1")) == Done()
    assert (await synced.engine.queries.workspace()).saved_views == (team,)


# --- seen ---


async def test_marked_unread_until_opened(synced):
    async def unread() -> bool:
        rows = {r.customer_id: r for r in await every_customer(synced.engine.queries)}
        return rows["c1"].unread

    do = synced.engine.command_handler.do
    await do(MarkSeen("c1"))
    assert not await unread()
    assert await do(MarkUnread("c1")) == Done()
    assert await unread()
    await synced.sync()
    assert await unread(), "although the provider says that the team has read it"
    await do(MarkSeen("c1"))
    assert not await unread()


async def test_seeing_is_shown_at_once_and_told_to_intercom(synced, kit):
    assert {r.customer_id: r.unread for r in await every_customer(synced.engine.queries)} == {"c1": True, "c2": True}
    synced.gateway.failures["change v1 mark_read"] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    assert await synced.engine.command_handler.do(MarkSeen("c1")) == Done()
    assert {r.customer_id: r.unread for r in await every_customer(synced.engine.queries)} == {"c1": False, "c2": True}
    assert (await synced.view()).seen_upto == kit.START - HOUR
    await synced.clock.advance(60)
    synced.gateway.write("v1", "One more thing", app_code=kit.BRIDGE)
    await synced.sync()
    assert (await every_customer(synced.engine.queries))[0].unread
    synced.gateway.failures.clear()
    await synced.engine.command_handler.do(MarkSeen("c1"))

    async def is_read() -> bool:
        return (await synced.view()).thread.chat("v1").conversation.read

    await kit.eventually(is_read)


async def test_seeing_twice_tells_nobody_twice(synced, kit):
    await synced.engine.command_handler.do(MarkSeen("c2"))
    await kit.eventually(lambda: synced.gateway.conversations["v2"].read)
    await kit.eventually(lambda: len(synced.told) == 2)
    await synced.engine.command_handler.do(MarkSeen("c2"))
    await synced.engine.command_handler.do(MarkSeen("nobody"))
    assert len(synced.told) == 2


# --- what we hold to be true ---


async def test_a_pin_overrules_the_evidence_until_it_is_forgotten(synced):
    await synced.engine.command_handler.do(PinMapping("v1", None))
    assert (await synced.view()).thread.chat("v1").mapping is None
    assert (await synced.view()).workspace.pins == {"v1": Pin(None)}
    await synced.engine.command_handler.do(PinMapping("v1", ChannelKind.TELEGRAM))
    assert (await synced.view()).thread.chat("v1").mapping.channel is ChannelKind.TELEGRAM
    await synced.engine.command_handler.do(PinMapping("v1", None, forget=True))
    assert (await synced.view()).thread.chat("v1").mapping.channel is ChannelKind.WHATSAPP
    assert {c.threads for c in synced.told} == {frozenset({"c1"})}


async def test_the_relay_is_kept_and_shown(synced):
    await synced.engine.command_handler.do(SetRelay(ChannelKind.WHATSAPP, Relay.PROVEN))
    held = await synced.engine.queries.workspace()
    assert held.workspace.relay == {ChannelKind.WHATSAPP: Relay.PROVEN}
    [evidence] = held.relay_evidence
    assert (evidence.proof, evidence.at, evidence.about) == (RelayProof.PERSON, synced.clock.now(), "")
    tested = SetRelay(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, about="v1")
    await synced.engine.command_handler.do(tested)
    [evidence] = (await synced.engine.queries.workspace()).relay_evidence
    assert (evidence.proof, evidence.about) == (RelayProof.GUIDED_TEST, "v1")
    assert (await synced.view()).situations["v1"].relay is Relay.PROVEN


async def test_replies_go_out_in_the_name_of_who_sits_here(synced):
    assert (await synced.engine.queries.workspace()).me.id == "7001"
    await synced.engine.command_handler.do(ChooseTeammate("7002"))
    assert (await synced.engine.queries.workspace()).me.id == "7002"
    await synced.engine.command_handler.do(ChooseTeammate("nobody we know"))
    assert (await synced.engine.queries.workspace()).me.id == "7001"


async def test_what_counts_as_a_notice_is_a_setting(synced):
    failed = await synced.engine.command_handler.do(SetNoticePatterns(("nicht zugestellt", "(")))
    assert isinstance(failed, Failed)
    assert failed.reason.values["pattern"] == "("
    assert await synced.engine.command_handler.do(SetNoticePatterns(("nicht zugestellt",))) == Done()
    assert (await synced.view()).workspace.notice_patterns == ("nicht zugestellt",)
    await synced.engine.command_handler.do(SetNoticePatterns(()))
    assert (await synced.view()).workspace.notice_patterns == NOTICE_PATTERNS


async def test_chosen_codes_replace_the_learnt_ones_and_what_rested_on_them(synced, kit):
    def channel(view):
        return {m.entry.text: m.origin.channel for m in view.thread.messages}["Order 1042"]

    assert channel(await synced.view()) is ChannelKind.WHATSAPP
    assert await synced.engine.command_handler.do(SetBridgeCodes(frozenset({"another-app"}))) == Done()
    assert (await synced.engine.queries.workspace()).workspace.bridge_codes == {"another-app"}
    assert channel(await synced.view()) is ChannelKind.UNKNOWN
    await synced.engine.command_handler.do(SetBridgeCodes(frozenset()))
    assert (await synced.engine.queries.workspace()).workspace.bridge_codes == {kit.BRIDGE}
    assert channel(await synced.view()) is ChannelKind.WHATSAPP
    assert any(c.settings for c in synced.told)


async def test_margin_and_threshold_come_from_the_settings(synced):
    await synced.store.write(settings.save, "margin_s", 22 * 3600.0)
    await synced.store.write(settings.save, "closing_threshold_s", 2 * 3600.0)
    window = (await synced.view()).thread.chat("v1").window
    assert window.left(synced.clock.now()) == HOUR
    assert window.state(synced.clock.now()) is WindowState.CLOSING


# --- reads ---


async def test_the_workspace_is_shown(synced, kit):
    shown = await synced.engine.queries.workspace()
    assert (shown.workspace_name, shown.me) == ("Acme", kit.ME)
    assert [t.id for t in shown.teammates] == ["7001", "7002"]
    assert [m.name for m in shown.macros] == ["Hello"]
    assert shown.inbox_url == "https://inbox.example/{conversation_id}"
    assert shown.code_histogram == ((kit.BRIDGE, 1),)


async def test_before_the_first_contact_nothing_is_claimed(world):
    shown = await world.engine.queries.workspace()
    assert (shown.workspace_name, shown.me, shown.inbox_url) == ("", None, "")
    assert await every_customer(world.engine.queries) == ()
    assert await world.engine.queries.thread("c1") is None
    assert world.engine.queries.connection().state == "connecting"
    assert world.engine.queries.progress() is None


async def test_rows_say_what_the_list_needs(synced, kit):
    whatsapp_row, messenger_row = await every_customer(synced.engine.queries)
    assert (whatsapp_row.customer_id, whatsapp_row.last_text, whatsapp_row.last_channel) == (
        "c1",
        "Order 1042",
        ChannelKind.WHATSAPP,
    )
    assert whatsapp_row.waits
    assert whatsapp_row.window.state(synced.clock.now()) is WindowState.OPEN
    assert whatsapp_row.assignee_ids == {""}
    assert (messenger_row.customer_id, messenger_row.window, messenger_row.last_channel) == (
        "c2",
        None,
        ChannelKind.MESSENGER,
    )


async def test_messenger_only_replies_are_known(synced, kit):
    await synced.clock.advance(30 * 3600)
    synced.gateway.write("v1", "Sorry for the delay", role=Role.TEAMMATE)
    await synced.sync()
    rows = {r.customer_id: r for r in await every_customer(synced.engine.queries)}
    assert (rows["c1"].messenger_only, rows["c2"].messenger_only) == (True, False)
    assert rows["c1"].last_from_us
    assert not rows["c1"].waits


async def test_a_row_follows_facts_that_come_without_a_message(synced, kit):
    before = await every_customer(synced.engine.queries)
    assert before[0].window.state(synced.clock.now()) is WindowState.OPEN
    entry_ids = [m.entry.id for m in (await synced.view()).thread.chat("v1").messages]
    synced.told.clear()
    for entry_id in entry_ids:
        assert (
            await synced.engine.command_handler.do(SetMessageChannel("v1", entry_id, ChannelKind.MESSENGER)) == Done()
        )
    row, other = await every_customer(synced.engine.queries)
    assert row.last_channel is ChannelKind.MESSENGER
    assert row.window is None or row.window.state(synced.clock.now()) is not WindowState.OPEN
    assert (row.last_at, row.last_text, other) == (before[0].last_at, before[0].last_text, before[1])
    assert any("c1" in c.customers for c in synced.told)
    for entry_id in entry_ids:
        assert await synced.engine.command_handler.do(SetMessageChannel("v1", entry_id, None)) == Done()
    assert await every_customer(synced.engine.queries) == before


async def test_search_finds_messages_by_their_words(synced):
    [found] = await found_messages(synced, "order 10")
    assert (found.message.customer_id, found.message.conversation_id) == ("c1", "v1")
    assert "Order 1042" in found.excerpt.text
    for nothing in ("", "   ", "100%", "order parcel", "\\"):
        assert await found_messages(synced, nothing) == ()


async def found_messages(synced, text):
    query = parse(text, synced.clock.now().date())
    return (await synced.engine.queries.search(query)).messages


async def test_a_snippet_shows_the_surroundings(synced):
    synced.gateway.write("v2", "word " * 100 + "needle " + "word " * 100)
    await synced.sync()
    [found] = await found_messages(synced, "NEEDLE")
    assert [found.excerpt.text[a:b] for a, b in found.excerpt.ranges] == ["needle"]
    assert found.excerpt.text.startswith("…")
    assert found.excerpt.text.endswith("…")
    assert len(found.excerpt.text) < 200
    [found] = await found_messages(synced, "needl word")
    assert "needle" in found.excerpt.text


async def test_a_customer_found_to_be_another_is_answered_under_that_one(synced, kit):
    for contact_id in ("c1", "c2"):
        synced.gateway.contacts[contact_id] = Contact(contact_id, email="jen@example.com")
        await synced.engine.poller._contact_reader._look_up(contact_id)
    view = await synced.view("c2")
    assert view.customer_id == "c1"
    assert {c.id for c in view.thread.chats} == {"v1", "v2"}
    await synced.engine.command_handler.do(FocusCustomer("c2"))


async def test_more_than_a_thousand_customers_are_listed_newest_first(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    await world.sync()

    def multiply(db):
        columns = ", ".join(c for (c,) in db.execute("SELECT name FROM pragma_table_info('customer_rows')"))
        numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
        db.execute(f"{numbers} INSERT INTO customers (id) SELECT 'x' || i FROM n")
        values = columns.replace("customer_id", "'x' || i").replace("last_at_us", "last_at_us - i")
        db.execute(f"{numbers} INSERT INTO customer_rows ({columns}) SELECT {values} FROM n, customer_rows")

    await world.store.write(multiply)
    rows = await every_customer(world.engine.queries)
    assert [r.customer_id for r in rows] == ["c1", *(f"x{n}" for n in range(1, 1501))]


# --- tasks ---


async def test_after_closing_nothing_starts(synced, tmp_path, kit):
    await synced.engine.start()
    synced.gateway.outcomes = [NotSent(said("Later."), 60)]
    await synced.engine.command_handler.do(SendReply("d1", "c1", "v1", "Hi", seen_upto=9))
    await kit.eventually(lambda: len(synced.gateway.sent) == 1)
    await synced.engine.stop()
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == steps.failed(CommandReason.CLOSING)
    synced.engine.command_handler.submit(CloseConversation("v1"))
    assert [t for t in asyncio.all_tasks() if t is not asyncio.current_task()] == []
    again = await kit.build(tmp_path / "reachline.db", synced.clock, synced.gateway)
    assert (await again.pending()).state == "queued"
    await again.store.close()


async def test_whom_the_agent_looked_at_last_is_remembered_until_their_data_goes(synced):
    async def last() -> str:
        return (await synced.engine.queries.workspace()).last_customer_id

    assert await last() == ""
    await synced.engine.command_handler.do(FocusCustomer("c1", "v1"))
    await synced.engine.command_handler.do(FocusCustomer(None))
    assert await last() == "c1"
    await synced.engine.command_handler.do(FocusCustomer("nobody"))
    assert await last() == "c1"
    await synced.engine.command_handler.do(ForgetCustomer("c1"))
    await synced.engine.command_handler.do(FocusCustomer("c1"))
    assert await last() == ""
