"""The feed against a real broker: live, after sleep, gaps, presence, what was learnt, keys."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from broker import Workspace
from listening_desk import ListeningDesk

from desktop.channels.team import signals, subjects
from desktop.channels.team.facts import open_facts
from desktop.channels.team.feed import NatsTeamFeed
from desktop.channels.team.nkeys import NKey, new_seed, seal_keys
from desktop.channels.team.replay import BATCH
from desktop.channels.team.sealed import KeyRing, new_key
from desktop.ports import ProviderErrorKind
from desktop.ports.team import (
    ConversationChanged,
    FeedBatch,
    FeedCursor,
    HubState,
    LearnedFact,
    LearnedKind,
    Presence,
    PresenceState,
    TeamFact,
)

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
AT_2 = datetime.fromtimestamp(1_790_000_002, UTC)
"""When conversation 2 changed."""


async def settle(desk: ListeningDesk, other: ListeningDesk) -> None:
    """Until the broker has taken in what the desktop subscribed to: it takes in what one connection says in order.

    other: watches the conversation "settle".
    """
    number = len(other.of(Presence))
    await desk.feed.publish_presence("settle", PresenceState.LOOKING, "", "")
    await other.until(lambda: len(other.of(Presence)) > number)


async def test_a_new_desktop_hears_only_what_comes(workspace: Workspace) -> None:
    await workspace.tell(1)
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        assert anna.batches == [FeedBatch((), await workspace.cursor())]
        await workspace.tell(2)
        await anna.until(lambda: anna.numbers == [2])
        assert anna.cursor == await workspace.cursor()


async def test_a_desktop_that_slept_hears_everything_once_and_in_order(workspace: Workspace) -> None:
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        await workspace.tell(0)
        await anna.until(lambda: anna.numbers == [0])
        await anna.end()
        slept = range(1, 2 * BATCH + 10)
        await asyncio.gather(*(workspace.tell(number) for number in slept))
        anna.events.clear()
        anna.begin()
        await anna.until(lambda: len(anna.numbers) >= len(slept))
        assert sorted(anna.numbers) == [*slept]
        assert max(len(batch.facts) for batch in anna.batches) <= BATCH
        assert [batch.is_caught_up for batch in anna.batches] == [False, False, True]
        assert not any(batch.has_gap for batch in anna.batches)
        assert anna.cursor == await workspace.cursor()


async def test_what_comes_while_a_desktop_catches_up_is_neither_lost_nor_repeated(workspace: Workspace) -> None:
    since = await workspace.cursor()
    await asyncio.gather(*(workspace.tell(number) for number in range(BATCH)))
    anna = ListeningDesk(workspace.invitation("anna"), since)
    anna.pause()
    anna.begin()
    for number in range(BATCH, BATCH + 50):
        await workspace.tell(number)
    anna.go_on()
    await anna.until(lambda: len(anna.numbers) >= BATCH + 50)
    assert sorted(anna.numbers) == [*range(BATCH + 50)]
    await anna.end()


async def test_the_facts_before_the_cursor_are_read_again_by_a_desktop_that_has_not_heard_them(
    workspace: Workspace,
) -> None:
    for number in range(3):
        await workspace.tell(number)
    async with ListeningDesk(workspace.invitation("anna"), await workspace.cursor()) as anna:
        assert anna.numbers == [0, 1, 2]
        assert anna.cursor == await workspace.cursor()


async def test_a_number_that_the_broker_gave_to_another_fact_is_heard(workspace: Workspace) -> None:
    """A broker that was killed may have told facts that it had not written."""
    await workspace.tell(1)
    async with ListeningDesk(workspace.invitation("anna"), FeedCursor(0, 0)) as anna:
        assert anna.numbers == [1]
        await anna.end()
        await workspace.tell(2)
        # As if fact 2 had got the number of one that this desktop had heard before the kill.
        anna.cursor = await workspace.cursor()
        anna.events.clear()
        anna.begin()
        await anna.until(lambda: anna.numbers == [2])


async def test_a_stream_that_was_made_anew_is_a_gap(workspace: Workspace) -> None:
    await workspace.tell(1)
    before = await workspace.cursor()
    await workspace.js.delete_stream(subjects.stream(workspace.id))
    await workspace.make_stream()
    await workspace.tell(2)
    async with ListeningDesk(workspace.invitation("anna"), before) as anna:
        assert anna.numbers == [2]
        assert [batch.has_gap for batch in anna.batches] == [True]
        assert anna.cursor == await workspace.cursor()


async def test_a_stream_that_is_made_anew_under_way_is_a_gap(workspace: Workspace) -> None:
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        await workspace.tell(1)
        await workspace.tell(2)
        await anna.until(lambda: anna.numbers == [1, 2])
        await workspace.js.delete_stream(subjects.stream(workspace.id))
        await workspace.make_stream()
        await workspace.tell(3)
        await workspace.tell_state()
        await anna.until(lambda: anna.numbers == [1, 2, 3])
        assert anna.batches[-1].has_gap
        assert anna.cursor == await workspace.cursor()


async def test_longer_away_than_the_stream_is_kept_is_a_gap(workspace: Workspace) -> None:
    since = await workspace.cursor()
    for number in range(10):
        await workspace.tell(number)
    await workspace.js.purge_stream(subjects.stream(workspace.id), keep=4)
    async with ListeningDesk(workspace.invitation("anna"), since) as anna:
        assert anna.numbers == [6, 7, 8, 9]
        assert [batch.has_gap for batch in anna.batches] == [True]


async def test_after_a_long_sleep_only_the_newest_facts_are_read(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = await workspace.cursor()
    for number in range(10):
        await workspace.tell(number)
    monkeypatch.setattr("desktop.channels.team.replay.MAX_REPLAY", 4)
    async with ListeningDesk(workspace.invitation("anna"), since) as anna:
        assert anna.numbers == [6, 7, 8, 9]
        assert [batch.has_gap for batch in anna.batches] == [True]


async def test_a_broker_that_lost_its_newest_facts_is_a_gap(workspace: Workspace) -> None:
    for number in range(3):
        await workspace.tell(number)
    now = await workspace.cursor()
    async with ListeningDesk(workspace.invitation("anna"), replace(now, sequence=now.sequence + 1)) as anna:
        assert anna.numbers == [0, 1, 2]
        assert [batch.has_gap for batch in anna.batches] == [True]
        assert anna.cursor == now


async def test_an_emptied_stream_is_a_gap_without_facts(workspace: Workspace) -> None:
    since = await workspace.cursor()
    await workspace.tell(1)
    await workspace.js.purge_stream(subjects.stream(workspace.id))
    async with ListeningDesk(workspace.invitation("anna"), since) as anna:
        assert anna.batches == [FeedBatch((), await workspace.cursor(), has_gap=True)]


async def test_live_facts_that_were_dropped_are_read_from_the_stream(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desktop that takes nothing in for long holds only so much."""
    monkeypatch.setattr("desktop.channels.team.subscriptions.MAX_BUFFERED_BYTES", 1_000)
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        anna.pause()
        for number in range(60):
            await workspace.tell(number)
        anna.go_on()
        await anna.until(lambda: len(anna.numbers) >= 60)
        assert anna.numbers == [*range(60)]
        assert not any(batch.has_gap for batch in anna.batches)


async def test_what_two_copies_of_the_hub_tell_in_another_order_is_heard_in_the_streams(workspace: Workspace) -> None:
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        facts = [await workspace.store_change(number) for number in range(6)]
        await workspace.tell_live(facts[1], facts[3])
        await workspace.tell_live(facts[0], facts[2], facts[4])
        # What it has heard already, once more.
        await workspace.tell_live(facts[0], facts[5])
        await anna.until(lambda: len(anna.numbers) == 6)
        assert anna.numbers == [*range(6)]
        assert anna.cursor == await workspace.cursor()
        assert not any(batch.has_gap for batch in anna.batches)


async def test_what_a_copy_that_was_killed_did_not_tell_is_read_from_the_stream(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.channels.team.subscriptions.MISSING_AFTER_S", 0.05)
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        facts = [await workspace.store_change(number) for number in range(3)]
        # Nobody tells the first one.
        await workspace.tell_live(facts[1])
        await anna.until(lambda: anna.numbers == [0, 1, 2])
        # And nobody the last one, but the hub says where the stream is.
        await workspace.store_change(3)
        await workspace.tell_state()
        await anna.until(lambda: anna.numbers == [0, 1, 2, 3])
        # From there on it goes on as before.
        await workspace.tell(4)
        await anna.until(lambda: anna.numbers == [0, 1, 2, 3, 4])
        assert anna.cursor == await workspace.cursor()
        assert not any(batch.has_gap for batch in anna.batches)


async def test_what_cannot_be_read_is_passed_over(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        later = workspace.keys.seal(b'{"kind": "of a later version", "body": 1}')
        for sealed in (b"not sealed", KeyRing(new_key()).seal(b"{}"), later):
            await workspace.tell_live(await workspace.store(sealed, 7))
        await workspace.tell(8)
        await anna.until(lambda: anna.numbers == [8])
        assert anna.cursor == await workspace.cursor()
    assert sum("cannot be read" in message for message in caplog.messages) == 3


async def test_a_fact_that_no_mapping_was_prepared_for_stops_nobody(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    def open_with_a_fault(sealed: bytes, keys: KeyRing) -> tuple[TeamFact, ...]:
        facts = open_facts(sealed, keys)
        if facts == (ConversationChanged("2", AT_2),):
            raise ZeroDivisionError
        return facts

    feed = NatsTeamFeed(workspace.invitation("anna"), open_with_a_fault)
    async with ListeningDesk(workspace.invitation("anna"), feed=feed) as anna:
        for number in (1, 2, 3):
            await workspace.tell(number)
        await anna.until(lambda: anna.numbers == [1, 3])
        assert anna.cursor == await workspace.cursor()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "ZeroDivisionError" in caplog.text


async def test_a_fact_that_is_gone_from_the_middle_is_a_gap(workspace: Workspace) -> None:
    since = await workspace.cursor()
    for number in range(3):
        await workspace.tell(number)
    await workspace.js.delete_msg(subjects.stream(workspace.id), 2)
    async with ListeningDesk(workspace.invitation("anna"), since) as anna:
        assert anna.numbers == [0, 2]
        assert [batch.has_gap for batch in anna.batches] == [True]


async def test_only_so_many_ids_are_remembered(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forgotten is told once more, which does no harm."""
    monkeypatch.setattr("desktop.channels.team.feed.REMEMBERED", 2)
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        for number in range(4):
            await workspace.tell(number)
        await anna.until(lambda: len(anna.numbers) == 4)
        await anna.end()
        anna.events.clear()
        async with anna:
            assert anna.numbers == [0, 1]


async def test_a_signal_that_cannot_be_read_is_passed_over(workspace: Workspace) -> None:
    anna = ListeningDesk(workspace.invitation("anna"))
    await anna.feed.watch({"1"})
    async with anna:
        await workspace.client.publish(subjects.hub_state(workspace.id), b"{")
        await workspace.client.publish(subjects.presence(workspace.id, "ben", "1"), b"not sealed")
        await workspace.client.publish(subjects.presence(workspace.id, "ben", "1"), workspace.keys.seal(b"{}"))
        await workspace.client.publish(f"{subjects.prefix(workspace.id)}.known.contrary.x", b"not sealed")
        await workspace.client.publish(subjects.live(workspace.id), b"no facts")
        await workspace.tell(1)
        await anna.until(lambda: anna.numbers == [1])
        assert [type(event) for event in anna.events] == [FeedBatch, FeedBatch]


async def test_a_colleague_who_has_a_newer_key_is_heard(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.channels.team.feed.KEYS_READ_AGAIN_S", 0.0)
    newer = new_key()
    anna = ListeningDesk(workspace.invitation("anna"))
    await anna.feed.watch({"1"})
    async with anna:
        public = NKey(workspace.broker.seeds[(workspace.id, "anna")]).public
        bucket = await workspace.js.key_value(subjects.keys_bucket(workspace.id))
        await bucket.put("anna", seal_keys([newer], public))
        typing = Presence("ben", "1", PresenceState.TYPING)
        sealed = signals.write_presence(typing, KeyRing(workspace.key, newer))
        await workspace.client.publish(subjects.presence(workspace.id, "ben", "1"), sealed)
        await anna.until(lambda: anna.of(Presence) == [typing])


async def test_newer_keys_of_somebody_else_change_nothing(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    bucket = await workspace.js.key_value(subjects.keys_bucket(workspace.id))
    await bucket.put("anna", seal_keys([new_key()], NKey(new_seed()).public))
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        await workspace.tell(1)
        await anna.until(lambda: anna.numbers == [1])
    assert "newer keys cannot be read" in caplog.text


async def test_colleagues_are_heard_in_watched_conversations_alone(workspace: Workspace) -> None:
    ben = ListeningDesk(workspace.invitation("ben"))
    await ben.feed.watch({"settle"})
    async with ben, ListeningDesk(workspace.invitation("anna")) as anna:
        await anna.feed.watch({"11", "12"})
        await anna.feed.publish_presence("11", PresenceState.LOOKING, "7001", "Anna")
        await settle(anna, ben)
        began = time.monotonic()
        await ben.feed.publish_presence("11", PresenceState.TYPING, "7002", "Ben")
        await ben.feed.publish_presence("99", PresenceState.TYPING, "7002", "Ben")
        await ben.feed.publish_presence("12", PresenceState.QUEUED, "7002", "Ben")
        await anna.until(lambda: len(anna.of(Presence)) == 2)
        assert time.monotonic() - began < 1
        assert anna.of(Presence) == [
            Presence("ben", "11", PresenceState.TYPING, "7002", "Ben"),
            Presence("ben", "12", PresenceState.QUEUED, "7002", "Ben"),
        ]
        await anna.feed.watch({"99"})
        await settle(anna, ben)
        await ben.feed.publish_presence("11", PresenceState.LEFT, "", "")
        await ben.feed.publish_presence("99", PresenceState.LEFT, "", "")
        await anna.until(lambda: len(anna.of(Presence)) == 3)
        assert anna.of(Presence)[-1].conversation_id == "99"


async def test_who_is_watched_is_so_again_after_the_next_connect(workspace: Workspace) -> None:
    anna = ListeningDesk(workspace.invitation("anna"))
    await anna.feed.watch({"11"})
    async with anna, ListeningDesk(workspace.invitation("ben")) as ben:
        await ben.feed.publish_presence("11", PresenceState.TYPING, "7002", "Ben")
        await anna.until(lambda: len(anna.of(Presence)) == 1)
        await anna.end()
        anna.events.clear()
        async with anna:
            await ben.feed.publish_presence("11", PresenceState.TYPING, "7002", "Ben")
            await anna.until(lambda: len(anna.of(Presence)) == 1)


async def test_nothing_is_told_and_nothing_fails_without_a_connection(workspace: Workspace) -> None:
    feed = ListeningDesk(workspace.invitation("anna")).feed
    assert feed.desk == "anna"
    await feed.watch({"1"})
    await feed.publish_presence("1", PresenceState.LOOKING, "", "")
    await feed.publish_learned(LearnedFact(LearnedKind.BRIDGE_CODE, "app", "whatsapp", AT))
    await feed.aclose()
    assert [event async for event in feed.events(None)] == []


async def test_a_feed_that_is_closed_ends_without_an_error(workspace: Workspace) -> None:
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        await anna.feed.aclose()
        await anna.until(lambda: anna.has_ended)
        assert anna.error is None


async def test_everything_learnt_comes_first(workspace: Workspace) -> None:
    bucket = await workspace.js.key_value(subjects.learned_bucket(workspace.id))
    older = LearnedFact(LearnedKind.BRIDGE_CODE, "app-1", "whatsapp", AT, "215", "ben")
    newer = LearnedFact(LearnedKind.CONTRARY, "+353871234567", "window_closed", AT, "216", "ben")
    own = LearnedFact(LearnedKind.RELAY_PROVEN, "whatsapp", "yes", AT, "217", "anna")
    for fact in (older, own):
        await bucket.put(signals.learned_key(fact, workspace.keys), signals.write_learned(fact, workspace.keys))
    await bucket.put("bridge_code.broken", b"broken")
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        assert anna.events[0] == older
        assert isinstance(anna.events[1], FeedBatch)
        await bucket.put(signals.learned_key(newer, workspace.keys), signals.write_learned(newer, workspace.keys))
        await bucket.delete(signals.learned_key(older, workspace.keys))
        await bucket.put(signals.learned_key(own, workspace.keys), signals.write_learned(own, workspace.keys))
        await workspace.tell(1)
        await anna.until(lambda: anna.numbers == [1])
        assert anna.of(LearnedFact) == [older, newer]


async def test_what_was_learnt_is_not_told_again_while_nothing_of_it_is_new(workspace: Workspace) -> None:
    bucket = await workspace.js.key_value(subjects.learned_bucket(workspace.id))
    facts = [LearnedFact(LearnedKind.CONTRARY, f"+35387123456{n}", "window_closed", AT, "1", "ben") for n in range(2)]
    await bucket.put("contrary.0", signals.write_learned(facts[0], workspace.keys))
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        assert anna.of(LearnedFact) == facts[:1]
        await anna.end()
        anna.events.clear()
        async with anna:
            assert anna.of(LearnedFact) == []
            await anna.end()
        await bucket.put("contrary.1", signals.write_learned(facts[1], workspace.keys))
        async with anna:
            assert anna.of(LearnedFact) == facts


async def test_the_hub_hears_what_a_desktop_learnt_and_that_it_lives(workspace: Workspace) -> None:
    heard = await workspace.client.subscribe(f"{subjects.prefix(workspace.id)}.{subjects.DESK}.>")
    await workspace.client.flush()
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        fact = LearnedFact(LearnedKind.CONTRARY, "+353871234567", "window_closed", AT, "216")
        await anna.feed.publish_learned(fact)
        alive = await heard.next_msg(10)
        assert alive.subject == subjects.alive(workspace.id, "anna")
        offered = await heard.next_msg(10)
        assert offered.subject == subjects.learned(workspace.id, "anna", fact.kind)
        assert b"353" not in offered.data
        assert signals.read_learned(offered.data, workspace.keys) == fact


async def test_the_hub_says_how_it_is(workspace: Workspace) -> None:
    async with ListeningDesk(workspace.invitation("anna")) as anna:
        state = HubState(1000, AT, True, 4_000)
        await workspace.client.publish(subjects.hub_state(workspace.id), signals.write_hub_state(state))
        await anna.until(lambda: anna.of(HubState) == [state])


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "after sleep"])
async def test_a_key_that_was_changed_is_asked_for(workspace: Workspace, is_live: bool) -> None:
    newer = new_key()

    async def change_key() -> None:
        public = NKey(workspace.broker.seeds[(workspace.id, "anna")]).public
        bucket = await workspace.js.key_value(subjects.keys_bucket(workspace.id))
        await bucket.put("anna", seal_keys([newer], public))
        workspace.keys = KeyRing(workspace.key, newer)

    since = await workspace.cursor()
    if not is_live:
        await change_key()
        await workspace.tell(1)
    async with ListeningDesk(workspace.invitation("anna"), since) as anna:
        if is_live:
            await change_key()
            await workspace.tell(1)
        await anna.until(lambda: anna.numbers == [1])


async def test_a_broker_without_a_hub_is_not_ready(workspace: Workspace) -> None:
    await workspace.js.delete_stream(subjects.stream(workspace.id))
    anna = ListeningDesk(workspace.invitation("anna"))
    anna.begin()
    error = await anna.until_ended()
    assert (error.kind, error.reason.code) == (ProviderErrorKind.BUSY, "team_not_ready")
