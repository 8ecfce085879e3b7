"""Changes of conversations: shown at once, taken back when refused, undone, several at once, and lost answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import structs
from reasons import said

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ConversationState, Priority
from desktop.domain.model.list_view import ListView
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    AssignConversation,
    AssignToTeam,
    ChangeSeveral,
    CloseConversation,
    Done,
    Failed,
    PartlyDone,
    ReopenConversation,
    SetPriority,
    SnoozeConversation,
    TagConversation,
    UndoChanges,
    UntagConversation,
)
from desktop.engine.views import CustomerQuery, PageRequest
from desktop.ports import ProviderError, ProviderErrorKind, WorkspaceTag
from desktop.store import settings
from desktop.store.core.database import Database

HOUR = timedelta(hours=1)
FORBIDDEN = ProviderError(ProviderErrorKind.FORBIDDEN, said("Not you."))
LOST = ProviderError(ProviderErrorKind.TIMED_OUT, said("No answer."))


@pytest.fixture
async def synced(world, kit):
    """Three customers with a conversation each."""
    for n in (1, 2, 3):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - HOUR))
    await world.sync()
    world.told.clear()
    return world


def held_up(world, method: str) -> tuple[asyncio.Event, asyncio.Event]:
    """Let the gateway wait: (asked, go on)."""
    asked, go_on, call = asyncio.Event(), asyncio.Event(), getattr(world.gateway, method)

    async def slow(*args, **more):
        asked.set()
        await go_on.wait()
        return await call(*args, **more)

    setattr(world.gateway, method, slow)
    return asked, go_on


async def shown(world, customer_id: str = "c1"):
    view = await world.view(customer_id)
    page = await world.engine.queries.customer_page(CustomerQuery(), PageRequest(0, 9))
    return view.thread.chats[0].conversation, page.rows[customer_id], page.counts


async def test_a_change_is_shown_in_thread_row_and_counts_before_intercom_answers(synced):
    asked, go_on = held_up(synced, "change")
    task = asyncio.ensure_future(synced.engine.command_handler.do(CloseConversation("v1")))
    await asked.wait()
    conversation, row, counts = await shown(synced)
    assert conversation.state is row.state is ConversationState.CLOSED
    assert (counts[ListView.OPEN], counts[ListView.CLOSED]) == (2, 1)
    assert not row.waits
    assert synced.told == [Changes(customers=frozenset({"c1"}), threads=frozenset({"c1"}))]
    # What Intercom said before is shown no more, whatever else is read meanwhile.
    await synced.sync()
    assert (await shown(synced))[0].state is ConversationState.CLOSED
    go_on.set()
    assert await task == Done(undo=ReopenConversation("v1"))
    assert (await shown(synced))[2][ListView.CLOSED] == 1
    assert await synced.store.read(unconfirmed) == 0


async def test_a_refused_change_is_taken_back_everywhere(synced):
    before = await shown(synced)
    asked, go_on = held_up(synced, "change")
    synced.gateway.failures["change"] = FORBIDDEN
    task = asyncio.ensure_future(synced.engine.command_handler.do(AssignConversation("v1", "7002")))
    await asked.wait()
    assert (await shown(synced))[1].assignee_ids == frozenset({"7002"})
    go_on.set()
    assert await task == Failed(said("Not you."))
    assert await shown(synced) == before
    assert await synced.store.read(unconfirmed) == 0


async def test_offline_nothing_is_changed_and_intercom_is_tried_again(synced):
    synced.engine._connection.set_broken(ProviderError(ProviderErrorKind.OFFLINE, said("No network.")), 60)
    before = await shown(synced)
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == Failed(
        make_reason(CommandReason.CHANGE_NEEDS_CONNECTION)
    )
    assert await shown(synced) == before
    assert synced.gateway.called("change") == []
    assert synced.engine.poller._alarm.is_woken


async def test_what_a_killed_run_left_is_shown_no_more(synced, kit, tmp_path):
    asked, _ = held_up(synced, "change")
    task = asyncio.ensure_future(synced.engine.command_handler.do(CloseConversation("v1")))
    await asked.wait()
    task.cancel()
    assert (await shown(synced))[0].state is ConversationState.CLOSED
    await synced.engine.prepare()
    conversation, row, counts = await shown(synced)
    assert conversation.state is row.state is ConversationState.OPEN
    assert counts[ListView.CLOSED] == 0


@pytest.mark.parametrize("kind", [ProviderErrorKind.TIMED_OUT, ProviderErrorKind.BUSY, ProviderErrorKind.BAD_ANSWER])
async def test_of_a_lost_answer_intercom_is_asked_what_came(synced, kind):
    change = synced.gateway.change

    async def lost(*args, **more):
        await change(*args, **more)
        raise ProviderError(kind, said("No answer."))

    synced.gateway.change = lost
    await synced.clock.advance(1)
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == Done(undo=ReopenConversation("v1"))
    until = synced.clock.now() + HOUR + timedelta(microseconds=7)
    assert isinstance(await synced.engine.command_handler.do(SnoozeConversation("v2", until)), Done)
    assert await synced.store.read(unconfirmed) == 0


async def test_of_a_lost_request_it_is_said_that_nothing_came_and_where_nobody_knows(synced):
    synced.gateway.failures["change"] = LOST
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == Failed(said("No answer."))
    synced.gateway.failures["conversation"] = LOST
    assert await synced.engine.command_handler.do(CloseConversation("v1")) == Failed(
        make_reason(CommandReason.CHANGE_UNCONFIRMED)
    )
    assert (await shown(synced))[0].state is ConversationState.OPEN


async def test_of_several_changes_all_are_shown_before_intercom_answers(synced):
    asked, go_on = held_up(synced, "change")
    several = ChangeSeveral(tuple(CloseConversation(f"v{n}") for n in (1, 2, 3)))
    task = asyncio.ensure_future(synced.engine.command_handler.do(several))
    await asked.wait()
    assert (await shown(synced))[2][ListView.CLOSED] == 3
    everybody = frozenset({"c1", "c2", "c3"})
    assert synced.told == [Changes(customers=everybody, threads=everybody)]
    go_on.set()
    await task


async def test_a_bug_leaves_nothing_that_is_only_shown(synced):
    synced.gateway.failures["change"] = ZeroDivisionError("a bug")
    before = await shown(synced)
    assert isinstance(await synced.engine.command_handler.do(CloseConversation("v1")), Failed)
    assert await shown(synced) == before


async def test_changes_of_one_conversation_reach_intercom_in_their_order(synced):
    asked, go_on = held_up(synced, "change")
    do = synced.engine.command_handler.do
    first = asyncio.ensure_future(do(CloseConversation("v1")))
    await asked.wait()
    second = asyncio.ensure_future(do(ReopenConversation("v1")))
    third = asyncio.ensure_future(do(SetPriority("v1", Priority.HIGH)))
    await synced.store.read(unconfirmed)
    await asyncio.sleep(0)
    go_on.set()
    assert await first == Done(undo=ReopenConversation("v1"))
    assert await second == Done(undo=CloseConversation("v1"))
    assert await third == Done(undo=SetPriority("v1", Priority.NONE))
    conversation, row, _ = await shown(synced)
    assert (conversation.state, row.priority) == (ConversationState.OPEN, Priority.HIGH)


# --- undo ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ConversationState)
@pytest.mark.parametrize(
    "command",
    [
        CloseConversation("v1"),
        ReopenConversation("v1"),
        SnoozeConversation("v1", None),
        AssignConversation("v1", "7002"),
        AssignConversation("v1", ""),
        AssignToTeam("v1", "9001"),
        TagConversation("v1", "Refund"),
        TagConversation("v1", "VIP"),
        UntagConversation("v1", "vip"),
        UntagConversation("v1", "Refund"),
        SetPriority("v1", Priority.URGENT),
    ],
    ids=repr,
)
async def test_undo_brings_back_what_was(synced, kit, command, state):
    if isinstance(command, SnoozeConversation):
        command = structs.replace(command, until=kit.START + HOUR)
    gateway = synced.gateway
    gateway.workspace_tags += [WorkspaceTag("1", "VIP"), WorkspaceTag("2", "Refund")]
    await gateway.tag("v1", "1", "7001")
    later = kit.START + 9 * HOUR if state is ConversationState.SNOOZED else None
    gateway._changed("v1", state=state, snoozed_until=later, assignee_id="7001", priority=Priority.LOW)
    await synced.sync()
    before = (await shown(synced))[0]
    await synced.clock.advance(5)
    answer = await synced.engine.command_handler.do(command)
    assert isinstance(answer, Done)
    changed = (await shown(synced))[0]
    assert (answer.undo is None) == (facts_of(changed) == facts_of(before))
    if answer.undo is not None:
        undo = UndoChanges((command,), answer.undo)
        assert isinstance(await synced.engine.command_handler.do(undo), Done)
        assert facts_of((await shown(synced))[0]) == facts_of(before)


async def test_undo_leaves_alone_what_a_colleague_has_changed_since(synced):
    do, made = synced.engine.command_handler.do, (AssignConversation("v1", "7001"), AssignConversation("v2", "7001"))
    answer = await do(ChangeSeveral(made))
    await synced.clock.advance(5)
    synced.gateway._changed("v1", assignee_id="7002")
    await synced.sync()
    undone = await do(UndoChanges(made, answer.undo))
    reason = make_reason(CommandReason.CHANGED_SINCE)
    assert undone.failed == ((AssignConversation("v1", ""), reason),)
    assert [(await shown(synced, c))[0].assignee_id or "" for c in ("c1", "c2")] == ["7002", ""]
    assert await do(UndoChanges(made[:1], AssignConversation("v1", ""))) == Failed(reason)


async def test_undo_of_what_a_colleague_has_undone_is_done(synced):
    answer = await synced.engine.command_handler.do(CloseConversation("v1"))
    await synced.clock.advance(5)
    synced.gateway._changed("v1", state=ConversationState.OPEN)
    await synced.sync()
    undo = UndoChanges((CloseConversation("v1"),), answer.undo)
    assert isinstance(await synced.engine.command_handler.do(undo), Done)


def facts_of(conversation) -> tuple[object, ...]:
    until = conversation.snoozed_until if conversation.state is ConversationState.SNOOZED else None
    names = {tag.key for tag in conversation.tags}
    return (conversation.state, until, conversation.assignee_id, conversation.team_id, conversation.priority, names)


# --- several at once -------------------------------------------------------------------------------------------------


async def test_of_several_changes_the_answer_says_which_failed_and_why(synced):
    synced.gateway.failures["change v2 close"] = FORBIDDEN
    several = ChangeSeveral(tuple(CloseConversation(f"v{n}") for n in (1, 2, 3)))
    answer = await synced.engine.command_handler.do(several)
    undo = ChangeSeveral((ReopenConversation("v3"), ReopenConversation("v1")))
    assert answer == PartlyDone(((CloseConversation("v2"), said("Not you.")),), undo)
    assert (await shown(synced))[2][ListView.CLOSED] == 2
    assert await synced.engine.command_handler.do(undo) == Done(
        undo=ChangeSeveral((CloseConversation("v1"), CloseConversation("v3")))
    )
    assert (await shown(synced))[2][ListView.CLOSED] == 0


async def test_several_that_all_fail_for_one_reason_fail(synced):
    synced.gateway.failures["change"] = FORBIDDEN
    several = ChangeSeveral((CloseConversation("v1"), CloseConversation("v2")))
    assert await synced.engine.command_handler.do(several) == Failed(said("Not you."))
    assert await synced.engine.command_handler.do(ChangeSeveral(())) == Done()


# --- tags ------------------------------------------------------------------------------------------------------------


async def test_a_tag_is_created_once_and_found_in_any_case(synced):
    do = synced.engine.command_handler.do
    assert await do(TagConversation("v1", " Refund ")) == Done(undo=UntagConversation("v1", " Refund "))
    assert await do(TagConversation("v2", "REFUND")) == Done(undo=UntagConversation("v2", "REFUND"))
    assert synced.gateway.called("create_tag") == ["Refund"]
    assert [tag.name for tag in (await synced.engine.queries.workspace()).tags] == ["whatsapp", "Refund"]
    assert (await shown(synced, "c2"))[1].tags == ("whatsapp", "Refund")
    assert await do(UntagConversation("v1", "refund")) == Done(undo=TagConversation("v1", "Refund"))
    assert (await shown(synced))[1].tags == ("whatsapp",)


async def test_a_tag_that_a_colleague_made_lately_is_found(synced):
    synced.gateway.workspace_tags.append(WorkspaceTag("7", "New"))
    assert isinstance(await synced.engine.command_handler.do(TagConversation("v1", "new")), Done)
    assert synced.gateway.called("create_tag") == []


async def test_a_tag_that_was_deleted_lately_is_made_again_or_said_to_be_gone(synced):
    do, gateway = synced.engine.command_handler.do, synced.gateway
    assert isinstance(await do(TagConversation("v1", "Refund")), Done)
    gateway.workspace_tags.pop()
    for method in ("tag v2", "untag v1"):
        gateway.failures[method] = ProviderError(ProviderErrorKind.GONE, said("It is gone."))
    assert await do(UntagConversation("v1", "Refund")) == Failed(make_reason(CommandReason.TAG_GONE, tag="Refund"))
    gateway.failures.clear()
    tag = gateway.tag

    async def knows_no_old_tag(conversation_id, tag_id, author_id):
        if tag_id not in {t.id for t in gateway.workspace_tags}:
            raise ProviderError(ProviderErrorKind.GONE, said("It is gone."))
        await tag(conversation_id, tag_id, author_id)

    gateway.tag = knows_no_old_tag
    gateway.workspace_tags.append(WorkspaceTag("300", "Late"))
    await synced.store.write(settings.save, "tags", [WorkspaceTag("299", "Refund")])
    assert isinstance(await do(TagConversation("v2", "Refund")), Done)
    assert (await shown(synced, "c2"))[1].tags == ("whatsapp", "Refund")


async def test_what_is_no_tag_is_said(synced):
    do = synced.engine.command_handler.do
    assert await do(UntagConversation("v1", "Gone")) == Failed(make_reason(CommandReason.TAG_GONE, tag="Gone"))
    assert await do(TagConversation("v1", " ")) == Failed(make_reason(CommandReason.NO_TAG_NAME))


async def test_an_accepted_tag_that_cannot_be_read_is_shown_until_a_sync_round_reads_it(synced):
    synced.gateway.failures["conversation"] = LOST
    await synced.clock.advance(5)
    assert isinstance(await synced.engine.command_handler.do(TagConversation("v1", "Refund")), Done)
    assert (await shown(synced))[1].tags == ("whatsapp", "Refund")
    assert await synced.store.read(unconfirmed) == 1
    synced.gateway.failures.clear()
    await synced.sync()
    assert (await shown(synced))[1].tags == ("whatsapp", "Refund")
    assert await synced.store.read(unconfirmed) == 0


async def test_no_decision_rests_on_an_unconfirmed_tag(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    before = (await world.view()).thread.chats[0]
    asked, go_on = held_up(world, "tag")
    task = asyncio.ensure_future(world.engine.command_handler.do(TagConversation("v1", "telegram")))
    await asked.wait()
    chat = (await world.view()).thread.chats[0]
    assert [tag.name for tag in chat.conversation.tags] == ["telegram"]
    assert (chat.mapping, chat.unmapped, chat.window) == (before.mapping, before.unmapped, before.window)
    go_on.set()
    await task


# --- cost ------------------------------------------------------------------------------------------------------------


async def test_an_action_writes_as_many_rows_in_any_archive(synced, kit):
    async def close_and_reopen() -> Counter[str]:
        written = Counter[str]()

        def watch(db: Database, hook: Callable[..., None] | None) -> None:
            db.preupdate_hook(hook)

        await synced.store.write(watch, lambda change: written.update([change.table_name]))
        await synced.clock.advance(5)
        for command in (CloseConversation("v1"), ReopenConversation("v1")):
            assert isinstance(await synced.engine.command_handler.do(command), Done)
        await synced.store.write(watch, None)
        return written

    await close_and_reopen()
    few = await close_and_reopen()
    for n in range(4, 64):
        synced.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - HOUR))
    await synced.sync()
    many = await close_and_reopen()
    assert few == many
    assert few["customer_rows"] == 2, "the answer changes nothing that is not shown already"
    assert few.total() < 40


def unconfirmed(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM conversation_changes").get)
