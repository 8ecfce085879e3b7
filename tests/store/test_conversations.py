"""Conversations: which answer wins, gaps, what all reads tell of tags, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.model.facts import (
    Attachment,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Role,
    Tag,
    TagSighting,
)
from desktop.ports import StoredAnswer
from desktop.store import conversations, entries

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SAID = Entry("5", "v1", NOW, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", text="Hi")
BARE = Conversation("v1", NOW, NOW, contact_ids=("c1",))


def held(db, conversation_id="v1"):
    found = conversations.load(db, conversation_id)
    assert found is not None
    return found


# --- which answer wins ---


def test_every_field_comes_back(db):
    full = Conversation(
        "v1",
        NOW,
        NOW + HOUR,
        state=ConversationState.SNOOZED,
        title="Parcel",
        born_on="sms",
        initial_channel="whatsapp",
        current_channel="telegram",
        delivered_as="operator_initiated",
        page_url="https://shop.example",
        tags=(Tag("VIP", NOW + MINUTE, "814"), Tag("late")),
        contact_ids=("c1", "c9"),
        assignee_id="7001",
        team_id="t1",
        snoozed_until=NOW + 2 * HOUR,
        read=False,
        entries=(SAID,),
        unseen_before=NOW - HOUR,
    )
    assert conversations.save(db, full)
    assert held(db) == replace(full, entries=(replace(SAID, channel_hint="telegram", arrival=1),))
    assert not conversations.save(db, full)
    assert conversations.of_customer(db, "c1") == (held(db),)
    assert conversations.load(db, "nowhere") is None


def test_half_surrogates_are_kept_as_question_marks(db):
    broken = "\ud83d"
    conversations.save(db, replace(BARE, title=broken, delivered_as=broken, tags=(Tag(broken),)))
    found = held(db)
    assert (found.title, found.delivered_as, [t.name for t in found.tags]) == ("?", "?", ["?"])


@pytest.mark.parametrize(("later", "wins"), [(INSTANT, True), (timedelta(0), True), (-INSTANT, False)])
def test_the_newest_answer_wins_and_the_later_heard_of_two_equals(db, later, wins):
    conversations.save(db, BARE)
    other = replace(BARE, state=ConversationState.CLOSED, updated_at=NOW + later)
    assert conversations.save(db, other) == wins
    assert held(db).state is (ConversationState.CLOSED if wins else ConversationState.OPEN)


def test_a_new_entry_in_an_older_answer_is_news(db):
    conversations.save(db, BARE)
    older = replace(BARE, updated_at=NOW - HOUR, entries=(SAID,), title="older")
    assert conversations.save(db, older)
    assert (held(db).title, [e.id for e in held(db).entries]) == ("", ["5"])
    assert not conversations.save(db, older)


def test_entries_are_as_old_as_their_answer(db):
    conversations.save(db, replace(BARE, entries=(SAID,)))
    conversations.save(db, replace(BARE, updated_at=NOW - HOUR, entries=(replace(SAID, text="older"),)))
    assert [e.text for e in held(db).entries] == ["Hi"]


# --- what need not be stored again ---


PHOTO = replace(SAID, id="6", attachments=(Attachment("a.jpg", "https://files.example/1"),), fingerprint=6)
ANSWER = replace(BARE, entries=(replace(SAID, fingerprint=5),), fingerprint=99)


def test_what_an_answer_would_not_change_is_known_by_its_fingerprints(db):
    assert conversations.stored_answer(db, "v1", NOW) == StoredAnswer()
    conversations.save_listed(db, BARE)
    assert conversations.stored_answer(db, "v1", NOW) == StoredAnswer()
    conversations.save(db, ANSWER, NOW)
    assert conversations.stored_answer(db, "v1", NOW) == StoredAnswer(NOW, 99, frozenset({5}))
    # An older answer replaces none of them; one of unknown form leaves nothing known.
    older = replace(ANSWER, updated_at=NOW - HOUR, entries=(replace(SAID, fingerprint=4),), fingerprint=98)
    conversations.save(db, older, NOW)
    assert conversations.stored_answer(db, "v1", NOW) == StoredAnswer(NOW, 99, frozenset({5}))
    conversations.save(db, replace(ANSWER, updated_at=NOW + HOUR, fingerprint=0), NOW)
    assert conversations.stored_answer(db, "v1", NOW) == StoredAnswer(NOW + HOUR, 0, frozenset({5}))


def test_addresses_of_files_are_renewed_before_they_expire(db):
    def known(minutes):
        return bool(conversations.stored_answer(db, "v1", NOW + minutes * MINUTE).fingerprint)

    conversations.save(db, ANSWER, NOW)
    assert known(60), "it has no files"
    conversations.save(db, replace(ANSWER, entries=(PHOTO,)), NOW)
    assert (known(10), known(11)) == (True, False)
    # What leaves stored files out brings no new addresses of them.
    conversations.save(db, replace(ANSWER, entries=(), is_partial=True), NOW + 9 * MINUTE)
    assert not known(11)
    conversations.save(db, replace(ANSWER, entries=(PHOTO,)), NOW + 11 * MINUTE)
    assert (known(21), known(22)) == (True, False)


def test_wiped_text_that_is_to_come_back_is_not_known(db):
    conversations.save(db, ANSWER, NOW)
    db.execute("UPDATE entry_rows SET text = '', wiped = 1")
    assert conversations.stored_answer(db, "v1", NOW).entries == frozenset()
    long_after = NOW + timedelta(days=91)
    assert conversations.stored_answer(db, "v1", long_after).entries == {5}


# --- listed, and gaps ---


def test_what_a_search_lists_is_a_gap_up_to_its_last_change_until_it_is_read(db):
    listed = replace(BARE, updated_at=NOW + HOUR, entries=(SAID,), title="listed")
    assert conversations.save_listed(db, listed)
    assert not conversations.is_whole(db, "v1")
    assert (held(db).unseen_before, held(db).entries) == (NOW + HOUR, ())
    assert not conversations.save_listed(db, replace(listed, title="again", updated_at=NOW + 2 * HOUR))
    assert held(db).title == "listed"
    # The first whole answer counts, although it is older than what was listed.
    assert conversations.save(db, replace(BARE, title="whole"))
    assert conversations.is_whole(db, "v1")
    assert (held(db).title, held(db).unseen_before) == ("whole", None)
    assert not conversations.save_listed(db, listed)
    assert (held(db).title, conversations.is_whole(db, "v1")) == ("whole", True)
    assert not conversations.is_whole(db, "nowhere")


def test_what_a_search_lists_belongs_to_its_contacts_alone(db):
    conversations.save_listed(db, replace(BARE, contact_ids=(), entries=(SAID,)))
    assert conversations.customer_of(db, "v1") == "conversation:v1"


EARLY, MIDDLE, LATE = NOW - HOUR, NOW, NOW + HOUR


@pytest.mark.parametrize(
    ("older", "newer", "gap"),
    [
        ((MIDDLE, None), (LATE, None), None),
        ((MIDDLE, EARLY), (LATE, None), None),
        ((MIDDLE, None), (LATE, MIDDLE), None),
        ((MIDDLE, None), (LATE, MIDDLE + INSTANT), MIDDLE + INSTANT),
        ((MIDDLE, EARLY), (LATE, MIDDLE), EARLY),
        ((MIDDLE, EARLY), (LATE, MIDDLE + INSTANT), MIDDLE + INSTANT),
        ((MIDDLE, MIDDLE), (LATE, EARLY), EARLY),
    ],
    ids=["none", "closed by the newer", "they touch", "they miss", "touch, older gap", "miss, both", "newer is wider"],
)
@pytest.mark.parametrize("older_first", [True, False])
def test_answers_that_touch_close_the_gap_between_them(db, older, newer, gap, older_first):
    both = [replace(BARE, updated_at=at, unseen_before=unseen) for at, unseen in (older, newer)]
    for answer in both if older_first else reversed(both):
        conversations.save(db, answer)
    assert held(db).unseen_before == gap


# --- tags ---


@pytest.mark.parametrize(
    ("after", "sighting"),
    [
        (timedelta(minutes=2), "at_first"),
        (timedelta(minutes=2) + INSTANT, "unknown"),
        (timedelta(0), "at_first"),
        (None, "unknown"),
    ],
)
def test_a_tag_counts_as_there_at_first_up_to_two_minutes_after_creation(db, after, sighting):
    conversations.save(db, replace(BARE, tags=(Tag("whatsapp"),)), None if after is None else NOW + after)
    assert [t.sighting for t in held(db).tags] == [TagSighting(sighting)]


def sightings(db):
    return {t.name: t.sighting.value for t in held(db).tags}


def test_a_tag_that_the_answer_before_did_not_have_came_later_and_stays_so(db):
    conversations.save(db, replace(BARE, tags=(Tag("first"),)), NOW)
    later = replace(BARE, tags=(Tag("First "), Tag("second")), updated_at=NOW + HOUR)
    assert conversations.save(db, later, NOW + HOUR)
    assert sightings(db) == {"First ": "at_first", "second": "later"}
    conversations.save(db, replace(later, updated_at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert sightings(db) == {"First ": "at_first", "second": "later"}


def test_a_tag_that_the_answer_before_had_too_is_not_known_to_have_come_later(db):
    conversations.save(db, replace(BARE, tags=(Tag("a"),)))
    conversations.save(db, replace(BARE, tags=(Tag("a"),), updated_at=NOW + HOUR))
    assert sightings(db) == {"a": "unknown"}


def test_an_answer_of_the_same_instant_is_no_older_one(db):
    conversations.save(db, replace(BARE, tags=(Tag("a"),)))
    conversations.save(db, replace(BARE, tags=(Tag("b"),)))
    assert (sightings(db), held(db).removed_tags) == ({"b": "later"}, ("a",))


def test_who_put_a_tag_on_and_when_is_told_by_whichever_answer_says_it(db):
    said = Tag("A", NOW + MINUTE, "814")
    conversations.save(db, replace(BARE, tags=(Tag("a"), Tag("b", NOW, "900"))))
    older = replace(BARE, tags=(said,), updated_at=NOW - HOUR)
    assert conversations.save(db, older)
    a, b = held(db).tags
    assert (a.name, a.applied_at, a.applied_by) == ("a", NOW + MINUTE, "814")
    assert (b.name, b.applied_at, b.applied_by) == ("b", NOW, "900")
    newer = replace(BARE, tags=(Tag("a", NOW + 2 * MINUTE, "815"),), updated_at=NOW + HOUR)
    conversations.save(db, newer)
    [a] = held(db).tags
    assert (a.applied_at, a.applied_by) == (NOW + 2 * MINUTE, "815")


def test_tags_that_went_are_remembered_by_name_in_order_until_they_are_back(db):
    tagged = replace(BARE, tags=(Tag("b"), Tag("C"), Tag("a")))
    conversations.save(db, tagged)
    assert held(db).removed_tags == ()
    conversations.save(db, replace(BARE, tags=(Tag("d"),), updated_at=NOW + HOUR))
    assert held(db).removed_tags == ("a", "b", "C")
    conversations.save(db, replace(BARE, tags=(Tag(" c"),), updated_at=NOW + 2 * HOUR))
    assert held(db).removed_tags == ("a", "b", "d")


def test_what_only_an_older_answer_had_was_removed(db):
    conversations.save(db, replace(BARE, updated_at=NOW + HOUR, tags=(Tag("new"),)))
    assert conversations.save(db, replace(BARE, tags=(Tag("\ud83d"), Tag("old"))))
    assert (held(db).removed_tags, sightings(db)) == (("old", "?"), {"new": "later"})


# --- whose they are ---


def test_a_conversation_that_is_gone_takes_all_that_is_about_it_along_and_no_other(db):
    for n in (1, 2):
        conversations.save(db, replace(BARE, id=f"v{n}", entries=(replace(SAID, conversation_id=f"v{n}"),)))
        db.execute("INSERT INTO sync_queue VALUES (?, 1, 1, 'open', '[]', 0, 0, 0, 0)", (f"v{n}",))
        db.execute("INSERT INTO message_channels VALUES (?, '5', 'sms')", (f"v{n}",))
    assert conversations.remove(db, "v1") == "c1"
    assert conversations.load(db, "v1") is None
    assert (entries.of_conversation(db, "v1"), len(entries.of_conversation(db, "v2"))) == ((), 1)
    for table in ("sync_queue", "message_channels"):
        assert db.execute(f"SELECT conversation_id FROM {table}").fetchall() == [("v2",)]
    assert conversations.remove(db, "v1") is None
    assert (conversations.customer_of(db, "v1"), conversations.customer_of(db, "v2")) == (None, "c1")


def test_who_began_to_write_after_one_instant_and_not_after_another(db):
    for n in range(4):
        at = NOW + n * HOUR
        conversations.save(db, replace(BARE, id=f"v{n}", created_at=at, contact_ids=(f"c{n}",)))
    assert conversations.customers_of_begun(db, NOW, NOW + 2 * HOUR) == {"c1", "c2"}
    assert conversations.customers_of_begun(db, NOW - INSTANT, NOW + 2 * HOUR - INSTANT) == {"c0", "c1"}


def test_the_conversation_to_answer_in_is_the_newest_open_one_else_the_newest(db):
    def put(name, at, state=ConversationState.OPEN, contact_id="c1"):
        conversations.save(db, Conversation(name, NOW, at, state=state, contact_ids=(contact_id,)))

    assert conversations.newest_open(db, "c1") is None
    put("v1", NOW, ConversationState.CLOSED)
    put("v2", NOW + HOUR, ConversationState.SNOOZED)
    put("other", NOW + 9 * HOUR, contact_id="c2")
    assert conversations.newest_open(db, "c1") == "v2"
    put("v4", NOW - HOUR)
    put("v3", NOW - HOUR)
    put("v5", NOW - 2 * HOUR)
    assert conversations.newest_open(db, "c1") == "v3"


def test_unread_ones_are_those_the_team_has_not_read(db):
    for name, read, contact_id in (("v3", False, "c1"), ("v1", False, "c1"), ("v2", True, "c1"), ("v4", False, "c2")):
        conversations.save(db, replace(BARE, id=name, read=read, contact_ids=(contact_id,)))
    assert conversations.unread_of(db, "c1") == ("v1", "v3")
    assert [c.id for c in conversations.of_customer(db, "c1")] == ["v1", "v2", "v3"]


def test_the_people_are_the_contacts_else_the_authors_else_a_stand_in():
    by = [replace(SAID, id=str(n), author_id=a) for n, a in enumerate(("c3", "c2", "", "c3"))]
    note = replace(SAID, id="n", author_id="7001", role=Role.TEAMMATE)
    assert conversations.people_of(replace(BARE, contact_ids=("c9", "c8"), entries=tuple(by))) == ("c9", "c8")
    assert conversations.people_of(replace(BARE, contact_ids=(), entries=(note, *by))) == ("c3", "c2")
    assert conversations.people_of(replace(BARE, contact_ids=(), entries=(note, by[2]))) == ("conversation:v1",)


# --- times that cannot be ------------------------------------------------------------------------------------------


def test_an_entry_is_never_dated_after_its_first_reading(db):
    future = Entry("5", "v1", NOW + timedelta(days=10), Role.CUSTOMER, EntryKind.MESSAGE, text="hello")
    almost = Entry("6", "v1", NOW + timedelta(minutes=1), Role.CUSTOMER, EntryKind.MESSAGE, text="hello")
    answer = Conversation("v1", NOW, NOW, contact_ids=("c1",), entries=(future, almost))
    for minutes in (0, 30):
        conversations.save(db, answer, NOW + timedelta(minutes=minutes))
        times = {e.id: e.sent_at for e in conversations.load(db, "v1").entries}
        assert times == {"5": NOW, "6": NOW + timedelta(minutes=1)}
