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
from partial_threads import (
    LIMIT,
    check_older,
    check_same,
    choose_dormant,
    choose_key_entries,
    load,
    small_numbers,
    store_people,
)
from random_facts import CONTACTS, FACTS, INSTANTS, WORKSPACES, conversations

from desktop.domain import origin
from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history import thread as thread_module
from desktop.domain.history.customer_row import build_customer_row
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, ConversationState, Tag
from desktop.domain.model.workspace import Pin, Workspace
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.sync.thread_loader import load_older
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
        check_older(db, workspace)


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
            db.execute("UPDATE entry_rows SET text = '', wiped = 1 WHERE sent_at_us % 2 = 0")
        case 5:
            contacts.save(db, replace(random.choice(people), phone="+4915112345678", messenger_seen_at=NOW))
        case 6:
            held = "SELECT conversation_number FROM conversations WHERE id = ?"
            db.execute(
                f"DELETE FROM entry_rows WHERE conversation_number = ({held}) AND sent_at_us % 3 = 0",
                (conversation.id,),
            )
        case 7:
            even = "CAST(entry_key AS INTEGER) % 2 = 0"
            db.execute(f"UPDATE entry_rows SET line_hint = '', client_hint = 'ios' WHERE {even}")
    return workspace


def repeated(held: list[Conversation], random: Random) -> list[Conversation]:
    """The same conversations again and again in the months before, each with all that is in it moved back, one after
    the other or at the same time; most of them are closed.
    """
    found = list(held)
    shift = timedelta(0)
    for number in range(random.randrange(1, 9)):
        shift += timedelta(hours=random.choice([0, 6, 70, 70, 70, 200]))
        some = random.sample(held, random.randint(1, len(held)))
        found += [moved_back(c, f"{c.id}{number}", shift, random) for c in some]
    return found


def moved_back(conversation: Conversation, name: str, shift: timedelta, random: Random) -> Conversation:
    entries_before = tuple(
        replace(e, id=f"{name}{place}", conversation_id=name, sent_at=e.sent_at - shift, arrival=0)
        for place, e in enumerate(conversation.entries)
    )
    return replace(
        conversation,
        id=name,
        created_at=conversation.created_at - shift,
        updated_at=conversation.updated_at - shift,
        entries=entries_before,
        state=ConversationState.CLOSED if random.random() < 0.8 else conversation.state,
        read=random.random() < 0.8,
        tags=tuple(replace(t, applied_at=t.applied_at and t.applied_at - shift) for t in conversation.tags),
        unseen_before=None if random.random() < 0.8 else conversation.unseen_before,
    )


def test_a_customer_with_many_conversations_is_decided_without_the_dormant_ones() -> None:
    left_out: list[int] = []

    @examples(40)
    @given(st.tuples(conversations(), CONTACTS, WORKSPACES, FACTS, DIRECT, st.integers(0, 2**32)))
    def compare(known: Any) -> None:
        left_out.extend(compared_without_dormant(*known))

    compare()
    assert sum(n > 0 for n in left_out) > len(left_out) / 8


def compared_without_dormant(
    held: list[Conversation],
    people: tuple[Contact, ...],
    workspace: Workspace,
    facts: list[ContraryFact],
    direct: list[DirectSent],
    seed: int,
) -> Iterator[int]:
    """How many conversations were left out, for each time that both were compared."""
    random, db = Random(seed), open_in_memory()
    held = repeated(held, random)
    with small_numbers():
        store_people(db, people)
        for fact in facts if random.random() < 0.5 else ():
            contrary_facts.save(db, fact)
        for conversation in held:
            conversation_store.save(db, conversation)
        for _ in range(random.randrange(1, 7)):
            choose_dormant(db, workspace)
            if random.random() < 0.5:
                choose_key_entries(db, workspace)
            check_same(db, workspace)
            yield load(db, workspace, LIMIT).thread.left_out
            check_same(db, workspace, named={random.choice([c.id for c in held if is_stored(db, c)])})
            for _ in range(random.randrange(1, 3)):
                held, workspace = happened(db, held, people, workspace, direct, random)
                check_same(db, workspace)
        check_older(db, workspace)


def is_stored(db: Database, conversation: Conversation) -> bool:
    return conversation_store.customer_of(db, conversation.id) is not None


def happened(
    db: Database,
    held: list[Conversation],
    people: tuple[Contact, ...],
    workspace: Workspace,
    direct: list[DirectSent],
    random: Random,
) -> tuple[list[Conversation], Workspace]:
    """Something new, mostly a message in a conversation."""
    known = [c for c in held if is_stored(db, c)]
    conversation = random.choice(known)
    match random.randrange(9):
        case 0 | 1 | 2 if conversation.entries:
            number = random.randrange(10**6)
            at = NOW - timedelta(minutes=random.randrange(600)) * random.choice([0, 1, 20])
            again = replace(random.choice(conversation.entries), id=f"n{number}", sent_at=at, is_first=False, arrival=0)
            state = random.choice([conversation.state, *ConversationState])
            answer = replace(conversation, updated_at=at, state=state, entries=(*conversation.entries, again))
            conversation_store.save(db, answer)
        case 3:
            begun = moved_back(
                conversation, f"new{random.randrange(10**6)}", timedelta(hours=random.randrange(90)), random
            )
            conversation_store.save(db, begun)
            held = [*held, begun]
        case 4 if direct:
            sent = replace(random.choice(direct), conversation_id=conversation.id, draft_id=f"d{random.random()}")
            direct_messages.save(db, sent)
        case 5:
            workspace = replace(workspace, pins={conversation.id: Pin(random.choice([None, ChannelKind.WHATSAPP]))})
            for i in known:
                settings_store.save_pin(db, i.id, workspace.pins.get(i.id))
        case 6:
            fact = ContraryFact(
                ContraryKind.UNREACHABLE, ChannelKind.WHATSAPP, NOW, ContrarySource.REFUSAL, "r", conversation.id
            )
            contrary_facts.save(db, fact)
        case 7:
            db.execute("UPDATE conversations SET is_read = 1 - is_read WHERE id = ?", (conversation.id,))
        case _ if len(known) > 1:
            workspace = change_something(db, known, people, workspace, random)
    return held, workspace


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
    """Rows read from the database, entries among them, and origins decided."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.rows = self.read = self.decided = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        read_entry, find = entries._entry, origin.find_origin

        def read_row(_cursor: object, row: tuple[object, ...]) -> tuple[object, ...]:
            self.rows += 1
            return row

        def read(row: object) -> object:
            self.read += 1
            return read_entry(row)

        def decide(*of: object) -> object:
            self.decided += 1
            return find(*of)  # type: ignore[arg-type]

        self.rows = self.read = self.decided = 0
        self._db.row_trace = read_row
        with patch.object(entries, "_entry", read), patch.object(thread_module, "find_origin", decide):
            yield
        self._db.row_trace = None


def store_long_thread(db: Database, conversations: int, parts: int, pause: timedelta = timedelta(minutes=20)) -> None:
    """Every 20 minutes a message; the newest conversation is of 100 parts. pause: between two conversations."""
    settings_store.save(db, "bridge_codes_chosen", [BRIDGE])
    at = NOW - timedelta(minutes=20) * (conversations * (parts - 1) + 99) - pause * conversations
    for number in range(conversations + 1):
        is_newest = number == conversations
        name, count = f"v{number}", 100 if is_newest else parts
        held = [
            replace(
                on_channel(0) if place % 2 else reply(0),
                id=f"{number}{place:03}",
                conversation_id=name,
                sent_at=at + timedelta(minutes=20) * place,
            )
            for place in range(count)
        ]
        at = held[-1].sent_at + pause
        talk = Conversation(
            name,
            created_at=held[0].sent_at,
            updated_at=held[-1].sent_at,
            state=ConversationState.OPEN if is_newest else ConversationState.CLOSED,
            contact_ids=("c1",),
            tags=(Tag("whatsapp", held[0].sent_at),),
            entries=tuple(held),
        )
        conversation_store.save(db, talk)
    refresh_customers(db, ["c1"], NOW)


def add_message(db: Database, number: int) -> None:
    """As the sync does, except for reading the stored conversation."""
    newest = max(conversation_store.of_customer_without_entries(db, "c1"), key=lambda c: c.updated_at)
    at = NOW + timedelta(minutes=number)
    message = replace(on_channel(0), id=f"9{number:04}", conversation_id=newest.id, sent_at=at)
    entries.save(db, newest.id, [message], is_newest=True)


def costs_of_news(db: Database) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Rows and entries that are read and origins that are decided, for a new message and for opening."""
    counts = Counts(db)
    costs = []
    for number in range(3):
        add_message(db, number)
        with counts.counting():
            refresh_customers(db, ["c1"], NOW)
        costs.append((counts.rows, counts.read, counts.decided))
    with counts.counting():
        load(db, settings_store.load(db), THREAD_PAGE)
    return max(costs), (counts.rows, counts.read, counts.decided)


def test_a_new_message_and_opening_cost_the_same_in_a_thread_of_100_and_of_2000() -> None:
    for conversations_before in (0, 10):
        db = open_in_memory()
        store_people(db, (jennifer(),))
        store_long_thread(db, conversations_before, 190)
        news, opening = costs_of_news(db)
        thread = load(db, settings_store.load(db), THREAD_PAGE).thread
        assert thread.older_count == conversations_before * 190 + 103 - len(thread.messages)
        # The newest 100 messages are read, and a few key entries of each conversation.
        for _, read, decided in (news, opening):
            assert max(read, decided) <= 100 + 32 + conversations_before * 5


def test_a_new_message_and_opening_cost_the_same_after_20_and_after_60_conversations() -> None:
    costs, left_out = [], []
    for conversations_before in (20, 60):
        db = open_in_memory()
        store_people(db, (jennifer(),))
        store_long_thread(db, conversations_before, 2, pause=timedelta(days=1))
        costs.append(costs_of_news(db))
        left_out.append(load(db, settings_store.load(db), THREAD_PAGE).thread.left_out)
    assert costs[0] == costs[1]
    assert left_out[1] - left_out[0] == 40


def test_older_messages_cost_what_they_are_however_many_are_shown() -> None:
    db, counts = open_in_memory(), []
    store_people(db, (jennifer(),))
    store_long_thread(db, 3, 190)
    workspace = settings_store.load(db)
    refresh_customers(db, ["c1"], NOW)
    count, shown = Counts(db), load(db, workspace, THREAD_PAGE).thread
    while shown.older_count >= 100:
        with count.counting():
            more = load_older(db, "c1", workspace, NOW, shown, len(shown.messages) + 100)
        assert more is not None
        assert len(more.messages) == len(shown.messages) + 100
        counts.append((count.read, count.decided))
        shown = more
    assert len(counts) == 5
    # A hundred, and a few key entries of each conversation.
    assert max(max(c) for c in counts) <= 100 + 3 * 8 + 16


def test_older_messages_are_not_added_to_what_has_changed() -> None:
    db = open_in_memory()
    store_people(db, (jennifer(),))
    store_long_thread(db, 1, 190)
    workspace = settings_store.load(db)
    shown = load(db, workspace, THREAD_PAGE).thread
    assert load_older(db, "c1", workspace, NOW, shown, 200) is not None
    db.execute("UPDATE conversations SET is_read = 1 - is_read")
    assert load_older(db, "c1", workspace, NOW, shown, 200) is None
    db.execute("UPDATE conversations SET is_read = 1 - is_read")
    add_message(db, 1)
    assert load_older(db, "c1", workspace, NOW, shown, 200) is None
