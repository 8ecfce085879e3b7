"""Drafts: one per conversation and kind, with their files, and theirs who owns the conversation."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import structs

from desktop.domain.model.facts import Contact, Conversation
from desktop.ports import OutgoingFile
from desktop.store import conversations, customers
from desktop.store.outgoing import drafts, files
from desktop.store.outgoing.drafts import Draft

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PHOTO = OutgoingFile("parcel.jpg", "image/jpeg", b"\xff\xd8 bytes")
DRAFT = Draft("d1", "c1", "v1", "It sh", (PHOTO,), False, 4)
NOTE = Draft("n1", "c1", "v1", "a note", (), True)


def test_a_draft_comes_back_as_it_was_and_only_to_its_customer(db):
    drafts.save(db, DRAFT)
    drafts.save(db, NOTE)
    drafts.save(db, Draft("d2", "c2", "v2", "\ud83d", (), False, None))
    assert drafts.of_customer(db, "c1") == (DRAFT, NOTE)
    assert drafts.of_customer(db, "c2") == (Draft("d2", "c2", "v2", "?", (), False, None),)
    assert drafts.of_customer(db, "c3") == ()


def test_all_of_a_draft_but_its_name_can_change(db):
    drafts.save(db, DRAFT)
    moved = Draft("d1", "c2", "v2", "It ships", (), True, 5)
    drafts.save(db, moved)
    assert drafts.of_customer(db, "c1") == ()
    assert drafts.of_customer(db, "c2") == (moved,)
    assert drafts.seen_upto(db, "d1") == 5


def test_a_new_draft_takes_the_place_of_one_of_its_kind_with_its_files(db):
    drafts.save(db, DRAFT)
    drafts.save(db, NOTE)
    elsewhere = Draft("d3", "c1", "v3", "elsewhere", (PHOTO,), False)
    drafts.save(db, elsewhere)
    newer = structs.replace(DRAFT, draft_id="d2", files=())
    drafts.save(db, newer)
    assert drafts.of_customer(db, "c1") == (NOTE, elsewhere, newer)
    assert (files.load(db, "d1"), files.load(db, "d3")) == ((), (PHOTO,))


def test_a_draft_that_is_removed_leaves_no_files_and_no_other_goes(db):
    drafts.save(db, DRAFT)
    drafts.save(db, structs.replace(NOTE, files=(PHOTO,)))
    drafts.remove(db, "d1")
    assert [d.draft_id for d in drafts.of_customer(db, "c1")] == ["n1"]
    assert (files.load(db, "d1"), files.load(db, "n1")) == ((), (PHOTO,))


def test_the_two_kinds_are_two_drafts(db):
    assert not drafts.in_conversation(db, "v1", False)
    drafts.save(db, NOTE)
    assert (drafts.in_conversation(db, "v1", True), drafts.in_conversation(db, "v1", False)) == (True, False)
    assert not drafts.in_conversation(db, "v2", True)


def test_what_was_seen_is_that_of_the_one_draft(db):
    drafts.save(db, DRAFT)
    drafts.save(db, structs.replace(NOTE, seen_upto=None))
    seen = [drafts.seen_upto(db, draft_id) for draft_id in ("d1", "n1", "nowhere")]
    assert seen == [4, None, None]


def test_a_draft_is_theirs_who_owns_the_conversation_by_now(db):
    customers.save(db, Contact("lead", "lead", phone="+353871234567"))
    customers.save(db, Contact("other", "user"))
    conversations.save(db, Conversation("v1", NOW, NOW, contact_ids=("other",)))
    drafts.save(db, structs.replace(DRAFT, customer_id="lead"))
    drafts.save(db, structs.replace(NOTE, conversation_id="gone", customer_id="lead"))
    assert [d.draft_id for d in drafts.of_customer(db, "other")] == ["d1"]
    assert [d.draft_id for d in drafts.of_customer(db, "lead")] == ["n1"]
    assert {d.customer_id for d in drafts.of_customer(db, "other")} == {"other"}
