"""A thread of which only the newest messages and the key entries are read is decided as one that is read whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from unittest.mock import patch

from conversation_factory import BRIDGE, NOW
from database import open_in_memory
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from random_facts import CONTACTS, FACTS, INSTANTS, WORKSPACES, conversations

from desktop.domain import forecast
from desktop.domain.contrary import ContraryFact
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.history.customer_row import build_customer_row
from desktop.domain.learning.bridge import find_bridge_delays
from desktop.domain.learning.relay import find_relay_proofs
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import find_situation
from desktop.engine.sync import thread_loader
from desktop.engine.sync.thread_loader import LoadedThread, load_with_conversations
from desktop.store import contacts, key_entries
from desktop.store import conversations as conversation_store
from desktop.store import settings as settings_store
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts
from desktop.store.outgoing import direct_messages

LIMIT = 3


@contextmanager
def small_numbers() -> Iterator[None]:
    """As if a few messages were many."""
    with (
        patch.object(key_entries, "WORTH_CHOOSING", 2),
        patch.object(key_entries, "CHOOSE_AGAIN_AFTER", 2),
        patch.object(thread_loader, "NEWEST_MESSAGES", LIMIT),
        patch.object(forecast, "NEWEST_MESSAGES", LIMIT),
    ):
        yield


def store_people(db: Database, people: tuple[Contact, ...]) -> None:
    for person in people:
        contacts.save(db, person)
    db.execute("UPDATE contacts SET customer_id = 'c1'")


def load(db: Database, workspace: Workspace, limit: int | None) -> LoadedThread:
    return load_with_conversations(db, "c1", workspace, NOW, limit)


def choose_key_entries(db: Database, workspace: Workspace) -> None:
    for conversation in load(db, workspace, LIMIT).conversations:
        if conversation.is_choice_due:
            key_entries.choose(db, conversation, workspace)


def check_same(db: Database, workspace: Workspace) -> bool:
    """Compares what is decided. Returns whether anything was left out."""
    loaded, whole_loaded = load(db, workspace, LIMIT), load(db, workspace, None)
    thread, whole = loaded.thread, whole_loaded.thread
    assert thread.messages == whole.messages[-LIMIT:]
    assert thread.older_count + len(thread.messages) == len(whole.messages)
    known = {m.key: m for m in whole.messages}
    for message in thread.loaded:
        assert replace(message, arrived=()) == replace(known[message.key], arrived=())
    assert (thread.contacts, thread.listed_windows, thread.contrary, thread.several_numbers) == (
        whole.contacts,
        whole.listed_windows,
        whole.contrary,
        whole.several_numbers,
    )
    for chat, other in zip(thread.chats, whole.chats, strict=True):
        assert replace(chat.conversation, entries=()) == replace(other.conversation, entries=())
        assert (chat.mapping, chat.unmapped, chat.window, chat.contrary, chat.recovery) == (
            other.mapping,
            other.unmapped,
            other.window,
            other.contrary,
            other.recovery,
        )
    assert build_customer_row("c1", thread) == build_customer_row("c1", whole)
    assert find_relay_proofs(thread, workspace) == find_relay_proofs(whole, workspace)
    unproven = replace(workspace, relay=dict.fromkeys(ChannelKind, Relay.UNPROVEN))
    assert find_relay_proofs(thread, unproven) == find_relay_proofs(whole, unproven)
    assert set(find_bridge_delays(thread, workspace)) == set(find_bridge_delays(whole, workspace))
    for seen_upto in (None, 3, 20):
        words = Reply("Hello", seen_upto=seen_upto, author_id="7001")
        for chat in whole.chats:
            here, there = (find_situation(t, chat.id, workspace) for t in (thread, whole))
            assert drop_arrivals(here) == drop_arrivals(there)
            for hours in (0, 20):
                at = NOW + timedelta(hours=hours)
                assert compute_forecast(here, words, at) == compute_forecast(there, words, at)
    for part, all_of_it in zip(loaded.conversations, whole_loaded.conversations, strict=True):
        assert (part.entry_count, dict(part.codes)) == (all_of_it.entry_count, dict(all_of_it.codes))
    return len(thread.loaded) < len(whole.messages)


def drop_arrivals(situation: object) -> object:
    newest = situation.newest_reply  # type: ignore[attr-defined]
    bare = None if newest is None else replace(newest, arrived=())
    return replace(situation, messages=(), newest_reply=bare)  # type: ignore[type-var]


DIRECT = st.lists(
    st.builds(
        DirectSent,
        st.sampled_from("pqr"),
        st.just("m1"),
        st.sampled_from("abc"),
        st.builds(
            Route,
            st.just(ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")),
            st.just("+353871234567"),
            st.just("+35315550100"),
        ),
        st.just("Directly"),
        INSTANTS,
        delivery=st.sampled_from(Delivery),
    ),
    max_size=2,
    unique_by=lambda d: d.draft_id,
)

left_out = [0, 0]


def lengthened(conversation: Conversation, random: Random) -> Conversation:
    """The same kinds of entries again and again, in the last day and two weeks before."""
    found = list(conversation.entries)
    for number in range(random.randrange(40) if found else 0):
        kind = random.choice(conversation.entries)
        minutes = random.randrange(1500) if random.random() < 0.4 else 20_000 + random.randrange(600)
        again = replace(kind, id=f"{900 + number}", sent_at=NOW - timedelta(minutes=minutes), is_first=False, arrival=0)
        found.append(again)
    return replace(conversation, entries=tuple(found))


@examples(40)
@given(conversations(), CONTACTS, WORKSPACES, FACTS, DIRECT, st.integers(0, 2**32))
def test_a_part_is_decided_as_the_whole(
    held: list[Conversation],
    people: tuple[Contact, ...],
    workspace: Workspace,
    facts: list[ContraryFact],
    direct: list[DirectSent],
    seed: int,
) -> None:
    random, db = Random(seed), open_in_memory()
    held = [lengthened(c, random) for c in held]
    with small_numbers():
        store_people(db, people)
        for fact in facts:
            contrary_facts.save(db, fact)
        for number in range(4):
            # Answers in any order, some of them older than others, and each of a part of the conversation.
            for conversation in random.sample(held, len(held)):
                some = random.sample(conversation.entries, random.randint(0, len(conversation.entries)))
                shown = conversation.entries if number == 2 else some
                at = NOW - timedelta(minutes=random.randrange(600))
                conversation_store.save(db, replace(conversation, entries=tuple(shown), updated_at=at))
            left_out[check_same(db, workspace)] += 1
            choose_key_entries(db, workspace)
            left_out[check_same(db, workspace)] += 1
            if number == 0:
                for sent in direct:
                    if conversation_store.customer_of(db, sent.conversation_id):
                        direct_messages.save(db, sent)
            if number == 1:
                workspace = change_something(db, held, people, workspace, random)
                left_out[check_same(db, workspace)] += 1


def change_something(
    db: Database, held: list[Conversation], people: tuple[Contact, ...], workspace: Workspace, random: Random
) -> Workspace:
    """What a person says, what providers change, what the retention wipes."""
    conversation = random.choice(held)
    match random.randrange(8):
        case 0 if conversation.entries:
            entry = random.choice(conversation.entries)
            channel = random.choice([ChannelKind.WHATSAPP, ChannelKind.MESSENGER])
            settings_store.save_message_channel(db, conversation.id, entry.id, channel)
            return replace(workspace, message_channels={entry.key: channel})
        case 1:
            return replace(workspace, bridge_codes=frozenset({BRIDGE, "crm"}))
        case 2:
            return replace(workspace, non_message_patterns=("hello",), success_patterns=("24 hours",))
        case 3:
            conversation_store.remove(db, conversation.id)
        case 4:
            db.execute("UPDATE entries SET text = '', wiped = 1 WHERE sent_at_us % 2 = 0")
        case 5:
            contacts.save(db, replace(random.choice(people), phone="+4915112345678", messenger_seen_at=NOW))
        case 6:
            db.execute("DELETE FROM entries WHERE conversation_id = ? AND sent_at_us % 3 = 0", (conversation.id,))
        case 7:
            db.execute("UPDATE entries SET line_hint = '', client_hint = 'ios' WHERE number % 2 = 0")
    return workspace


def test_the_examples_leave_entries_out() -> None:
    """Otherwise the test above would compare a thing with itself."""
    assert left_out[True] > left_out[False] / 4
