"""Calls on a real store: each event once, across sync rounds, sleeps, steps of the clock and restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.model.facts import ConversationState, Entry, EntryKind, Role
from desktop.domain.model.outgoing import Event
from desktop.domain.model.reason import NO_REASON
from desktop.engine.changes import Changes
from desktop.engine.commands import MarkSeen
from desktop.engine.notifications.decide import SUMMARY_KEY
from desktop.engine.notifications.model import (
    Attention,
    Audience,
    NotificationKind,
    NotificationNews,
    NotificationSettings,
)
from desktop.engine.notifications.notifications import CATCH_UP_S
from desktop.store import settings
from desktop.store.core.columns import fetch_all
from desktop.store.evidence import contrary_facts
from desktop.store.outgoing import outbox

MESSAGE, WINDOW = NotificationKind.MESSAGE, NotificationKind.WINDOW_CLOSING


class Calls:
    """A world whose calls are collected. `look` syncs and looks once."""

    def __init__(self, world, clock, kit, path: Path) -> None:
        self.world, self.clock, self.kit, self.path = world, clock, kit, path
        self.news: list[NotificationNews] = []
        self._listen()

    @property
    def notifications(self):
        return self.world.engine.notifications

    def _listen(self) -> None:
        self.notifications.listen(self.world.engine.feed)
        self.notifications.subscribe(self.news.append)

    async def look(self, sync: bool = True) -> list[tuple[NotificationKind, str]]:
        """Returns what called in this look: kind, and customer or what it counts."""
        before = len(self.news)
        if sync:
            # It notices a sleep, and waits for a sync round then.
            await self.notifications.step()
            await self.world.sync()
        await self.notifications.step()
        return [(n.kind, n.customer_id) for each in self.news[before:] for n in each.shown]

    async def restart(self) -> None:
        gateway = self.world.gateway
        await self.world.engine.tasks.aclose()
        await self.world.store.close()
        self.world = await self.kit.build(self.path, self.clock, gateway)
        self._listen()

    def write(self, text: str = "Hello?", conversation_id: str = "100", **more: object) -> Entry:
        old = self.world.gateway.conversations[conversation_id]
        self.world.gateway.conversations[conversation_id] = replace(old, read=False)
        if "role" not in more:
            more["app_code"] = self.kit.BRIDGE
        return self.world.gateway.write(conversation_id, text, **more)

    def change(self, conversation_id: str = "100", **more: object) -> None:
        old = self.world.gateway.conversations[conversation_id]
        more.setdefault("updated_at", self.clock.now())
        self.world.gateway.conversations[conversation_id] = replace(old, **more)


@pytest_asyncio.fixture
async def calls(world, clock, kit, tmp_path: Path) -> AsyncIterator[Calls]:
    """One customer with a WhatsApp chat, long answered; Reachline looks for the first time."""
    for number, contact_id in (("100", "c1"), ("200", "c2")):
        world.gateway.conversations[number] = kit.whatsapp(number, contact_id, kit.START - timedelta(hours=30))
        world.gateway.write(number, "Yes.", role=Role.TEAMMATE, at=kit.START - timedelta(hours=29))
    await world.store.write(settings.save, "bridge_codes_chosen", [kit.BRIDGE])
    made = Calls(world, clock, kit, tmp_path / "reachline.db")
    await made.look()
    await clock.advance(60)
    yield made
    if made.world is not world:
        await made.world.engine.tasks.aclose()
        await made.world.store.close()


async def test_nothing_older_than_the_first_start_calls(calls: Calls) -> None:
    assert calls.news == []
    assert await calls.look() == []


async def test_a_message_of_the_second_in_which_it_begins_calls(world, clock, kit, tmp_path: Path) -> None:
    world.gateway.conversations["100"] = kit.whatsapp("100", "c1", kit.START - timedelta(hours=30))
    await world.store.write(settings.save, "bridge_codes_chosen", [kit.BRIDGE])
    calls = Calls(world, clock, kit, tmp_path / "reachline.db")
    await clock.advance(0.7)
    assert await calls.look() == []
    # Written later, in the same second: providers tell no fractions.
    calls.write(at=kit.START)
    assert await calls.look() == [(MESSAGE, "c1")]


async def test_a_message_calls_once(calls: Calls) -> None:
    entry = calls.write("Is it <b>here</b>?")
    assert await calls.look() == [(MESSAGE, "c1")]
    [shown] = calls.news[-1].shown
    assert (shown.text, shown.name, shown.conversation_id, shown.at) == (
        "Is it <b>here</b>?",
        "Jennifer",
        "100",
        entry.sent_at,
    )
    assert calls.news[-1].unread == 1
    assert await calls.look() == []
    calls.change(title="renamed")
    await calls.clock.advance(30)
    assert await calls.look() == []
    await calls.restart()
    assert await calls.look() == []
    await calls.clock.advance(10)
    calls.write("Anybody?")
    assert await calls.look() == [(MESSAGE, "c1")]


@pytest.mark.parametrize(
    ("assignee", "team", "audiences", "expected"),
    [
        ("7001", None, {Audience.MINE}, True),
        ("7001", None, {Audience.UNASSIGNED}, False),
        ("7002", None, set(Audience) - {Audience.OTHERS}, False),
        (None, "31", {Audience.TEAM}, False),
        (None, None, {Audience.UNASSIGNED}, True),
    ],
)
async def test_only_the_chosen_conversations_call(
    calls: Calls, assignee: str | None, team: str | None, audiences: set[Audience], expected: bool
) -> None:
    calls.notifications.settings = NotificationSettings(audiences=frozenset(audiences))
    calls.write()
    calls.change(assignee_id=assignee, team_id=team)
    assert await calls.look() == ([(MESSAGE, "c1")] if expected else [])


async def test_a_teams_conversation_calls_its_members(calls: Calls) -> None:
    me = replace(calls.kit.ME, team_ids=("31",))
    await calls.world.store.write(_save_me, me)
    calls.write()
    calls.change(team_id="31")
    assert await calls.look() == [(MESSAGE, "c1")]


async def test_what_was_answered_closed_or_read_before_it_is_known_does_not_call(calls: Calls) -> None:
    calls.write()
    await calls.clock.advance(5)
    calls.write("Yes.", role=Role.TEAMMATE)
    calls.write(conversation_id="200")
    calls.change("200", state=ConversationState.CLOSED)
    assert await calls.look() == []
    calls.write()
    calls.change(read=True)
    await calls.clock.advance(3600)
    assert await calls.look() == []


async def test_a_note_of_a_colleague_that_names_me_calls_whoever_the_conversation_belongs_to(calls: Calls) -> None:
    calls.change(assignee_id="7002")
    calls.write("@Ada Agent, can you help?", role=Role.TEAMMATE, kind=EntryKind.NOTE, author_id="7002")
    assert await calls.look() == [(NotificationKind.MENTION, "c1")]
    calls.write("@Ada Agent (that's me)", role=Role.TEAMMATE, kind=EntryKind.NOTE)
    assert await calls.look() == []


async def test_a_snooze_that_ended_by_time_calls(calls: Calls) -> None:
    old = calls.world.gateway.conversations["100"]
    woken = Entry("2000", "100", calls.clock.now(), Role.BOT, EntryKind.EVENT, event="timer_unsnooze")
    calls.change(entries=(*old.entries, woken), state=ConversationState.OPEN)
    assert await calls.look() == [(NotificationKind.SNOOZE_ENDED, "c1")]
    # The newest message is ours, and would read as the customer's.
    assert calls.news[-1].shown[0].text == ""
    assert await calls.look() == []


async def test_a_closing_window_calls_at_each_threshold_once(calls: Calls) -> None:
    calls.notifications.settings = NotificationSettings(messages=False)
    calls.write()
    await calls.look()
    await calls.clock.advance(21 * 3600)
    assert await calls.look() == []
    # The window closes 24 hours after the message, a little early.
    until = calls.clock.monotonic() + 3 * 3600
    while calls.clock.monotonic() < until:
        pause_s = await calls.notifications.step()
        await calls.clock.advance(pause_s)
    shown = [event for news in calls.news for event in news.shown]
    assert [event.kind for event in shown] == [WINDOW] * 3
    left = [(event.closes_at - event.at).total_seconds() / 60 for event in shown if event.closes_at is not None]
    assert left == [pytest.approx(bar, abs=0.6) for bar in (120, 30, 10)]


async def test_after_a_sleep_only_the_tightest_threshold_calls(calls: Calls) -> None:
    calls.notifications.settings = NotificationSettings(messages=False)
    calls.write()
    await calls.look()
    await calls.clock.advance(23 * 3600 + 45 * 60)
    assert await calls.look() == [(WINDOW, "c1")]
    await calls.clock.advance(60)
    assert await calls.look() == []


async def test_a_step_of_25_hours_calls_nothing_and_hides_nothing(calls: Calls) -> None:
    calls.notifications.settings = NotificationSettings(messages=False)
    calls.write()
    await calls.look()
    now = calls.clock.now
    calls.clock.now = lambda: now() + timedelta(hours=25)
    # The next answer of a server corrects it before a sync round has ended.
    assert await calls.look(sync=False) == []
    calls.clock.now = now
    assert await calls.look() == []
    await calls.clock.advance(23 * 3600)
    assert await calls.look() == [(WINDOW, "c1")]


async def test_after_a_sleep_what_is_stored_waits_for_a_sync_round_but_not_for_ever(calls: Calls) -> None:
    calls.notifications.settings = NotificationSettings(messages=False)
    calls.write()
    await calls.look()
    await calls.clock.advance(23 * 3600)
    # Answered meanwhile by a colleague: that must be read first.
    assert await calls.look(sync=False) == []
    calls.write("Yes.", role=Role.TEAMMATE)
    assert await calls.look() == []
    await calls.clock.advance(10)
    calls.write()
    await calls.look()
    await calls.clock.advance(23 * 3600)
    assert await calls.look(sync=False) == []
    await calls.clock.advance(CATCH_UP_S)
    assert await calls.look(sync=False) == [(WINDOW, "c1")]


async def test_what_came_during_a_long_sleep_is_one_summary(calls: Calls) -> None:
    calls.write()
    calls.write(conversation_id="200")
    await calls.clock.advance(3600)
    assert await calls.look() == [(NotificationKind.SUMMARY, "")]
    assert calls.news[-1].shown[0].counts == {MESSAGE: 2}
    # Whoever looks at the window has seen it.
    calls.notifications.set_attention(Attention(True))
    assert calls.news[-1].withdrawn == {SUMMARY_KEY}
    assert await calls.look() == []


async def test_a_summary_goes_when_all_of_it_was_dealt_with(calls: Calls) -> None:
    calls.write()
    await calls.clock.advance(3600)
    await calls.look()
    calls.change(read=True)
    assert await calls.look() == []
    assert calls.news[-1].withdrawn == {SUMMARY_KEY}


@pytest.mark.parametrize("how", ["read", "answered", "seen", "front", "closed"])
async def test_a_call_is_withdrawn_once_it_is_dealt_with(calls: Calls, how: str) -> None:
    calls.write()
    assert await calls.look() == [(MESSAGE, "c1")]
    await calls.clock.advance(5)
    match how:
        case "read":
            calls.change(read=True)
        case "answered":
            calls.write("Yes.", role=Role.TEAMMATE)
        case "closed":
            calls.change(state=ConversationState.CLOSED, read=True)
        case "seen":
            await calls.world.engine.command_handler.do(MarkSeen("c1"))
        case "front":
            calls.notifications.set_attention(Attention(True, "c1"))
    await calls.look()
    assert [key for news in calls.news for key in news.withdrawn] == [f"{MESSAGE}:100"]
    assert calls.news[-1].unread == (1 if how == "front" else 0)


async def test_unread_messages_of_the_chosen_conversations_are_counted_also_after_a_restart(calls: Calls) -> None:
    calls.write()
    calls.write(conversation_id="200")
    calls.change("200", assignee_id="7001")
    await calls.look()
    assert calls.news[-1].unread == 2
    # What it was told in the first run calls no more, and still waits to be read.
    await calls.restart()
    assert await calls.look(sync=False) == []
    assert calls.news[-1].unread == 2
    # Of a colleague it is no matter of this agent's.
    await calls.clock.advance(1)
    calls.change("200", assignee_id="7002")
    await calls.look()
    assert calls.news[-1].unread == 1
    calls.notifications.settings = NotificationSettings(audiences=frozenset({Audience.MINE}))
    await calls.notifications.step()
    assert calls.news[-1].unread == 0
    calls.notifications.settings = NotificationSettings()
    await calls.notifications.step()
    assert calls.news[-1].unread == 1
    await calls.clock.advance(1)
    calls.change(state=ConversationState.CLOSED)
    await calls.look()
    assert calls.news[-1].unread == 0


async def test_the_count_is_that_of_whoever_sits_here(calls: Calls) -> None:
    calls.write()
    calls.change(assignee_id="7002")
    await calls.look()
    assert not any(news.unread for news in calls.news)
    await calls.world.store.write(_save_me, replace(calls.kit.ME, id="7002"))
    calls.world.engine.feed.publish(Changes(settings=True))
    await calls.look()
    assert calls.news[-1].unread == 1


async def test_a_reply_that_waits_for_the_agent_calls_each_time_it_comes_to_that(calls: Calls) -> None:
    store = calls.world.store
    await store.write(_queue, calls.clock.now())
    assert await calls.look() == []
    await store.write(outbox.apply_event, "d1", Event.HOLD, NO_REASON)
    assert await calls.look() == [(NotificationKind.REPLY_HELD, "c1")]
    assert await calls.look() == []
    await calls.restart()
    assert await calls.look() == []
    store = calls.world.store
    await store.write(outbox.apply_event, "d1", Event.RELEASE, NO_REASON)
    assert await calls.look() == []
    await store.write(outbox.apply_event, "d1", Event.HOLD, NO_REASON)
    assert await calls.look() == [(NotificationKind.REPLY_HELD, "c1")]
    await store.write(outbox.cancel, "d1", calls.clock.now())
    await calls.look()
    assert calls.news[-1].withdrawn == {"reply:d1"}


async def test_no_kind_calls_again_after_a_restart_a_sleep_or_a_step_of_the_clock(calls: Calls) -> None:
    calls.notifications.settings = NotificationSettings(windows=False)
    calls.write()
    calls.write("@Ada Agent, look", "200", role=Role.TEAMMATE, kind=EntryKind.NOTE, author_id="7002")
    old = calls.world.gateway.conversations["200"]
    woken = Entry("3000", "200", calls.clock.now(), Role.BOT, EntryKind.EVENT, event="timer_unsnooze")
    calls.change("200", entries=(*old.entries, woken))
    store, at = calls.world.store, calls.clock.now()
    await store.write(_queue, at)
    await store.write(outbox.apply_event, "d1", Event.HOLD, NO_REASON)
    failure = ContraryFact(
        ContraryKind.EXPIRED, calls.kit.WHATSAPP, at, ContrarySource.BRIDGE_NOTICE, about="1001", conversation_id="100"
    )
    await calls.world.sync()
    await store.write(contrary_facts.save, failure)
    kinds = {kind for kind, _ in await calls.look()}
    assert kinds == {
        MESSAGE,
        *(NotificationKind(k) for k in ("mention", "snooze_ended", "reply_held", "not_delivered")),
    }

    await calls.restart()
    calls.notifications.settings = NotificationSettings(windows=False)
    assert await calls.look() == []
    await calls.clock.advance(3 * 3600)
    assert await calls.look() == []
    now = calls.clock.now
    calls.clock.now = lambda: now() + timedelta(hours=25)
    assert await calls.look() == []
    calls.clock.now = now
    # All of it is looked at again.
    calls.change("100", title="touched")
    calls.change("200", title="touched")
    assert await calls.look() == []


async def test_what_an_earlier_run_stored_but_did_not_look_at_calls(calls: Calls) -> None:
    calls.write()
    await calls.world.sync()
    await calls.restart()
    assert await calls.look() == [(MESSAGE, "c1")]


async def test_one_more_message_in_a_long_thread_reads_two_pages(calls: Calls) -> None:
    for number in range(120):
        calls.write(f"{number}", at=calls.clock.now() - timedelta(seconds=50 - number / 3))
    assert await calls.look() == [(MESSAGE, "c1")]
    read: list[str] = []
    await calls.clock.advance(1)
    calls.write("One more")
    await calls.world.sync()
    await calls.world.store.write(lambda db: db.set_exec_trace(_tracer(read)))
    await calls.notifications.step()
    await calls.world.store.write(lambda db: db.set_exec_trace(None))
    assert sum("FROM entries" in sql for sql in read) == 2
    assert calls.news[-1].shown[0].text == "One more"


def _tracer(read: list[str]):
    def trace(_cursor: object, sql: str, _bindings: object) -> bool:
        read.append(sql)
        return True

    return trace


def _queue(db, now) -> None:
    reply = outbox.OutgoingReply("d1", "c1", "100", "7001", "Here you are", (), False, 0, now)
    outbox.insert(db, reply, ())


def _save_me(db, me) -> None:
    settings.save(db, "teammates", (me,))
    settings.save(db, "me", me.id)


async def test_marks_hold_no_words_and_go_with_time(calls: Calls) -> None:
    calls.write("My secret")
    await calls.look()
    rows = await calls.world.store.read(fetch_all, "SELECT * FROM notified")
    assert rows
    assert not any("secret" in str(row) for row in rows)
    await calls.clock.advance(9 * 86_400)
    await calls.restart()
    await calls.look()
    keys = {row.key for row in await calls.world.store.read(fetch_all, "SELECT key FROM notified")}
    assert keys == {"since", "looked_at"}


async def test_what_a_link_leads_to_is_found(calls: Calls) -> None:
    queries = calls.world.engine.queries
    assert await queries.find_place("conversation", "100") == ("c1", "100")
    assert await queries.find_place("contact", "c1") == ("c1", "")
    assert await queries.find_place("conversation", "999") is None
    assert await queries.find_place("contact", "nobody") is None


@pytest.mark.parametrize(
    ("source", "kind", "calls_once"),
    [
        (ContrarySource.BRIDGE_NOTICE, ContraryKind.EXPIRED, True),
        (ContrarySource.LATE_FAILURE, ContraryKind.UNREACHABLE, True),
        # Told at once where it was sent; said by the customer; about somebody's message that a provider lists.
        (ContrarySource.REFUSAL, ContraryKind.EXPIRED, False),
        (ContrarySource.CUSTOMER, ContraryKind.OPTED_OUT, False),
        (ContrarySource.LISTED, ContraryKind.UNKNOWN, False),
    ],
)
async def test_a_reply_that_did_not_arrive_calls_once(
    calls: Calls, source: ContrarySource, kind: ContraryKind, calls_once: bool
) -> None:
    fact = ContraryFact(kind, calls.kit.WHATSAPP, calls.clock.now(), source, about="1001", conversation_id="100")
    calls.change(title="touched")
    await calls.world.sync()
    await calls.world.store.write(contrary_facts.save, fact)
    calls.world.engine.feed.publish(Changes(customers=frozenset({"c1"})))
    assert await calls.look(sync=False) == ([(NotificationKind.NOT_DELIVERED, "c1")] if calls_once else [])
    calls.world.engine.feed.publish(Changes(customers=frozenset({"c1"})))
    assert await calls.look(sync=False) == []
