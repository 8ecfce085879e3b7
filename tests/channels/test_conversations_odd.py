"""Answers that are not as promised: no exception, and no words lost."""

from __future__ import annotations

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.intercom.contacts import ContactJson, map_contact
from desktop.channels.intercom.conversations import ConversationJson, map_conversation, map_search_hit
from desktop.channels.intercom.entries import PartJson, SourceJson
from desktop.channels.intercom.values import NotReadable
from desktop.channels.shared import loose_json
from desktop.domain.model.facts import EntryKind, Role

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)
ANYTHING = JSON | st.sampled_from(["\ud83d", "<p>\udc00</p>", "&#xD800;", "9" * 5000, 10**400, float("nan")])


def fields_of(kind: type) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(kind.__struct_fields__, ANYTHING))


PARTS = st.lists(fields_of(PartJson) | ANYTHING, max_size=4)


@pytest.mark.slow
@examples(300)
@given(fields_of(ConversationJson), fields_of(SourceJson) | ANYTHING, PARTS | ANYTHING)
def test_nothing_in_a_conversation_raises(raw, source, parts):
    raw |= {"id": 7, "source": source, "conversation_parts": {"conversation_parts": parts}}
    found = map_conversation(raw)
    assert found.id == "7"
    if isinstance(parts, list):
        assert bool(parts) == any(not e.is_first for e in found.entries)
    assert len({e.id for e in found.entries}) == len(found.entries)
    map_search_hit(raw)


@pytest.mark.slow
@examples(200)
@given(fields_of(ContactJson))
def test_nothing_in_a_contact_raises(raw):
    assert map_contact(raw | {"id": "c1"}).id == "c1"


@pytest.mark.parametrize("raw", [None, [], "x", 5, {}, {"id": None}, {"id": ""}, {"id": {}}])
def test_what_has_no_id_is_not_readable(raw):
    with pytest.raises(NotReadable):
        map_conversation(raw)
    with pytest.raises(NotReadable):
        map_contact(raw)


@pytest.mark.parametrize(
    "odd",
    [
        {"author": "Jennifer"},
        {"author": []},
        {"attachments": "none"},
        {"attachments": {}},
        {"attachments": [5, None, {}]},
        {"tags": None},
        {"tags": {"tags": None}},
        {"tags": [7, None, {"name": {}}]},
        {"redacted": "no"},
        {"metadata": None},
        {"metadata": {"quick_reply_options": ["?"]}},
        {"email_message_metadata": {}},
        {"created_at": {}},
        {"part_type": []},
        {"app_package_code": {}},
        {"id": None},
    ],
)
def test_one_odd_field_costs_no_words(answers, odd):
    found = map_conversation(answers.conversation(answers.part(1) | odd, answers.part(2, "<p>Second</p>")))
    assert [e.text for e in found.entries] == ["Hi, where is my parcel?", "Hello", "Second"]
    middle = EntryKind.UNKNOWN if "part_type" in odd else EntryKind.MESSAGE
    assert [e.kind for e in found.entries] == [EntryKind.MESSAGE, middle, EntryKind.MESSAGE]


def test_an_author_with_an_odd_name_keeps_the_role(answers):
    odd = answers.part(author={"type": "admin", "id": 7001, "name": {"first": "Sam"}})
    entry = map_conversation(answers.conversation(odd)).entries[1]
    assert (entry.role, entry.author_id, entry.author_name) == (Role.TEAMMATE, "7001", "")


@pytest.mark.parametrize("body", [["Hello", "there"], {"html": "Hello", "more": ["there"]}])
def test_a_body_in_an_unknown_form_keeps_its_words(answers, body):
    entry = map_conversation(answers.conversation(answers.part(body=body))).entries[1]
    assert (entry.kind, entry.text) == (EntryKind.MESSAGE, "Hello\nthere")


def test_a_part_that_is_no_object_stays_visible(answers):
    found = map_conversation(answers.conversation("Hello", answers.part(2)))
    assert (found.entries[1].event, found.entries[1].text) == ("unsupported", "Hello")
    assert found.entries[2].text == "Hello"


def test_parts_without_ids_keep_the_same_name_at_every_reading(answers):
    raw = answers.conversation(answers.part(1, id=None), answers.part(2, "<p>Other</p>", id=None))
    first, second = map_conversation(raw), map_conversation(raw)
    assert [e.id for e in first.entries] == [e.id for e in second.entries]
    assert len({e.id for e in first.entries}) == 3


def test_two_messages_under_one_id_are_both_kept_and_a_repeat_is_not(answers):
    part = answers.part(1)
    found = map_conversation(answers.conversation(part, part, part | {"body": "<p>Other</p>"}))
    assert [e.text for e in found.entries[1:]] == ["Hello", "Other"]


def test_half_an_emoji_costs_nothing():
    parsed = loose_json.parse(b'{"id":"1","source":{"body":"<p>Thanks \\ud83d</p>","author":{"type":"lead"}}}')
    assert map_conversation(parsed).entries[0].text == "Thanks \ufffd"
