"""Ingest: everything may arrive twice and in any order; the store ends the same, and nothing known is lost."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import apsw
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.facts import (
    Attachment,
    ChannelKind,
    Client,
    Contact,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Role,
    Tag,
    TagSighting,
)
from desktop.engine.changes import Changes
from desktop.engine.sync.ingest import Facts, merge_contact, refresh_customers, store_facts
from desktop.engine.sync.thread_loader import load_thread
from desktop.store import conversations, entries
from desktop.store import settings as workspace
from desktop.store.core.database import Database
from desktop.store.search.messages import MessageSearch, find
from tests.helpers.database import create_database, open_in_memory

HOUR = timedelta(hours=1)


@pytest.fixture
def db(tmp_path):
    return opened(tmp_path / "facts.db")


def opened(path: Path) -> Database:
    db = apsw.Connection(str(create_database(path)))
    db.pragma("foreign_keys", True)
    # Nothing here is about power cuts.
    db.pragma("synchronous", "off")
    return db


def contents(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """All tables. A customer keeps the first id, so customers are named by their people here."""
    people: dict[str, list[str]] = {}
    for contact, customer in db.execute("SELECT id, customer_id FROM contacts ORDER BY id"):
        people.setdefault(customer, []).append(contact)
    facts = ("contacts", "contact_aliases", "conversations", "entries", "customer_rows", "settings", "contrary_facts")
    tables = (*facts, "conversation_signs", "code_totals", "code_customers", "several_numbers", "idle_notes")
    named = {c: "+".join(p) for c, p in people.items()}
    columns = {t: [c for (c,) in db.execute("SELECT name FROM pragma_table_info(?)", (t,))] for t in tables}
    # In which order things became known is no fact about them.
    columns["entries"].remove("answer_number")
    columns["entries"].remove("arrival")
    for table in ("entries", "conversations"):
        columns[table].remove("conversation_number")
    return {
        t: sorted(
            (
                tuple(named[v] if c == "customer_id" else v for c, v in zip(columns[t], row, strict=True))
                for row in db.execute(f"SELECT {', '.join(columns[t])} FROM {t}")
            ),
            key=repr,
        )
        for t in tables
    }


# --- order and repetition ---


def history(kit) -> list[Facts]:
    """Jennifer as a WhatsApp lead and as a user; one conversation seen at three moments, one only listed first."""
    early = kit.whatsapp("v1", "lead", kit.START - 9 * HOUR)
    said = Entry(
        "12", "v1", kit.START - 8 * HOUR, Role.CUSTOMER, EntryKind.MESSAGE, author_id="lead", text="A card number",
        app_code=kit.BRIDGE, attachments=(Attachment("card.jpg", "https://files.example/1"),),
    )  # fmt: skip
    later = replace(early, entries=(*early.entries, said), updated_at=said.sent_at)
    hidden = replace(said, text="This message was deleted", redacted=True, attachments=())
    answered = Entry(
        "13", "v1", kit.START - 7 * HOUR, Role.TEAMMATE, EntryKind.MESSAGE, author_id="7001", text="Thanks"
    )
    last = replace(
        later,
        entries=(*early.entries, hidden, answered),
        updated_at=answered.sent_at,
        state=ConversationState.CLOSED,
        tags=(Tag("whatsapp"), Tag("vip")),
    )
    other = kit.messenger("v2", "user", kit.START - 6 * HOUR)
    return [
        Facts((early,)),
        Facts((later,)),
        Facts((last,)),
        Facts(listed=(other,)),
        Facts((other,)),
        Facts(contacts=(Contact("lead", "lead", "Jen", phone="+353871234567"),)),
        Facts(contacts=(Contact("user", "user", "Jennifer", phone="+353 87 123 4567", merged_ids=("older",)),)),
        Facts((kit.messenger("v3", "older", kit.START - 5 * HOUR),)),
        Facts((kit.messenger("v4", "stranger", kit.START - 4 * HOUR),)),
    ]


@examples(30)
@given(data=st.data())
def test_twice_and_in_any_order_is_the_same(kit, data):
    with tempfile.TemporaryDirectory() as folder:
        facts = history(kit)
        straight = opened(Path(folder) / "straight.db")
        workspace.save(straight, "bridge_codes_learnt", frozenset({kit.BRIDGE}))
        for one in facts:
            store_facts(straight, one)
        shuffled = opened(Path(folder) / "shuffled.db")
        workspace.save(shuffled, "bridge_codes_learnt", frozenset({kit.BRIDGE}))
        order = data.draw(st.permutations(facts)) + data.draw(st.lists(st.sampled_from(facts), max_size=5))
        for one in order:
            store_facts(shuffled, one)
        assert contents(shuffled) == contents(straight)
        straight.close()
        shuffled.close()


def ask(db: Database, conversation: Conversation) -> Facts:
    """What is stored of this answer, when it is asked for without what is stored already."""
    told = replace(
        conversation,
        entries=tuple(replace(e, fingerprint=hash(e) or 1) for e in conversation.entries),
        fingerprint=hash(conversation) or 1,
    )
    held = conversations.stored_answer(db, conversation.id, conversation.updated_at)
    if held.fingerprint == told.fingerprint:
        return Facts(unchanged=(told.id,))
    new = tuple(e for e in told.entries if e.fingerprint not in held.entries)
    return Facts((replace(told, entries=new, is_partial=len(new) < len(told.entries)),))


@st.composite
def moments(draw, kit) -> list[Conversation]:
    """One conversation as it was answered at several moments: messages come, are edited and redacted, and the oldest
    are beyond the cap.
    """
    current = kit.whatsapp("v1", "c1", kit.START - 9 * HOUR)
    seen = [current]
    for number in range(draw(st.integers(1, 6))):
        at = current.updated_at + HOUR
        parts = list(current.entries)
        match draw(st.sampled_from(["says", "edits", "redacts", "closes"])):
            case "says":
                role = draw(st.sampled_from([Role.CUSTOMER, Role.TEAMMATE]))
                said = Entry(str(number), "v1", at, role, EntryKind.MESSAGE, author_id="c1", text=f"words {number}")
                parts.append(said)
            case "edits":
                parts[-1] = replace(parts[-1], text=f"edited {number}") if not parts[-1].redacted else parts[-1]
            case "redacts":
                parts[-1] = replace(parts[-1], text="gone", redacted=True)
            case "closes":
                current = replace(current, state=ConversationState.CLOSED)
        current = replace(current, entries=tuple(parts), updated_at=at)
        is_capped = draw(st.booleans()) and len(parts) > 2
        seen.append(replace(current, entries=(parts[0], *parts[2:]), unseen_before=at) if is_capped else current)
    return seen


@given(data=st.data())
def test_asking_only_for_what_is_not_stored_ends_the_same_in_any_order(kit, data):
    told = data.draw(moments(kit))
    straight, asked = open_in_memory(), open_in_memory()
    for one in told:
        store_facts(straight, Facts((one,)))
    order = data.draw(st.permutations(told)) + data.draw(st.lists(st.sampled_from(told), max_size=4))
    for one in order:
        store_facts(asked, ask(asked, one))
    held, expected = conversations.load(asked, "v1"), conversations.load(straight, "v1")
    assert replace(held, entries=()) == replace(expected, entries=())
    assert [replace(e, arrival=0) for e in held.entries] == [replace(e, arrival=0) for e in expected.entries]
    assert ask(asked, told[-1]) == Facts(unchanged=("v1",)), "the newest answer is what is stored"
    assert store_facts(asked, ask(asked, told[-1])) == Changes()


def test_one_message_more_writes_as_many_rows_in_a_long_conversation_as_in_a_short_one(db, kit):
    def one_more(conversation_id: str, length: int) -> Counter[str]:
        begun = kit.whatsapp(conversation_id, conversation_id, kit.START - 9 * HOUR)
        author = {"author_id": conversation_id, "text": "Hello?"}
        says = [
            Entry(str(n), conversation_id, kit.START + n * HOUR / 60, Role.CUSTOMER, EntryKind.MESSAGE, **author)
            for n in range(length)
        ]
        before = replace(begun, entries=(*begun.entries, *says[:-1]), updated_at=says[-2].sent_at)
        after = replace(before, entries=(*begun.entries, *says), updated_at=says[-1].sent_at)
        store_facts(db, ask(db, before))
        written = rows_written(db, lambda: store_facts(db, ask(db, after)))
        assert rows_written(db, lambda: store_facts(db, ask(db, after))).total() == 0
        return written

    short, long = one_more("v1", 200), one_more("v2", 500)
    assert (long["conversations"], long["entry_rows"], long["counters"]) == (1, 1, 1)
    # How many lists a row comes to and leaves depends on what is in them.
    for written in (short, long):
        assert written.pop("customer_list_sizes", 0) <= 6
    assert long == short


def rows_written(db: Database, work: Callable[[], object]) -> Counter[str]:
    """How many rows of each table `work` inserts, updates or deletes."""
    written: Counter[str] = Counter()
    db.preupdate_hook(lambda change: written.update([change.table_name]))
    try:
        work()
    finally:
        db.preupdate_hook(None)
    return Counter({table: rows for table, rows in written.items() if not table.startswith("message_index")})


def test_the_second_time_nothing_is_new(db, kit):
    facts = history(kit)
    for one in facts:
        store_facts(db, one)
    assert [store_facts(db, one) for one in facts] == [Changes()] * len(facts)


def test_fresh_addresses_of_files_are_kept_but_are_no_news(db, kit):
    conversation = history(kit)[1].conversations[0]
    store_facts(db, Facts((conversation,)))
    signed_anew = replace(
        conversation,
        entries=tuple(
            replace(e, attachments=tuple(replace(a, url="https://files.example/2") for a in e.attachments))
            for e in conversation.entries
        ),
    )
    assert store_facts(db, Facts((signed_anew,))) == Changes()
    assert entries.of_conversation(db, "v1")[1].attachments[0].url == "https://files.example/2"


# --- what must not be lost ---


def test_entries_beyond_the_cap_are_kept_and_no_gap_is_claimed(db, kit):
    whole = kit.whatsapp("v1", "c1", kit.START - 9 * HOUR)
    more = [
        Entry(str(n), "v1", kit.START + n * HOUR, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", text=str(n))
        for n in range(4)
    ]
    store_facts(db, Facts((replace(whole, entries=(*whole.entries, *more[:3]), updated_at=more[2].sent_at),)))
    capped = replace(
        whole, entries=(*whole.entries, *more[2:]), updated_at=more[3].sent_at, unseen_before=more[2].sent_at
    )
    store_facts(db, Facts((capped,)))
    held = conversations.load(db, "v1")
    assert [e.text for e in held.entries] == ["Hi", "0", "1", "2", "3"]
    assert held.unseen_before is None


def test_a_gap_between_two_capped_answers_is_said(db, kit):
    whole = kit.whatsapp("v1", "c1", kit.START - 9 * HOUR)
    later = replace(whole, updated_at=kit.START + 9 * HOUR, unseen_before=kit.START + 5 * HOUR)
    for answers in permutations([whole, later]):
        db.execute("DELETE FROM conversations")
        for answer in answers:
            store_facts(db, Facts((answer,)))
        assert conversations.load(db, "v1").unseen_before == kit.START + 5 * HOUR


def test_a_conversation_that_was_only_listed_is_a_gap_until_it_is_read(db, kit):
    conversation = replace(kit.whatsapp("v1", "c1", kit.START), tags=(), page_url=None)
    assert store_facts(db, Facts(listed=(conversation,)))
    assert conversations.load(db, "v1").unseen_before == kit.START
    assert store_facts(db, Facts((conversation,)))
    assert conversations.load(db, "v1").unseen_before is None
    assert not store_facts(db, Facts(listed=(conversation,)))


def test_an_older_answer_does_not_undo_a_newer_one(db, kit):
    old = kit.whatsapp("v1", "c1", kit.START)
    new = replace(old, state=ConversationState.CLOSED, updated_at=kit.START + HOUR, assignee_id="7001")
    store_facts(db, Facts((new,)))
    assert store_facts(db, Facts((old,))) == Changes()
    assert conversations.load(db, "v1").state is ConversationState.CLOSED


def test_a_conversation_without_contacts_still_has_a_customer(db, kit):
    lonely = replace(kit.messenger("v1", "", kit.START), contact_ids=())
    changes = store_facts(db, Facts((lonely,)))
    [customer_id] = changes.customers
    assert load_thread(db, customer_id, workspace.load(db)).messages[0].entry.text == "Hello"


def test_half_surrogates_do_not_stop_the_batch(db, kit):
    store_facts(db, Facts((kit.messenger("v1", "c1", kit.START, "broken \ud83d emoji"),)))
    assert "broken" in entries.of_conversation(db, "v1")[0].text


@examples(50)
@given(text=st.text(max_size=200), name=st.text(max_size=40), number=st.integers(0, 10**40))
def test_any_text_comes_back_as_it_was(kit, text, name, number):
    db = open_in_memory()
    entry = Entry(
        str(number), "v1", kit.START, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", author_name=name, text=text,
        attachments=(Attachment(name, "u", size_bytes=number % 2**40),), client_hint=Client.IOS, tags=(name,),
    )  # fmt: skip
    store_facts(db, Facts((Conversation("v1", kit.START, kit.START, contact_ids=("c1",), entries=(entry,)),)))
    assert conversations.load(db, "v1").entries == (replace(entry, arrival=1),)


# --- redaction ---


def test_redaction_overwrites_text_files_and_summaries_for_good(db, kit):
    for one in history(kit)[:3]:
        store_facts(db, one)
    # The un-redacted answer comes once more, late.
    store_facts(db, history(kit)[1])
    everything = repr(contents(db))
    assert "card number" not in everything
    assert "card.jpg" not in everything
    assert find(db, MessageSearch("card")).messages == ()


# --- evidence that goes, and hints that stay ---


def test_a_tag_that_is_taken_away_takes_its_evidence_along(db, kit):
    """The bridge's tag said WhatsApp; its own message says so still, but the first message says nothing any more."""
    workspace.save(db, "bridge_codes_learnt", frozenset({kit.BRIDGE}))
    tagged = kit.whatsapp("v1", "lead", kit.START)
    store_facts(db, Facts((tagged,)))
    assert shown_channels(db, "lead") == [ChannelKind.WHATSAPP]
    store_facts(db, Facts((replace(tagged, tags=(), updated_at=tagged.updated_at + HOUR),)))
    assert conversations.load(db, "v1").removed_tags == ("whatsapp",)
    assert shown_channels(db, "lead") == [ChannelKind.UNKNOWN]


def shown_channels(db: Database, customer_id: str) -> list[ChannelKind]:
    messages = load_thread(db, customer_id, workspace.load(db)).messages
    return [m.origin.channel if m.origin.is_known else ChannelKind.UNKNOWN for m in messages]


def untimed(kit) -> Conversation:
    """As an answer without the times of tags has it."""
    return replace(kit.whatsapp("v1", "c1", kit.START), tags=(Tag("whatsapp"),))


@pytest.mark.parametrize(("read_after_s", "sighting"), [(119, "at_first"), (121, "unknown"), (None, "unknown")])
def test_a_tag_at_the_first_read_was_put_on_in_time_if_that_read_was_early(db, kit, read_after_s, sighting):
    conversation = untimed(kit)
    read_at = None if read_after_s is None else kit.START + timedelta(seconds=read_after_s)
    store_facts(db, Facts((conversation,)), read_at)
    assert conversations.load(db, "v1").tags == (Tag("whatsapp", sighting=TagSighting(sighting)),)
    # Later answers do not change what was seen then.
    store_facts(db, Facts((replace(conversation, updated_at=kit.START + HOUR),)), kit.START + HOUR)
    assert conversations.load(db, "v1").tags == (Tag("whatsapp", sighting=TagSighting(sighting)),)


@pytest.mark.parametrize("older_first", [True, False])
def test_a_tag_that_an_earlier_answer_did_not_have_came_later(db, kit, older_first):
    tagged = replace(untimed(kit), updated_at=kit.START + HOUR)
    bare = replace(tagged, tags=(), updated_at=kit.START)
    for answer in (bare, tagged) if older_first else (tagged, bare):
        store_facts(db, Facts((answer,)), kit.START + 2 * HOUR)
    assert conversations.load(db, "v1").tags == (Tag("whatsapp", sighting=TagSighting.LATER),)


def test_who_put_a_tag_on_and_when_is_kept_when_a_later_answer_does_not_say(db, kit):
    said = Tag("whatsapp", kit.START + timedelta(seconds=4), "814")
    conversation = replace(kit.whatsapp("v1", "c1", kit.START), tags=(said,))
    store_facts(db, Facts((conversation,)))
    store_facts(db, Facts((replace(conversation, tags=(Tag("whatsapp"),), updated_at=kit.START + HOUR),)))
    assert conversations.load(db, "v1").tags == (said,)


def test_the_channel_of_the_answer_that_brought_an_entry_stays_with_it(db, kit):
    early = replace(kit.whatsapp("v1", "c1", kit.START), born_on="sms", current_channel="sms", tags=())
    store_facts(db, Facts((early,)))
    said = Entry("5", "v1", kit.START + HOUR, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", text="Hello?")
    moved = replace(early, entries=(*early.entries, said), current_channel="whatsapp", updated_at=kit.START + HOUR)
    store_facts(db, Facts((moved,)))
    assert [e.channel_hint for e in entries.of_conversation(db, "v1")] == ["sms", "whatsapp"]


def test_hints_once_stored_stay(db, kit):
    conversation = kit.whatsapp("v1", "c1", kit.START)
    hints = {"line_hint": "+35315550100", "customer_hint": "+353871234567", "attribute_hint": ChannelKind.WHATSAPP}
    others = {"line_hint": "+35315550199", "customer_hint": "+353879999999", "attribute_hint": ChannelKind.SMS}
    for seen in (hints, others, {}):
        entry = replace(conversation.entries[0], **seen)
        store_facts(db, Facts((replace(conversation, entries=(entry,)),)))
    [held] = entries.of_conversation(db, "v1")
    assert {name: getattr(held, name) for name in hints} == hints


# --- the order in which things became known ---


def test_messages_are_counted_over_all_conversations_in_the_order_they_became_known(db, kit):
    def part(ident: str, kind: EntryKind, role: Role = Role.TEAMMATE) -> Entry:
        return Entry(ident, "v1", kit.START + HOUR, role, kind, author_id="7001", text="x")

    first = kit.whatsapp("v1", "c1", kit.START)
    store_facts(db, Facts((first,)))
    store_facts(db, Facts((kit.messenger("v2", "c2", kit.START - HOUR),)))
    parts = (
        part("1", EntryKind.NOTE),
        part("2", EntryKind.EVENT),
        part("3", EntryKind.UNKNOWN, Role.UNKNOWN),
        part("4", EntryKind.MESSAGE),
    )
    store_facts(db, Facts((replace(first, entries=(*first.entries, *parts), updated_at=kit.START + HOUR),)))
    held = {e.id: e.arrival for c in ("v1", "v2") for e in entries.of_conversation(db, c)}
    assert held == {"source:v1": 1, "source:v2": 2, "1": 0, "2": 0, "3": 3, "4": 4}


def test_the_number_of_a_message_that_is_gone_is_never_given_again(db, kit):
    store_facts(db, Facts((kit.messenger("v1", "c1", kit.START),)))
    store_facts(db, Facts(deleted=("v1",)))
    store_facts(db, Facts((kit.messenger("v2", "c2", kit.START),)))
    assert [e.arrival for e in entries.of_conversation(db, "v2")] == [2]


def test_a_message_that_is_told_again_keeps_its_number(db, kit):
    conversation = kit.messenger("v1", "c1", kit.START)
    for hours in range(3):
        store_facts(db, Facts((replace(conversation, updated_at=kit.START + hours * HOUR),)))
    assert [e.arrival for e in entries.of_conversation(db, "v1")] == [1]


def test_a_client_once_seen_stays_seen(db, kit):
    conversation = kit.messenger("v1", "c1", kit.START)
    seen = replace(conversation, entries=(replace(conversation.entries[0], client_hint=Client.ANDROID),))
    store_facts(db, Facts((seen,)))
    store_facts(db, Facts((replace(conversation, updated_at=kit.START + HOUR),)))
    assert entries.of_conversation(db, "v1")[0].client_hint is Client.ANDROID


# --- who is who ---


def test_customers_that_turn_out_to_be_one_are_told_under_both_ids(db, kit):
    store_facts(db, Facts((kit.whatsapp("v1", "a", kit.START), kit.messenger("v2", "b", kit.START))))
    store_facts(db, Facts(contacts=(Contact("a", email="jen@example.com"),)))
    changes = store_facts(db, Facts(contacts=(Contact("b", email="jen@example.com"),)))
    assert changes.customers == {"a", "b"}
    assert len(load_thread(db, "a", workspace.load(db)).chats) == 2


def test_customers_fall_apart_when_what_joined_them_was_wrong(db, kit):
    store_facts(db, Facts((kit.whatsapp("v1", "a", kit.START), kit.messenger("v2", "b", kit.START))))
    for contact_id in "ab":
        store_facts(db, Facts(contacts=(Contact(contact_id, email="jen@example.com"),)))
    changes = store_facts(db, Facts(contacts=(Contact("b", email="bob@example.com"),)))
    assert changes.customers == {"a", "b"}
    assert [c.id for c in load_thread(db, "a", workspace.load(db)).chats] == ["v1"]
    assert [c.id for c in load_thread(db, "b", workspace.load(db)).chats] == ["v2"]
    assert {c for (c,) in db.execute("SELECT customer_id FROM customer_rows")} == {"a", "b"}


def test_a_merge_at_the_provider_brings_the_conversations_along(db, kit):
    store_facts(db, Facts((kit.whatsapp("v1", "lead", kit.START),)))
    changes = merge_contact(db, "lead", "user")
    assert changes.threads == {"lead", "user"}
    [(customer_id,)] = db.execute("SELECT DISTINCT customer_id FROM contacts").fetchall()
    assert [c.id for c in load_thread(db, customer_id, workspace.load(db)).chats] == ["v1"]
    assert merge_contact(db, "lead", "user") == Changes()
    # A late answer about the lead does not bring the customer back as somebody else.
    store_facts(db, Facts(contacts=(Contact("lead", name="Old"),)))
    assert [c for (c,) in db.execute("SELECT id FROM contacts")] == ["user"]


def test_nobody_to_decide_about_is_no_change(db):
    assert refresh_customers(db, ()) == Changes()
