"""A thread of which only the newest messages and the key entries are read is decided as one that is read whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from conversation_factory import BRIDGE, NOW, WORKSPACE, conversation, first, jennifer, on_channel, reply
from database import open_in_memory
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from partial_threads import check_same, choose_key_entries, load, small_numbers, store_people
from random_facts import CONTACTS, FACTS, INSTANTS, WORKSPACES, conversations

from desktop.domain import origin
from desktop.domain.contrary import ContraryFact
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history import thread as thread_module
from desktop.domain.history.customer_row import build_customer_row
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Tag
from desktop.domain.model.workspace import Workspace
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.views import THREAD_PAGE
from desktop.store import contacts, entries
from desktop.store import conversations as conversation_store
from desktop.store import settings as settings_store
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts
from desktop.store.outgoing import direct_messages

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


def lengthened(conversation: Conversation, random: Random) -> Conversation:
    """The same kinds of entries again and again, in the last day and two weeks before."""
    found = list(conversation.entries)
    for number in range(random.randrange(40) if found else 0):
        kind = random.choice(conversation.entries)
        minutes = random.randrange(1500) if random.random() < 0.4 else 20_000 + random.randrange(600)
        again = replace(kind, id=f"{900 + number}", sent_at=NOW - timedelta(minutes=minutes), is_first=False, arrival=0)
        found.append(again)
    return replace(conversation, entries=tuple(found))


def test_a_part_is_decided_as_the_whole() -> None:
    counts = [0, 0]

    @examples(40)
    @given(st.tuples(conversations(), CONTACTS, WORKSPACES, FACTS, DIRECT, st.integers(0, 2**32)))
    def compare(known: Any) -> None:
        for is_left_out in compared(*known):
            counts[is_left_out] += 1

    compare()
    # Otherwise it would have compared a thing with itself.
    assert counts[True] > counts[False] / 4


def compared(
    held: list[Conversation],
    people: tuple[Contact, ...],
    workspace: Workspace,
    facts: list[ContraryFact],
    direct: list[DirectSent],
    seed: int,
) -> Iterator[bool]:
    """Whether entries were left out, for each time that both were compared."""
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
            yield check_same(db, workspace)
            choose_key_entries(db, workspace)
            yield check_same(db, workspace)
            if number == 0:
                for sent in direct:
                    if conversation_store.customer_of(db, sent.conversation_id):
                        direct_messages.save(db, sent)
            if number == 1:
                workspace = change_something(db, held, people, workspace, random)
                yield check_same(db, workspace)


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
            db.execute("UPDATE entries SET line_hint = '', client_hint = 'ios' WHERE CAST(entry_id AS INTEGER) % 2 = 0")
    return workspace


def test_where_our_newest_reply_arrived_is_decided_though_newer_messages_fill_the_page() -> None:
    """A customer who went on in the Messenger; the bridge's own message is no reply of ours."""
    with small_numbers():
        for age_of_opener, hours in ((20.5, "open"), (50, "closed")):
            db = open_in_memory()
            store_people(db, (jennifer(),))
            older = [on_channel(400 - n) for n in range(8)] + [reply(390 - n) for n in range(8)]
            held = [*older, on_channel(age_of_opener), reply(20), *(reply(19 - n, app_code=BRIDGE) for n in range(3))]
            held += [on_channel(9 - n) for n in range(8)]
            talk = conversation("v1", first(500), *held, tags=("whatsapp",))
            conversation_store.save(db, talk)
            for _ in range(2):
                choose_key_entries(db, WORKSPACE)
                assert check_same(db, WORKSPACE), hours
            row = build_customer_row("c1", load(db, WORKSPACE, 3).thread)
            assert row is not None
            assert row.messenger_only is (hours == "closed")


# --- what it costs -------------------------------------------------------------------------------------------------


class Counts:
    """Entries read from the database, and origins decided."""

    def __init__(self) -> None:
        self.read = self.decided = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        read_entry, find = entries._entry, origin.find_origin

        def read(row: object) -> object:
            self.read += 1
            return read_entry(row)

        def decide(*of: object) -> object:
            self.decided += 1
            return find(*of)  # type: ignore[arg-type]

        self.read = self.decided = 0
        with patch.object(entries, "_entry", read), patch.object(thread_module, "find_origin", decide):
            yield


def store_long_thread(db: Database, conversations: int, parts: int) -> None:
    """Every 20 minutes a message, the newest conversation is of 100 parts."""
    settings_store.save(db, "bridge_codes_chosen", [BRIDGE])
    at = NOW - timedelta(minutes=20) * (conversations * parts + 100)
    for number in range(conversations + 1):
        name, count = f"v{number}", 100 if number == conversations else parts
        held = [
            replace(
                on_channel(0) if place % 2 else reply(0),
                id=f"{number}{place:03}",
                conversation_id=name,
                sent_at=at + timedelta(minutes=20) * place,
            )
            for place in range(count)
        ]
        at = held[-1].sent_at + timedelta(minutes=20)
        tag = Tag("whatsapp", held[0].sent_at)
        times = {"created_at": held[0].sent_at, "updated_at": held[-1].sent_at}
        conversation_store.save(db, Conversation(name, **times, contact_ids=("c1",), tags=(tag,), entries=tuple(held)))
    refresh_customers(db, ["c1"], NOW)


def add_message(db: Database, number: int) -> None:
    """As the sync does, except for reading the stored conversation."""
    newest = max(conversation_store.of_customer_without_entries(db, "c1"), key=lambda c: c.updated_at)
    at = NOW + timedelta(minutes=number)
    message = replace(on_channel(0), id=f"9{number:04}", conversation_id=newest.id, sent_at=at)
    entries.save(db, newest.id, [message], is_newest=True)


def test_a_new_message_and_opening_cost_the_same_in_a_thread_of_100_and_of_5000() -> None:
    counts, found = Counts(), {}
    for conversations_before in (0, 10):
        db = open_in_memory()
        store_people(db, (jennifer(),))
        store_long_thread(db, conversations_before, 490)
        costs = []
        for number in range(3):
            add_message(db, number)
            with counts.counting():
                refresh_customers(db, ["c1"], NOW)
            costs.append((counts.read, counts.decided))
        with counts.counting():
            view = load(db, settings_store.load(db), THREAD_PAGE)
        assert view.thread.older_count == conversations_before * 490 + 103 - len(view.thread.messages)
        found[conversations_before] = (*max(costs), counts.read, counts.decided)
    short, long = found[0], found[10]
    # The newest 200 messages are read, where the short thread has 103, and a few key entries of each conversation.
    assert all(n <= 103 + 5 for n in short)
    assert all(n <= 200 + 32 + 11 * 5 for n in long)
