"""Entries: which answer wins, what is for good, and the order in which things became known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.facts import Attachment, ChannelKind, Client, Contact, Conversation, Entry, EntryKind, Role
from desktop.store import contacts, conversations, entries
from desktop.store.core.columns import ENTRY_KEY, entry_key
from tests.helpers.database import open_in_memory
from tests.helpers.examples import examples
from tests.helpers.sql_steps import steps_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FILE = Attachment("map.png", "https://files.example/1", "image/png", 70, 640, 480, inline=True)
SAID = Entry("5", "v1", NOW, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", text="first words", attachments=(FILE,))


@pytest.fixture(autouse=True)
def held_conversations(db):
    for conversation_id, contact_id in (("v1", "c1"), ("v2", "c2")):
        conversations.save(db, Conversation(conversation_id, NOW, NOW, contact_ids=(contact_id,)))


def hear(db, *told, at_s=0.0, channel=""):
    conversation_id = told[0].conversation_id
    as_of = NOW + at_s * SECOND
    held = conversations.load(db, conversation_id)
    if as_of < held.updated_at:
        return entries.save(db, conversation_id, told, False, channel)
    conversations.save(db, replace(held, updated_at=as_of))
    return entries.save(db, conversation_id, told, True, channel)


def texts(db, conversation_id="v1"):
    return [e.text for e in entries.of_conversation(db, conversation_id)]


def only(db):
    [entry] = entries.of_conversation(db, "v1")
    return entry


# --- how they are stored ---


@examples(60)
@given(
    st.lists(
        st.sampled_from(
            ["7", "007", "+7", "-7", "-0", "0", "7.0", " 7", "7\n", "1e2", "٧", "", str(2**63), str(-(2**63))]
        )
        | st.integers(-(2**64), 2**64).map(str)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
        unique=True,
        max_size=8,
    )
)
def test_any_id_is_found_again(ids):
    """Ids that look like the same number are different ones, and SQL makes the same keys of them as Python."""
    db = open_in_memory()
    conversations.save(db, Conversation("v1", NOW, NOW, contact_ids=("c1",)))
    hear(db, *(replace(SAID, id=entry_id) for entry_id in ids)) if ids else None
    assert {e.id for e in entries.of_conversation(db, "v1")} == set(ids)
    for entry_id in ids:
        assert [e.id for e in entries.of_ids(db, "v1", [entry_id])] == [entry_id]
        key = "SELECT key, typeof(key) FROM (SELECT {} AS key FROM (SELECT ? AS id))".format(ENTRY_KEY.format("id"))
        assert db.execute(key, (entry_id,)).fetchone() == (
            entry_key(entry_id),
            "integer" if isinstance(entry_key(entry_id), int) else "text",
        )


def test_it_keeps_its_author_whoever_owns_the_conversation(db):
    hear(db, SAID, replace(SAID, id="6", author_id="7001", role=Role.TEAMMATE))
    for owner in ("c2", "c1", "c3"):
        held = conversations.load(db, "v1")
        conversations.save(db, replace(held, contact_ids=(owner,), entries=()))
        assert [e.author_id for e in entries.of_conversation(db, "v1")] == ["c1", "7001"]
        assert not hear(db, SAID)


def test_what_hangs_on_it_goes_with_its_conversation(db):
    hear(db, SAID)
    db.execute("INSERT INTO sent_reactions (conversation_id, entry_id) VALUES ('v1', '5'), ('v2', '5')")
    conversations.remove(db, "v1")
    assert db.execute("SELECT conversation_id FROM sent_reactions").fetchall() == [("v2",)]
    assert db.execute("SELECT count(*) FROM entry_rows").get == 0


# --- which answer wins ---


def test_every_field_comes_back(db):
    full = Entry(
        "6",
        "v1",
        NOW + SECOND,
        Role.TEAMMATE,
        EntryKind.UNKNOWN,
        event="assignment",
        author_id="7001",
        author_name="Sam",
        text="words",
        attachments=(FILE, Attachment("b.txt", "https://files.example/2")),
        app_code="bridge-app",
        app_code_reported=False,
        by_email=True,
        tags=("vip", "late"),
        is_first=True,
        redacted=False,
        client_hint=Client.ANDROID,
        line_hint="+35315550100",
        customer_hint="+353871234567",
        attribute_hint=ChannelKind.SMS,
        wiped=False,
        assigned_to="team:501",
    )
    assert hear(db, full, channel="whatsapp")
    assert only(db) == replace(full, channel_hint="whatsapp", arrival=1)
    assert hear(db, replace(SAID, conversation_id="v2", redacted=True, text="hidden"))
    [redacted] = entries.of_conversation(db, "v2")
    assert (redacted.redacted, redacted.attachments, redacted.text, redacted.arrival) == (True, (), "hidden", 2)


def test_half_surrogates_are_kept_as_question_marks(db):
    broken = "\ud83d"
    hear(
        db,
        replace(
            SAID,
            text=broken,
            author_name=broken,
            attachments=(replace(FILE, name=broken),),
            line_hint=broken,
            customer_hint=broken,
        ),
        channel=broken,
    )
    held = only(db)
    assert (held.text, held.author_name, held.attachments[0].name) == ("?", "?", "?")
    assert (held.line_hint, held.customer_hint, held.channel_hint) == ("?", "?", "?")


@pytest.mark.parametrize(
    ("later_s", "expected"),
    [(1, "second words"), (0, "second words"), (-1, "first words")],
    ids=["newer", "of the same instant", "older"],
)
def test_the_newest_answer_wins_and_the_later_heard_of_two_equals(db, later_s, expected):
    assert hear(db, SAID)
    assert hear(db, replace(SAID, text="second words"), at_s=later_s) == (expected == "second words")
    assert texts(db) == [expected]


def test_an_answer_that_says_the_same_later_counts_from_then(db):
    hear(db, SAID, at_s=1)
    assert not hear(db, SAID, at_s=3)
    assert not hear(db, replace(SAID, text="in between"), at_s=2)
    assert texts(db) == ["first words"]


def test_an_older_answer_that_adds_something_does_not_make_what_is_held_older(db):
    hear(db, SAID, at_s=3)
    assert hear(db, replace(SAID, text="oldest", line_hint="+35315550100"), at_s=1)
    assert not hear(db, replace(SAID, text="in between"), at_s=2)
    assert (only(db).text, only(db).line_hint) == ("first words", "+35315550100")


def test_one_new_entry_among_known_ones_is_news(db):
    other = replace(SAID, id="6", text="other words")
    hear(db, SAID)
    assert hear(db, other, SAID)
    assert not hear(db, SAID, other)
    assert hear(db, SAID, replace(other, text="edited"))
    assert not hear(db, SAID, replace(other, text="edited"))


def test_a_new_address_of_a_file_is_kept_and_no_news_but_another_file_is(db):
    hear(db, SAID)
    assert not hear(db, replace(SAID, attachments=(replace(FILE, url="https://files.example/9"),)))
    assert only(db).attachments[0].url == "https://files.example/9"
    assert hear(db, replace(SAID, attachments=(replace(FILE, name="other.png"),)))


# --- what is for good ---


@pytest.mark.parametrize("at_s", [-1, 0, 1])
def test_a_redaction_wins_whichever_answer_is_newer(db, at_s):
    hidden = replace(SAID, text="This was deleted", redacted=True)
    hear(db, SAID)
    assert hear(db, hidden, at_s=at_s)
    assert (only(db).text, only(db).attachments, only(db).redacted) == ("This was deleted", (), True)
    assert not hear(db, SAID, at_s=at_s + 5)
    assert (only(db).text, only(db).redacted) == ("This was deleted", True)


def test_of_two_redacted_answers_the_newer_wins(db):
    hear(db, replace(SAID, text="Deleted", redacted=True), at_s=1)
    hear(db, replace(SAID, text="older", redacted=True), at_s=0)
    assert texts(db) == ["Deleted"]
    hear(db, replace(SAID, text="newer", redacted=True), at_s=2)
    assert texts(db) == ["newer"]


def test_wiped_words_and_files_do_not_come_back_but_all_else_goes_on(db):
    hear(db, SAID)
    db.execute("UPDATE entry_rows SET text = '', attachments = '[]', wiped = 1")
    assert not hear(db, SAID, at_s=1)
    assert (only(db).text, only(db).attachments, only(db).wiped) == ("", (), True)
    assert hear(db, replace(SAID, tags=("vip",)), at_s=2)
    assert (only(db).text, only(db).tags, only(db).wiped) == ("", ("vip",), True)


HINTS = [
    ("client_hint", Client.IOS, Client.ANDROID),
    ("line_hint", "+35315550100", "+35315550199"),
    ("customer_hint", "+353871234567", "+353879999999"),
    ("attribute_hint", ChannelKind.WHATSAPP, ChannelKind.SMS),
]


@pytest.mark.parametrize(("name", "first", "second"), HINTS)
@pytest.mark.parametrize("at_s", [-1, 1])
def test_the_first_hint_stays_whichever_answer_is_newer(db, name, first, second, at_s):
    hear(db, SAID)
    assert hear(db, replace(SAID, **{name: first}), at_s=at_s)
    assert getattr(only(db), name) == first
    assert not hear(db, replace(SAID, **{name: second}), at_s=2 * at_s)
    assert not hear(db, SAID, at_s=3 * at_s)
    assert getattr(only(db), name) == first


def test_the_channel_of_the_first_answer_stays(db):
    hear(db, SAID, channel="sms")
    assert not hear(db, SAID, at_s=1, channel="whatsapp")
    assert only(db).channel_hint == "sms"
    entries.save(db, "v2", [replace(SAID, channel_hint="told by nobody", id="6", conversation_id="v2")], True)
    assert entries.of_conversation(db, "v2")[0].channel_hint == ""


# --- the order in which things became known ---


def test_messages_and_what_may_be_one_are_counted_and_nothing_else(db):
    kinds = (EntryKind.NOTE, EntryKind.EVENT, EntryKind.UNKNOWN, EntryKind.MESSAGE)
    hear(db, *(replace(SAID, id=str(n), kind=kind, arrival=99) for n, kind in enumerate(kinds)))
    assert [e.arrival for e in entries.of_conversation(db, "v1")] == [0, 0, 1, 2]
    hear(db, replace(SAID, id="0", kind=EntryKind.MESSAGE), at_s=1)
    assert [e.arrival for e in entries.of_conversation(db, "v1")] == [3, 0, 1, 2]
    hear(db, replace(SAID, id="0", kind=EntryKind.MESSAGE, text="edited", arrival=50), at_s=2)
    assert [e.arrival for e in entries.of_conversation(db, "v1")] == [3, 0, 1, 2]


def test_marks_rise_with_every_answer_and_an_entry_keeps_the_one_it_came_with(db):
    assert entries.known_upto(db, "v1") == 0
    assert entries.known_after(db, "v1", 0) == ()
    hear(db, SAID)
    assert entries.known_upto(db, "v1") == 1
    hear(db, replace(SAID, id="7", sent_at=NOW - SECOND), replace(SAID, id="10"), replace(SAID, id="9"))
    hear(db, replace(SAID, text="edited"), at_s=9)
    hear(db, replace(SAID, id="20", conversation_id="v2"))
    assert (entries.known_upto(db, "v1"), entries.known_upto(db, "v2")) == (2, 1)
    after = {mark: [e.id for e in entries.known_after(db, "v1", mark)] for mark in (0, 1, 2)}
    assert after == {0: ["7", "5", "9", "10"], 1: ["7", "9", "10"], 2: []}
    assert entries.known_after(db, "v1", 0)[1].text == "edited"


def test_entries_stand_by_time_then_number_with_the_first_message_first(db):
    first = replace(SAID, id="source:v1", is_first=True)
    largest, larger = str(2**63 - 1), str(2**63 + 5)
    hear(db, *(replace(SAID, id=i) for i in ("10", larger, "9", largest, "word")), first)
    hear(db, replace(SAID, id="1", sent_at=NOW + SECOND))
    expected = ["source:v1", "word", "9", "10", largest, larger, "1"]
    assert [e.id for e in entries.of_conversation(db, "v1")] == expected


# --- what is asked of them ---


def test_parts_are_counted_without_the_first_message(db):
    hear(db, replace(SAID, id="source:v1", is_first=True), SAID, replace(SAID, id="6", kind=EntryKind.EVENT))
    hear(db, replace(SAID, id="7", conversation_id="v2"))
    assert (entries.count_parts(db, "v1"), entries.count_parts(db, "v2")) == (2, 1)
    assert {e.id for e in entries.of_conversation(db, "v1")} == {"source:v1", "5", "6"}
    assert entries.count_parts(db, "nowhere") == 0


def test_a_thread_was_last_written_to_at_its_newest_entry(db):
    assert entries.newest_at(db, "c1") is None
    hear(db, replace(SAID, id="7", sent_at=NOW + SECOND), SAID)
    hear(db, replace(SAID, id="6", conversation_id="v2", sent_at=NOW + 5 * SECOND))
    assert entries.newest_at(db, "c1") == NOW + SECOND


def test_where_a_message_was_typed_is_kept_when_the_contact_is_seen_elsewhere_later(db):
    typed = replace(SAID, author_id="c1")
    later = replace(SAID, id="6", sent_at=NOW + timedelta(hours=3), author_id="c1")
    hear(db, typed, later, replace(SAID, id="7", app_code="bridge", author_id="c1"))
    contacts.save(db, Contact("c1", web_seen_at=NOW + SECOND))
    contacts.save(db, Contact("c1", ios_seen_at=NOW + timedelta(hours=3)))
    contacts.save(db, Contact("c1"))
    hints = {e.id: e.client_hint for e in entries.of_conversation(db, "v1")}
    assert hints == {"5": Client.WEB, "6": Client.IOS, "7": Client.UNKNOWN}


def test_a_few_of_them_cost_the_same_in_a_long_conversation(db):
    costs = []
    for conversation_id, count in (("v1", 40), ("v2", 800)):
        at = [NOW + n * SECOND for n in range(count)]
        hear(db, *(replace(SAID, id=str(n), conversation_id=conversation_id, sent_at=at[n]) for n in range(count)))
        before, steps = steps_of(db, partial(entries.newest_before, db, conversation_id, at[-1], 8))
        assert [e.id for e in before] == [str(count - 2 - n) for n in range(8)]
        found, more_steps = steps_of(db, partial(entries.of_ids, db, conversation_id, ["7", "9"]))
        assert [e.id for e in found] == ["7", "9"]
        file, file_steps = steps_of(db, partial(entries.file_of, db, (conversation_id, "7"), 0))
        assert file == (FILE, at[7])
        costs.append(steps + more_steps + file_steps)
    assert costs[1] <= costs[0] + 100
