"""Facts of the feed in any order, late and twice, between reads: in the end the store is as if it had only read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

import msgspec
import pytest
from database import open_in_memory
from history_actions import HistoryActions, Tally
from stored_facts import over_the_wire

from desktop.channels.intercom.answers import read_conversation
from desktop.channels.intercom.conversations import map_conversation, map_search_hit
from desktop.domain.model.facts import ChannelKind, Client, Conversation, Entry, TagSighting
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.engine.sync.team.team_facts import store_team_facts
from desktop.ports.team import ConversationUpdated
from desktop.store import conversations, sync_queue
from desktop.store.core.database import Database


@dataclass(frozen=True)
class Snapshot:
    """How Intercom shows one conversation at an instant."""

    raw: object
    at: datetime

    @property
    def conversation(self) -> Conversation:
        return map_conversation(self.raw)


class RecordedHistory(HistoryActions):
    """Records how each conversation looks after every action, oldest first."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, Tally())
        self.snapshots: list[Snapshot] = []

    def play(self) -> None:
        special = [self.act_colleague, self.act_bot, self.act_close, self.act_reopen, self.act_hand_tag]
        for _ in range(self.rng.randint(4, 12)):
            self.rng.choice([self.customer_writes, self.customer_writes, self.pass_time, *special])()
            self.record()

    def record(self) -> None:
        newest = {s.conversation.id: s.raw for s in self.snapshots}
        for conversation_id in self.world.conversation_ids(self.customer):
            raw = over_the_wire(self.world.intercom.get_conversation(conversation_id))
            if raw != newest.get(conversation_id):
                self.snapshots.append(Snapshot(raw, datetime.fromtimestamp(self.world.now, UTC)))


def told_facts(snapshots: list[Snapshot], rng: Random) -> list[ConversationUpdated]:
    """What the hub tells: with each change the state, the first message, and the entries that are new."""
    facts, known = [], set()
    for snapshot in snapshots:
        now = snapshot.conversation
        new = tuple(e for e in now.entries if e.key not in known or e.is_first)
        known |= {e.key for e in now.entries}
        is_plain = rng.random() < 0.5
        if is_plain:
            new = tuple(replace(e, text=f"plain {e.text}", attachments=()) for e in new)
        facts.append(ConversationUpdated(replace(now, entries=new, is_partial=True), is_plain))
    return facts


def read(db: Database, snapshot: Snapshot, now: datetime) -> None:
    """As the engine reads: without what is stored already."""
    found = snapshot.conversation.id
    answer = read_conversation(msgspec.json.encode(snapshot.raw), conversations.stored_answer(db, found, now))
    if answer is None:
        store_facts(db, Facts(unchanged=(found,)), now)
    elif not answer.is_partial or conversations.is_whole(db, found):
        store_facts(db, Facts((answer,)), now)


def newest_of(snapshots: list[Snapshot]) -> list[Snapshot]:
    return list({s.conversation.id: s for s in snapshots}.values())


def content(db: Database, conversation_id: str) -> Conversation:
    """Without what depends on when it became known: who reads seldom has seen less."""
    stored = conversations.load(db, conversation_id)
    assert stored is not None

    def plain(entry: Entry) -> Entry:
        hints = {"client_hint": Client.UNKNOWN, "line_hint": "", "customer_hint": "", "channel_hint": ""}
        return replace(entry, **hints, attribute_hint=ChannelKind.UNKNOWN, arrival=0)

    tags = tuple(replace(t, sighting=TagSighting.UNKNOWN) for t in stored.tags)
    return replace(stored, entries=tuple(plain(e) for e in stored.entries), tags=tags, removed_tags=())


@pytest.mark.parametrize("seed", range(40))
def test_any_order_of_facts_and_reads_ends_as_reads_alone(seed):
    history, rng = RecordedHistory(seed), Random(seed)
    history.play()
    snapshots = history.snapshots
    now = datetime.fromtimestamp(history.world.now, UTC)
    alone, fed = open_in_memory(), open_in_memory()
    for snapshot in snapshots:
        read(alone, snapshot, snapshot.at)
    facts: list[object] = [*told_facts(snapshots, rng), *(s for s in snapshots if rng.random() < 0.5)]
    facts += [f for f in facts if rng.random() < 0.3]
    if rng.random() < 0.7:
        rng.shuffle(facts)
    for fact in facts:
        if isinstance(fact, Snapshot):
            read(fed, fact, now)
        else:
            store_team_facts(fed, [fact], None, now)
    for snapshot in newest_of(snapshots):
        read(fed, snapshot, now)
        read(alone, snapshot, now)
    for snapshot in newest_of(snapshots):
        assert content(fed, snapshot.conversation.id) == content(alone, snapshot.conversation.id)
        # The next search has nothing to be read again.
        assert not sync_queue.add(fed, map_search_hit(snapshot.raw))


@pytest.mark.parametrize("seed", range(40))
def test_who_is_told_everything_in_order_has_every_message_without_a_read(seed):
    history, rng = RecordedHistory(1000 + seed), Random(seed)
    history.play()
    alone, fed = open_in_memory(), open_in_memory()
    facts = told_facts(history.snapshots, rng)
    for snapshot, fact in zip(history.snapshots, facts, strict=True):
        read(alone, snapshot, snapshot.at)
        store_team_facts(fed, [fact, fact] if rng.random() < 0.3 else [fact], None, snapshot.at)
    for snapshot in newest_of(history.snapshots):
        told, known = (content(db, snapshot.conversation.id) for db in (fed, alone))
        assert [e.id for e in told.entries] == [e.id for e in known.entries]
        assert (told.state, told.updated_at, told.assignee_id, told.tags) == (
            known.state,
            known.updated_at,
            known.assignee_id,
            known.tags,
        )
        assert not sync_queue.add(fed, map_search_hit(snapshot.raw))
