"""Message search: by the beginnings of words, newest first, and nothing of a deleted text stays in the index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.model.facts import Attachment, Conversation, ConversationState, Entry, EntryKind, Role, Tag
from desktop.store import conversations, entries
from desktop.store.core.columns import to_us
from desktop.store.core.migrate import migrate, steps
from desktop.store.search.message_index import FOLLOWING_SPANS, SPAN_IDS, SPAN_S
from desktop.store.search.messages import MessageSearch, Senders, find
from tests.helpers.database import open_in_memory
from tests.helpers.earlier_profile import write_earlier_profile

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def say(db, number, text, conversation_id="v1", at_s=None, **fields):
    at = NOW + SECOND * (number if at_s is None else at_s)
    role = fields.pop("role", Role.CUSTOMER)
    said = Entry(str(number), conversation_id, at, role, EntryKind.MESSAGE, text=text, **fields)
    entries.save(db, conversation_id, [said], True)


def send_directly(db, draft_id, text, at_s):
    db.execute(
        "INSERT INTO direct_messages (draft_id, conversation_id, remote_id, provider, channel, sender, to_address, "
        "our_address, carries_bridge, provider_address, text, file_names, template_id, template_name, author_id, "
        "author_name, sent_at_us, delivery, is_final, reason, remark) "
        "VALUES (?, 'v1', '', '', '', '', '', '', 0, '', ?, '[]', '', '', '', '', ?, 0, 0, '', '')",
        (draft_id, text, to_us(NOW + SECOND * at_s)),
    )


def hits(db, text, **limit):
    return [hit.entry_id for hit in find(db, MessageSearch(text), **limit).messages]


def indexed(db):
    """The number of texts with a number, after the index's own check."""
    db.execute("INSERT INTO message_index (message_index) VALUES ('integrity-check')")
    return db.execute("SELECT count(search_id) FROM entries").get


def words_left(db):
    """The words that the index holds, without their beginnings."""
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.left_words USING fts5vocab(main, message_index, row)")
    return {word for (word,) in db.execute("SELECT term FROM left_words")}


@pytest.fixture(autouse=True)
def stored_conversations(db):
    for conversation_id, contact_id in (("v1", "c1"), ("v2", "c2")):
        conversations.save(db, Conversation(conversation_id, NOW, NOW, contact_ids=(contact_id,)))


def test_words_are_found_by_their_beginning_in_any_order_case_and_accent(db):
    say(db, 1, "Your order 53-87 has left our hub")
    say(db, 2, "Où est ma commande ? Voilà: Größe M")
    assert hits(db, "HUB ord") == ["1"]
    assert hits(db, "53-87") == ["1"]
    assert hits(db, "ou voila") == ["2"]
    assert hits(db, "grosse") == []
    assert hits(db, "rder") == [], "the beginning of a word, not its middle"


def test_the_newest_come_first_whatever_came_in_first(db):
    say(db, 1, "order", at_s=50)
    say(db, 2, "order", at_s=900)
    say(db, 3, "order", "v2", at_s=50)
    say(db, 4, "order", at_s=-5)
    assert hits(db, "order") == ["2", "3", "1", "4"]
    assert hits(db, "order", at_most=2) == ["2", "3"]
    for number in range(200, 301):
        say(db, number, "words", at_s=7)
    assert len(hits(db, "words")) == 100


@pytest.mark.parametrize("words", [1, 8, 9, 40])
def test_all_words_that_begin_alike_are_found_be_they_few_or_many(db, words):
    for number in range(words):
        say(db, number, f"parcel{number:02} of the others")
    for beginning in ("p", "pa", "par", "parcel", "oth par"):
        assert len(hits(db, beginning)) == words
    assert hits(db, "parcel00") == ["0"]
    assert hits(db, "parcelx") == []


def test_a_span_and_those_after_it_can_be_full(db):
    at = datetime.fromtimestamp(int(NOW.timestamp()) // SPAN_S * SPAN_S, UTC)
    said = Entry("1", "v1", at, Role.CUSTOMER, EntryKind.MESSAGE, text="order")
    many = [replace(said, id=str(number)) for number in range(1, SPAN_IDS // 2 + 2)]
    entries.save(db, "v1", [*many, replace(said, id="later", sent_at=at + SECOND * SPAN_S)], True)
    entries.save(db, "v1", [replace(said, id="earlier", sent_at=at - SECOND)], True)
    found = hits(db, "order", at_most=300)
    assert (found[0], found[-1]) == ("later", "earlier")
    assert len(set(found)) == indexed(db) == len(many) + 2
    last = (int(at.timestamp()) // SPAN_S + FOLLOWING_SPANS) * SPAN_IDS - 2
    db.execute("UPDATE entry_rows SET search_id = ? WHERE entry_key = 'later'", (last,))
    entries.save(db, "v1", [replace(said, id="lowest")], True)
    lowest = "SELECT entry_id FROM entries ORDER BY search_id LIMIT 1"
    assert db.execute(lowest).get == "lowest", "retention finds it in any case"
    assert "lowest" in hits(db, "order", at_most=300)


@pytest.mark.parametrize("at_most", [1, 2, 3, 4])
def test_the_newest_of_a_span_come_first(db, at_most):
    at = datetime.fromtimestamp(int(NOW.timestamp()) // SPAN_S * SPAN_S, UTC)
    said = Entry("1", "v1", at, Role.CUSTOMER, EntryKind.MESSAGE, text="order")
    for second in (30, 10, 20, SPAN_S):
        entries.save(db, "v1", [replace(said, id=str(second), sent_at=at + SECOND * second)], True)
    assert hits(db, "order", at_most=at_most) == [str(SPAN_S), "30", "20", "10"][:at_most]


def test_new_and_changed_messages_of_one_second_get_numbers_of_their_own(db):
    say(db, 1, "", at_s=0)
    said = [
        Entry(str(n), "v1", NOW + SECOND * at_s, Role.CUSTOMER, EntryKind.MESSAGE, text="order")
        for n, at_s in ((1, 0), (2, 0), (3, 5))
    ]
    entries.save(db, "v1", said, True)
    entries.save(db, "v1", [replace(said[2], sent_at=NOW), replace(said[0], id="4")], True)
    assert set(hits(db, "order")) == {"1", "2", "3", "4"}
    many = [replace(said[0], id=str(n)) for n in range(10, 210)]
    entries.save(db, "v1", [*many, replace(said[0], id="new", sent_at=NOW + SECOND * 2)], True)
    assert len(hits(db, "order", at_most=300)) == indexed(db) == 205


def test_one_answer_makes_one_part_of_the_index(db):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    first = Entry("1", "v1", at, Role.CUSTOMER, EntryKind.MESSAGE, text="order")
    with db:
        entries.save(db, "v1", [replace(first, id=str(n), sent_at=at + SECOND * n) for n in range(100)], True)
    assert db.execute("SELECT count(DISTINCT id >> 37) FROM message_index_data WHERE id > 10").get == 1


def test_an_entry_that_an_answer_repeats_is_indexed_once(db):
    first = Entry("1", "v1", NOW, Role.CUSTOMER, EntryKind.MESSAGE, text="order")
    entries.save(db, "v1", [first, replace(first, text="parcel")], True)
    assert (hits(db, "order"), hits(db, "parcel"), indexed(db)) == ([], ["1"], 1)


def test_a_direct_message_is_found_among_the_others(db):
    say(db, 1, "order", at_s=1)
    say(db, 2, "order", at_s=100)
    for number in range(70):
        send_directly(db, f"d{number}", "order", at_s=50)
    found = hits(db, "order", at_most=200)
    assert (found[0], found[-1], len(found)) == ("2", "1", 72)
    assert hits(db, "order", at_most=2)[1] in {f"direct:d{number}" for number in range(70)}


def test_a_hit_says_whose_it_is(db):
    say(db, 1, "order", "v2")
    [hit] = find(db, MessageSearch("ord")).messages
    assert (hit.customer_id, hit.key, hit.text, hit.sent_at) == ("c2", ("v2", "1"), "order", NOW + SECOND)


@pytest.mark.parametrize("text", ["", "  ", "?!", '"', "'; DROP", "a AND", "NEAR(", "x*", "text:", "-", "^"])
def test_signs_are_no_syntax(db, text):
    say(db, 1, "and near text x a drop")
    assert set(hits(db, text)) <= {"1"}


def test_scripts_without_spaces_are_found_inside(db):
    say(db, 1, "我的包裹在哪里")
    say(db, 2, "100% 包装")
    assert hits(db, "包裹") == ["1"]
    assert hits(db, "0% 包") == ["2"]


def test_a_text_that_goes_leaves_no_word_behind(db):
    say(db, 1, "card 4111")
    say(db, 2, "parcel")
    say(db, 1, "", redacted=True)
    assert hits(db, "card") == []
    assert indexed(db) == 1
    conversations.remove(db, "v1")
    assert hits(db, "parcel") == []
    assert indexed(db) == 0
    assert words_left(db) == set()


def test_a_text_that_changes_is_found_by_its_new_words_only(db):
    say(db, 1, "before")
    say(db, 1, "after")
    assert (hits(db, "before"), hits(db, "after")) == ([], ["1"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["", "red fox", "fox", "blue red", "狐"]), st.booleans()),
        max_size=15,
    )
)
def test_the_index_equals_the_texts_after_any_sequence(steps_taken):
    memory = open_in_memory()
    conversations.save(memory, Conversation("v1", NOW, NOW, contact_ids=("c1",)))
    for entry, text, removed in steps_taken:
        say(memory, entry, text)
        if removed:
            memory.execute("DELETE FROM entry_rows WHERE entry_key = ?", (entry,))
    texts = dict(memory.execute("SELECT entry_id, text FROM entries WHERE text <> ''").fetchall())
    assert indexed(memory) == len(texts)
    assert words_left(memory) == {word for text in texts.values() for word in text.split()}
    for word in ("red", "fox", "blue"):
        assert set(hits(memory, word)) == {i for i, t in texts.items() if word in t.split()}


@given(st.text())
def test_no_text_raises(text):
    memory = open_in_memory()
    conversations.save(memory, Conversation("v1", NOW, NOW, contact_ids=("c1",)))
    say(memory, 1, text)
    assert set(hits(memory, text)) <= {"1"}


def test_what_an_earlier_version_stored_is_found(tmp_path):
    earlier = write_earlier_profile(tmp_path / "old.db")
    migrate(earlier, steps())
    assert hits(earlier, "parc") == ["7"]
    assert hits(earlier, "directly") == ["direct:d4"]
    with pytest.raises(apsw.Error):
        earlier.execute("SELECT * FROM searchable_messages")
    earlier.close()


def filtered(db, words="", **wanted):
    return [hit.entry_id for hit in find(db, MessageSearch(words, **wanted)).messages]


@pytest.fixture
def told(db):
    tagged = Conversation(
        "v2", NOW, NOW, state=ConversationState.SNOOZED, tags=(Tag("VIP Gäste"),), contact_ids=("c2",)
    )
    conversations.save(db, tagged)
    say(db, 1, "order one", at_s=0)
    say(db, 2, "one order for the café", "v2", at_s=100)
    say(db, 3, "order", at_s=200, role=Role.TEAMMATE, author_id="91", attachments=(Attachment("a.pdf", "u"),))
    say(db, 4, "", at_s=300, attachments=(Attachment("b.jpg", "u"),))
    send_directly(db, "d1", "order", at_s=400)
    return db


def test_filters_narrow_what_the_words_find(told):
    at = NOW + 150 * SECOND
    assert filtered(told, "order", after=at) == ["direct:d1", "3"]
    assert filtered(told, "order", before=at) == ["2", "1"]
    assert filtered(told, "order", before=NOW) == []
    assert filtered(told, "order", has_file=True) == ["3"]
    assert filtered(told, "order", states=frozenset({ConversationState.SNOOZED})) == ["2"]
    assert filtered(told, "order", tags=("vip",)) == filtered(told, "order", tags=("vip gaste",)) == ["2"]
    assert filtered(told, "order", tags=("gaste",)) == filtered(told, "order", tags=("vip", "x")) == []
    assert filtered(told, "", phrases=("order one",)) == ["1"]
    assert filtered(told, "order", phrases=("the CAFE",)) == ["2"]


def test_senders_are_customers_or_teammates(told):
    customer, teammate = Senders(frozenset({"c1"})), Senders(teammate_ids=frozenset({"91"}))
    assert filtered(told, "ord", senders=customer) == ["1"]
    assert filtered(told, "", senders=customer) == ["4", "1"]
    assert filtered(told, "order", senders=teammate) == ["3"]
    assert filtered(told, "order", senders=Senders(frozenset({"c2"}), frozenset({"91"}))) == ["3", "2"]
    assert filtered(told, "order", senders=Senders()) == []


def test_filters_alone_list_the_newest(told):
    assert filtered(told, has_file=True) == ["4", "3"]
    assert filtered(told, after=NOW + 250 * SECOND) == ["direct:d1", "4"]
    assert filtered(told, states=frozenset({ConversationState.SNOOZED})) == ["2"]
    assert filtered(told) == []


def test_what_was_not_compared_is_said(told):
    cut_off = find(told, MessageSearch("order", has_file=True), most_examined=1)
    assert (cut_off.has_more, cut_off.is_cut_off) == (False, False), "so few are read at once"
    for number in range(300):
        say(told, number + 10, "order", at_s=500 + 64 * number)
    cut_off = find(told, MessageSearch("order", has_file=True), most_examined=200)
    assert (cut_off.messages, cut_off.has_more, cut_off.is_cut_off) == ((), True, True)
    assert [m.entry_id for m in find(told, MessageSearch("order", has_file=True)).messages] == ["3"]
    assert find(told, MessageSearch("order"), 10).has_more
