"""What the facts say of themselves: whose message an entry may be, and in which order entries come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conversation_factory import NOW, ago, entry

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
    in_order,
)

C, T, B, U = Role.CUSTOMER, Role.TEAMMATE, Role.BOT, Role.UNKNOWN
MESSAGE, NOTE, EVENT, UNLISTED = EntryKind.MESSAGE, EntryKind.NOTE, EntryKind.EVENT, EntryKind.UNKNOWN


@pytest.mark.parametrize(
    ("role", "kind", "is_customers", "may_be"),
    [
        (C, MESSAGE, True, False),
        (C, UNLISTED, False, True),
        (C, NOTE, False, False),
        (C, EVENT, False, False),
        (U, MESSAGE, False, True),
        (U, UNLISTED, False, True),
        (U, NOTE, False, False),
        (U, EVENT, False, False),
        (T, MESSAGE, False, False),
        (T, UNLISTED, False, False),
        (B, MESSAGE, False, False),
        (B, UNLISTED, False, False),
    ],
)
def test_whose_words_an_entry_is_and_may_be(role: Role, kind: EntryKind, *, is_customers: bool, may_be: bool) -> None:
    found = entry(1, role=role, kind=kind)
    assert (found.is_customer_message, found.may_be_customer_message) == (is_customers, may_be)


def test_entries_of_one_second_are_in_the_order_of_their_numbers_after_the_first_message() -> None:
    made = [
        entry(1, id="100", conversation_id="a"),
        entry(1, id="99", conversation_id="a"),
        entry(1, id="source:a", conversation_id="a", is_first=True),
        entry(1, id="x2", conversation_id="a"),
        entry(1, id="1", conversation_id="b"),
        entry(2, id="500", conversation_id="b"),
    ]
    ordered = [e.id for e in sorted(made, key=lambda e: e.order)]
    assert ordered == ["500", "source:a", "x2", "99", "100", "1"]
    assert entry(1, id="0", conversation_id="a").order == (ago(1), "a", 0, "0")
    assert entry(1, id="source:a", conversation_id="a", is_first=True).order[2] == -1
    assert entry(1, id="7", conversation_id="a").key == ("a", "7")


def test_entries_of_one_second_are_put_in_order_by_their_ids() -> None:
    made = [entry(age, id=str(number), conversation_id="a") for age, number in ((3, 1), (2, 2), (2, 10), (1, 3))]
    assert in_order(made) is made
    assert in_order([made[0], made[2], made[1], made[3]]) == made
    assert in_order(made[::-1]) == made


def test_tags_are_compared_whole_and_in_any_case() -> None:
    assert Tag(" WhatsApp ").key == "whatsapp"
    assert Tag("whatsapp group").key != "whatsapp"


def test_what_an_answer_does_not_say_of_a_conversation() -> None:
    blank = Conversation("1", NOW, NOW + timedelta(hours=1))
    assert (blank.state, blank.born_on, blank.page_url) == (ConversationState.OPEN, "conversation", None)
    assert (blank.unseen_before, blank.read, blank.removed_tags) == (None, True, ())
    assert (blank.initial_channel, blank.current_channel, blank.delivered_as, blank.title) == (None, None, "", "")
    assert (blank.tags, blank.contact_ids, blank.entries) == ((), (), ())
    assert (blank.assignee_id, blank.team_id, blank.snoozed_until) == (None, None, None)


def test_what_an_answer_does_not_say_of_an_entry_a_file_a_tag_or_a_contact() -> None:
    bare = Entry("1", "a", NOW, C, MESSAGE)
    assert (bare.event, bare.author_id, bare.author_name, bare.text) == ("comment", "", "", "")
    assert (bare.app_code, bare.app_code_reported, bare.by_email) == (None, True, False)
    assert (bare.is_first, bare.redacted, bare.wiped, bare.arrival) == (False, False, False, 0)
    assert (bare.client_hint, bare.attribute_hint) == (Client.UNKNOWN, ChannelKind.UNKNOWN)
    assert (bare.line_hint, bare.customer_hint, bare.channel_hint) == ("", "", "")
    file = Attachment("a.png", "https://cdn.example/a.png")
    assert (file.content_type, file.inline, file.size_bytes, file.width_px, file.height_px) == ("", False, *[None] * 3)
    tag = Tag("vip")
    assert (tag.applied_at, tag.applied_by, tag.sighting) == (None, "", TagSighting.UNKNOWN)
    contact = Contact("c")
    assert (contact.role, contact.name, contact.email, contact.phone, contact.location) == ("user", *[""] * 4)
    assert (contact.takes_email, contact.email_fails, contact.merged_ids) == (False, False, ())
    assert (contact.messenger_seen_at, contact.updated_at) == (None, None)
