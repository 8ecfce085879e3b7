"""The team's feed as another source of what Intercom knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from reasons import said

from desktop.domain.model.facts import Attachment, ConversationState, Role
from desktop.domain.model.presence import PresenceState
from desktop.domain.model.warning import WarningCode
from desktop.engine.commands import FocusCustomer, NeedsConsent, SendReply, SyncNow
from desktop.engine.views import TeamState, TeamView
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import MachineReason
from desktop.ports.team import ConversationChanged, FeedCursor, HubState
from desktop.store import settings, sync_queue
from desktop.store.core.columns import fetch_one
from tests.helpers.every_customer import every_customer

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(open_desk, kit):
    """A desktop that has read one conversation."""
    world = await open_desk()
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    return world


async def test_without_a_team_there_is_none(world):
    assert world.engine.queries.team() == TeamView()
    assert world.engine.queries.colleagues_in("v1") == ()
    assert world.engine.queries.colleagues_with("c1") == ()


# --- facts ---


async def test_what_is_told_is_shown_and_intercom_is_not_asked(desk, kit, tools, team):
    await tools.go_live(desk)
    desk.gateway.write("v1", "is anybody there?")
    desk.gateway.calls.clear()
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: tools.shows(desk, "Hello", "is anybody there?"))
    assert (await desk.only_row()).last_text == "is anybody there?"
    assert desk.gateway.calls == []


async def test_a_fact_twice_is_one_message(desk, kit, tools, team):
    await tools.go_live(desk)
    desk.gateway.write("v1", "once")
    fact = tools.newest(desk.gateway, "v1")
    team.tell(fact, fact)
    desk.gateway.write("v1", "after it")
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: tools.shows(desk, "Hello", "once", "after it"))


async def test_the_cursor_goes_with_the_facts_and_the_next_run_goes_on_from_there(desk, open_desk, kit, tools, team):
    await tools.go_live(desk)
    desk.gateway.write("v1", "one")
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: tools.shows(desk, "one"))
    assert await desk.store.read(settings.team_cursor) == FeedCursor(team.created_us, 1)
    await desk.engine.tasks.aclose()
    desk.gateway.write("v1", "two")
    team.tell(tools.newest(desk.gateway, "v1"))
    await desk.store.close()
    # This Intercom's index has nothing: what comes, comes by the feed.
    again = await open_desk(kit.FakeGateway(desk.clock), "desk1")
    await tools.go_live(again)
    await kit.eventually(lambda: tools.shows(again, "one", "two"))
    assert await again.store.read(settings.team_cursor) == FeedCursor(team.created_us, 2)


async def test_the_safety_search_reads_nothing_that_was_told(desk, kit, tools, team):
    await tools.go_live(desk)
    desk.gateway.write("v1", "told")
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: tools.shows(desk, "told"))
    desk.gateway.calls.clear()
    await desk.sync()
    assert desk.gateway.called("changed_since") != []
    assert desk.gateway.called("conversation") == []
    desk.gateway.write("v1", "not told")
    await desk.sync()
    assert desk.gateway.called("conversation") == ["v1"]


async def test_a_conversation_nobody_read_is_listed_and_read_when_it_is_opened(desk, kit, tools, team):
    await tools.go_live(desk)
    desk.gateway.put(kit.messenger("v2", "c2", kit.START - 2 * HOUR, "long ago"))
    desk.gateway.write("v2", "new words")
    team.tell(tools.newest(desk.gateway, "v2"))
    await kit.eventually(lambda: tools.shows(desk, "new words", customer_id="c2"))
    [row, _] = await every_customer(desk.engine.queries)
    assert (row.customer_id, row.last_text, row.unread) == ("c2", "new words", True)
    desk.gateway.calls.clear()
    await desk.sync()
    assert desk.gateway.called("conversation") == []
    await desk.engine.command_handler.do(FocusCustomer("c2"))
    await kit.eventually(lambda: tools.shows(desk, "long ago", "new words", customer_id="c2"))


async def test_what_was_told_in_plain_words_is_read_as_it_is_where_it_is_open(desk, kit, tools, team):
    await tools.go_live(desk)
    await desk.engine.command_handler.do(FocusCustomer("c1"))
    # It is read as it is opened; what comes next comes by the feed.
    await desk.rest()
    rich = desk.gateway.write("v1", "see *this*")
    rich = replace(rich, attachments=(Attachment("a.png", "https://files.example/a"),))
    whole = desk.gateway.conversations["v1"]
    desk.gateway.conversations["v1"] = replace(whole, entries=(*whole.entries[:-1], rich))
    fact = tools.newest(desk.gateway, "v1", is_plain=True)
    [entry] = fact.conversation.entries
    plain = replace(entry, text="see this", attachments=())
    fact = replace(fact, conversation=replace(fact.conversation, entries=(plain,)))
    team.tell(fact)
    await kit.eventually(lambda: tools.shows(desk, "see this"))
    await tools.pass_time(desk, 6)
    await kit.eventually(lambda: tools.shows(desk, "see *this*"))
    assert (await desk.view()).thread.messages[-1].entry.attachments == rich.attachments
    # Told again, it stays as it was read.
    team.tell(fact)
    desk.gateway.write("v1", "end")
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: tools.shows(desk, "see *this*", "end"))


async def test_what_is_too_large_to_tell_is_read_when_its_customer_is_opened(desk, kit, tools, team):
    await tools.go_live(desk)
    await tools.pass_time(desk, 60)
    desk.gateway.write("v1", "very long")
    team.tell(ConversationChanged("v1", desk.clock.now()))
    await kit.eventually(lambda: desk.store.read(_waits_to_be_opened))
    assert desk.gateway.called("conversation") == ["v1"]
    await desk.engine.command_handler.do(FocusCustomer("c1"))
    await kit.eventually(lambda: tools.shows(desk, "very long"))
    assert not await desk.store.read(_waits_to_be_opened)


def _waits_to_be_opened(db):
    return sync_queue.incomplete(db, ["v1"]) == {"v1"} and not sync_queue.due(db, datetime(2030, 1, 1, tzinfo=UTC))


async def test_a_colleagues_answer_is_news_to_whoever_writes(desk, kit, tools, team):
    await tools.go_live(desk)
    seen = (await desk.view()).newest_arrival
    desk.gateway.write("v1", "I take this", role=Role.TEAMMATE, author_id="7002")
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: tools.shows(desk, "I take this"))
    answer = await desk.engine.command_handler.do(SendReply("d1", "c1", "v1", "Hi", seen_upto=seen))
    assert isinstance(answer, NeedsConsent)
    assert [w.code for w in answer.warned] == [WarningCode.TEAMMATE_ANSWERED]


async def test_state_comes_by_the_feed_and_an_older_word_changes_nothing(desk, kit, tools, team):
    await tools.go_live(desk)
    await tools.pass_time(desk, 60)
    desk.gateway.write("v1", "bye")
    before = tools.newest(desk.gateway, "v1")
    await tools.pass_time(desk, 60)
    now = replace(desk.gateway.conversations["v1"], state=ConversationState.CLOSED, updated_at=desk.clock.now())
    desk.gateway.conversations["v1"] = now
    team.tell(tools.newest(desk.gateway, "v1"))

    async def is_closed():
        return (await desk.only_row()).state is ConversationState.CLOSED

    await kit.eventually(is_closed)
    team.tell(before)
    desk.gateway.put(kit.messenger("v2", "c2", kit.START))
    team.tell(tools.newest(desk.gateway, "v2"))
    await kit.eventually(lambda: tools.shows(desk, "Hello", customer_id="c2"))
    rows = {row.customer_id: row for row in await every_customer(desk.engine.queries)}
    assert rows["c1"].state is ConversationState.CLOSED


async def test_a_new_customer_calls_without_being_read(desk, kit, tools, team):
    shown = []
    desk.engine.notifications.subscribe(lambda news: shown.extend(n.customer_id for n in news.shown))
    desk.engine.start_notifications()
    await tools.go_live(desk)
    await kit.eventually(lambda: desk.store.read(_has_begun_to_notify))
    await tools.pass_time(desk, 30)
    desk.gateway.put(kit.messenger("v2", "c2", desk.clock.now(), "I am new"))
    team.tell(tools.newest(desk.gateway, "v2"))
    await kit.eventually(lambda: tools.shows(desk, "I am new", customer_id="c2"))
    for _ in range(20):
        await tools.pass_time(desk, 1)
        if shown:
            break
    await kit.eventually(lambda: shown == ["c2"])
    assert "v2" not in desk.gateway.called("conversation")


def _has_begun_to_notify(db):
    return fetch_one(db, "SELECT 1 FROM notified WHERE key = 'since'") is not None


# --- the connection ---


async def test_after_a_gap_the_search_comes_soon(desk, kit, tools, team):
    await tools.go_live(desk)
    await tools.pass_time(desk, 20)
    desk.gateway.calls.clear()
    team.created_us += 1
    team.broadcast(ProviderError(ProviderErrorKind.OFFLINE, said("Broken.")))
    await kit.eventually(lambda: desk.engine.queries.team().state is TeamState.BROKEN)
    await desk.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: desk.engine.queries.team().state is TeamState.LIVE)
    before = len(desk.gateway.called("changed_since"))
    await tools.pass_time(desk, 13)
    await kit.eventually(lambda: len(desk.gateway.called("changed_since")) > before)


async def test_a_broken_connection_is_made_again_after_growing_pauses(desk, kit, tools, team):
    await tools.go_live(desk)
    team.end(ProviderError(ProviderErrorKind.OFFLINE, said("Broken.")))
    pauses = []
    for _ in range(6):
        await kit.eventually(lambda: desk.engine.queries.team().next_try_at is not None)
        view = desk.engine.queries.team()
        assert (view.state, view.reason) == (TeamState.BROKEN, said("Broken."))
        pauses.append((view.next_try_at - desk.clock.now()).total_seconds())
        await tools.pass_time(desk, pauses[-1] + 0.001)
        await kit.eventually(lambda: desk.engine.queries.team().next_try_at != view.next_try_at)  # noqa: B023
    assert 0.5 <= pauses[0] <= 1.5
    assert 8 <= pauses[5] <= 48
    team.refusal = None
    await tools.pass_time(desk, 100)
    await kit.eventually(lambda: desk.engine.queries.team().state is TeamState.LIVE)


async def test_a_revoked_invitation_is_not_tried_again(desk, kit, tools, team):
    await tools.go_live(desk)
    team.end(ProviderError(ProviderErrorKind.SIGNED_OUT, said("Revoked.")))
    await kit.eventually(lambda: desk.engine.queries.team().state is TeamState.BROKEN)
    view = desk.engine.queries.team()
    assert (view.reason, view.next_try_at) == (said("Revoked."), None)
    await tools.pass_time(desk, 3600)
    assert desk.engine.queries.team() == view


async def test_the_hub_is_shown_and_its_silence_too(desk, kit, tools, team):
    await tools.go_live(desk)
    view = desk.engine.queries.team()
    assert (view.state, view.desks, view.hub_seen_at, bool(view.reason)) == (TeamState.LIVE, 3, kit.START, False)
    desk.told.clear()
    await tools.pass_time(desk, 31)
    assert desk.engine.queries.team().reason.code == MachineReason.HUB_SILENT
    await kit.eventually(lambda: any(c.team for c in desk.told))
    team.beat(HubState(3))
    await kit.eventually(lambda: desk.engine.queries.team().reason.code == MachineReason.HUB_BLIND)


async def test_what_cannot_be_stored_is_told_again(desk, kit, tools, team):
    await tools.go_live(desk)
    desk.gateway.write("v1", "long " * 100_000)
    pages = await desk.store.read(lambda db: db.pragma("page_count"))
    most = await desk.store.read(lambda db: db.pragma("max_page_count"))
    await desk.store.write(lambda db: db.pragma("max_page_count", pages))
    team.tell(tools.newest(desk.gateway, "v1"))
    await kit.eventually(lambda: desk.engine.queries.team().reason.code == MachineReason.DISK_FULL)
    assert await desk.store.read(settings.team_cursor) == FeedCursor(team.created_us, 0)
    await desk.store.write(lambda db: db.pragma("max_page_count", most))
    await tools.pass_time(desk, 2)

    async def is_stored():
        return await desk.store.read(settings.team_cursor) == FeedCursor(team.created_us, 1)

    await kit.eventually(is_stored)
    assert (await desk.view()).thread.messages[-1].entry.text.startswith("long ")


async def test_stopping_ends_the_connection_and_says_so(desk, kit, tools, team):
    await tools.go_live(desk)
    [feed] = team.desks
    await desk.engine.command_handler.do(FocusCustomer("c1"))
    await kit.eventually(lambda: feed.told == [("v1", PresenceState.LOOKING)])
    await desk.engine.stop()
    assert feed.is_closed
    assert feed.told[1:] == [("v1", PresenceState.LEFT)]
