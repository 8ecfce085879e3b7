"""What the team's feed tells of a conversation, beside what was read of it and what is still to be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.model.facts import Conversation, ConversationState, Entry, EntryKind, Role, Tag, TagSighting
from desktop.ports import SearchHit, StoredAnswer
from desktop.store import conversations, entries, sync_queue
from desktop.store.sync_queue import Rank

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SAID = Entry("5", "v1", NOW, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", text="*Hi*", fingerprint=55)
READ = Conversation("v1", NOW, NOW, contact_ids=("c1",), entries=(SAID,), fingerprint=7)
TOLD = replace(READ, updated_at=NOW + MINUTE, entries=(replace(SAID, id="6", sent_at=NOW + MINUTE, fingerprint=66),))


def tell(db, told=TOLD, at=NOW + MINUTE, *, is_plain=False):
    return conversations.save_from_feed(db, told, at, is_plain=is_plain)


def held(db):
    return {e.id: (e.text, e.fingerprint) for e in entries.of_conversation(db, "v1")}


def test_what_was_read_is_kept_and_what_was_told_is_read_again(db):
    conversations.save(db, READ, NOW)
    assert tell(db)
    assert not tell(db)
    assert held(db) == {"5": ("*Hi*", 55), "6": ("*Hi*", 0)}
    assert conversations.stored_answer(db, "v1", NOW) == StoredAnswer(NOW + MINUTE, 0, frozenset({0, 55}))


def test_a_gap_of_what_was_read_stays_one(db):
    conversations.save(db, replace(READ, unseen_before=NOW - MINUTE), NOW)
    tell(db)
    assert conversations.load(db, "v1").unseen_before == NOW - MINUTE


def test_what_was_never_read_stays_to_be_read(db):
    assert tell(db)
    assert not conversations.is_whole(db, "v1")
    assert conversations.load(db, "v1").unseen_before == NOW + MINUTE
    assert sync_queue.incomplete(db, ["v1", "v2"]) == {"v1", "v2"}
    conversations.save(db, replace(TOLD, entries=(SAID, *TOLD.entries)), NOW + MINUTE)
    stored = conversations.load(db, "v1")
    assert (stored.unseen_before, [e.id for e in stored.entries]) == (None, ["5", "6"])
    assert sync_queue.incomplete(db, ["v1"]) == frozenset()


@pytest.mark.parametrize("read_at", [NOW, NOW + 2 * MINUTE], ids=["older", "newer"])
def test_plain_words_give_way_to_what_is_read_however_old_it_is(db, read_at):
    conversations.save(db, replace(READ, entries=()), NOW)
    plain = replace(TOLD, entries=(replace(SAID, text="Hi", fingerprint=0),))
    tell(db, plain, is_plain=True)
    assert held(db) == {"5": ("Hi", 0)}
    conversations.save(db, replace(READ, updated_at=read_at), read_at)
    assert held(db) == {"5": ("*Hi*", 55)}
    tell(db, plain, is_plain=True)
    assert held(db) == {"5": ("*Hi*", 55)}


def test_formatted_words_replace_plain_ones(db):
    tell(db, replace(TOLD, entries=(replace(TOLD.entries[0], text="Hi"),)), is_plain=True)
    tell(db, is_plain=True)
    assert held(db) == {"6": ("Hi", 0)}
    assert tell(db)
    assert held(db) == {"6": ("*Hi*", 0)}


def test_a_redaction_is_told_and_none_is_taken_back(db):
    conversations.save(db, READ, NOW)
    redacted = replace(TOLD, entries=(replace(SAID, text="", redacted=True),))
    assert tell(db, redacted)
    assert held(db)["5"][0] == ""
    tell(db, replace(TOLD, entries=(SAID,)))
    assert held(db)["5"][0] == ""


@pytest.mark.parametrize(
    ("updated_at", "new_entry", "state"),
    [
        (NOW - MINUTE, True, ConversationState.OPEN),
        (NOW, False, ConversationState.OPEN),
        (NOW, True, ConversationState.CLOSED),
        (NOW + MINUTE, False, ConversationState.CLOSED),
    ],
)
def test_a_state_is_news_when_it_is_later_or_comes_with_an_entry(db, updated_at, new_entry, state):
    conversations.save(db, READ, NOW)
    told = replace(TOLD, updated_at=updated_at, state=ConversationState.CLOSED)
    tell(db, told if new_entry else replace(told, entries=(SAID,)))
    assert conversations.load(db, "v1").state is state


@pytest.mark.parametrize(
    ("told_after", "sighting"), [(MINUTE, TagSighting.AT_FIRST), (3 * MINUTE, TagSighting.UNKNOWN)]
)
def test_a_tag_that_was_told_of_at_first_was_there_at_first(db, told_after, sighting):
    tagged = replace(TOLD, tags=(Tag("whatsapp"),))
    tell(db, tagged, NOW + told_after)
    conversations.save(db, tagged, NOW + timedelta(hours=1))
    assert conversations.load(db, "v1").tags == (Tag("whatsapp", sighting=sighting),)


def test_a_message_is_not_dated_later_than_it_was_told(db):
    tell(db, replace(TOLD, entries=(replace(SAID, sent_at=NOW + timedelta(days=9)),)))
    assert entries.of_conversation(db, "v1")[0].sent_at == NOW + MINUTE


# --- what is read because of it ---


def hit(updated_at=NOW + MINUTE, count=1, **more):
    return SearchHit(replace(TOLD, updated_at=updated_at, entries=(), **more), count)


@pytest.mark.parametrize(
    ("found", "must_read"),
    [
        (hit(), False),
        (hit(count=9), False),
        (hit(NOW), False),
        (hit(NOW + 2 * MINUTE), True),
        (hit(state=ConversationState.CLOSED), True),
    ],
)
def test_of_a_conversation_that_was_only_told_the_search_shows_what_is_new(db, found, must_read):
    tell(db)
    assert sync_queue.add(db, found) is must_read


@pytest.mark.parametrize(("count", "must_read"), [(2, False), (3, True)])
def test_of_a_conversation_that_was_read_and_told_the_search_counts(db, count, must_read):
    conversations.save(db, READ, NOW)
    tell(db)
    assert sync_queue.add(db, hit(count=count)) is must_read


def due(db, rank=Rank.NOW):
    return [queued.conversation_id for queued in sync_queue.due(db, NOW, rank=rank)]


def test_what_changed_untold_is_read_once_its_customer_is_opened(db):
    conversations.save(db, READ, NOW)
    sync_queue.read_later(db, "v1", NOW)
    assert sync_queue.incomplete(db, ["v1"]) == frozenset()
    sync_queue.read_later(db, "v1", NOW + MINUTE)
    sync_queue.read_later(db, "unknown", NOW + MINUTE)
    assert sync_queue.incomplete(db, ["v1"]) == {"v1"}
    assert (due(db), due(db, Rank.OLDER)) == ([], [])
    # The search shows no more than that.
    sync_queue.add(db, hit(count=9))
    assert due(db) == []
    assert sync_queue.add_unread_of_customer(db, "v1", 20)
    assert (due(db, Rank.OPENED), due(db)) == (["v1"], ["v1"])
    sync_queue.record_read(db, "v1", NOW + MINUTE, NOW)
    assert due(db) == []
    assert not sync_queue.add_unread_of_customer(db, "v1", 20)


def test_what_is_to_be_read_now_is_not_put_off(db):
    conversations.save(db, READ, NOW)
    sync_queue.add(db, hit(count=9))
    sync_queue.read_later(db, "v1", NOW + 2 * MINUTE)
    assert due(db) == ["v1"]


def test_of_each_customer_the_newest_conversations_are_named_open_ones_first(db):
    for number in range(5):
        at = NOW - number * MINUTE
        state = ConversationState.CLOSED if number == 0 else ConversationState.OPEN
        conversations.save(db, Conversation(f"a{number}", at, at, state=state, contact_ids=("a",)))
    conversations.save(db, Conversation("b0", NOW, NOW, contact_ids=("b",)))
    assert conversations.newest_of_customers(db, ["a", "b", "nobody"], 3) == {
        "a1": "a",
        "a2": "a",
        "a3": "a",
        "b0": "b",
    }
    assert conversations.newest_of_customers(db, [], 3) == {}
